package model

import (
	"fmt"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/draining"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/scaling"
)

// Plan is a world with all that will happen in it. It is data, so that what went
// wrong once can be kept as a case.
type Plan struct {
	Settings

	Functions
	Arrivals []Arrival
	Faults   []Fault
	Length   time.Duration
}

// Arrival is runs that queue at a time from the start.
type Arrival struct {
	At     time.Duration
	Count  int
	Length time.Duration
}

// Fault is something that goes wrong, or that a person does, at a time from the
// start.
type Fault struct {
	At   time.Duration
	What What
	N    int // which, or how many
	Span time.Duration
}

// What is a kind of Fault; each is a method of World.
type What string

// The kinds of faults. Those after PersonDrains are what people and AWS do.
const (
	Vanish         What = "Vanish"         // worker N, for a span
	VanishAll      What = "VanishAll"      // all workers, for a span
	Dead           What = "Dead"           // N of the next instances
	NoCapacity     What = "NoCapacity"     // for a span
	StopScaler     What = "StopScaler"     // for a span
	StopManager    What = "StopManager"    // for a span
	FailSpacelift  What = "FailSpacelift"  // for a span
	EmptySpacelift What = "EmptySpacelift" // for a span
	Strangers      What = "Strangers"      // N of them
	PersonDrains   What = "PersonDrains"   // worker N, for a span
	PersonDesires  What = "PersonDesires"  // capacity N
	Shrinks        What = "Shrinks"        // max size N, or min size where that is more
	Rebalance      What = "Rebalance"      // instance N
)

// Whats are all kinds of faults.
var Whats = []What{
	Vanish, VanishAll, Dead, NoCapacity, StopScaler, StopManager, FailSpacelift, EmptySpacelift, Strangers,
	PersonDrains, PersonDesires, Shrinks, Rebalance,
}

// Usual is a plan for up to ten instances in which nothing happens.
func Usual() Plan {
	return Plan{
		Settings: Settings{Max: 10, Launch: 5 * time.Second, BootMin: 2 * time.Minute, BootMax: 3 * time.Minute, Heartbeat: 5 * time.Minute},
		Functions: Functions{
			Interval: 10 * time.Second,
			Scaling: scaling.Limits{
				MaxCreate: 5, MaxTerminate: 5, TargetUtilization: 100, ScaleDownDelay: time.Minute, BootTimeout: 10 * time.Minute, Invocation: time.Minute,
			},
			Draining: draining.Limits{DrainTimeout: 4 * time.Hour},
		},
	}
}

// Begin is the world before anything has happened.
func (p Plan) Begin() *World {
	w := New(p.Settings)
	w.Employ(p.Functions)
	for _, one := range p.Arrivals {
		w.After(one.At, func() { w.Queue(one.Count, one.Length) })
	}
	for _, one := range p.Faults {
		w.After(one.At, func() { w.suffer(one) })
	}
	return w
}

// Play is the world after all has happened.
func (p Plan) Play() *World {
	w := p.Begin()
	w.Pass(p.Length)
	return w
}

func (w *World) suffer(f Fault) {
	switch f.What {
	case Vanish:
		w.Vanish(f.N, 1, f.Span)
	case VanishAll:
		w.Vanish(0, len(w.workers), f.Span)
	case Dead:
		w.Dead(f.N)
	case NoCapacity:
		w.NoCapacity(f.Span)
	case StopScaler:
		w.StopScaler(f.Span)
	case StopManager:
		w.StopManager(f.Span)
	case FailSpacelift:
		w.FailSpacelift(f.Span)
	case EmptySpacelift:
		w.EmptySpacelift(f.Span)
	case Strangers:
		w.Strangers(f.N)
	case PersonDrains:
		w.PersonDrains(f.N, f.Span)
	case PersonDesires:
		w.PersonDesires(f.N)
	case Shrinks:
		w.PersonResizes(w.min, max(1, w.min, f.N))
	case Rebalance:
		w.Rebalance(f.N)
	default:
		panic(fmt.Sprintf("no fault is called %q", f.What))
	}
}

// PassUntil lets time pass until something is true, and says whether that came
// about in time.
func (w *World) PassUntil(done func() bool, limit time.Duration) bool {
	const step = time.Minute
	for end := w.now.Add(limit); !done(); w.Pass(step) {
		if w.now.After(end) {
			return false
		}
	}
	return true
}

// Quiet tells that no run waits, and that none goes on.
func (w *World) Quiet() bool { return len(w.pending) == 0 && w.Busy() == 0 }
