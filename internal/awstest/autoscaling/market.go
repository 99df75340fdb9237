package autoscaling

import (
	"cmp"
	"math"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// choose is the type and market of the group's next instance.
func (g *Groups) choose(found *group, template Template) (kind string, spot bool) {
	policy := found.launches().MixedInstancesPolicy
	if policy == nil {
		return template.InstanceType, template.Spot
	}
	active := found.active()
	onDemand := len(active) - len(spotOf(active))
	spot = onDemand >= onDemandShare(policy.InstancesDistribution, len(active)+1)
	var kinds []string
	for _, override := range policy.LaunchTemplate.Overrides {
		if override.InstanceType != nil {
			kinds = append(kinds, *override.InstanceType)
		}
	}
	if len(kinds) == 0 {
		return template.InstanceType, spot
	}
	return g.pick(kinds, spotOf(active), spot, policy.InstancesDistribution), spot
}

func spotOf(instances []*instance) []*instance {
	return slices.DeleteFunc(slices.Clone(instances), func(one *instance) bool { return !one.spot })
}

// onDemandShare is how many of total instances are to be on-demand: the base and
// a percentage of the rest, rounded up in favor of on-demand instances.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/mixed-instances-groups-set-up-overview.html
func onDemandShare(d *types.InstancesDistribution, total int) int {
	base := min(int(*d.OnDemandBaseCapacity), total)
	percentage := int(*d.OnDemandPercentageAboveBaseCapacity)
	return base + ((total-base)*percentage+99)/100
}

// pick chooses among types. Prices are not played: the list counts as ordered by
// price as well, and the capacity of a spot pool is what Behavior says.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/allocation-strategies.html
func (g *Groups) pick(kinds []string, rivals []*instance, spot bool, d *types.InstancesDistribution) string {
	first := kinds[0]
	kinds = slices.DeleteFunc(slices.Clone(kinds), func(kind string) bool { return g.space(kind) <= 0 })
	switch {
	case len(kinds) == 0:
		return first // fails for want of capacity
	case !spot: // the types in order of priority, each until it has no more capacity
		return kinds[0]
	case *d.SpotAllocationStrategy == lowestPrice: // evenly from the cheapest pools
		kinds = kinds[:min(len(kinds), int(*d.SpotInstancePools))]
		return slices.MinFunc(kinds, func(a, b string) int { return countOf(rivals, a) - countOf(rivals, b) })
	}
	// The pool with the most capacity; of those alike the first.
	return slices.MaxFunc(kinds, func(a, b string) int { return cmp.Compare(g.space(a), g.space(b)) })
}

func countOf(instances []*instance, kind string) (count int) {
	for _, one := range instances {
		if one.kind == kind {
			count++
		}
	}
	return count
}

// space is how many more instances of a type EC2 has capacity for, those that are
// about to start counted in.
func (g *Groups) space(kind string) int {
	limit, limited := g.behavior.Capacity[kind]
	if !limited {
		return math.MaxInt
	}
	for _, found := range g.groups {
		limit -= countOf(found.instances, kind)
	}
	return limit
}
