package autoscaling

import (
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AlarmSpecification.html
func TestAlarmFailsTheRefresh(t *testing.T) {
	t.Parallel()
	w := fleet(t, 2)
	w.refresh(t, func(in *autoscaling.StartInstanceRefreshInput) {
		in.Preferences.AlarmSpecification = &types.AlarmSpecification{Alarms: []string{"mine"}}
	})
	w.Alarm("other", true)
	w.shows(t, types.InstanceRefreshStatusInProgress, 0, 2)
	w.Alarm("mine", true)
	w.shows(t, types.InstanceRefreshStatusFailed, 0, 2)
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
func TestSuspendedProcessesHoldTheRefreshUp(t *testing.T) {
	t.Parallel()
	for _, process := range []string{"InstanceRefresh", "Terminate"} {
		t.Run(process, func(t *testing.T) {
			t.Parallel()
			w := fleet(t, 1)
			names := []string{process}
			if _, err := w.SuspendProcesses(&autoscaling.SuspendProcessesInput{AutoScalingGroupName: ptr("group"), ScalingProcesses: names}); err != nil {
				t.Fatal(err)
			}
			w.refresh(t, nil)
			w.pass(30 * time.Minute)
			w.has(t, map[string]int{"InService 1": 1})
			if _, err := w.ResumeProcesses(&autoscaling.ResumeProcessesInput{AutoScalingGroupName: ptr("group"), ScalingProcesses: names}); err != nil {
				t.Fatal(err)
			}
			w.pass(2 * time.Minute)
			w.shows(t, types.InstanceRefreshStatusSuccessful, 100, 0)
		})
	}
}

// "The instance refreshes for the specified group, sorted by creation timestamp in
// descending order", a page at a time.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeInstanceRefreshes.html
func TestRefreshesAreListedNewestFirst(t *testing.T) {
	t.Parallel()
	w := fleet(t, 0)
	var want []string
	for range 5 {
		want = slices.Insert(want, 0, w.refresh(t, nil))
	}
	in := &autoscaling.DescribeInstanceRefreshesInput{AutoScalingGroupName: ptr("group"), MaxRecords: ptr(int32(2))}
	var got []string
	for pages := 1; ; pages++ {
		out, err := w.DescribeInstanceRefreshes(in)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range out.InstanceRefreshes {
			got = append(got, *one.InstanceRefreshId)
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			if pages != 3 || !slices.Equal(got, want) {
				t.Errorf("%d pages of %v, want 3 of %v", pages, got, want)
			}
			break
		}
	}
	out, err := w.DescribeInstanceRefreshes(&autoscaling.DescribeInstanceRefreshesInput{AutoScalingGroupName: ptr("group"), InstanceRefreshIds: want[1:2]})
	if err != nil || len(out.InstanceRefreshes) != 1 || *out.InstanceRefreshes[0].InstanceRefreshId != want[1] {
		t.Errorf("by id: %+v, %v", out, err)
	}
	_, err = w.DescribeInstanceRefreshes(&autoscaling.DescribeInstanceRefreshesInput{AutoScalingGroupName: ptr("none")})
	refused(t, err, "ValidationError")
}

// Terminations go through the hooks: a worker that is at work holds the refresh up,
// however long, and is no failure of it.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html
func TestHooksHoldTheRefreshUp(t *testing.T) {
	t.Parallel()
	w := fleet(t, 2)
	if _, err := w.PutLifecycleHook(&autoscaling.PutLifecycleHookInput{
		AutoScalingGroupName: ptr("group"), LifecycleHookName: ptr("drain"), LifecycleTransition: ptr("autoscaling:EC2_INSTANCE_TERMINATING"),
		HeartbeatTimeout: ptr(int32(7200)),
	}); err != nil {
		t.Fatal(err)
	}
	w.refresh(t, bounds(50, 0))
	w.pass(2*time.Hour - time.Minute)
	w.shows(t, types.InstanceRefreshStatusInProgress, 0, 2)
	if got := w.states(t); got["Terminating:Wait 1"] != 1 || got["InService 1"] != 2 {
		t.Errorf("the instances are %v", got)
	}
	w.pass(2 * time.Minute) // the first heartbeat is over
	w.shows(t, types.InstanceRefreshStatusInProgress, 50, 1)
	w.pass(3 * time.Hour)
	w.shows(t, types.InstanceRefreshStatusSuccessful, 100, 0)
}

// A desired configuration may be a mixed instances policy: instances of a type that
// it does not have are replaced.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh-skip-matching.html
func TestDesiredConfigurationMayBeAPolicy(t *testing.T) {
	t.Parallel()
	w := fleet(t, 2)
	w.refresh(t, func(in *autoscaling.StartInstanceRefreshInput) {
		in.Preferences.SkipMatching = ptr(true)
		in.DesiredConfiguration = &types.DesiredConfiguration{MixedInstancesPolicy: &types.MixedInstancesPolicy{LaunchTemplate: &types.LaunchTemplate{
			LaunchTemplateSpecification: &types.LaunchTemplateSpecification{LaunchTemplateId: ptr("lt-1"), Version: ptr("1")},
			Overrides:                   []types.LaunchTemplateOverrides{{InstanceType: ptr("c6i.large")}},
		}}}
	})
	w.pass(time.Hour)
	w.shows(t, types.InstanceRefreshStatusSuccessful, 100, 0)
	got := w.read(t)
	if got.LaunchTemplate != nil || got.MixedInstancesPolicy == nil || value(got.Instances[0].InstanceType) != "c6i.large" || value(got.Instances[1].InstanceType) != "c6i.large" {
		t.Errorf("the group is %+v", got)
	}
}
