package component

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// onDemandStrategy takes on-demand instances in the order of the list of types:
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/allocation-strategies.html
const onDemandStrategy = "prioritized"

// lowestPools is over how many spot pools AWS spreads instances of the strategy
// lowest-price unless it is told otherwise:
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html
const lowestPools = 2

// MixedSettings are the instance types and purchase options of a group with a
// mixed instances policy.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_MixedInstancesPolicy.html
type MixedSettings struct {
	InstanceTypes      []string // the first is preferred
	OnDemandBase       int32    // on-demand instances that come before any spot instance
	OnDemandPercentage int32    // of the instances above OnDemandBase
	SpotStrategy       string   // such as "price-capacity-optimized"
}

// request says everything, so that nothing stays of what somebody else has set.
func (m *MixedSettings) request(template *types.LaunchTemplateSpecification) *types.MixedInstancesPolicy {
	policy := &types.MixedInstancesPolicy{
		LaunchTemplate: &types.LaunchTemplate{LaunchTemplateSpecification: template},
		InstancesDistribution: &types.InstancesDistribution{
			OnDemandAllocationStrategy:          aws.String(onDemandStrategy),
			OnDemandBaseCapacity:                aws.Int32(m.OnDemandBase),
			OnDemandPercentageAboveBaseCapacity: aws.Int32(m.OnDemandPercentage),
			SpotAllocationStrategy:              aws.String(m.SpotStrategy),
			SpotMaxPrice:                        aws.String(""), // removes a limit
		},
	}
	if m.SpotStrategy == "lowest-price" { // the others take no number of pools
		policy.InstancesDistribution.SpotInstancePools = aws.Int32(lowestPools)
	}
	for _, kind := range m.InstanceTypes {
		policy.LaunchTemplate.Overrides = append(policy.LaunchTemplate.Overrides, types.LaunchTemplateOverrides{InstanceType: aws.String(kind)})
	}
	return policy
}

// mixedOf is the reverse of request, nil for no policy. What AWS leaves out has
// the defaults of
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html
func mixedOf(policy *types.MixedInstancesPolicy) *MixedSettings {
	if policy == nil {
		return nil
	}
	m := &MixedSettings{OnDemandPercentage: 100, SpotStrategy: "lowest-price"}
	if d := policy.InstancesDistribution; d != nil {
		m.OnDemandBase = deref(d.OnDemandBaseCapacity)
		if d.OnDemandPercentageAboveBaseCapacity != nil {
			m.OnDemandPercentage = *d.OnDemandPercentageAboveBaseCapacity
		}
		m.SpotStrategy = orElse(deref(d.SpotAllocationStrategy), m.SpotStrategy)
	}
	if policy.LaunchTemplate != nil {
		for _, override := range policy.LaunchTemplate.Overrides {
			if override.InstanceType != nil {
				m.InstanceTypes = append(m.InstanceTypes, *override.InstanceType)
			}
		}
	}
	return m
}

// compareMixed compares what the user can set.
func compareMixed(got, want *MixedSettings, d *differences) {
	d.add(got != nil && want == nil, "Mixed", "it has a mixed instances policy")
	d.add(got == nil && want != nil, "Mixed", "it has no mixed instances policy")
	if got == nil || want == nil {
		return
	}
	d.add(!slices.Equal(got.InstanceTypes, want.InstanceTypes), "Mixed", "instance types are %v, not %v", got.InstanceTypes, want.InstanceTypes)
	d.add(got.OnDemandBase != want.OnDemandBase, "Mixed", "on-demand base capacity is %d, not %d", got.OnDemandBase, want.OnDemandBase)
	d.add(got.OnDemandPercentage != want.OnDemandPercentage, "Mixed", "on-demand percentage above base capacity is %d, not %d",
		got.OnDemandPercentage, want.OnDemandPercentage)
	d.add(got.SpotStrategy != want.SpotStrategy, "Mixed", "spot allocation strategy is %s, not %s", got.SpotStrategy, want.SpotStrategy)
}

// compareMixedFixed compares what the user cannot set.
func compareMixedFixed(policy *types.MixedInstancesPolicy, d *differences) {
	if policy == nil {
		return
	}
	if distribution := policy.InstancesDistribution; distribution != nil {
		strategy, price := orElse(deref(distribution.OnDemandAllocationStrategy), onDemandStrategy), deref(distribution.SpotMaxPrice)
		d.add(strategy != onDemandStrategy, "MixedFixed", "on-demand allocation strategy is %s, not %s", strategy, onDemandStrategy)
		d.add(price != "", "MixedFixed", "spot instances have a maximum price of %s", price)
		pools := distribution.SpotInstancePools
		d.add(pools != nil && *pools != lowestPools, "MixedFixed", "spot instances come from %d pools, not %d", deref(pools), lowestPools)
		d.add(len(distribution.DistributionSegments) > 0, "MixedFixed", "it has distribution segments")
	}
	if policy.LaunchTemplate == nil {
		return
	}
	for _, override := range policy.LaunchTemplate.Overrides {
		kind := deref(override.InstanceType)
		d.add(override.InstanceRequirements != nil, "MixedFixed", "instance types are chosen by requirements")
		d.add(override.WeightedCapacity != nil, "MixedFixed", "instance type %s has the weight %s", kind, deref(override.WeightedCapacity))
		d.add(override.LaunchTemplateSpecification != nil, "MixedFixed", "instance type %s has a launch template of its own", kind)
		d.add(override.ImageId != nil, "MixedFixed", "instance type %s has an image of its own", kind)
	}
}
