// Package model is a worker pool in virtual time, for tests and measurements: an
// Auto Scaling group whose instances boot, the workers on them, runs that queue,
// and both functions at work, with everything that may go wrong between them. Hours
// pass in milliseconds, and the same settings always give the same course.
//
// The functions' own code runs in it: a World hands itself to a scaling.Scaler and a
// draining.Manager as Spacelift, Auto Scaling and EC2. It has the rules that they
// depend on and no others; it is not for use from several goroutines.
package model

import (
	"container/heap"
	"context"
	"math/rand/v2"
	"time"
)

// Settings are what a world begins with.
type Settings struct {
	Min, Max, Desired int
	Launch            time.Duration // from the desire for an instance to its launch
	BootMin, BootMax  time.Duration // from the launch of an instance to its worker; evenly spread
	Heartbeat         time.Duration // heartbeat timeout of the termination hook
	Seed              uint64        // of what is left to chance
}

// World is one group, one worker pool, and the time.
type World struct {
	Settings

	Figures Figures
	Acts    []Act // what the functions changed, in order

	ctx      context.Context // of every call: none ends by it
	now      time.Time
	upcoming events
	chance   *rand.Rand
	changed  func(*World) // called after whatever happens; nil for nobody

	min, max, desired int
	groupTags         map[string]string
	instances         []*instance // in the order of their launch
	launches          int         // ever
	launching         bool        // the group is about to launch what is missing
	barren            time.Time   // until when there is no capacity
	dead              int         // how many of the next instances never boot

	workers    []*worker // in the order of their registration
	registered int       // workers, ever
	pending    []*run    // longest waiting first
	strangers  []stranger
	failing    time.Time // until when Spacelift answers nothing
	empty      time.Time // until when it answers that the pool is empty

	functions *Functions
}

// Start is when every world begins.
var Start = time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)

// New is a world with a group that is about to launch what it desires.
func New(s Settings) *World {
	w := &World{
		Settings: s, ctx: context.Background(), now: Start, chance: rand.New(rand.NewPCG(s.Seed, 1)), //nolint:gosec // the same again
		min: s.Min, max: s.Max, desired: s.Desired, groupTags: map[string]string{},
	}
	w.fill()
	return w
}

// Now is the true time. Clocks of the functions may be off.
func (w *World) Now() time.Time { return w.now }

// Watch calls do after whatever happens.
func (w *World) Watch(do func(*World)) { w.changed = do }

// event is something that will happen.
type event struct {
	at    time.Time
	order int // of those at the same time, the one that was planned first
	do    func()
}

type events struct {
	list    []event
	planned int
}

// Len implements heap.Interface.
func (e *events) Len() int { return len(e.list) }

// Less implements heap.Interface.
func (e *events) Less(i, j int) bool {
	a, b := &e.list[i], &e.list[j]
	if a.at.Equal(b.at) {
		return a.order < b.order
	}
	return a.at.Before(b.at)
}

// Swap implements heap.Interface.
func (e *events) Swap(i, j int) { e.list[i], e.list[j] = e.list[j], e.list[i] }

// Push implements heap.Interface.
func (e *events) Push(x any) {
	next, _ := x.(event) // After pushes nothing else
	e.list = append(e.list, next)
}

// Pop implements heap.Interface.
func (e *events) Pop() any {
	last := e.list[len(e.list)-1]
	e.list = e.list[:len(e.list)-1]
	return last
}

// After plans something for when a time has passed.
func (w *World) After(wait time.Duration, do func()) {
	w.upcoming.planned++
	heap.Push(&w.upcoming, event{w.now.Add(max(0, wait)), w.upcoming.planned, do})
}

// Pass lets time pass. Something that happens may let time pass itself, which is
// how invocations overlap.
func (w *World) Pass(span time.Duration) {
	end := w.now.Add(span)
	for w.upcoming.Len() > 0 && !w.upcoming.list[0].at.After(end) {
		next, _ := heap.Pop(&w.upcoming).(event)
		if next.at.After(w.now) {
			w.now = next.at
		}
		next.do()
		if w.changed != nil {
			w.changed(w)
		}
	}
	if end.After(w.now) {
		w.now = end
	}
}

// between is a time by chance.
func (w *World) between(least, most time.Duration) time.Duration {
	if most <= least {
		return least
	}
	return least + time.Duration(w.chance.Int64N(int64(most-least)))
}
