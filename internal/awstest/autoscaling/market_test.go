package autoscaling

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/google/go-cmp/cmp"
)

// several is a policy for several types.
func several(base, percentage int32, strategy string, kinds ...string) *types.MixedInstancesPolicy {
	policy := mixed(&types.InstancesDistribution{
		OnDemandBaseCapacity: &base, OnDemandPercentageAboveBaseCapacity: &percentage, SpotAllocationStrategy: &strategy,
	})
	policy.LaunchTemplate.Overrides = nil
	for _, kind := range kinds {
		policy.LaunchTemplate.Overrides = append(policy.LaunchTemplate.Overrides, types.LaunchTemplateOverrides{InstanceType: ptr(kind)})
	}
	return policy
}

// launched counts what a group of a policy starts, such as "spot t3.micro".
func (w *world) launched(t *testing.T, policy *types.MixedInstancesPolicy, desired int32) map[string]int {
	t.Helper()
	w.make(t, func(in *autoscaling.CreateAutoScalingGroupInput) {
		in.LaunchTemplate, in.MixedInstancesPolicy, in.DesiredCapacity, in.MaxSize = nil, policy, &desired, &desired
	})
	return w.kinds()
}

func (w *world) kinds() map[string]int {
	count := map[string]int{}
	for _, launch := range w.farm.running {
		market := "on-demand"
		if launch.Spot {
			market = "spot"
		}
		count[market+" "+launch.InstanceType]++
	}
	return count
}

// The table of https://docs.aws.amazon.com/autoscaling/ec2/userguide/mixed-instances-groups-set-up-overview.html
func TestOnDemandShareIsAsAWSDocumentsIt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		base, percentage int32
		want             [4]int // on-demand instances of 10, 20, 30, 40
	}{
		"example 1":  {10, 50, [4]int{10, 15, 20, 25}},
		"example 2":  {0, 0, [4]int{0, 0, 0, 0}},
		"example 3":  {0, 60, [4]int{6, 12, 18, 24}},
		"example 4":  {0, 100, [4]int{10, 20, 30, 40}},
		"example 5":  {12, 0, [4]int{10, 12, 12, 12}},
		"a fraction": {0, 25, [4]int{3, 5, 8, 10}}, // rounded up
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i, want := range test.want {
				total := int32(10 * (i + 1))
				got := newWorld().launched(t, several(test.base, test.percentage, lowestPrice, "t3.micro"), total)
				if got["on-demand t3.micro"] != want || got["spot t3.micro"] != int(total)-want {
					t.Errorf("of %d instances: %v, want %d on-demand", total, got, want)
				}
			}
		})
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/allocation-strategies.html
func TestTypesAreChosenByStrategy(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		percentage int32
		strategy   string
		capacity   map[string]int
		want       map[string]int
	}{
		"on-demand takes the first type":           {100, lowestPrice, nil, map[string]int{"on-demand a.large": 4}},
		"on-demand goes on with the second type":   {100, lowestPrice, map[string]int{"a.large": 1}, map[string]int{"on-demand a.large": 1, "on-demand b.large": 3}},
		"lowest price takes two pools evenly":      {0, lowestPrice, nil, map[string]int{"spot a.large": 2, "spot b.large": 2}},
		"lowest price goes on with the next pool":  {0, lowestPrice, map[string]int{"a.large": 0}, map[string]int{"spot b.large": 2, "spot c.large": 2}},
		"capacity takes the pool that has most":    {0, "capacity-optimized", map[string]int{"a.large": 2, "b.large": 9, "c.large": 3}, map[string]int{"spot b.large": 4}},
		"capacity before priority":                 {0, "capacity-optimized-prioritized", map[string]int{"a.large": 1, "c.large": 0}, map[string]int{"spot b.large": 4}},
		"priority among pools alike":               {0, "capacity-optimized-prioritized", nil, map[string]int{"spot a.large": 4}},
		"price and capacity, a pool that runs dry": {0, "price-capacity-optimized", map[string]int{"a.large": 3, "b.large": 1, "c.large": 0}, map[string]int{"spot a.large": 3, "spot b.large": 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.Behave(func(b *Behavior) { b.Capacity = test.capacity })
			got := w.launched(t, several(0, test.percentage, test.strategy, "a.large", "b.large", "c.large"), 4)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/launch-template-spot-instances.html
func TestMarketOptionsOfTheTemplateMakeSpotInstances(t *testing.T) {
	t.Parallel()
	w := newWorld()
	one := w.farm.versions["$Default"]
	one.Spot = true
	w.farm.versions["$Default"] = one
	w.make(t)
	if got := w.kinds(); got["spot t3.micro"] != 2 {
		t.Errorf("launched %v", got)
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/mixed-instances-groups-set-up-overview.html
func TestMarketOptionsExcludeAMixedInstancesPolicy(t *testing.T) {
	t.Parallel()
	w := newWorld()
	one := w.farm.versions["1"]
	one.Spot = true
	w.farm.versions["1"] = one
	w.make(t)
	_, err := w.UpdateAutoScalingGroup(&autoscaling.UpdateAutoScalingGroupInput{AutoScalingGroupName: ptr("group"), MixedInstancesPolicy: mixed(nil)})
	refused(t, err, "InvalidQueryParameter")
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchTemplateOverrides.html
func TestOverridesAreLimited(t *testing.T) {
	t.Parallel()
	var kinds []string
	for i := range 41 {
		kinds = append(kinds, fmt.Sprintf("c%d.large", i))
	}
	for name, test := range map[string]struct {
		kinds []string
		code  string
	}{"forty": {kinds[:40], ""}, "forty-one": {kinds, "ValidationError"}, "twice": {[]string{"a.large", "a.large"}, "ValidationError"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := newWorld().CreateAutoScalingGroup(input(func(in *autoscaling.CreateAutoScalingGroupInput) {
				in.LaunchTemplate, in.MixedInstancesPolicy = nil, several(0, 100, lowestPrice, test.kinds...)
			}))
			if test.code == "" && err != nil {
				t.Error(err)
			} else if test.code != "" {
				refused(t, err, test.code)
			}
		})
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html
func TestDistributionHasDefaults(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t, func(in *autoscaling.CreateAutoScalingGroupInput) {
		in.LaunchTemplate, in.MixedInstancesPolicy = nil, mixed(&types.InstancesDistribution{SpotMaxPrice: ptr("")})
	})
	got := *w.read(t).MixedInstancesPolicy.InstancesDistribution
	if got.SpotMaxPrice != nil || *got.OnDemandAllocationStrategy != prioritized || *got.OnDemandBaseCapacity != 0 ||
		*got.OnDemandPercentageAboveBaseCapacity != 100 || *got.SpotAllocationStrategy != lowestPrice || *got.SpotInstancePools != 2 {
		t.Errorf("%+v", got)
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html
func TestNewPolicyReplacesInstancesUntilTheSharesAreRight(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t, func(in *autoscaling.CreateAutoScalingGroupInput) {
		in.DesiredCapacity, in.MaxSize, in.VPCZoneIdentifier = ptr(int32(4)), ptr(int32(4)), ptr("subnet-a")
	})
	w.Behave(func(b *Behavior) { b.BootTime = time.Minute })
	w.update(t, &autoscaling.UpdateAutoScalingGroupInput{MixedInstancesPolicy: several(1, 50, lowestPrice, "t3.micro")})
	if got := w.kinds(); got["on-demand t3.micro"] != 4 || got["spot t3.micro"] != 1 {
		t.Errorf("before the first new instance is in service: %v", got)
	}
	for range 3 {
		w.now = w.now.Add(time.Minute)
		w.read(t)
	}
	if got := w.kinds(); got["on-demand t3.micro"] != 3 || got["spot t3.micro"] != 1 { // 1 + half of 3, rounded up
		t.Errorf("afterwards: %v", got)
	}
	before := w.farm.started
	w.update(t, &autoscaling.UpdateAutoScalingGroupInput{MixedInstancesPolicy: several(1, 50, "capacity-optimized", "c5.large", "t3.micro")})
	w.update(t, &autoscaling.UpdateAutoScalingGroupInput{LaunchTemplate: input().LaunchTemplate})
	w.now = w.now.Add(time.Hour)
	w.read(t)
	if w.farm.started != before {
		t.Error("other types, or no policy any more, replaced instances")
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html
func TestUpdateKeepsTheMaximumPriceUntilItIsEmpty(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t)
	for _, step := range []struct {
		distribution *types.InstancesDistribution
		want         string
	}{
		{&types.InstancesDistribution{SpotMaxPrice: ptr("0.5")}, "0.5"},
		{&types.InstancesDistribution{OnDemandBaseCapacity: ptr(int32(1))}, "0.5"},
		{nil, "0.5"},
		{&types.InstancesDistribution{SpotMaxPrice: ptr("")}, ""},
	} {
		w.update(t, &autoscaling.UpdateAutoScalingGroupInput{MixedInstancesPolicy: mixed(step.distribution)})
		if got := value(w.read(t).MixedInstancesPolicy.InstancesDistribution.SpotMaxPrice); got != step.want {
			t.Errorf("after %+v: %q, want %q", step.distribution, got, step.want)
		}
	}
}
