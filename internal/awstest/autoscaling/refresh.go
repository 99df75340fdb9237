package autoscaling

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// refresh is an instance refresh of a group.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
type refresh struct {
	record  types.InstanceRefresh // as Describe shows it
	before  map[*instance]bool    // those that were there when it started
	old     map[*instance]bool    // to be replaced: those of before, but for the ones that match
	total   int                   // of old, when it started
	gone    int                   // new ones that were healthy and warm, and have left the group
	acted   time.Time             // when it last did something
	surge   int                   // how many instances it adds to the desired capacity
	reached int                   // checkpoints behind it
	resume  time.Time             // end of the pause at a checkpoint, or of the bake time
}

// preferences are never nil: StartInstanceRefresh fills them in.
func (r *refresh) preferences() *types.RefreshPreferences { return r.record.Preferences }

// active says whether a refresh is under way: only one of a group may be.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/check-status-instance-refresh.html
func (r *refresh) active() bool {
	switch r.record.Status {
	case types.InstanceRefreshStatusSuccessful, types.InstanceRefreshStatusFailed, types.InstanceRefreshStatusCancelled,
		types.InstanceRefreshStatusRollbackSuccessful, types.InstanceRefreshStatusRollbackFailed:
		return false
	default:
		return true
	}
}

// refreshing is the group's active refresh, nil for none.
func (g *group) refreshing() *refresh {
	if len(g.refreshes) > 0 && g.refreshes[0].active() {
		return g.refreshes[0]
	}
	return nil
}

// launches is the group as new instances are to be made: "If a scale-out event
// occurs during an instance refresh, Amazon EC2 Auto Scaling launches new instances
// with the desired configuration instead of the group's current settings."
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html#instance-refresh-core-concepts
func (g *group) launches() *types.AutoScalingGroup {
	r := g.refreshing()
	if r == nil || r.record.DesiredConfiguration == nil || r.record.Status == types.InstanceRefreshStatusRollbackInProgress {
		return &g.record
	}
	record := g.record
	configure(&record, r.record.DesiredConfiguration)
	return &record
}

// configure brings a group to a desired configuration.
func configure(record *types.AutoScalingGroup, wanted *types.DesiredConfiguration) {
	record.LaunchTemplate, record.MixedInstancesPolicy = wanted.LaunchTemplate, wanted.MixedInstancesPolicy
}

// goal is the number of instances that the group is to have now.
func (g *group) goal() int {
	goal := int(value(g.record.DesiredCapacity))
	if r := g.refreshing(); r != nil {
		goal += r.surge
	}
	return goal
}

// refreshEvents is the next step of the group's refresh.
func (g *Groups) refreshEvents(found *group) []event {
	r := found.refreshing()
	if r == nil || found.record.Status != nil { // a group that is being deleted
		return nil
	}
	next := r.next(g.see(found), g.moment)
	if next.at.IsZero() {
		return nil
	}
	return []event{{at: next.at, do: func() { g.step(found, r, r.next(g.see(found), g.moment)) }}}
}

// step does what next has decided, and shows how far the refresh is.
func (g *Groups) step(found *group, r *refresh, next step) {
	if next.at.IsZero() || next.at.After(g.moment) {
		return
	}
	r.record.PercentageComplete, r.record.InstancesToUpdate = r.progress(g.see(found), g.moment)
	r.acted, r.reached, r.resume = g.moment, next.reached, next.resume
	if next.status != "" {
		r.record.Status, r.record.StatusReason = next.status, nil
	}
	if next.reason != "" {
		r.record.StatusReason = ptr(next.reason)
	}
	r.surge = next.surge
	switch {
	case next.status == types.InstanceRefreshStatusSuccessful && r.record.DesiredConfiguration != nil:
		configure(&found.record, r.record.DesiredConfiguration)
	case next.status == types.InstanceRefreshStatusFailed && value(r.preferences().AutoRollback):
		g.rollBack(found, r, "The instance refresh failed: "+next.reason)
	}
	if !r.active() {
		r.record.EndTime = ptr(g.moment)
	}
	g.end(found, next.end, "instance was taken out of service in response to an instance refresh.", ending{})
	g.level(found, "an instance was launched in response to an instance refresh, the desired capacity being %d.")
}

// see is the group as its refresh sees it.
func (g *Groups) see(found *group) view {
	v := view{
		desired:   int(value(found.record.DesiredCapacity)),
		frozen:    isSuspended(found, "InstanceRefresh"),
		immortal:  isSuspended(found, "Terminate"),
		instances: found.instances,
	}
	for name := range g.alarms {
		v.alarms = append(v.alarms, name)
	}
	slices.Sort(v.alarms)
	v.warmup = time.Duration(value(found.record.HealthCheckGracePeriod)) * time.Second
	if w := found.record.DefaultInstanceWarmup; w != nil {
		v.warmup = time.Duration(*w) * time.Second
	}
	return v
}

// Alarm puts a CloudWatch alarm into the state ALARM, or takes it out of it.
func (g *Groups) Alarm(name string, raised bool) {
	defer g.enter()()
	if raised {
		g.alarms[name] = true
	} else {
		delete(g.alarms, name)
	}
}
