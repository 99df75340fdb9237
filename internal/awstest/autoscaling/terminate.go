package autoscaling

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// ending says how instances are ended.
type ending struct {
	force bool // without hooks
}

// end begins to end instances; those that are leaving already are left to it.
func (g *Groups) end(found *group, leaving []*instance, why string, _ ending) {
	var now []*instance
	for _, one := range leaving {
		if !one.counts() {
			continue
		}
		one.activity = g.begin(found, "Terminating EC2 instance: "+one.id, why)
		one.state = types.LifecycleStateTerminating
		g.tell(Leaving, found, one)
		now = append(now, one)
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
		if one.ended {
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
	found.instances = slices.DeleteFunc(found.instances, func(other *instance) bool { return other == one })
	g.finish(found, one)
	if found.record.Status != nil && len(found.instances) == 0 {
		delete(g.groups, found.name())
	}
}

// victims are count instances that scale in ends.
func (g *Groups) victims(found *group, count int) []*instance {
	var leaving []*instance
	for _, one := range found.active() { // oldest first
		if len(leaving) < count && !one.protected {
			leaving = append(leaving, one)
		}
	}
	return leaving
}
