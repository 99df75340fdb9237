package model

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
)

type worker struct {
	id        string
	on        *instance
	created   time.Time
	available time.Time // since when it is idle
	drained   bool
	byPerson  bool // who drained it
	run       *run
	unseen    bool // its connection broke: Spacelift has no record of it
}

type run struct {
	queued  time.Time
	started time.Time
	length  time.Duration
	cut     bool
}

// stranger is a worker of the pool that is none of the group's. It takes no runs.
type stranger struct {
	metadata spacelift.Metadata
	busy     bool
	drained  bool
}

const strangerName = "stranger-"

// Queue adds runs of a length.
func (w *World) Queue(count int, length time.Duration) {
	for range count {
		w.pending = append(w.pending, &run{queued: w.now, length: length})
	}
	w.Figures.Queued += count
	w.dispatch()
}

// register makes an instance that has booted a worker, unless it is gone. One that
// is leaving registers all the same.
func (w *World) register(on *instance) {
	if on.gone {
		return
	}
	w.registered++
	w.Figures.bootTime += w.now.Sub(on.launched)
	one := &worker{id: fmt.Sprintf("w-%d", w.registered), on: on, created: w.now, available: w.now}
	on.worker = one
	w.workers = append(w.workers, one)
	w.dispatch()
}

// dispatch gives the longest waiting runs to the longest idle workers.
func (w *World) dispatch() {
	for len(w.pending) > 0 {
		var free *worker
		for _, one := range w.workers {
			if one.free() && (free == nil || one.available.Before(free.available)) {
				free = one
			}
		}
		if free == nil {
			return
		}
		next := w.pending[0]
		w.pending = w.pending[1:]
		w.start(free, next)
	}
}

func (o *worker) free() bool { return o.run == nil && !o.drained && !o.unseen }

func (w *World) start(on *worker, next *run) {
	next.started, on.run = w.now, next
	w.Figures.waits = append(w.Figures.waits, w.now.Sub(next.queued))
	w.After(next.length, func() {
		if next.cut {
			return
		}
		on.run, on.available = nil, w.now
		w.Figures.Finished++
		w.Figures.busyTime += next.length
		w.dispatch()
	})
}

// lose ends the worker of an instance that ends.
func (w *World) lose(one *instance, cause string) {
	gone := one.worker
	w.workers = slices.DeleteFunc(w.workers, func(other *worker) bool { return other == gone })
	if gone.run == nil {
		return
	}
	gone.run.cut = true
	w.Figures.busyTime += w.now.Sub(gone.run.started)
	w.Figures.Cut = append(w.Figures.Cut, Cut{At: w.now, Instance: one.id, Cause: cause, Waited: w.now.Sub(one.left)})
}

// setDrain is workerDrainSet.
func (w *World) setDrain(id string, drain bool) (spacelift.Worker, error) {
	for _, one := range w.workers {
		if one.id != id || one.unseen {
			continue
		}
		if drain != one.drained {
			one.byPerson = false
		}
		one.drained = drain
		answer := spacelift.Worker{ID: id, Busy: one.run != nil, Drained: drain}
		w.dispatch()
		return answer, nil
	}
	return spacelift.Worker{}, &spacelift.WorkerNotFoundError{WorkerID: id}
}

// pool is the answer to a query of the pool.
func (w *World) pool() spacelift.Pool {
	if w.now.Before(w.empty) {
		return spacelift.Pool{}
	}
	seen := spacelift.Pool{PendingRuns: len(w.pending), Workers: make([]spacelift.Worker, 0, len(w.workers)+len(w.strangers))}
	for _, one := range w.workers {
		if one.unseen {
			continue
		}
		shown := spacelift.Worker{
			ID: one.id, Busy: one.run != nil, Drained: one.drained, CreatedAt: one.created.Truncate(time.Second),
			Metadata: spacelift.Metadata{InstanceID: one.on.id, GroupName: groupName},
		}
		if one.run == nil {
			since := one.available.Truncate(time.Second)
			shown.AvailableAt = &since
		}
		seen.Workers = append(seen.Workers, shown)
	}
	for i, one := range w.strangers {
		seen.Workers = append(seen.Workers, spacelift.Worker{
			ID: strangerName + strconv.Itoa(i), Busy: one.busy, Drained: one.drained, CreatedAt: Start, Metadata: one.metadata,
		})
	}
	return seen
}

// leaves tells that an instance, or the one of a worker, is on its way out or gone.
func (w *World) leaves(target string) bool {
	if one := w.instance(target); one != nil {
		return !one.active()
	}
	for _, one := range w.workers {
		if one.id == target {
			return !one.on.active()
		}
	}
	return !strings.HasPrefix(target, strangerName)
}
