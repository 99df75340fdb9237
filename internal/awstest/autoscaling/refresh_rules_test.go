package autoscaling

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh-skip-matching.html
func TestSkipMatchingSparesInstancesThatAreRight(t *testing.T) {
	t.Parallel()
	w := fleet(t, 1)
	w.update(t, &autoscaling.UpdateAutoScalingGroupInput{
		LaunchTemplate:  &types.LaunchTemplateSpecification{LaunchTemplateId: ptr("lt-1"), Version: ptr("2")},
		DesiredCapacity: ptr(int32(3)),
	})
	w.pass(time.Hour)
	w.has(t, map[string]int{"InService 1": 1, "InService 2": 2})
	skip := func(in *autoscaling.StartInstanceRefreshInput) { in.Preferences.SkipMatching = ptr(true) }
	w.refresh(t, skip)
	w.shows(t, types.InstanceRefreshStatusInProgress, 0, 1)
	w.has(t, map[string]int{"InService 2": 2, "Terminating 1": 1, "Pending 2": 1})
	w.pass(time.Hour)
	w.refresh(t, skip) // "will succeed immediately without making any replacements"
	w.shows(t, types.InstanceRefreshStatusSuccessful, 100, 0)
	if w.farm.started != 4 {
		t.Errorf("%d instances were started", w.farm.started)
	}
}

// Instances of the desired configuration match as well.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh-skip-matching.html
func TestSkipMatchingComparesWithTheDesiredConfiguration(t *testing.T) {
	t.Parallel()
	w := fleet(t, 2)
	w.refresh(t, func(in *autoscaling.StartInstanceRefreshInput) {
		in.DesiredConfiguration = &types.DesiredConfiguration{LaunchTemplate: &types.LaunchTemplateSpecification{LaunchTemplateId: ptr("lt-1"), Version: ptr("$Default")}}
		in.Preferences.SkipMatching = ptr(true)
	})
	w.shows(t, types.InstanceRefreshStatusSuccessful, 100, 0)
}

// The example of https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-adding-checkpoints-instance-refresh.html
func TestCheckpointsPauseTheRefresh(t *testing.T) {
	t.Parallel()
	w := fleet(t, 10)
	w.refresh(t, func(in *autoscaling.StartInstanceRefreshInput) {
		p := in.Preferences
		p.CheckpointPercentages, p.CheckpointDelay, p.MinHealthyPercentage, p.InstanceWarmup = []int32{20, 50}, ptr(int32(900)), ptr(int32(80)), ptr(int32(480))
	})
	for _, at := range []struct {
		minute        int
		percent, left int32
		fresh         int // new instances, in any state
	}{{0, 0, 10, 2}, {10, 20, 8, 2}, {24, 20, 8, 2}, {25, 20, 8, 4}, {35, 40, 6, 5}, {44, 40, 6, 5}} {
		w.pass(w.latest(t).StartTime.Add(time.Duration(at.minute) * time.Minute).Sub(w.now))
		w.shows(t, types.InstanceRefreshStatusInProgress, at.percent, at.left)
		if fresh := w.farm.started - 10; fresh != at.fresh {
			t.Errorf("minute %d: %d new instances, want %d", at.minute, fresh, at.fresh)
		}
	}
	w.pass(time.Minute) // the last checkpoint is the end
	w.shows(t, types.InstanceRefreshStatusSuccessful, 50, 5)
}

// Two instances and the checkpoints 10, 40, 100: "it skips the first checkpoint".
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-adding-checkpoints-instance-refresh.html
func TestCheckpointsMayBeSkipped(t *testing.T) {
	t.Parallel()
	w := fleet(t, 2)
	w.refresh(t, func(in *autoscaling.StartInstanceRefreshInput) {
		in.Preferences.CheckpointPercentages = []int32{10, 40, 100}
	})
	w.pass(2*time.Minute + time.Hour - time.Second) // the default delay is an hour
	w.shows(t, types.InstanceRefreshStatusInProgress, 50, 1)
	w.pass(time.Second + 2*time.Minute)
	w.shows(t, types.InstanceRefreshStatusSuccessful, 100, 0)
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
func TestBakeTimeEndsTheRefresh(t *testing.T) {
	t.Parallel()
	w := fleet(t, 1)
	w.refresh(t, func(in *autoscaling.StartInstanceRefreshInput) {
		in.Preferences.BakeTime = ptr(int32(600))
		toVersion2(in)
	})
	w.pass(2 * time.Minute)
	w.shows(t, types.InstanceRefreshStatusBaking, 100, 0)
	if got := w.read(t); value(got.LaunchTemplate.Version) != "1" {
		t.Error("the group has changed before the end")
	}
	w.pass(10 * time.Minute)
	w.shows(t, types.InstanceRefreshStatusSuccessful, 100, 0)
	if got := w.read(t); value(got.LaunchTemplate.Version) != "2" {
		t.Error("the group has not changed")
	}
}

// Refresh, Ignore or Wait an hour, then fail.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
func TestRefreshAndInstancesThatMustNotGo(t *testing.T) {
	t.Parallel()
	protect := func(w *world, of bool) { w.groups["group"].instances[0].protected = of }
	standby := func(w *world, in bool) {
		one := w.groups["group"].instances[0]
		one.state = types.LifecycleStateInService
		w.groups["group"].record.DesiredCapacity = ptr(int32(2))
		if in {
			one.state = types.LifecycleStateStandby
			w.groups["group"].record.DesiredCapacity = ptr(int32(1))
		}
	}
	cases := map[string]struct {
		hold      func(*world, bool)
		protected types.ScaleInProtectedInstances
		standby   types.StandbyInstances
		replaced  int
		want      types.InstanceRefreshStatus
	}{
		"refresh protected":    {protect, types.ScaleInProtectedInstancesRefresh, "", 2, types.InstanceRefreshStatusSuccessful},
		"ignore protected":     {protect, types.ScaleInProtectedInstancesIgnore, "", 1, types.InstanceRefreshStatusSuccessful},
		"wait for protected":   {protect, "", "", 1, types.InstanceRefreshStatusFailed},
		"terminate in standby": {standby, "", types.StandbyInstancesTerminate, 1, types.InstanceRefreshStatusSuccessful},
		"ignore in standby":    {standby, "", types.StandbyInstancesIgnore, 1, types.InstanceRefreshStatusSuccessful},
		"wait for standby":     {standby, "", "", 1, types.InstanceRefreshStatusFailed},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := fleet(t, 2)
			c.hold(w, true)
			prefer := func(in *autoscaling.StartInstanceRefreshInput) {
				in.Preferences.ScaleInProtectedInstances, in.Preferences.StandbyInstances = c.protected, c.standby
			}
			w.refresh(t, prefer)
			w.pass(2*time.Minute + time.Hour - time.Second)
			if c.want == types.InstanceRefreshStatusFailed {
				w.shows(t, types.InstanceRefreshStatusInProgress, 50, 1)
			}
			w.pass(time.Second)
			if got := w.latest(t); got.Status != c.want || w.farm.started != 2+c.replaced {
				t.Errorf("%s (%s), %d replaced; want %s, %d", got.Status, value(got.StatusReason), w.farm.started-2, c.want, c.replaced)
			}
			if c.want == types.InstanceRefreshStatusFailed { // and when they are let go in time, it goes on
				w.refresh(t, prefer)
				w.pass(30 * time.Minute)
				c.hold(w, false)
				w.pass(30 * time.Minute)
				w.shows(t, types.InstanceRefreshStatusSuccessful, 100, 0)
			}
		})
	}
}

// "If the problem persists after an hour, the operation fails", and the rest of the
// group is untouched.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html#instance-refresh-limitations
func TestRefreshFailsWhenNewInstancesDoNotCome(t *testing.T) {
	t.Parallel()
	cases := map[string]func(*Behavior){
		"no capacity":     func(b *Behavior) { b.Capacity = map[string]int{"t3.micro": 0} },
		"never InService": func(b *Behavior) { b.StayPending = 100 },
	}
	for name, broken := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := fleet(t, 10)
			w.Behave(broken)
			w.refresh(t, nil)
			w.pass(time.Hour - time.Second)
			w.shows(t, types.InstanceRefreshStatusInProgress, 0, 10)
			w.pass(time.Second)
			w.shows(t, types.InstanceRefreshStatusFailed, 0, 10)
			if got := w.states(t)["InService 1"]; got != 9 || value(w.latest(t).StatusReason) == "" {
				t.Errorf("%d are in service, because %q", got, value(w.latest(t).StatusReason))
			}
		})
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html#instance-refresh-limitations
func TestRefreshEndsAfterFourteenDays(t *testing.T) {
	t.Parallel()
	w := fleet(t, 20)
	w.refresh(t, func(in *autoscaling.StartInstanceRefreshInput) {
		in.Preferences.CheckpointPercentages, in.Preferences.CheckpointDelay = []int32{10, 20, 30, 40, 50, 60, 70, 80, 90, 100}, ptr(int32(172800))
	})
	w.pass(20 * 24 * time.Hour)
	if got := w.latest(t); got.Status != types.InstanceRefreshStatusFailed || got.EndTime.Sub(*got.StartTime) < 14*24*time.Hour {
		t.Errorf("%s after %s: %s", got.Status, got.EndTime.Sub(*got.StartTime), value(got.StatusReason))
	}
}
