package autoscaling

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var ignoreUnexported = cmpopts.IgnoreUnexported(types.AutoScalingGroup{}, types.LaunchTemplateSpecification{}, types.TagDescription{})

func TestUpdateMergesGivenFields(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t, func(in *autoscaling.CreateAutoScalingGroupInput) {
		in.Tags = []types.Tag{{Key: ptr("k"), Value: ptr("v")}}
	})
	want := w.read(t)
	w.update(t, &autoscaling.UpdateAutoScalingGroupInput{
		DefaultCooldown: ptr(int32(60)), TerminationPolicies: []string{"OldestLaunchTemplate"}, CapacityRebalance: ptr(true),
		HealthCheckGracePeriod: ptr(int32(30)), MaxInstanceLifetime: ptr(int32(86400)), NewInstancesProtectedFromScaleIn: ptr(true),
		DefaultInstanceWarmup: ptr(int32(20)), VPCZoneIdentifier: ptr("subnet-b"),
	})
	want.DefaultCooldown, want.TerminationPolicies, want.CapacityRebalance = ptr(int32(60)), []string{"OldestLaunchTemplate"}, ptr(true)
	want.HealthCheckGracePeriod, want.MaxInstanceLifetime, want.NewInstancesProtectedFromScaleIn = ptr(int32(30)), ptr(int32(86400)), ptr(true)
	want.DefaultInstanceWarmup, want.VPCZoneIdentifier, want.AvailabilityZones = ptr(int32(20)), ptr("subnet-b"), []string{"us-east-1b"}
	got := w.read(t)
	if diff := cmp.Diff(want, got, ignoreUnexported, cmpopts.IgnoreFields(types.AutoScalingGroup{}, "Instances")); diff != "" {
		t.Error(diff)
	}
	w.update(t, &autoscaling.UpdateAutoScalingGroupInput{MaxInstanceLifetime: ptr(int32(0)), DefaultInstanceWarmup: ptr(int32(-1)), TerminationPolicies: []string{}})
	if got = w.read(t); got.MaxInstanceLifetime != nil || got.DefaultInstanceWarmup != nil || !cmp.Equal(got.TerminationPolicies, []string{"Default"}) {
		t.Errorf("the values that mean none left %+v", got)
	}
}

func TestUpdateSwitchesBetweenTemplateAndPolicy(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t)
	w.update(t, &autoscaling.UpdateAutoScalingGroupInput{MixedInstancesPolicy: mixed(nil)})
	if got := w.read(t); got.LaunchTemplate != nil || got.MixedInstancesPolicy == nil {
		t.Error("the launch template stayed")
	}
	w.update(t, &autoscaling.UpdateAutoScalingGroupInput{LaunchTemplate: &types.LaunchTemplateSpecification{LaunchTemplateName: ptr("template"), Version: ptr("2")}})
	if got := w.read(t); got.MixedInstancesPolicy != nil || value(got.LaunchTemplate.LaunchTemplateId) != "lt-1" {
		t.Error("the policy stayed")
	}
}

func TestUpdateRefuses(t *testing.T) {
	t.Parallel()
	cases := map[string]*autoscaling.UpdateAutoScalingGroupInput{
		"absent group":      {AutoScalingGroupName: ptr("none")},
		"min above max":     {MinSize: ptr(int32(6))},
		"desired above max": {DesiredCapacity: ptr(int32(6))},
		"unknown template":  {LaunchTemplate: &types.LaunchTemplateSpecification{LaunchTemplateId: ptr("lt-2")}},
		"unknown version":   {LaunchTemplate: &types.LaunchTemplateSpecification{LaunchTemplateId: ptr("lt-1"), Version: ptr("9")}},
		"unknown subnet":    {VPCZoneIdentifier: ptr("subnet-z")},
		"unknown policy":    {TerminationPolicies: []string{"x"}},
	}
	for name, in := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.make(t)
			before := w.read(t)
			if in.AutoScalingGroupName == nil {
				in.AutoScalingGroupName = ptr("group")
			}
			_, err := w.UpdateAutoScalingGroup(in)
			refused(t, err, "ValidationError")
			if diff := cmp.Diff(before, w.read(t), ignoreUnexported, cmpopts.IgnoreFields(types.AutoScalingGroup{}, "Instances")); diff != "" {
				t.Errorf("the refused update changed the group:\n%s", diff)
			}
		})
	}
}

func TestNewBoundsMoveDesiredCapacity(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t)
	w.update(t, &autoscaling.UpdateAutoScalingGroupInput{MinSize: ptr(int32(3))})
	if got := w.read(t); *got.DesiredCapacity != 3 || len(got.Instances) != 3 || len(w.farm.running) != 3 {
		t.Errorf("after a higher minimum: desired %d, %d instances", *got.DesiredCapacity, len(got.Instances))
	}
	w.update(t, &autoscaling.UpdateAutoScalingGroupInput{MinSize: ptr(int32(0)), MaxSize: ptr(int32(1))})
	if got := w.read(t); *got.DesiredCapacity != 1 || len(got.Instances) != 1 || len(w.farm.running) != 1 {
		t.Errorf("after a lower maximum: desired %d, %d instances", *got.DesiredCapacity, len(got.Instances))
	}
}

func TestSetDesiredCapacityStaysInBounds(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t, func(in *autoscaling.CreateAutoScalingGroupInput) { in.MinSize = ptr(int32(1)) })
	set := func(n int32, honor bool) error {
		_, err := w.SetDesiredCapacity(&autoscaling.SetDesiredCapacityInput{AutoScalingGroupName: ptr("group"), DesiredCapacity: &n, HonorCooldown: &honor})
		return err
	}
	refused(t, set(6, false), "ValidationError")
	refused(t, set(0, false), "ValidationError")
	refused(t, set(3, true), "ScalingActivityInProgress")
	w.now = w.now.Add(300 * time.Second)
	if err := set(3, true); err != nil || len(w.farm.running) != 3 {
		t.Errorf("%v, %d instances", err, len(w.farm.running))
	}
}

func TestScaleInSparesProtectedInstances(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t, func(in *autoscaling.CreateAutoScalingGroupInput) { in.NewInstancesProtectedFromScaleIn = ptr(true) })
	w.update(t, &autoscaling.UpdateAutoScalingGroupInput{DesiredCapacity: ptr(int32(0))})
	if len(w.farm.running) != 2 {
		t.Errorf("%d instances are left, want 2", len(w.farm.running))
	}
}

func TestFailedLaunchIsAnActivity(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.farm.broken = errors.New("no capacity")
	w.make(t)
	out, err := w.DescribeScalingActivities(&autoscaling.DescribeScalingActivitiesInput{AutoScalingGroupName: ptr("group")})
	if err != nil || len(out.Activities) != 1 || out.Activities[0].StatusCode != types.ScalingActivityStatusCodeFailed || value(out.Activities[0].StatusMessage) != "no capacity" {
		t.Errorf("activities %+v, %v", out, err)
	}
}

func TestInstancesMayBeLeftOut(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t)
	for include, want := range map[bool]int{true: 2, false: 0} {
		out, err := w.DescribeAutoScalingGroups(&autoscaling.DescribeAutoScalingGroupsInput{IncludeInstances: &include})
		if err != nil || len(out.AutoScalingGroups[0].Instances) != want {
			t.Errorf("IncludeInstances %t: %v, %v", include, out, err)
		}
	}
}
