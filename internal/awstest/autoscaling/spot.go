package autoscaling

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// reclaimNotice is how long before a Spot Instance ends its notice comes:
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
const reclaimNotice = 2 * time.Minute

// RecommendRebalance says that EC2 may soon want a Spot Instance back. A group
// with capacity rebalancing launches another, and ends this one through the
// hooks when that is in service.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-capacity-rebalancing.html
func (g *Groups) RecommendRebalance(ids ...string) {
	defer g.enter()()
	for _, id := range ids {
		if found, one := g.owner(id); found != nil && one.spot {
			one.atRisk = g.moment
		}
	}
}

// Reclaim takes Spot Instances back after the two minutes' notice, whatever the
// hooks say. With capacity rebalancing the group begins to end and to replace
// them at once, otherwise when they are gone.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-capacity-rebalancing.html
func (g *Groups) Reclaim(ids ...string) {
	defer g.enter()()
	for _, id := range ids {
		found, one := g.owner(id)
		if found == nil || !one.spot || one.gone || one.ended {
			continue
		}
		one.reclaim = g.moment.Add(reclaimNotice)
		g.tell(Interrupted, found, one)
		if value(found.record.CapacityRebalance) && !isSuspended(found, "Terminate") {
			g.end(found, []*instance{one}, "an instance was taken out of service in response to an EC2 instance interruption notice.", ending{})
			g.level(found, replaced)
		}
	}
}

// spotEvents are the ends of Spot Instances and the replacement of those at risk.
func (g *Groups) spotEvents(found *group) []event {
	var all []event
	rebalance := value(found.record.CapacityRebalance) && !isSuspended(found, "Launch") && found.mayExceed()
	for _, one := range found.instances {
		if !one.reclaim.IsZero() {
			all = append(all, event{at: one.reclaim, do: func() { g.lose(found, one) }})
		}
		if rebalance && !one.atRisk.IsZero() && one.state == types.LifecycleStateInService && found.replacement(one) == nil {
			all = append(all, event{at: one.atRisk, do: func() { g.rebalance(found, one) }})
		}
	}
	return all
}

// rebalance replaces an instance at risk. It is tried again when that fails.
func (g *Groups) rebalance(found *group, one *instance) {
	if !g.substitute(found, one, "an instance was launched in response to an EC2 instance rebalance recommendation.") {
		one.atRisk = g.moment.Add(g.behavior.RetryTime)
	}
}
