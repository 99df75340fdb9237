package autoscaling

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// fleet is a group of size instances on version 1 of its template, all in service
// for long. Instances take two minutes to boot and one to terminate.
func fleet(t *testing.T, size int32) *world {
	t.Helper()
	w := newWorld()
	w.make(t, func(in *autoscaling.CreateAutoScalingGroupInput) {
		in.MaxSize, in.DesiredCapacity, in.LaunchTemplate.Version = ptr(int32(20)), &size, ptr("1")
	})
	w.Behave(func(b *Behavior) { b.BootTime, b.TerminateTime = 2*time.Minute, time.Minute })
	w.pass(time.Hour)
	return w
}

// refresh starts one with these preferences; instances are warm at once unless
// they say otherwise.
func (w *world) refresh(t *testing.T, change func(*autoscaling.StartInstanceRefreshInput)) string {
	t.Helper()
	in := &autoscaling.StartInstanceRefreshInput{AutoScalingGroupName: ptr("group"), Preferences: &types.RefreshPreferences{InstanceWarmup: ptr(int32(0))}}
	if change != nil {
		change(in)
	}
	out, err := w.StartInstanceRefresh(in)
	if err != nil {
		t.Fatalf("starting the refresh: %v", err)
	}
	return *out.InstanceRefreshId
}

func bounds(low, high int32) func(*autoscaling.StartInstanceRefreshInput) {
	return func(in *autoscaling.StartInstanceRefreshInput) {
		in.Preferences.MinHealthyPercentage = &low
		if high > 0 {
			in.Preferences.MaxHealthyPercentage = &high
		}
	}
}

// toVersion2 is a desired configuration.
func toVersion2(in *autoscaling.StartInstanceRefreshInput) {
	in.DesiredConfiguration = &types.DesiredConfiguration{LaunchTemplate: &types.LaunchTemplateSpecification{LaunchTemplateId: ptr("lt-1"), Version: ptr("2")}}
}

// latest is the group's newest refresh.
func (w *world) latest(t *testing.T) types.InstanceRefresh {
	t.Helper()
	out, err := w.DescribeInstanceRefreshes(&autoscaling.DescribeInstanceRefreshesInput{AutoScalingGroupName: ptr("group")})
	if err != nil || len(out.InstanceRefreshes) == 0 {
		t.Fatalf("reading the refresh: %v, %v", out, err)
	}
	return out.InstanceRefreshes[0]
}

// shows checks where the newest refresh is.
func (w *world) shows(t *testing.T, status types.InstanceRefreshStatus, percent, left int32) {
	t.Helper()
	got := w.latest(t)
	if got.Status != status || value(got.PercentageComplete) != percent || value(got.InstancesToUpdate) != left {
		t.Errorf("the refresh is %s (%s) at %d %%, %d left; want %s at %d %%, %d left", got.Status, value(got.StatusReason),
			value(got.PercentageComplete), value(got.InstancesToUpdate), status, percent, left)
	}
}

// states counts the instances by state and template version, such as "InService 1".
func (w *world) states(t *testing.T) map[string]int {
	t.Helper()
	count := map[string]int{}
	for _, one := range w.read(t).Instances {
		count[string(one.LifecycleState)+" "+value(one.LaunchTemplate.Version)]++
	}
	return count
}

// has checks the instances.
func (w *world) has(t *testing.T, want map[string]int) {
	t.Helper()
	got := w.states(t)
	for _, state := range []string{"InService 1", "InService 2", "Pending 1", "Pending 2", "Terminating 1", "Terminating 2"} {
		if got[state] != want[state] {
			t.Errorf("%d instances are %s, want %d: %v", got[state], state, want[state], got)
		}
	}
}

// Every instance is replaced by one of the group's version; the percentage says how
// far it is. https://docs.aws.amazon.com/autoscaling/ec2/userguide/check-status-instance-refresh.html
func TestRefreshReplacesAllInstances(t *testing.T) {
	t.Parallel()
	w := fleet(t, 2)
	w.update(t, &autoscaling.UpdateAutoScalingGroupInput{LaunchTemplate: &types.LaunchTemplateSpecification{LaunchTemplateId: ptr("lt-1"), Version: ptr("2")}})
	w.refresh(t, bounds(50, 0))
	w.shows(t, types.InstanceRefreshStatusInProgress, 0, 2)
	w.has(t, map[string]int{"InService 1": 1, "Terminating 1": 1, "Pending 2": 1})
	w.pass(2 * time.Minute)
	w.shows(t, types.InstanceRefreshStatusInProgress, 50, 1)
	w.pass(2 * time.Minute)
	w.shows(t, types.InstanceRefreshStatusSuccessful, 100, 0)
	w.has(t, map[string]int{"InService 2": 2})
	if got := w.latest(t); got.EndTime == nil || !got.EndTime.Equal(w.now) || got.Strategy != types.RefreshStrategyRolling {
		t.Errorf("the refresh is %+v", got)
	}
}

// Instances that a larger desired capacity adds are not what a refresh waits for, not
// even when one of those that it made has gone.
func TestRefreshEndsWhileItsGroupGrows(t *testing.T) {
	t.Parallel()
	w := fleet(t, 2)
	w.update(t, &autoscaling.UpdateAutoScalingGroupInput{LaunchTemplate: &types.LaunchTemplateSpecification{LaunchTemplateId: ptr("lt-1"), Version: ptr("2")}})
	w.refresh(t, bounds(50, 0))
	w.pass(3*time.Minute + 30*time.Second)
	w.has(t, map[string]int{"InService 2": 1, "Pending 2": 1})
	w.update(t, &autoscaling.UpdateAutoScalingGroupInput{DesiredCapacity: ptr(int32(3))})
	w.pass(30 * time.Second)
	w.shows(t, types.InstanceRefreshStatusSuccessful, 100, 0)
	w.has(t, map[string]int{"InService 2": 2, "Pending 2": 1})
}

// A group without instances has nothing to replace.
func TestRefreshOfAnEmptyGroupSucceedsAtOnce(t *testing.T) {
	t.Parallel()
	w := fleet(t, 0)
	w.refresh(t, toVersion2)
	w.shows(t, types.InstanceRefreshStatusSuccessful, 100, 0)
	if got := w.read(t); value(got.LaunchTemplate.Version) != "2" {
		t.Errorf("the group has version %s", value(got.LaunchTemplate.Version))
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
func TestHealthyPercentagesSayHowManyGoAtOnce(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		size, low, high int32
		first           map[string]int // right after the start
	}{
		"ninety of ten":                       {10, 90, 0, map[string]int{"InService 1": 9, "Terminating 1": 1, "Pending 1": 1}},
		"half":                                {10, 50, 0, map[string]int{"InService 1": 5, "Terminating 1": 5, "Pending 1": 5}},
		"rounded up":                          {3, 50, 0, map[string]int{"InService 1": 2, "Terminating 1": 1, "Pending 1": 1}},
		"none healthy: all at once":           {4, 0, 0, map[string]int{"Terminating 1": 4, "Pending 1": 4}},
		"no room, no maximum: both at once":   {2, 90, 0, map[string]int{"InService 1": 1, "Terminating 1": 1, "Pending 1": 1}},
		"no room, a maximum: launch first":    {2, 90, 100, map[string]int{"InService 1": 2, "Pending 1": 1}},
		"all healthy: launch first":           {4, 100, 0, map[string]int{"InService 1": 4, "Pending 1": 1}},
		"all healthy up to half more":         {4, 100, 150, map[string]int{"InService 1": 4, "Pending 1": 2}},
		"some less and some more":             {4, 75, 125, map[string]int{"InService 1": 3, "Terminating 1": 1, "Pending 1": 2}},
		"twice as many, but no more than old": {3, 100, 200, map[string]int{"InService 1": 3, "Pending 1": 3}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := fleet(t, c.size)
			w.refresh(t, bounds(c.low, c.high))
			w.has(t, c.first)
			for range 60 {
				w.pass(time.Minute)
				least := (int(c.size)*int(c.low) + 99) / 100
				if c.high == 0 && least == int(c.size) && c.low < 100 {
					least-- // the one that is replaced
				}
				if got := w.states(t)["InService 1"]; got < least {
					t.Errorf("%d are in service, want %d at least", got, least)
				}
			}
			w.shows(t, types.InstanceRefreshStatusSuccessful, 100, 0)
			w.has(t, map[string]int{"InService 1": int(c.size)})
		})
	}
}

// The warm-up begins when an instance is in service. By default it is the group's
// default warm-up, else its health check grace period.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/understand-instance-refresh-default-values.html
func TestRefreshWaitsForTheWarmup(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		group autoscaling.UpdateAutoScalingGroupInput
		own   *int32
		want  time.Duration
	}{
		"its own":              {autoscaling.UpdateAutoScalingGroupInput{DefaultInstanceWarmup: ptr(int32(120))}, ptr(int32(240)), 4 * time.Minute},
		"the group's":          {autoscaling.UpdateAutoScalingGroupInput{DefaultInstanceWarmup: ptr(int32(120)), HealthCheckGracePeriod: ptr(int32(60))}, nil, 2 * time.Minute},
		"the grace period":     {autoscaling.UpdateAutoScalingGroupInput{HealthCheckGracePeriod: ptr(int32(60))}, nil, time.Minute},
		"none, although given": {autoscaling.UpdateAutoScalingGroupInput{HealthCheckGracePeriod: ptr(int32(60))}, ptr(int32(0)), 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := fleet(t, 1)
			w.update(t, &c.group)
			w.refresh(t, func(in *autoscaling.StartInstanceRefreshInput) { in.Preferences.InstanceWarmup = c.own })
			w.pass(2*time.Minute + c.want - time.Second)
			w.shows(t, types.InstanceRefreshStatusInProgress, 0, 1)
			w.pass(time.Second)
			w.shows(t, types.InstanceRefreshStatusSuccessful, 100, 0)
		})
	}
}

// An operation that finds time to have leapt does what would have happened meanwhile.
func TestRefreshDoesNotDependOnWhoLooks(t *testing.T) {
	t.Parallel()
	w := fleet(t, 5)
	w.refresh(t, bounds(50, 0))
	w.pass(24 * time.Hour)
	w.shows(t, types.InstanceRefreshStatusSuccessful, 100, 0)
	if got := *w.latest(t).EndTime; !got.Equal(w.now.Add(-24*time.Hour + 6*time.Minute)) {
		t.Errorf("it ended at %s, %s before now", got, w.now.Sub(got))
	}
}
