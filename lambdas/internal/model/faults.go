package model

import (
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/fleet"
)

// Twist is what happens right before the nth call with which a function changes
// something.
type Twist struct {
	Call int // from 0
	Kind Kind
}

// Kind is what a Twist does.
type Kind string

// Kinds of twists.
const (
	Kill    Kind = "kill"    // the invocation ends
	Fail    Kind = "fail"    // the call fails
	Lose    Kind = "lose"    // the call is done, but its answer is lost
	TakeRun Kind = "takerun" // the worker that it is about gets a run, if it takes any
	Overlap Kind = "overlap" // another invocation of the autoscaler polls
	Look    Kind = "look"    // an invocation of the manager looks
	Linger  Kind = "linger"  // twenty seconds pass
)

// Kinds are all kinds of twists.
var Kinds = []Kind{Kill, Fail, Lose, TakeRun, Overlap, Look, Linger}

// twist does what is planned for this call, and returns it.
func (w *World) twist(v *invocation, what, target string) (twisted Kind) {
	f := w.functions
	call := f.calls
	f.calls++
	for _, one := range f.Twists {
		// What the manager has looked at right before is so when it lets the instance end.
		if one.Call != call || what == fleet.Continue && one.Kind != Kill && one.Kind != Fail && one.Kind != Lose {
			continue
		}
		twisted = one.Kind
		switch one.Kind {
		case Kill:
			v.dead = true
		case TakeRun:
			w.takeRun(target)
		case Overlap:
			w.poll()
		case Look:
			w.sweep(map[string]bool{})
		case Linger:
			const some = 20 * time.Second
			w.Pass(some)
		default: // change does the others
		}
	}
	// Lambda ends it at its timeout.
	v.dead = v.dead || w.now.Sub(v.begun) > f.Scaling.Invocation
	return twisted
}

func (w *World) takeRun(target string) {
	const length = 20 * time.Minute
	for _, one := range w.workers {
		if (one.id == target || one.on.id == target) && one.free() {
			w.Figures.Queued++
			w.start(one, &run{queued: w.now, length: length})
		}
	}
}

// StopScaler keeps the autoscaler from being invoked.
func (w *World) StopScaler(span time.Duration) { w.functions.noScaler = w.now.Add(span) }

// StopManager keeps the lifecycle manager from being invoked.
func (w *World) StopManager(span time.Duration) { w.functions.noManager = w.now.Add(span) }

// FailSpacelift lets Spacelift answer nothing. Workers and runs go on.
func (w *World) FailSpacelift(span time.Duration) { w.failing = w.now.Add(span) }

// EmptySpacelift lets Spacelift say that the pool has neither runs nor workers.
func (w *World) EmptySpacelift(span time.Duration) { w.empty = w.now.Add(span) }

// NoCapacity lets no launch succeed.
func (w *World) NoCapacity(span time.Duration) { w.barren = w.now.Add(span) }

// Dead lets the next instances never boot.
func (w *World) Dead(count int) { w.dead += count }

// Vanish breaks the connections of workers, counted from a first one: Spacelift
// forgets them, and their runs go on. They come back. One that has only just
// registered is spared: what nobody has ever seen cannot be missed.
func (w *World) Vanish(first, count int, span time.Duration) {
	for i := range min(count, len(w.workers)) {
		one := w.workers[(first+i)%len(w.workers)]
		if one.unseen || w.now.Sub(one.created) < 2*time.Minute {
			continue
		}
		one.unseen = true
		w.After(span, func() {
			one.unseen = false
			if one.run == nil {
				one.available = w.now
			}
			w.dispatch()
		})
	}
}

// PersonDrains lets a person drain a worker, and undrain it after a while.
func (w *World) PersonDrains(which int, span time.Duration) {
	if len(w.workers) == 0 {
		return
	}
	one := w.workers[which%len(w.workers)]
	if one.drained {
		return
	}
	one.drained, one.byPerson = true, true
	w.After(span, func() {
		if one.byPerson {
			one.drained, one.byPerson = false, false
			w.dispatch()
		}
	})
}

// PersonDesires lets a person set the desired capacity, as far as the group takes it.
func (w *World) PersonDesires(capacity int) {
	w.desired = min(max(capacity, w.min), w.max)
	w.fill()
}

// PersonResizes lets a person set min and max size.
func (w *World) PersonResizes(least, most int) {
	w.min, w.max = least, most
	w.PersonDesires(w.desired)
}

// Rebalance lets the group replace an instance: a refresh, a failed health check or
// a spot instance at risk.
func (w *World) Rebalance(which int) {
	if len(w.instances) == 0 {
		return
	}
	one := w.instances[which%len(w.instances)]
	if one.active() {
		w.leave(one)
		w.fill()
	}
}

// Strangers adds workers that are none of the group's.
func (w *World) Strangers(count int) {
	for i := range count {
		one := stranger{busy: i%2 == 0, drained: i%3 == 0}
		switch i % 4 {
		case 0:
			one.metadata = spacelift.Metadata{InstanceID: "i-elsewhere", GroupName: "elsewhere"}
		case 1:
			one.metadata = spacelift.Metadata{InstanceID: "i-gone", GroupName: groupName}
		case 2:
			one.metadata = spacelift.Metadata{GroupName: groupName}
		}
		w.strangers = append(w.strangers, one)
	}
}
