package autoscaling

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// rebalanceDelay is ours: AWS does not document how soon it rebalances zones.
const rebalanceDelay = 5 * time.Minute

// zoneEvents is the next step of the process AZRebalance: where one zone has two
// instances more than another, or one that the group has left, an instance is
// launched in the emptiest zone and then one of the fullest is ended.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html#AutoScalingBehavior.InstanceUsage
func (g *Groups) zoneEvents(found *group) []event {
	old := found.misplaced()
	if old == nil {
		found.skewed = time.Time{}
		return nil
	}
	if found.skewed.IsZero() {
		found.skewed = g.moment
	}
	if isSuspended(found, "AZRebalance") || isSuspended(found, "Launch") || !found.mayExceed() {
		return nil
	}
	return []event{{at: found.skewed.Add(rebalanceDelay), do: func() {
		if !g.substitute(found, old, "an instance was launched to aid in balancing the group's zones.") {
			found.skewed = g.moment.Add(g.behavior.RetryTime - rebalanceDelay)
		}
	}}}
}

// misplaced is an instance that would better be in another zone; nil while the
// group is balanced, or still changes.
func (g *group) misplaced() *instance {
	count := map[string]int{}
	for _, zone := range g.record.AvailabilityZones {
		count[zone] = 0
	}
	fewest, most := "", ""
	active := g.active()
	for _, one := range active {
		if one.state != types.LifecycleStateInService || one.replaces != nil {
			return nil
		}
		count[one.zone]++
	}
	if len(active) != int(value(g.record.DesiredCapacity)) {
		return nil
	}
	for _, zone := range g.record.AvailabilityZones {
		if fewest == "" || count[zone] < count[fewest] {
			fewest = zone
		}
	}
	for _, one := range active { // oldest first, so that the choice is always the same
		left := !oneOf(one.zone, g.record.AvailabilityZones...)
		if !one.shielded() && (left || count[one.zone] >= count[fewest]+2) && (most == "" || left || count[one.zone] > count[most]) {
			most = one.zone
		}
	}
	for _, one := range active {
		if one.zone == most && !one.shielded() {
			return one
		}
	}
	return nil
}
