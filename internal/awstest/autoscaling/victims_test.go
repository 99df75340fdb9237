package autoscaling

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// grown makes a group in one zone of three instances, each an hour and ten
// minutes younger than the one before; the second is of version 2 of the template
// and the third of version 1.
func grown(t *testing.T, policies ...string) *world {
	t.Helper()
	w := newWorld()
	w.farm.profiles["profile"] = true
	w.one(t, 1, func(in *autoscaling.CreateAutoScalingGroupInput) { in.TerminationPolicies = policies })
	for i, version := range []string{"2", "1"} {
		w.pass(70 * time.Minute)
		w.update(t, &autoscaling.UpdateAutoScalingGroupInput{
			LaunchTemplate:  &types.LaunchTemplateSpecification{LaunchTemplateId: ptr("lt-1"), Version: &version},
			DesiredCapacity: ptr(int32(i + 2)),
		})
	}
	w.pass(30 * time.Minute) // ages: 2 h 50 min, 1 h 40 min, 30 min
	return w
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
func TestTerminationPolicies(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		policies []string
		want     string
	}{
		"oldest instance":                 {[]string{"OldestInstance"}, "i-2 InService, i-3 InService"},
		"newest instance":                 {[]string{"NewestInstance"}, "i-1 InService, i-2 InService"},
		"closest to next hour":            {[]string{"ClosestToNextInstanceHour"}, "i-2 InService, i-3 InService"},
		"oldest template, then newest":    {[]string{"OldestLaunchTemplate", "NewestInstance"}, "i-1 InService, i-2 InService"},
		"no launch configuration, oldest": {[]string{"OldestLaunchConfiguration", "OldestInstance"}, "i-2 InService, i-3 InService"},
		"default: oldest template, next hour": {
			[]string{"Default"}, "i-2 InService, i-3 InService",
		},
		"no policy": {nil, "i-2 InService, i-3 InService"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := grown(t, c.policies...)
			w.desire(t, 2)
			w.holds(t, name, c.want)
		})
	}
}

// The hour counts from each instance's own launch.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
func TestClosestToNextInstanceHourLooksAtTheHourNotTheAge(t *testing.T) {
	t.Parallel()
	w := grown(t, "ClosestToNextInstanceHour")
	w.pass(15 * time.Minute) // ages: 3 h 5 min, 1 h 55 min, 45 min
	w.desire(t, 2)
	w.holds(t, "scaled in", "i-1 InService, i-3 InService")
}

// "Instances that use the noncurrent launch template are terminated first."
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
func TestInstancesOfAnotherTemplateGoFirst(t *testing.T) {
	t.Parallel()
	w := grown(t, "OldestLaunchTemplate")
	w.groups["group"].instances[1].template.LaunchTemplateId = ptr("lt-0")
	w.desire(t, 2)
	w.holds(t, "scaled in", "i-1 InService, i-3 InService")
}

// The zone comes before the policy.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
func TestScaleInBeginsInTheFullestZone(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.one(t, 1, func(in *autoscaling.CreateAutoScalingGroupInput) { in.TerminationPolicies = []string{"OldestInstance"} })
	w.pass(time.Minute)
	w.update(t, &autoscaling.UpdateAutoScalingGroupInput{VPCZoneIdentifier: ptr("subnet-b"), DesiredCapacity: ptr(int32(3))})
	w.update(t, &autoscaling.UpdateAutoScalingGroupInput{VPCZoneIdentifier: ptr("subnet-a,subnet-b")})
	w.desire(t, 2)
	w.holds(t, "zone b has two", "i-1 InService, i-3 InService")
	w.desire(t, 1)
	w.holds(t, "the zones are even", "i-3 InService")
}

// "Which zones have the most instances and at least one unprotected instance":
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
func TestZoneWithOnlyProtectedInstancesIsPassedOver(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.one(t, 2)
	if err := w.protect(true, "i-1", "i-2"); err != nil {
		t.Fatal(err)
	}
	w.update(t, &autoscaling.UpdateAutoScalingGroupInput{VPCZoneIdentifier: ptr("subnet-a,subnet-b"), DesiredCapacity: ptr(int32(3))})
	w.desire(t, 2)
	w.holds(t, "scaled in", "i-1 InService, i-2 InService")
}

// blend makes a mixed group of a, b and a again, all on-demand unless spot.
func blend(t *testing.T, distribution *types.InstancesDistribution) *world {
	t.Helper()
	w := newWorld()
	w.one(t, 0, func(in *autoscaling.CreateAutoScalingGroupInput) {
		in.LaunchTemplate, in.MixedInstancesPolicy = nil, mixed(distribution)
		in.MixedInstancesPolicy.LaunchTemplate.Overrides = []types.LaunchTemplateOverrides{{InstanceType: ptr("m5.large")}, {InstanceType: ptr("m6.large")}}
	})
	w.Behave(func(b *Behavior) { b.Capacity = map[string]int{"m5.large": 1} })
	w.desire(t, 2)
	w.Behave(func(b *Behavior) { b.Capacity = nil })
	w.desire(t, 3)
	return w
}

// "You can gradually replace On-Demand Instances of a lower priority type":
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
func TestAllocationStrategyEndsTheLeastPreferredType(t *testing.T) {
	t.Parallel()
	w := blend(t, nil)
	w.update(t, &autoscaling.UpdateAutoScalingGroupInput{TerminationPolicies: []string{"AllocationStrategy", "OldestInstance"}})
	w.desire(t, 2)
	w.holds(t, "scaled in", "i-1 InService, i-3 InService")
}

// The market that has too many comes before zone and policy.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
func TestScaleInKeepsTheMarketsInProportion(t *testing.T) {
	t.Parallel()
	w := blend(t, &types.InstancesDistribution{OnDemandBaseCapacity: ptr(int32(1)), OnDemandPercentageAboveBaseCapacity: ptr(int32(0))})
	w.update(t, &autoscaling.UpdateAutoScalingGroupInput{TerminationPolicies: []string{"OldestInstance"}})
	w.desire(t, 1)
	w.holds(t, "the on-demand base stays", "i-1 InService")
}
