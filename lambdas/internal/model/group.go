package model

import (
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/smithy-go"
)

// Lifecycle states of an instance.
const (
	pending   = string(types.LifecycleStatePending)
	inService = string(types.LifecycleStateInService)
	waiting   = string(types.LifecycleStateTerminatingWait)
	retained  = string(types.LifecycleStateTerminatingRetained)
)

type instance struct {
	id        string
	state     string
	launched  time.Time
	shown     time.Time // from when EC2 tells of it
	tags      map[string]string
	protected bool
	worker    *worker
	gone      bool

	left     time.Time // when it was first terminated; zero for never
	deadline time.Time // of the hook, unless a heartbeat comes
	last     time.Time // when the hook ends whatever comes
}

const (
	// serviceTime is from a launch to InService, which does not wait for the worker.
	serviceTime = 20 * time.Second
	// unseenTime is how long EC2 shows nothing of an instance that the group shows.
	unseenTime = 3 * time.Second
	// retryTime is from a launch for which there was no capacity to the next.
	retryTime = 30 * time.Second
)

// active is how many instances count for the desired capacity.
func (w *World) active() (count int) {
	for _, one := range w.instances {
		if one.active() {
			count++
		}
	}
	return count
}

func (i *instance) active() bool { return i.state == pending || i.state == inService }

// fill lets the group launch what is missing, in a while, and end what is too much.
func (w *World) fill() {
	for w.active() > w.desired {
		if !w.endAny() {
			break
		}
	}
	if w.active() < w.desired && !w.launching {
		w.launching = true
		w.After(w.Launch, w.launch)
	}
}

func (w *World) launch() {
	w.launching = false
	if w.now.Before(w.barren) {
		w.launching = w.active() < w.desired
		if w.launching {
			w.After(retryTime, w.launch)
		}
		return
	}
	for w.active() < w.desired {
		w.launches++
		one := &instance{
			id: fmt.Sprintf("i-%d", w.launches), state: pending, launched: w.now, shown: w.now.Add(unseenTime), tags: map[string]string{},
		}
		w.instances = append(w.instances, one)
		w.After(serviceTime, func() {
			if one.state == pending {
				one.state = inService
			}
		})
		if w.dead > 0 {
			w.dead--
			continue
		}
		w.After(w.between(w.BootMin, w.BootMax), func() { w.register(one) })
	}
	w.Figures.Launched = w.launches
}

// endAny ends an instance of the group's choice, which knows nothing of runs.
func (w *World) endAny() bool {
	var candidates []*instance
	for _, one := range w.instances {
		if one.active() && !one.protected {
			candidates = append(candidates, one)
		}
	}
	if len(candidates) == 0 {
		return false
	}
	w.leave(candidates[w.chance.IntN(len(candidates))])
	return true
}

// leave begins the termination of an instance: the hook holds it, and tells.
func (w *World) leave(one *instance) {
	const longest, heartbeats = 48 * time.Hour, 100
	one.state = waiting
	if one.left.IsZero() {
		one.left = w.now
	}
	one.deadline, one.last = w.now.Add(w.Heartbeat), w.now.Add(min(longest, heartbeats*w.Heartbeat))
	w.expire(one, one.deadline)
	w.notify()
}

// expire abandons a wait of the hook when its time is over.
func (w *World) expire(one *instance, deadline time.Time) {
	w.After(deadline.Sub(w.now), func() {
		switch {
		case one.gone || one.state != waiting || deadline.After(one.deadline):
		case one.deadline.After(w.now):
			w.expire(one, one.deadline)
		default:
			w.abandon(one)
		}
	})
}

func (w *World) abandon(one *instance) {
	one.state = retained
	w.fill()
}

// end is the last of an instance. A run on it is cut short.
func (w *World) end(one *instance, cause string) {
	one.gone = true
	w.instances = slices.DeleteFunc(w.instances, func(other *instance) bool { return other == one })
	w.Figures.instanceTime += w.now.Sub(one.launched)
	if one.worker != nil {
		w.lose(one, cause)
	}
	w.fill()
}

func (w *World) instance(id string) *instance {
	for _, one := range w.instances {
		if one.id == id {
			return one
		}
	}
	return nil
}

// setDesired is SetDesiredCapacity.
func (w *World) setDesired(capacity int) error {
	if capacity < w.min || capacity > w.max {
		w.Figures.Refused++
		return invalid("New SetDesiredCapacity value %d is not between %d and %d", capacity, w.min, w.max)
	}
	w.desired = capacity
	w.fill()
	return nil
}

// terminate is TerminateInstanceInAutoScalingGroup.
func (w *World) terminate(id string, shrink bool) error {
	one := w.instance(id)
	switch {
	case one == nil:
		return invalid("Instance Id not found - No managed instance found for instance ID: %s", id)
	case one.state == waiting:
		return &types.ScalingActivityInProgressFault{}
	case shrink && one.active() && w.desired <= w.min:
		w.Figures.Refused++
		return invalid("Currently, desiredSize equals minSize (%d). Terminating instance without replacement will violate group's min size constraint", w.min)
	}
	if shrink && one.active() {
		w.desired--
	}
	w.leave(one)
	w.fill()
	return nil
}

func invalid(format string, values ...any) error {
	return &smithy.GenericAPIError{Code: "ValidationError", Message: fmt.Sprintf(format, values...)}
}
