package autoscaling

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/smithy-go"
)

// farm is an Instances in memory.
type farm struct {
	running  map[string]Launch
	started  int
	requests int                 // to start some
	versions map[string]Template // by version
	profiles map[string]bool     // usable ones
	broken   error               // of the next Run
	messages []string            // to notification targets
	mute     error               // of Notify
	stubborn bool                // Terminate fails
}

var _ Instances = (*farm)(nil)

func newFarm() *farm {
	one := Template{ID: "lt-1", Name: "template", Version: "1", Image: "ami-1", InstanceType: "t3.micro", Tags: map[string]string{"from": "template", "own": "x"}}
	two := one
	two.Version, two.Image, two.Profile = "2", "ami-2", "profile"
	return &farm{
		running:  map[string]Launch{},
		versions: map[string]Template{"1": one, "$Default": one, "2": two, "$Latest": two},
		profiles: map[string]bool{"profile": true},
	}
}

func (f *farm) Template(spec types.LaunchTemplateSpecification) (Template, error) {
	if value(spec.LaunchTemplateId) != "lt-1" && value(spec.LaunchTemplateName) != "template" {
		return Template{}, ErrNoTemplate
	}
	found, ok := f.versions[value(spec.Version)]
	if !ok {
		return Template{}, ErrNoVersion
	}
	return found, nil
}

func (f *farm) ProfileUsable(profile string) (bool, error) { return f.profiles[profile], nil }

func (f *farm) Zones(subnets []string) (map[string]string, error) {
	zones := map[string]string{"subnet-a": "us-east-1a", "subnet-b": "us-east-1b"}
	maps.DeleteFunc(zones, func(subnet, _ string) bool { return !oneOf(subnet, subnets...) })
	return zones, nil
}

func (f *farm) Run(launch Launch, count int) ([]string, error) {
	if f.broken != nil {
		return nil, f.broken
	}
	f.requests++
	var ids []string
	for range count {
		f.started++
		id := fmt.Sprintf("i-%d", f.started)
		f.running[id] = launch
		ids = append(ids, id)
	}
	return ids, nil
}

func (f *farm) Notify(_, _, message string) error {
	if f.mute == nil {
		f.messages = append(f.messages, message)
	}
	return f.mute
}

func (f *farm) Terminate(ids []string) error {
	if f.stubborn {
		return errors.New("not now")
	}
	for _, id := range ids {
		delete(f.running, id)
	}
	return nil
}

// world is a state machine with a clock that stands still.
type world struct {
	*Groups
	farm *farm
	now  time.Time
}

func newWorld() *world {
	w := &world{farm: newFarm(), now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	w.Groups = New(Place{Partition: "aws", Region: "us-east-1", AccountID: "000000000001"}, w.farm, func() time.Time { return w.now })
	return w
}

// input is a request that AWS accepts, after changes.
func input(changes ...func(*autoscaling.CreateAutoScalingGroupInput)) *autoscaling.CreateAutoScalingGroupInput {
	in := &autoscaling.CreateAutoScalingGroupInput{
		AutoScalingGroupName: ptr("group"), MinSize: ptr(int32(0)), MaxSize: ptr(int32(5)), DesiredCapacity: ptr(int32(2)),
		VPCZoneIdentifier: ptr("subnet-a,subnet-b"), LaunchTemplate: &types.LaunchTemplateSpecification{LaunchTemplateId: ptr("lt-1")},
	}
	for _, change := range changes {
		change(in)
	}
	return in
}

func (w *world) make(t *testing.T, changes ...func(*autoscaling.CreateAutoScalingGroupInput)) {
	t.Helper()
	if _, err := w.CreateAutoScalingGroup(input(changes...)); err != nil {
		t.Fatalf("creating the group: %v", err)
	}
}

func (w *world) update(t *testing.T, in *autoscaling.UpdateAutoScalingGroupInput) {
	t.Helper()
	in.AutoScalingGroupName = ptr("group")
	if _, err := w.UpdateAutoScalingGroup(in); err != nil {
		t.Fatalf("updating the group: %v", err)
	}
}

// read is the group as Describe shows it.
func (w *world) read(t *testing.T) types.AutoScalingGroup {
	t.Helper()
	out, err := w.DescribeAutoScalingGroups(&autoscaling.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{"group"}})
	if err != nil || len(out.AutoScalingGroups) != 1 {
		t.Fatalf("reading the group: %v, %v", out, err)
	}
	return out.AutoScalingGroups[0]
}

// pass lets time go by.
func (w *world) pass(d time.Duration) {
	w.now = w.now.Add(d)
	w.Behave(func(*Behavior) {}) // any operation does what is due
}

// desire sets the desired capacity.
func (w *world) desire(t *testing.T, count int32) {
	t.Helper()
	if _, err := w.SetDesiredCapacity(&autoscaling.SetDesiredCapacityInput{AutoScalingGroupName: ptr("group"), DesiredCapacity: &count}); err != nil {
		t.Fatalf("desiring %d instances: %v", count, err)
	}
}

// suspend suspends processes.
func (w *world) suspend(t *testing.T, processes ...string) {
	t.Helper()
	if _, err := w.SuspendProcesses(&autoscaling.SuspendProcessesInput{AutoScalingGroupName: ptr("group"), ScalingProcesses: processes}); err != nil {
		t.Fatal(err)
	}
}

// resume resumes processes.
func (w *world) resume(t *testing.T, processes ...string) {
	t.Helper()
	if _, err := w.ResumeProcesses(&autoscaling.ResumeProcessesInput{AutoScalingGroupName: ptr("group"), ScalingProcesses: processes}); err != nil {
		t.Fatal(err)
	}
}

// end terminates an instance as a user does.
func (w *world) end(id string, shrink bool) error {
	_, err := w.TerminateInstanceInAutoScalingGroup(&autoscaling.TerminateInstanceInAutoScalingGroupInput{InstanceId: &id, ShouldDecrementDesiredCapacity: &shrink})
	return err
}

// roster are the group's instances with their states, such as "i-1 InService",
// oldest first.
func (w *world) roster(t *testing.T) string {
	t.Helper()
	var all []string
	for _, one := range w.read(t).Instances {
		all = append(all, *one.InstanceId+" "+string(one.LifecycleState))
	}
	return strings.Join(all, ", ")
}

// holds checks the states of the group's instances.
func (w *world) holds(t *testing.T, when, want string) {
	t.Helper()
	if got := w.roster(t); got != want {
		t.Errorf("%s: %q, want %q", when, got, want)
	}
}

// history are the group's activities, newest first.
func (w *world) history(t *testing.T) []types.Activity {
	t.Helper()
	out, err := w.DescribeScalingActivities(&autoscaling.DescribeScalingActivitiesInput{AutoScalingGroupName: ptr("group")})
	if err != nil {
		t.Fatal(err)
	}
	return out.Activities
}

// refused checks an error's code.
func refused(t *testing.T, err error, code string) {
	t.Helper()
	var known smithy.APIError
	if !errors.As(err, &known) || known.ErrorCode() != code {
		t.Errorf("want %s, got %v", code, err)
	}
}
