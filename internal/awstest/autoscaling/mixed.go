package autoscaling

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// Allocation strategies: https://docs.aws.amazon.com/autoscaling/ec2/userguide/allocation-strategies.html
const (
	lowestPrice = "lowest-price"
	prioritized = "prioritized"
)

// checkMixed: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html
func checkMixed(r *types.AutoScalingGroup) error {
	if r.MixedInstancesPolicy == nil {
		return nil
	}
	if r.MixedInstancesPolicy.LaunchTemplate == nil || r.MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification == nil {
		return invalid("MixedInstancesPolicy must contain a LaunchTemplate")
	}
	if err := checkOverrides(r.MixedInstancesPolicy.LaunchTemplate.Overrides); err != nil {
		return err
	}
	d := r.MixedInstancesPolicy.InstancesDistribution
	if d == nil {
		return nil
	}
	spot := value(d.SpotAllocationStrategy)
	switch {
	case d.OnDemandPercentageAboveBaseCapacity != nil && (*d.OnDemandPercentageAboveBaseCapacity < 0 || *d.OnDemandPercentageAboveBaseCapacity > 100):
		return invalid("OnDemandPercentageAboveBaseCapacity must be between 0 and 100")
	case value(d.OnDemandBaseCapacity) < 0:
		return invalid("OnDemandBaseCapacity must be 0 or greater")
	case value(d.SpotInstancePools) > 20:
		return invalid("SpotInstancePools must be between 1 and 20")
	case d.SpotInstancePools != nil && spot != "" && spot != lowestPrice:
		return invalid("SpotInstancePools option is only available with the lowest-price allocation strategy")
	case !oneOf(spot, "", lowestPrice, "capacity-optimized", "capacity-optimized-prioritized", "price-capacity-optimized"):
		return invalid("Invalid SpotAllocationStrategy '%s'", spot)
	case !oneOf(value(d.OnDemandAllocationStrategy), "", lowestPrice, prioritized):
		return invalid("Invalid OnDemandAllocationStrategy '%s'", value(d.OnDemandAllocationStrategy))
	}
	return nil
}

// checkOverrides: at most 40 types, each once; weights and requirements are not
// played.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchTemplateOverrides.html
func checkOverrides(overrides []types.LaunchTemplateOverrides) error {
	const most = 40
	if len(overrides) > most {
		return invalid("The number of instance types in the overrides, %d, is above the maximum of %d.", len(overrides), most)
	}
	var kinds []string
	for _, override := range overrides {
		if kind := value(override.InstanceType); slices.Contains(kinds, kind) {
			return invalid("Duplicate instance type %s in the overrides.", kind)
		} else if kind != "" {
			kinds = append(kinds, kind)
		}
	}
	return nil
}

// inherit keeps what an update of a policy leaves out: the distribution as a
// whole, and the maximum price, which is removed by an empty one only.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html
func inherit(r *types.AutoScalingGroup, before *types.MixedInstancesPolicy) {
	if before == nil {
		return
	}
	policy := *r.MixedInstancesPolicy
	if policy.InstancesDistribution == nil {
		policy.InstancesDistribution = before.InstancesDistribution
	} else if policy.InstancesDistribution.SpotMaxPrice == nil {
		distribution := *policy.InstancesDistribution
		distribution.SpotMaxPrice = before.InstancesDistribution.SpotMaxPrice
		policy.InstancesDistribution = &distribution
	}
	r.MixedInstancesPolicy = &policy
}

// complete fills in what AWS does, and takes away a maximum price that is set to
// nothing: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html
func complete(r *types.AutoScalingGroup, before *types.MixedInstancesPolicy) {
	if r.MixedInstancesPolicy == nil {
		return
	}
	inherit(r, before)
	policy, d := *r.MixedInstancesPolicy, types.InstancesDistribution{}
	if policy.InstancesDistribution != nil {
		d = *policy.InstancesDistribution
	}
	standard(&d.OnDemandAllocationStrategy, prioritized)
	standard(&d.OnDemandBaseCapacity, 0)
	standard(&d.OnDemandPercentageAboveBaseCapacity, 100)
	standard(&d.SpotAllocationStrategy, lowestPrice)
	if *d.SpotAllocationStrategy == lowestPrice {
		standard(&d.SpotInstancePools, 2)
	}
	if value(d.SpotMaxPrice) == "" {
		d.SpotMaxPrice = nil
	}
	policy.InstancesDistribution = &d
	r.MixedInstancesPolicy = &policy
}

func standard[T any](field **T, usual T) {
	if *field == nil {
		*field = &usual
	}
}
