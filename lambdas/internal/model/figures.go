package model

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// Figures are what a world has counted.
type Figures struct {
	Queued, Finished int   // runs
	Cut              []Cut // runs that were cut short
	Launched         int   // instances
	Failed           int   // polls and looks that had errors
	Refused          int   // requests that would have left min and max size
	Astray           int   // changes of the manager to what is not leaving
	Spacelift, AWS   int   // calls
	Woken            int   // invocations of the manager by messages

	waits        []time.Duration // of the runs that have begun
	bootTime     time.Duration   // of the instances that have become workers
	instanceTime time.Duration   // of the instances that have ended
	busyTime     time.Duration   // of the runs that have ended
}

// Cut is a run that was cut short.
type Cut struct {
	At       time.Time
	Instance string
	Cause    string        // such as CONTINUE
	Waited   time.Duration // from the first termination of its instance
}

// Act is something that a function changed.
type Act struct {
	At     time.Time
	By     string // scaler or manager
	What   string // such as Drain
	Target string // worker, instance, or capacity
	Failed bool
}

// Wait is a quantile of how long runs queued, between 0 and 1. Those that still do
// count as far as they have come.
func (w *World) Wait(quantile float64) time.Duration {
	waits := slices.Clone(w.Figures.waits)
	for _, one := range w.pending {
		waits = append(waits, w.now.Sub(one.queued))
	}
	if len(waits) == 0 {
		return 0
	}
	slices.Sort(waits)
	return waits[max(0, int(math.Ceil(quantile*float64(len(waits))))-1)]
}

// Idle is the time of all instances, from launch to end, that they were not running
// anything: booting, waiting for a run, or leaving.
func (w *World) Idle() time.Duration {
	idle := w.Figures.instanceTime - w.Figures.busyTime
	for _, one := range w.instances {
		idle += w.now.Sub(one.launched)
	}
	for _, one := range w.workers {
		if one.run != nil {
			idle -= w.now.Sub(one.run.started)
		}
	}
	return idle
}

// Boots is the part of Idle that instances took from launch to worker.
func (w *World) Boots() time.Duration { return w.Figures.bootTime }

// Desired is the group's desired capacity.
func (w *World) Desired() int { return w.desired }

// MinSize is the group's min size now.
func (w *World) MinSize() int { return w.min }

// MaxSize is the group's max size now.
func (w *World) MaxSize() int { return w.max }

// Active is how many instances the group counts for its capacity.
func (w *World) Active() int { return w.active() }

// Pending is how many runs wait.
func (w *World) Pending() int { return len(w.pending) }

// Busy is how many workers have a run.
func (w *World) Busy() (count int) {
	for _, one := range w.workers {
		if one.run != nil {
			count++
		}
	}
	return count
}

// Ready is how many workers would start a run now, or have one and then would.
func (w *World) Ready() (count int) {
	for _, one := range w.workers {
		if one.on.state == inService && !one.drained && !one.unseen {
			count++
		}
	}
	return count
}

// States are how many instances are in each state.
type States struct {
	Busy, Idle, Booting, Leaving int
	InService                    int // as the group has it: with a worker or without
}

// States are those of now. One that is drained, or gone for its group, is leaving.
func (w *World) States() (s States) {
	for _, one := range w.instances {
		if one.state == inService {
			s.InService++
		}
		switch {
		case !one.active():
			s.Leaving++
		case one.worker == nil:
			s.Booting++
		case one.worker.run != nil:
			s.Busy++
		case one.worker.free():
			s.Idle++
		default:
			s.Leaving++
		}
	}
	return s
}

// Leaving are the instances that wait for the hook, or outlived it.
func (w *World) Leaving() (ids []string) {
	for _, one := range w.instances {
		if one.state == waiting || one.state == retained {
			ids = append(ids, one.id)
		}
	}
	return ids
}

// LeftDrained are the instances in service whose workers a function has drained.
func (w *World) LeftDrained() (ids []string) {
	for _, one := range w.workers {
		if one.drained && !one.byPerson && one.on.state == inService {
			ids = append(ids, one.on.id)
		}
	}
	return ids
}

// LastAct is when the functions last changed something.
func (w *World) LastAct() time.Time {
	if len(w.Acts) == 0 {
		return Start
	}
	return w.Acts[len(w.Acts)-1].At
}

// String is the act in a line.
func (a Act) String() string {
	line := fmt.Sprintf("%s %-7s %s %s", a.At.Sub(Start).Round(time.Second), a.By, a.What, a.Target)
	if a.Failed {
		line += " (failed)"
	}
	return line
}

// IsRetained tells that an instance outlived its hook.
func (w *World) IsRetained(id string) bool {
	one := w.instance(id)
	return one != nil && one.state == retained
}

// IsBusy tells that a run goes on on an instance.
func (w *World) IsBusy(id string) bool {
	one := w.instance(id)
	return one != nil && one.worker != nil && one.worker.run != nil
}
