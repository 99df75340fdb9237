package autoscaling

import (
	"context"
	"slices"
	"time"
)

// event is something that happens by itself.
type event struct {
	at time.Time
	do func() // with the lock held; must make progress, for it is asked for again while it is due
}

// upcoming are a group's events: of each kind at least the next one. What
// changes with time adds its own here.
func (g *Groups) upcoming(found *group) []event {
	return slices.Concat(
		g.instanceEvents(found),
		g.retryEvents(found),
		g.healthEvents(found),
		g.relieveEvents(found),
		g.lifetimeEvents(found),
		g.spotEvents(found),
		g.zoneEvents(found),
		g.scheduleEvents(found),
		g.shareEvents(found),
		g.refreshEvents(found),
	)
}

// enter begins an operation: it locks, and does what is due. What it returns ends
// the operation. Called as defer g.enter()().
func (g *Groups) enter() (leave func()) {
	g.mu.Lock()
	g.settle()
	return func() {
		g.settle() // what the operation made due at once, such as a boot without a boot time
		g.mu.Unlock()
		select {
		case g.changed <- struct{}{}:
		default: // Run has not heard the last one yet
		}
		g.notices.deliver()
	}
}

// settle does all events that are due, in order of time, each at its own moment:
// a clock that leaps an hour finds what an hour of ticks would have made.
func (g *Groups) settle() {
	now, idle := g.now(), 0
	for {
		next, ok := g.first()
		if !ok || next.at.After(now) {
			break
		}
		if idle++; next.at.After(g.moment) {
			g.moment, idle = next.at, 0
		}
		if idle > mostEvents {
			panic("autoscaling: events at " + g.moment.String() + " without an end")
		}
		next.do()
	}
	g.moment = now
}

// mostEvents bounds the events of one moment: more are a mistake of ours.
const mostEvents = 100_000

// first is the event that is due first.
func (g *Groups) first() (event, bool) {
	var first event
	for _, found := range g.sorted() {
		for _, next := range g.upcoming(found) {
			if first.do == nil || next.at.Before(first.at) {
				first = next
			}
		}
	}
	return first, first.do != nil
}

// Next is the moment at which something is due next, if anything is.
func (g *Groups) Next() (time.Time, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	next, ok := g.first()
	return next.at, ok
}

// Run does what is due as time passes, until ctx ends. The clock given to New
// must be time.Now; in a bubble of testing/synctest that is a fake one.
func (g *Groups) Run(ctx context.Context) {
	for ctx.Err() == nil {
		g.mu.Lock()
		g.settle()
		next, ok := g.first()
		g.mu.Unlock()
		g.notices.deliver()
		g.await(ctx, next.at, ok)
	}
}

// await waits for a moment (if there is one), a change or the end.
func (g *Groups) await(ctx context.Context, moment time.Time, ok bool) {
	var due <-chan time.Time
	if ok {
		timer := time.NewTimer(moment.Sub(g.now()))
		defer timer.Stop()
		due = timer.C
	}
	select {
	case <-ctx.Done():
	case <-g.changed:
	case <-due:
	}
}
