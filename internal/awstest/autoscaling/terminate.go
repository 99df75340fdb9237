package autoscaling

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// ending says how instances are ended.
type ending struct {
	force bool // without hooks
}

// end begins to end instances, through the hooks; why says so in their
// activities. Those that are leaving already are left to it, unless forced.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks-overview.html
func (g *Groups) end(found *group, leaving []*instance, why string, how ending) {
	var now []*instance
	for _, one := range leaving {
		switch {
		case one.counts(), one.state == types.LifecycleStateStandby, one.state == types.LifecycleStateTerminatingRetained:
			one.activity = g.begin(found, "Terminating EC2 instance: "+one.id, why)
			one.state, one.waits = types.LifecycleStateTerminating, nil
			if !how.force && g.hold(found, one, terminating) {
				one.state = types.LifecycleStateTerminatingWait
			} else {
				now = append(now, one)
			}
			g.tell(Leaving, found, one)
		case how.force && len(one.waits) > 0:
			one.state, one.waits = types.LifecycleStateTerminatingProceed, nil
			now = append(now, one)
		}
	}
	g.kill(found, now)
}

// kill ends the machines of instances that are leaving. It is tried again when
// that fails.
func (g *Groups) kill(found *group, leaving []*instance) {
	if len(leaving) == 0 {
		return
	}
	var ids []string
	for _, one := range leaving {
		ids = append(ids, one.id)
	}
	wait := g.behavior.TerminateTime
	err := g.machines.Terminate(ids)
	if err != nil {
		g.fail(found, "Terminating EC2 instances.", "ending them did not work", err)
		wait = g.behavior.RetryTime
	}
	for _, one := range leaving {
		one.due, one.ended = g.moment.Add(wait), err == nil
		if one.ended && !one.gone {
			g.tell(Terminated, found, one)
		}
	}
}

// leave takes an instance that has ended out of its group.
func (g *Groups) leave(found *group, one *instance) {
	if !one.ended {
		g.kill(found, []*instance{one})
		return
	}
	if r := found.refreshing(); r != nil && r.updates(one, g.see(found), g.moment) {
		r.gone++
	}
	found.instances = slices.DeleteFunc(found.instances, func(other *instance) bool { return other == one })
	g.finish(found, one)
	if found.record.Status != nil && len(found.instances) == 0 {
		delete(g.groups, found.name())
	}
}
