package component

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/google/go-cmp/cmp"
)

// mixedWorld is one whose group has several types of instances.
func mixedWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.change = func(kit map[string]Component) {
		kit[keyTemplate].(*LaunchTemplate).Settings.Market = nil
		kit[keyGroup].(*AutoScalingGroup).Settings.Mixed = &MixedSettings{
			InstanceTypes: []string{"c5.large", "m5.large"}, OnDemandBase: 1, OnDemandPercentage: 50, SpotStrategy: "price-capacity-optimized",
		}
	}
	return w
}

// changePolicy changes the group's policy as somebody else would.
func changePolicy(change func(*types.MixedInstancesPolicy)) func(*testing.T, *world) {
	return func(t *testing.T, w *world) {
		t.Helper()
		out, err := w.Direct().AutoScaling.DescribeAutoScalingGroups(w.ctx, &autoscaling.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{"pool"}})
		done(t, out, err)
		policy := out.AutoScalingGroups[0].MixedInstancesPolicy
		policy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateName = nil // AWS answers with both and takes one
		change(policy)
		updateGroup(func(in *autoscaling.UpdateAutoScalingGroupInput) { in.MixedInstancesPolicy = policy })(t, w)
	}
}

func TestDriftOfAMixedGroupIsSeenAndRepaired(t *testing.T) { //nolint:tparallel // one object, changed again and again
	t.Parallel()
	w := mixedWorld(t)
	w.ensure(t, w.behind(t, keyGroup))
	distribution := func(change func(*types.InstancesDistribution)) func(*testing.T, *world) {
		return changePolicy(func(p *types.MixedInstancesPolicy) { change(p.InstancesDistribution) })
	}
	for _, d := range []drift{
		{"order of types", []string{"Mixed"}, "instance types are [m5.large c5.large], not [c5.large m5.large]", changePolicy(func(p *types.MixedInstancesPolicy) {
			p.LaunchTemplate.Overrides = []types.LaunchTemplateOverrides{{InstanceType: aws.String("m5.large")}, {InstanceType: aws.String("c5.large")}}
		})},
		{"base", []string{"Mixed"}, "on-demand base capacity is 2, not 1", distribution(func(d *types.InstancesDistribution) { d.OnDemandBaseCapacity = aws.Int32(2) })},
		{
			"percentage",
			[]string{"Mixed"},
			"on-demand percentage above base capacity is 0, not 50",
			distribution(func(d *types.InstancesDistribution) { d.OnDemandPercentageAboveBaseCapacity = aws.Int32(0) }),
		},
		{
			"strategy",
			[]string{"Mixed"},
			"spot allocation strategy is capacity-optimized, not price-capacity-optimized",
			distribution(func(d *types.InstancesDistribution) { d.SpotAllocationStrategy = aws.String("capacity-optimized") }),
		},
		{
			"pools",
			[]string{"Mixed", "MixedFixed"},
			"spot instances come from 5 pools, not 2",
			distribution(func(d *types.InstancesDistribution) {
				d.SpotAllocationStrategy, d.SpotInstancePools = aws.String("lowest-price"), aws.Int32(5)
			}),
		},
		{
			"on-demand strategy",
			[]string{"MixedFixed"},
			"on-demand allocation strategy is lowest-price, not prioritized",
			distribution(func(d *types.InstancesDistribution) { d.OnDemandAllocationStrategy = aws.String("lowest-price") }),
		},
		{"maximum price", []string{"MixedFixed"}, "maximum price of 0.5", distribution(func(d *types.InstancesDistribution) { d.SpotMaxPrice = aws.String("0.5") })},
		{
			"weight",
			[]string{"MixedFixed"},
			"instance type c5.large has the weight 2",
			changePolicy(func(p *types.MixedInstancesPolicy) { p.LaunchTemplate.Overrides[0].WeightedCapacity = aws.String("2") }),
		},
		{"version", []string{"TemplateVersion"}, `launch template version is "$Latest", not 1`, changePolicy(func(p *types.MixedInstancesPolicy) {
			p.LaunchTemplate.LaunchTemplateSpecification.Version = aws.String("$Latest")
		})},
		{"no policy", []string{"Mixed"}, "it has no mixed instances policy", func(t *testing.T, w *world) {
			updateGroup(func(in *autoscaling.UpdateAutoScalingGroupInput) {
				in.LaunchTemplate = &types.LaunchTemplateSpecification{LaunchTemplateId: aws.String(w.known[keyTemplate]), Version: aws.String("1")}
			})(t, w)
		}},
	} {
		if !t.Run(d.name, func(t *testing.T) { w.repairs(t, keyGroup, d) }) {
			t.FailNow()
		}
	}
}

// What the emulated Auto Scaling does not play.
func TestPolicyMadeElsewhereIsDrift(t *testing.T) {
	t.Parallel()
	policy := &types.MixedInstancesPolicy{
		InstancesDistribution: &types.InstancesDistribution{DistributionSegments: []types.DistributionSegment{{}}},
		LaunchTemplate: &types.LaunchTemplate{Overrides: []types.LaunchTemplateOverrides{
			{InstanceRequirements: &types.InstanceRequirements{}},
			{InstanceType: aws.String("c5.large"), ImageId: aws.String("ami-1"), LaunchTemplateSpecification: &types.LaunchTemplateSpecification{}},
		}},
	}
	var d differences
	compareMixedFixed(policy, &d)
	want := "it has distribution segments; instance types are chosen by requirements; instance type c5.large has a launch template of its own; " +
		"instance type c5.large has an image of its own"
	if diff := cmp.Diff(want, Sentence(d)); diff != "" {
		t.Error(diff)
	}
}
