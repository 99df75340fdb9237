package autoscaling

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// count looks at the instances.
func (r *refresh) count(v view, now time.Time) count {
	c := count{updated: r.gone}
	for _, one := range v.instances {
		old := r.old[one]
		warm := one.served.Add(r.warmup(v))
		if r.updates(one, v, now) {
			c.updated++
		}
		switch {
		case old && r.ignores(one):
		case old && (one.counts() || one.state == types.LifecycleStateStandby):
			c.left = append(c.left, one)
			switch {
			case !r.mayEnd(one):
			case one.state == types.LifecycleStateInService:
				c.ready = append(c.ready, one)
			default:
				c.ready = slices.Insert(c.ready, 0, one)
				c.useless++
			}
		case old && one.state != types.LifecycleStateTerminatingRetained:
			c.leaving++
		case one.state != types.LifecycleStateInService:
			if one.counts() {
				c.pending++
			}
		case r.before[one]: // it is left as it is
		case warm.After(now):
			if c.warm.IsZero() || warm.Before(c.warm) {
				c.warm = warm
			}
			continue // not healthy yet
		case warm.After(c.moved):
			c.moved = warm
		}
		if one.state == types.LifecycleStateInService && one.health == healthy {
			c.healthy++
		}
	}
	c.lacking = max(0, v.desired-c.healthy)
	return c
}

// warmup is how long a new instance warms up.
func (r *refresh) warmup(v view) time.Duration {
	if w := r.preferences().InstanceWarmup; w != nil {
		return time.Duration(*w) * time.Second
	}
	return v.warmup
}

// updates says whether an instance is a new one that is or was in service and warm.
func (r *refresh) updates(one *instance, v view, now time.Time) bool {
	return !r.before[one] && !r.old[one] && !one.served.IsZero() && !one.served.Add(r.warmup(v)).After(now)
}

// ignores says whether an old instance is left alone.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
func (r *refresh) ignores(one *instance) bool {
	p := r.preferences()
	return one.counts() && one.protected && p.ScaleInProtectedInstances == types.ScaleInProtectedInstancesIgnore ||
		one.state == types.LifecycleStateStandby && p.StandbyInstances == types.StandbyInstancesIgnore
}

// mayEnd says whether an old instance may be ended; else the refresh waits for it.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
func (r *refresh) mayEnd(one *instance) bool {
	p := r.preferences()
	if one.state == types.LifecycleStateStandby {
		return p.StandbyInstances == types.StandbyInstancesTerminate
	}
	return !one.protected || p.ScaleInProtectedInstances == types.ScaleInProtectedInstancesRefresh
}

// done is how many instances have been replaced: "When the instance's health status
// changes to healthy and the specified warm-up time passes, the instance is
// considered updated". Those that a hook holds are not. What the group lacks for
// another reason, such as a larger desired capacity, is not the refresh's.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRefresh.html
func (r *refresh) done(c count) int {
	begun := r.total - len(c.left)
	return max(0, begun-max(c.leaving, min(c.lacking, begun-c.updated)))
}

// replace ends as many old instances as the healthy percentages allow, or starts
// new ones first.
func (r *refresh) replace(s step, v view, c count, now time.Time) step {
	least, base := r.bounds(v.desired)
	begun := r.total - len(c.left)
	allowed := max(0, r.threshold(r.reached+1)-begun) // up to the next checkpoint
	s.surge = min(base, allowed)
	budget := c.healthy - least - c.leaving
	if idle := c.leaving+c.pending+c.lacking == 0 && c.warm.IsZero(); budget < 1 && idle && base == 0 {
		budget = 1 // "terminates an instance and launches its replacement simultaneously"
	}
	if count := min(max(0, budget)+c.useless, allowed, len(c.ready)); count > 0 && !v.immortal {
		s.end = c.ready[:count]
		s.surge = min(base, allowed-count)
	}
	if len(s.end) > 0 || s.surge != r.surge {
		s.at = now
		return s
	}
	return r.wait(s, c, now)
}

// bounds are how many instances must stay healthy, rounded up, and how many more
// than desired there may be. Where neither leaves room, a new instance comes before
// an old one goes if the maximum was given or the minimum is 100 percent.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
func (r *refresh) bounds(desired int) (least, surge int) {
	p := r.preferences()
	low := int(value(p.MinHealthyPercentage))
	least = roundUp(desired, low)
	if p.MaxHealthyPercentage != nil {
		surge = desired*int(*p.MaxHealthyPercentage)/100 - desired
	}
	if surge == 0 && least == desired && (p.MaxHealthyPercentage != nil || low == 100) {
		surge = 1
	}
	return least, surge
}

// wait is the next look at instances that warm up, and the end of the patience with
// those that keep the refresh from going on. One that a hook holds may take its time.
func (r *refresh) wait(s step, c count, now time.Time) step {
	s.at = c.warm
	reason := ""
	switch {
	case c.leaving > 0:
	case c.pending > 0 || c.lacking > 0 && c.warm.IsZero():
		reason = "Waiting for new instances to become healthy."
	case len(c.left) > len(c.ready):
		reason = "Waiting for instances that are in Standby or protected from scale in."
	}
	if reason == "" {
		return s
	}
	since := r.acted
	if c.moved.After(since) {
		since = c.moved
	}
	if limit := since.Add(refreshPatience); s.at.IsZero() || limit.Before(s.at) {
		s.at = limit
		if !limit.After(now) {
			return r.fail(s, now, reason)
		}
	}
	return s
}
