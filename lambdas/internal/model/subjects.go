package model

import (
	"slices"
	"time"
)

// Today is a model of the autoscaler in use today, version 2.7.1 of
// https://github.com/spacelift-io/ec2-workerpool-autoscaler, to be polled once a
// minute: it does nothing while not all desired instances have a worker, and then
// adds or removes a few.
func Today(maxCreate, maxKill int, scaleDownDelay time.Duration) func(*World) {
	return func(w *World) {
		w.Figures.Spacelift++
		w.Figures.AWS += 2
		idle := w.idle()
		if w.Ready() != w.desired {
			w.replaceOld()
			return
		}
		switch more := len(w.pending) - len(idle); {
		case more > 0:
			w.ask(min(more, maxCreate))
		case more < 0:
			w.removeIdle(idle, min(-more, maxKill), scaleDownDelay)
		}
	}
}

// Greedy is an autoscaler that makes runs wait as little as it can, whatever that
// costs: it asks for all that is missing, and ends every worker that is idle.
func Greedy(w *World) {
	w.Figures.Spacelift++
	w.Figures.AWS += 2
	w.replaceOld()
	idle := w.idle()
	if missing := w.Busy() + len(w.pending) - w.active(); missing > 0 {
		w.ask(missing)
	}
	if len(w.pending) == 0 {
		w.removeIdle(idle, len(idle), 0)
	}
}

// idle are the workers that would start a run now, the one first that has been idle
// for longest.
func (w *World) idle() (idle []*worker) {
	for _, one := range w.workers {
		if one.free() && one.on.state == inService {
			idle = append(idle, one)
		}
	}
	slices.SortStableFunc(idle, func(a, b *worker) int { return a.available.Compare(b.available) })
	return idle
}

func (w *World) ask(more int) {
	if more = min(more, w.max-w.desired); more > 0 {
		w.Figures.AWS++
		w.desired += more
		w.fill()
	}
}

// removeIdle drains, detaches and terminates.
func (w *World) removeIdle(idle []*worker, most int, delay time.Duration) {
	for _, one := range idle[:min(most, len(idle))] {
		if w.desired > w.min && w.now.Sub(one.available) >= delay {
			w.Figures.Spacelift++
			w.Figures.AWS += 2
			w.desired--
			w.end(one.on, "detached and terminated")
		}
	}
}

// replaceOld ends instances that have not become workers in ten minutes.
func (w *World) replaceOld() {
	const patience = 10 * time.Minute
	for _, one := range slices.Clone(w.instances) {
		if one.worker == nil && one.state == inService && w.now.Sub(one.launched) > patience {
			w.Figures.AWS++
			w.end(one, "stray")
		}
	}
}
