package autoscaling

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// instance is one of a group.
type instance struct {
	id        string // "" while it is being launched
	zone      string
	subnet    string
	kind      string // instance type
	spot      bool
	template  types.LaunchTemplateSpecification // the version is a number
	image     string
	state     types.LifecycleState
	health    string
	protected bool // from scale in
	silent    bool // its software never comes up
	gone      bool // the machine ended without the group's doing
	ended     bool // the group has told the machine to end
	launched  time.Time
	served    time.Time // since when it is InService
	waits     []*wait   // for hooks
	replaces  *instance // which is ended when this one is in service
	atRisk    time.Time // when a rebalance recommendation is to be followed; zero for none
	reclaim   time.Time // when EC2 takes a Spot Instance back; zero for never
	due       time.Time // when the state ends by itself; zero for never
	activity  *types.Activity
}

// instanceEvents is the end of the state that ends first.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
func (g *Groups) instanceEvents(found *group) []event {
	var first *instance
	for _, one := range found.instances {
		if !one.due.IsZero() && (first == nil || one.due.Before(first.due)) {
			first = one
		}
	}
	if first == nil {
		return nil
	}
	return []event{{at: first.due, do: func() { g.advance(found, first) }}}
}

// advance ends the state of an instance, whose time has come.
func (g *Groups) advance(found *group, one *instance) {
	one.due = time.Time{}
	switch one.state {
	case types.LifecycleStatePending:
		g.boot(found, one)
	case types.LifecycleStatePendingWait, types.LifecycleStateTerminatingWait:
		g.expire(found, one)
	case types.LifecycleStateTerminating, types.LifecycleStateTerminatingProceed:
		g.leave(found, one)
	default: // lasts until somebody acts
	}
}

// counts says whether an instance is part of the group's capacity.
func (i *instance) counts() bool {
	switch i.state {
	case types.LifecycleStatePending, types.LifecycleStatePendingWait, types.LifecycleStatePendingProceed, types.LifecycleStateInService:
		return true
	default:
		return false
	}
}

// active are the instances that make up the group's capacity, oldest first.
func (g *group) active() []*instance {
	var all []*instance
	for _, one := range g.instances {
		if one.counts() {
			all = append(all, one)
		}
	}
	return all
}

// show is the instance as DescribeAutoScalingGroups has it.
func (i *instance) show() types.Instance {
	return types.Instance{
		InstanceId: ptr(i.id), AvailabilityZone: ptr(i.zone), InstanceType: ptr(i.kind),
		HealthStatus: ptr(i.health), LifecycleState: i.state,
		ProtectedFromScaleIn: ptr(i.protected), LaunchTemplate: ptr(i.template),
	}
}
