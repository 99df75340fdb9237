package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

const (
	bigGroup    = 1000        // instances
	maxReadTime = time.Second // of the pool with bigGroup
	// Only a Read that nothing else slows down tells what it takes: the other tests
	// share the machine.
	readTries = 5
)

// TestReadOfManyInstances times the Read of the built provider by what the
// framework logs before and after it. Logging at TRACE is part of that time.
func TestReadOfManyInstances(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	if err := apply("max_size=1000")(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	w.grow(t, bigGroup)
	w.env["TF_LOG"] = "TRACE"
	var took []time.Duration
	for len(took) < readTries && (len(took) == 0 || slices.Min(took) > maxReadTime) {
		log := filepath.Join(w.dir, fmt.Sprintf("trace-%d.log", len(took)))
		w.env["TF_LOG_PATH"] = log
		w.run(t, "plan", "-detailed-exitcode", "-var=max_size=1000") // fails unless the plan is empty
		took = append(took, readTime(t, log))
	}
	t.Logf("Read of %d instances takes %v, at most %s", bigGroup, took, maxReadTime)
	if slices.Min(took) > maxReadTime {
		t.Errorf("Read takes %v, at most %s", took, maxReadTime)
	}
}

// grow brings the group to size, step by step so that other tests get a word in.
func (w *workspace) grow(t *testing.T, size int32) {
	t.Helper()
	api := w.account.Direct().AutoScaling
	group := aws.String("sp5ft-01HZXK3J5T9V2QWERTY0123456")
	const step = 100
	for desired := int32(step); desired <= size; desired += step {
		_, err := api.UpdateAutoScalingGroup(t.Context(), &autoscaling.UpdateAutoScalingGroupInput{AutoScalingGroupName: group, DesiredCapacity: aws.Int32(desired)})
		if err != nil {
			t.Fatal(err)
		}
	}
	if !w.until(func() bool {
		out, err := api.DescribeAutoScalingGroups(context.Background(), &autoscaling.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{*group}})
		if err != nil || len(out.AutoScalingGroups) != 1 {
			t.Fatalf("%v, %v", out, err)
		}
		ready := slices.DeleteFunc(out.AutoScalingGroups[0].Instances, func(i types.Instance) bool { return i.LifecycleState != types.LifecycleStateInService })
		return len(ready) == int(size)
	}) {
		t.Fatalf("the group does not come to %d instances", size)
	}
}

// readLine is what the framework logs before ("Calling") and after ("Called") Read.
var readLine = regexp.MustCompile(`(?m)(Calling|Called) provider defined Resource Read:.* timestamp=(\S+)`)

func readTime(t *testing.T, path string) time.Duration {
	t.Helper()
	log, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	times := map[string]time.Time{}
	for _, line := range readLine.FindAllSubmatch(log, -1) {
		if times[string(line[1])], err = time.Parse(time.RFC3339, string(line[2])); err != nil {
			t.Fatal(err)
		}
	}
	if len(times) != 2 {
		t.Fatalf("the log tells the times %v of Read", times)
	}
	return times["Called"].Sub(times["Calling"])
}
