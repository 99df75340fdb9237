package autoscaling

import "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

// Some instances are replaced by launching first: the old one is ended when the
// new one, whose replaces it is, is in service. Meanwhile the group has more
// instances than it desires, beyond its maximum by 10 percent or one.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-capacity-rebalancing.html
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html#AutoScalingBehavior.InstanceUsage

// substitute launches an instance in the place of old. It says whether it could.
func (g *Groups) substitute(found *group, old *instance, why string) bool {
	template, err := g.resolve(found.launches())
	var started []*instance
	if err == nil {
		started, err = g.launch(found, template, 1, why)
	}
	if err != nil {
		g.failLaunch(found, why, err)
		return false
	}
	started[0].replaces = old
	return true
}

// replacement is the instance that is to take the place of one, if any.
func (g *group) replacement(one *instance) *instance {
	for _, other := range g.instances {
		if other.replaces == one && other.counts() {
			return other
		}
	}
	return nil
}

// extra counts the instances that wait for a replacement to be in service.
func (g *group) extra() int {
	count := 0
	for _, one := range g.instances {
		if one.counts() && one.replaces != nil && one.replaces.counts() {
			count++
		}
	}
	return count
}

// mayExceed says whether the group may launch one more before it ends another.
func (g *group) mayExceed() bool {
	limit := int(value(g.record.MaxSize))
	return len(g.active()) < limit+max(1, limit/10)
}

// relieve ends the instance that one replaces.
func (g *Groups) relieve(found *group, one *instance) {
	old := one.replaces
	if old == nil || one.state != types.LifecycleStateInService || isSuspended(found, "Terminate") {
		return
	}
	one.replaces = nil
	g.end(found, []*instance{old}, "an instance was taken out of service because instance "+one.id+" has taken its place.", ending{})
}

// relieveEvents ends the instances whose replacement is in service.
func (g *Groups) relieveEvents(found *group) []event {
	for _, one := range found.instances {
		if one.replaces != nil && one.state == types.LifecycleStateInService && !isSuspended(found, "Terminate") {
			return []event{{at: g.moment, do: func() { g.relieve(found, one) }}}
		}
	}
	return nil
}
