package autoscaling

import "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

// shareEvents is the next step towards the shares of on-demand and Spot Instances
// that a new policy wants: instances of the market that has too many are replaced
// one after the other, each launched before the old one is ended.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html
func (g *Groups) shareEvents(found *group) []event {
	if !found.reshaping || found.extra() > 0 || !found.retry.IsZero() || isSuspended(found, "Launch") || isSuspended(found, "Terminate") || !found.mayExceed() {
		return nil
	}
	return []event{{at: g.moment, do: func() {
		old := found.unwanted()
		if old == nil {
			found.reshaping = false
		} else if !g.substitute(found, old, "an instance was launched to bring the shares of On-Demand and Spot Instances to those of the policy.") {
			found.retry = g.moment.Add(g.behavior.RetryTime)
		}
	}}}
}

// unwanted is the oldest instance of the market that has too many, nil when the
// shares are right or only protected instances are in their way.
func (g *group) unwanted() *instance {
	policy, active := g.record.MixedInstancesPolicy, g.active()
	if policy == nil {
		return nil
	}
	onDemand, wanted := len(active)-len(spotOf(active)), onDemandShare(policy.InstancesDistribution, len(active))
	for _, one := range active {
		if onDemand != wanted && one.spot == (onDemand < wanted) && one.state == types.LifecycleStateInService && !one.shielded() {
			return one
		}
	}
	return nil
}
