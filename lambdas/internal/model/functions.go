package model

import (
	"log/slog"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/draining"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/fleet"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/function"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/scaling"
)

// Functions are the two functions that work in a world.
type Functions struct {
	Scaling  scaling.Limits
	Draining draining.Limits
	Interval time.Duration // between polls of the autoscaler
	Scaler   func(*World)  // a poll of another autoscaler; nil for ours

	Clocks   []time.Duration // how wrong the clocks are, of one invocation after the other; none for right ones
	Tear     time.Duration   // between two reads of one look
	Messages []time.Duration // how long the hook's messages take, one after the other; Lost for never; none for a second
	Twists   []Twist
	Log      *slog.Logger // of both functions; nil for none

	calls      int // that changed something, or tried to
	started    int // invocations
	notified   int // messages
	waking     bool
	depth      int // of invocations that have begun while others were at work
	noScaler   time.Time
	noManager  time.Time
	beaten     map[string]bool // by the manager's scheduled invocation
	goesOn     bool            // it does, because something waits
	sinceStart int             // looks of the manager
}

// Lost is how long a message takes that never comes.
const Lost time.Duration = -1

const (
	minute     = time.Minute
	lookAgain  = 10 * time.Second // between looks of the manager's scheduled invocation
	messageLag = time.Second
	deepest    = 3
)

// Employ puts the functions to work. They have no other state than what an
// invocation keeps.
func (w *World) Employ(f Functions) {
	w.functions = &f
	w.every(f.Interval, func() { w.poll() })
	w.every(lookAgain, w.manage)
}

func (w *World) every(interval time.Duration, do func()) {
	w.After(interval, func() {
		w.every(interval, do)
		do()
	})
}

// poll is one poll of the autoscaler.
func (w *World) poll() {
	f := w.functions
	if w.now.Before(f.noScaler) || f.depth >= deepest {
		return
	}
	if f.Scaler != nil {
		f.Scaler(w)
		return
	}
	f.depth++
	defer func() { f.depth-- }()
	tempo := w.nextTempo()
	v := w.invoke("scaler", w.pause)
	scaler := scaling.Scaler{
		Pool: v, Fleet: &fleet.Fleet{Scaling: v, EC2: v, Group: groupName}, PoolID: poolID,
		Limits: f.Scaling, Tempo: tempo, Log: f.Log,
	}
	if scaler.Poll(w.ctx) != nil {
		w.Figures.Failed++
	}
	w.count(v)
}

// manage is a look of the manager's scheduled invocation: one each minute, and
// more while something waits.
func (w *World) manage() {
	f := w.functions
	if f.sinceStart%int(minute/lookAgain) == 0 {
		f.beaten, f.goesOn = map[string]bool{}, true
	}
	f.sinceStart++
	if f.goesOn {
		f.goesOn = w.sweep(f.beaten)
	}
}

// sweep is one look of the manager. It says whether to look again.
func (w *World) sweep(beaten map[string]bool) bool {
	f := w.functions
	if w.now.Before(f.noManager) || f.depth >= deepest {
		return false
	}
	f.depth++
	defer func() { f.depth-- }()
	tempo := w.nextTempo()
	v := w.invoke("manager", w.pause)
	log := f.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	manager := draining.Manager{
		Pool: v, Fleet: &fleet.Fleet{Scaling: v, EC2: v, Group: groupName}, PoolID: poolID, Hook: "hook",
		Limits: f.Draining, Log: log, Tempo: tempo,
	}
	waiting, err := manager.Sweep(w.ctx, beaten)
	if err != nil {
		w.Figures.Failed++
	}
	w.count(v)
	return waiting || err != nil
}

// notify sends the hook's message, which wakes the manager.
func (w *World) notify() {
	f := w.functions
	if f == nil || f.waking {
		return
	}
	lag := messageLag
	if len(f.Messages) > 0 {
		lag = f.Messages[f.notified%len(f.Messages)]
		f.notified++
	}
	if lag == Lost {
		return
	}
	f.waking = lag <= messageLag // those that come at the same time come in one batch
	w.After(lag, func() {
		f.waking = false
		w.Figures.Woken++
		w.sweep(map[string]bool{})
	})
}

func (w *World) pause() {
	if w.functions.Tear > 0 {
		w.Pass(w.functions.Tear)
	}
}

func (w *World) nextTempo() function.Tempo {
	f, off := w.functions, time.Duration(0)
	if len(f.Clocks) > 0 {
		off = f.Clocks[f.started%len(f.Clocks)]
	}
	f.started++
	// A decision is of the time of its snapshot, and marks are of when they are
	// written.
	return function.Tempo{Now: func() time.Time { return w.now.Add(off) }, InOrder: true}
}

func (w *World) count(v *invocation) {
	w.Figures.Spacelift += int(v.asked.Load())
	w.Figures.AWS += int(v.reads.Load())
}
