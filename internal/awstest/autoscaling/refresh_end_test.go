package autoscaling

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

func (w *world) cancel(wait *bool) error {
	_, err := w.CancelInstanceRefresh(&autoscaling.CancelInstanceRefreshInput{AutoScalingGroupName: ptr("group"), WaitForTransitioningInstances: wait})
	return err
}

func (w *world) rollback() error {
	_, err := w.RollbackInstanceRefresh(&autoscaling.RollbackInstanceRefreshInput{AutoScalingGroupName: ptr("group")})
	return err
}

func withRollback(in *autoscaling.StartInstanceRefreshInput) {
	toVersion2(in)
	in.Preferences.AutoRollback = ptr(true)
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_StartInstanceRefresh.html#API_StartInstanceRefresh_Errors
func TestOneRefreshAtATime(t *testing.T) {
	t.Parallel()
	w := fleet(t, 2)
	refused(t, w.cancel(nil), "ActiveInstanceRefreshNotFound")
	refused(t, w.rollback(), "ActiveInstanceRefreshNotFound")
	w.refresh(t, nil)
	_, err := w.StartInstanceRefresh(&autoscaling.StartInstanceRefreshInput{AutoScalingGroupName: ptr("group")})
	refused(t, err, "InstanceRefreshInProgress")
	w.pass(time.Hour)
	refused(t, w.cancel(nil), "ActiveInstanceRefreshNotFound")
	w.refresh(t, nil)
}

// What has been replaced stays so, and the group keeps its settings. By default the
// cancellation waits for launches and terminations under way.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CancelInstanceRefresh.html
func TestCancelStopsTheRefresh(t *testing.T) {
	t.Parallel()
	for name, wait := range map[string]*bool{"waiting": nil, "at once": ptr(false)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := fleet(t, 3)
			w.refresh(t, toVersion2)
			w.pass(2 * time.Minute)
			w.has(t, map[string]int{"InService 1": 1, "InService 2": 1, "Terminating 1": 1, "Pending 2": 1})
			if err := w.cancel(wait); err != nil {
				t.Fatal(err)
			}
			if wait == nil {
				w.shows(t, types.InstanceRefreshStatusCancelling, 33, 2)
				w.pass(2 * time.Minute)
			}
			if got := w.latest(t); got.Status != types.InstanceRefreshStatusCancelled || got.EndTime == nil {
				t.Errorf("the refresh is %+v", got)
			}
			w.pass(time.Hour)
			w.has(t, map[string]int{"InService 1": 1, "InService 2": 2})
			if got := w.read(t); value(got.LaunchTemplate.Version) != "1" {
				t.Errorf("the group has version %s", value(got.LaunchTemplate.Version))
			}
		})
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html
func TestRollbackReplacesWhatWasReplaced(t *testing.T) {
	t.Parallel()
	w := fleet(t, 4)
	w.refresh(t, toVersion2)
	w.pass(4 * time.Minute)
	w.shows(t, types.InstanceRefreshStatusInProgress, 50, 2)
	if err := w.rollback(); err != nil {
		t.Fatal(err)
	}
	w.shows(t, types.InstanceRefreshStatusRollbackInProgress, 50, 2)
	w.pass(time.Hour)
	w.shows(t, types.InstanceRefreshStatusRollbackSuccessful, 0, 2)
	w.has(t, map[string]int{"InService 1": 4})
	details := w.latest(t).RollbackDetails
	if details == nil || value(details.PercentageCompleteOnRollback) != 50 || value(details.InstancesToUpdateOnRollback) != 2 || value(details.RollbackReason) == "" {
		t.Errorf("the details are %+v", details)
	}
	if got := w.read(t); value(got.LaunchTemplate.Version) != "1" {
		t.Errorf("the group has version %s", value(got.LaunchTemplate.Version))
	}
}

// "No desired configuration", "$Latest or $Default".
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RollbackInstanceRefresh.html
func TestNotEveryRefreshCanBeRolledBack(t *testing.T) {
	t.Parallel()
	plain := fleet(t, 2)
	plain.refresh(t, nil)
	refused(t, plain.rollback(), "IrreversibleInstanceRefresh")
	latest := fleet(t, 2)
	latest.update(t, &autoscaling.UpdateAutoScalingGroupInput{LaunchTemplate: &types.LaunchTemplateSpecification{LaunchTemplateId: ptr("lt-1"), Version: ptr("$Latest")}})
	latest.refresh(t, toVersion2)
	refused(t, latest.rollback(), "IrreversibleInstanceRefresh")
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html#instance-refresh-using-auto-rollback
func TestAutoRollbackFollowsAFailure(t *testing.T) {
	t.Parallel()
	w := fleet(t, 4)
	w.refresh(t, func(in *autoscaling.StartInstanceRefreshInput) {
		withRollback(in)
		in.Preferences.AlarmSpecification = &types.AlarmSpecification{Alarms: []string{"mine"}}
	})
	w.pass(2 * time.Minute)
	w.Alarm("mine", true)
	w.shows(t, types.InstanceRefreshStatusRollbackInProgress, 25, 3)
	w.pass(time.Hour)
	w.shows(t, types.InstanceRefreshStatusRollbackSuccessful, 0, 3)
	w.has(t, map[string]int{"InService 1": 4})
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRefresh.html
func TestRollbackMayFailToo(t *testing.T) {
	t.Parallel()
	w := fleet(t, 4)
	w.refresh(t, withRollback)
	w.pass(2 * time.Minute)
	w.Behave(func(b *Behavior) { b.Capacity = map[string]int{"t3.micro": 0} })
	w.pass(4 * time.Hour)
	if got := w.latest(t); got.Status != types.InstanceRefreshStatusRollbackFailed {
		t.Errorf("the refresh is %s: %s", got.Status, value(got.StatusReason))
	}
}

// "launches new instances with the desired configuration instead of the group's
// current settings", and the group gets it when the refresh has succeeded.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html#instance-refresh-core-concepts
func TestDesiredConfigurationIsForNewInstances(t *testing.T) {
	t.Parallel()
	w := fleet(t, 2)
	w.refresh(t, toVersion2)
	w.update(t, &autoscaling.UpdateAutoScalingGroupInput{DesiredCapacity: ptr(int32(3))})
	w.has(t, map[string]int{"InService 1": 1, "Terminating 1": 1, "Pending 2": 2})
	if got := w.read(t); value(got.LaunchTemplate.Version) != "1" {
		t.Errorf("the group has version %s already", value(got.LaunchTemplate.Version))
	}
	w.pass(time.Hour)
	w.has(t, map[string]int{"InService 2": 3})
	if got := w.read(t); value(got.LaunchTemplate.Version) != "2" {
		t.Errorf("the group has version %s", value(got.LaunchTemplate.Version))
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html#instance-refresh-limitations
func TestDesiredConfigurationBlocksUpdatesOfTheSame(t *testing.T) {
	t.Parallel()
	w := fleet(t, 2)
	template := &autoscaling.UpdateAutoScalingGroupInput{
		AutoScalingGroupName: ptr("group"),
		LaunchTemplate:       &types.LaunchTemplateSpecification{LaunchTemplateId: ptr("lt-1"), Version: ptr("1")},
	}
	w.refresh(t, nil)
	if _, err := w.UpdateAutoScalingGroup(template); err != nil {
		t.Errorf("without a desired configuration: %v", err)
	}
	w.pass(time.Hour)
	w.refresh(t, toVersion2)
	_, err := w.UpdateAutoScalingGroup(template)
	refused(t, err, "ValidationError")
	_, err = w.UpdateAutoScalingGroup(&autoscaling.UpdateAutoScalingGroupInput{AutoScalingGroupName: ptr("group"), MixedInstancesPolicy: mixed(nil)})
	refused(t, err, "ValidationError")
	w.update(t, &autoscaling.UpdateAutoScalingGroupInput{MaxSize: ptr(int32(9))})
	w.pass(time.Hour)
	if _, err := w.UpdateAutoScalingGroup(template); err != nil {
		t.Errorf("after the refresh: %v", err)
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_StartInstanceRefresh.html
func TestStartRefuses(t *testing.T) {
	t.Parallel()
	prefer := func(p types.RefreshPreferences) func(*autoscaling.StartInstanceRefreshInput) {
		return func(in *autoscaling.StartInstanceRefreshInput) { in.Preferences = &p }
	}
	eleven := make([]string, 11)
	cases := map[string]func(*autoscaling.StartInstanceRefreshInput){
		"absent group": func(in *autoscaling.StartInstanceRefreshInput) { in.AutoScalingGroupName = ptr("none") },
		"strategy":     func(in *autoscaling.StartInstanceRefreshInput) { in.Strategy = "AllAtOnce" },
		"empty configuration": func(in *autoscaling.StartInstanceRefreshInput) {
			in.DesiredConfiguration = &types.DesiredConfiguration{}
		},
		"minimum below 0":           prefer(types.RefreshPreferences{MinHealthyPercentage: ptr(int32(-1))}),
		"minimum above 100":         prefer(types.RefreshPreferences{MinHealthyPercentage: ptr(int32(101))}),
		"maximum below 100":         prefer(types.RefreshPreferences{MinHealthyPercentage: ptr(int32(50)), MaxHealthyPercentage: ptr(int32(99))}),
		"maximum above 200":         prefer(types.RefreshPreferences{MinHealthyPercentage: ptr(int32(100)), MaxHealthyPercentage: ptr(int32(201))}),
		"maximum alone":             prefer(types.RefreshPreferences{MaxHealthyPercentage: ptr(int32(110))}),
		"more than 100 apart":       prefer(types.RefreshPreferences{MinHealthyPercentage: ptr(int32(50)), MaxHealthyPercentage: ptr(int32(151))}),
		"warm-up below 0":           prefer(types.RefreshPreferences{InstanceWarmup: ptr(int32(-1))}),
		"checkpoints descend":       prefer(types.RefreshPreferences{CheckpointPercentages: []int32{50, 20}}),
		"checkpoint twice":          prefer(types.RefreshPreferences{CheckpointPercentages: []int32{20, 20}}),
		"checkpoint above 100":      prefer(types.RefreshPreferences{CheckpointPercentages: []int32{20, 101}}),
		"delay without checkpoints": prefer(types.RefreshPreferences{CheckpointDelay: ptr(int32(60))}),
		"delay above two days":      prefer(types.RefreshPreferences{CheckpointPercentages: []int32{20}, CheckpointDelay: ptr(int32(172801))}),
		"bake time above two days":  prefer(types.RefreshPreferences{BakeTime: ptr(int32(172801))}),
		"choice for protected":      prefer(types.RefreshPreferences{ScaleInProtectedInstances: "Kill"}),
		"choice for standby":        prefer(types.RefreshPreferences{StandbyInstances: "Kill"}),
		"eleven alarms":             prefer(types.RefreshPreferences{AlarmSpecification: &types.AlarmSpecification{Alarms: eleven}}),
		"rollback to nothing":       prefer(types.RefreshPreferences{AutoRollback: ptr(true)}),
		"unknown version": func(in *autoscaling.StartInstanceRefreshInput) {
			in.DesiredConfiguration = &types.DesiredConfiguration{LaunchTemplate: &types.LaunchTemplateSpecification{LaunchTemplateId: ptr("lt-1"), Version: ptr("9")}}
		},
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := fleet(t, 1)
			in := &autoscaling.StartInstanceRefreshInput{AutoScalingGroupName: ptr("group")}
			change(in)
			_, err := w.StartInstanceRefresh(in)
			refused(t, err, "ValidationError")
		})
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html#instance-refresh-rollback-considerations
func TestAutoRollbackTakesANumberedVersion(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"$Latest", "$Default"} {
		w := fleet(t, 1)
		w.update(t, &autoscaling.UpdateAutoScalingGroupInput{LaunchTemplate: &types.LaunchTemplateSpecification{LaunchTemplateId: ptr("lt-1"), Version: &version}})
		in := &autoscaling.StartInstanceRefreshInput{AutoScalingGroupName: ptr("group"), Preferences: &types.RefreshPreferences{}}
		withRollback(in)
		_, err := w.StartInstanceRefresh(in)
		refused(t, err, "ValidationError")
	}
}
