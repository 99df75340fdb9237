package awstest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

// watchedT notes what Start tells a test.
type watchedT struct {
	testing.TB
	errors   []string
	cleanups []func()
}

func (w *watchedT) Cleanup(f func()) { w.cleanups = append(w.cleanups, f) }
func (w *watchedT) Errorf(format string, args ...any) {
	w.errors = append(w.errors, fmt.Sprintf(format, args...))
}

func (w *watchedT) end() {
	for _, f := range w.cleanups {
		f()
	}
}

func TestLackingOperationFailsTheTest(t *testing.T) {
	t.Parallel()
	calls := map[string]func(*Account) error{
		"ec2 DeleteLaunchTemplateVersions": func(a *Account) error {
			_, err := ec2.NewFromConfig(a.Config()).DeleteLaunchTemplateVersions(t.Context(), &ec2.DeleteLaunchTemplateVersionsInput{
				LaunchTemplateName: aws.String("t"), Versions: []string{"1"},
			})
			return err
		},
		"autoscaling PutWarmPool": func(a *Account) error {
			_, err := autoscaling.NewFromConfig(a.Config()).PutWarmPool(t.Context(), &autoscaling.PutWarmPoolInput{AutoScalingGroupName: aws.String("g")})
			return err
		},
	}
	for name, call := range calls {
		service, action, _ := strings.Cut(name, " ")
		watched := &watchedT{TB: t}
		a := Start(watched)
		if err := call(a); codeOf(err) != "EmulatorLacksOperation" || !strings.Contains(err.Error(), action) {
			t.Errorf("%s: the client was told %v", name, err)
		}
		if n := len(a.Calls()); n != 1 {
			t.Errorf("%s: %d attempts, want 1", name, n)
		}
		watched.end()
		if len(watched.errors) != 1 || !strings.Contains(watched.errors[0], name) {
			t.Errorf("%s: the test was told %q", name, watched.errors)
		}
		excused := &watchedT{TB: t}
		a = Start(excused)
		a.ExpectLacking(service, action)
		_ = call(a)
		excused.end()
		if len(excused.errors) != 0 {
			t.Errorf("%s: an expected lack failed the test: %q", name, excused.errors)
		}
	}
}
