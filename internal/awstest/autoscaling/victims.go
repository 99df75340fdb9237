package autoscaling

import (
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// victims are the instances that scale in ends, count of them if so many are not
// protected: each is chosen from the zone with the most instances.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
func (g *Groups) victims(found *group, count int) []*instance {
	staying := slices.DeleteFunc(found.active(), func(one *instance) bool { return found.replacement(one) != nil })
	var leaving []*instance
	for range count {
		one := g.victim(found, staying)
		if one == nil {
			break
		}
		leaving = append(leaving, one)
		staying = slices.DeleteFunc(staying, func(other *instance) bool { return other == one })
	}
	return leaving
}

// victim is the next instance to go; nil when all are protected. First comes the
// market that has too many, then the zone, then the termination policies, each
// of which narrows the choice. What is left after them is as good as another:
// AWS takes one at random, we the oldest.
func (g *Groups) victim(found *group, staying []*instance) *instance {
	free := found.crowdedZones(found.crowdedMarket(staying))
	if len(free) == 0 {
		free = found.crowdedZones(staying)
	}
	if len(free) == 0 {
		return nil
	}
	for _, policy := range found.record.TerminationPolicies {
		free = g.narrow(found, policy, free)
	}
	return free[0]
}

// crowdedZones are the unprotected instances of the zones with the most
// instances, among those zones that have an unprotected one.
func (g *group) crowdedZones(staying []*instance) []*instance {
	count, open := map[string]int{}, map[string]bool{}
	most := 0
	for _, one := range staying {
		count[one.zone]++
		open[one.zone] = open[one.zone] || g.mayEnd(one) && !one.shielded()
	}
	for zone := range open {
		if open[zone] {
			most = max(most, count[zone])
		}
	}
	var free []*instance
	for _, one := range staying {
		if g.mayEnd(one) && !one.shielded() && count[one.zone] == most {
			free = append(free, one)
		}
	}
	return free
}

// mayEnd says whether the group ends an instance on its own account: suspending
// Terminate applies to instances in service only.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/suspend-resume-considerations.html
func (g *group) mayEnd(one *instance) bool {
	return !isSuspended(g, "Terminate") || one.state != types.LifecycleStateInService
}

// shielded says whether scale in passes the instance over. Protection begins
// when it is in service:
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-protection.html
func (i *instance) shielded() bool { return i.protected && !i.served.IsZero() }

// crowdedMarket are the instances of the market (Spot or On-Demand) of which a
// mixed group has more than its policy wants; all of them in other groups.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
func (g *group) crowdedMarket(staying []*instance) []*instance {
	policy := g.record.MixedInstancesPolicy
	if policy == nil {
		return staying
	}
	onDemand := len(staying) - len(spotOf(staying))
	tooMany := onDemand > onDemandShare(policy.InstancesDistribution, len(staying)-1)
	return slices.DeleteFunc(slices.Clone(staying), func(one *instance) bool { return one.spot == tooMany })
}

// narrow keeps those instances that a policy would end first.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
func (g *Groups) narrow(found *group, policy string, free []*instance) []*instance {
	switch policy {
	case "OldestInstance":
		return least(free, func(one *instance) int { return int(one.launched.UnixNano()) })
	case "NewestInstance":
		return least(free, func(one *instance) int { return -int(one.launched.UnixNano()) })
	case "OldestLaunchTemplate":
		return least(free, found.templateAge)
	case "ClosestToNextInstanceHour":
		return least(free, func(one *instance) int { return int(time.Hour - g.moment.Sub(one.launched)%time.Hour) })
	case "AllocationStrategy":
		return least(free, found.preference)
	case "Default":
		for _, step := range []string{"AllocationStrategy", "OldestLaunchTemplate", "ClosestToNextInstanceHour"} {
			free = g.narrow(found, step, free)
		}
	}
	return free // OldestLaunchConfiguration, of which none has any, and a function of the user's, which is not played
}

// templateAge orders instances by launch template: first those of another
// template than the group's, then by version.
func (g *group) templateAge(one *instance) int {
	current, err := templateOf(&g.record)
	if err != nil || value(current.LaunchTemplateId) != value(one.template.LaunchTemplateId) {
		return -1
	}
	version, _ := strconv.Atoi(value(one.template.Version)) // always a number
	return version
}

// preference orders instances by the priority of their type, the least wanted
// first, where the group's allocation strategy has priorities. The other
// strategies go by prices and EC2's spare capacity, which are not played.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/allocation-strategies.html
func (g *group) preference(one *instance) int {
	policy := g.record.MixedInstancesPolicy
	if policy == nil {
		return 0
	}
	strategy := value(policy.InstancesDistribution.OnDemandAllocationStrategy)
	if one.spot {
		strategy = value(policy.InstancesDistribution.SpotAllocationStrategy)
	}
	if !oneOf(strategy, prioritized, "capacity-optimized-prioritized") {
		return 0
	}
	for at, override := range policy.LaunchTemplate.Overrides {
		if value(override.InstanceType) == one.kind {
			return -at
		}
	}
	return -len(policy.LaunchTemplate.Overrides)
}

// least keeps the instances with the least rank.
func least(free []*instance, rank func(*instance) int) []*instance {
	var best []*instance
	for _, one := range free {
		if len(best) > 0 && rank(one) < rank(best[0]) {
			best = nil
		}
		if len(best) == 0 || rank(one) == rank(best[0]) {
			best = append(best, one)
		}
	}
	return best
}
