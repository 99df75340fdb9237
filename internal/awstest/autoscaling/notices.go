package autoscaling

import (
	"sync"
	"time"
)

// Kind is what has happened to an instance.
type Kind string

// Kinds of events.
const (
	Booted      Kind = "Booted"      // it is InService and its software is up
	Leaving     Kind = "Leaving"     // the group has begun to end it: Terminating or Terminating:Wait
	Interrupted Kind = "Interrupted" // EC2 takes a Spot Instance back in two minutes
	Terminated  Kind = "Terminated"  // the machine ends: what runs in it dies now
)

// Event is something that has happened to an instance of a group.
type Event struct {
	Kind       Kind
	InstanceID string
	GroupName  string
	ImageID    string
	LaunchTime time.Time
	At         time.Time
}

// Subscribe calls listener with every event from now on, one at a time and in
// order. It runs in whichever goroutine caused the event (or one that is
// delivering already), without a lock: it may call Groups.
func (g *Groups) Subscribe(listener func(Event)) {
	g.notices.mu.Lock()
	defer g.notices.mu.Unlock()
	g.notices.listeners = append(g.notices.listeners, listener)
}

// tell queues an event. It is delivered when the operation has ended.
func (g *Groups) tell(kind Kind, found *group, one *instance) {
	g.notices.mu.Lock()
	defer g.notices.mu.Unlock()
	g.notices.queue = append(g.notices.queue, Event{
		Kind: kind, InstanceID: one.id, GroupName: found.name(), ImageID: one.image, LaunchTime: one.launched, At: g.moment,
	})
}

// notices are the events on their way to the listeners.
type notices struct {
	mu        sync.Mutex
	listeners []func(Event)
	queue     []Event
	busy      bool // somebody delivers
}

// deliver empties the queue, unless somebody is at it: a listener that calls
// Groups comes here again, and its events wait for their turn.
func (n *notices) deliver() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.busy {
		return
	}
	n.busy = true
	for len(n.queue) > 0 {
		next, listeners := n.queue[0], n.listeners
		n.queue = n.queue[1:]
		n.mu.Unlock()
		for _, listener := range listeners {
			listener(next)
		}
		n.mu.Lock()
	}
	n.busy = false
}
