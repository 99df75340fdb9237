package spacelift

import (
	"fmt"
	"slices"
	"time"
)

// worker is one that has registered. It runs one run at a time.
type worker struct {
	id       string
	pool     *pool
	machine  Machine // zero for a worker without an instance
	metadata string
	created  time.Time
	drained  bool
	dead     bool      // takes no runs, though nobody drained it
	lost     bool      // its machine has ended; Spacelift does not know yet
	cycled   bool      // told to end
	warned   bool      // about to be taken back
	leaves   time.Time // when it goes by itself; zero for never
	run      *Run
	since    time.Time // idle, or busy, since then
	counted  time.Time // idle and busy hold what was until then
	idle     time.Duration
	busy     time.Duration
}

// Worker is a worker as a test or a person sees it.
type Worker struct {
	ID          string
	PoolID      string
	InstanceID  string // "" for one without an instance
	RunID       string // "" if idle
	Drained     bool
	CreatedAt   time.Time
	AvailableAt time.Time // when it became idle; zero while it is busy
	Metadata    string    // as sent
}

// Workers are the workers of all pools as Spacelift knows them, oldest first
// within a pool.
func (s *Service) Workers() []Worker {
	defer s.enter()()
	var all []Worker
	for _, found := range s.sortedPools() {
		for _, one := range found.workers {
			all = append(all, one.show())
		}
	}
	return all
}

func (w *worker) show() Worker {
	shown := Worker{
		ID: w.id, PoolID: w.pool.id, InstanceID: w.machine.InstanceID, Drained: w.drained, CreatedAt: w.created, Metadata: w.metadata,
	}
	if w.run != nil {
		shown.RunID = w.run.ID
	} else {
		shown.AvailableAt = w.since
	}
	return shown
}

// Ghost registers a worker that no instance of the followed groups is behind. It
// takes no runs. metadata is what it sends: that of an instance that is gone or
// of another group, or no JSON at all. The pool must exist.
func (s *Service) Ghost(poolID, metadata string) (workerID string) {
	defer s.enter()()
	one := &worker{metadata: metadata, dead: true}
	s.add(s.mustPool(poolID), one)
	return one.id
}

// Drain drains or undrains a worker as a person does, in the user interface.
func (s *Service) Drain(workerID string, drain bool) error {
	defer s.enter()()
	one := s.worker(workerID)
	if one == nil {
		return fmt.Errorf("no worker %s", workerID)
	}
	one.drained = drain
	return nil
}

// Cycle tells the workers of a pool to end, as a person does. Each ends its
// launcher after CycleTime, a busy one after its run, and its instance powers
// off. That a run is awaited is not documented.
func (s *Service) Cycle(poolID string) error {
	defer s.enter()()
	found := s.pools[poolID]
	if found == nil {
		return fmt.Errorf("no worker pool %s", poolID)
	}
	s.cycle(found)
	return nil
}

func (s *Service) cycle(found *pool) {
	for _, one := range found.workers {
		if !one.dead && !one.lost {
			one.cycled = true
			if one.run == nil {
				one.leaves = s.moment.Add(s.behavior.CycleTime)
			}
		}
	}
}

// add registers a worker.
func (s *Service) add(found *pool, one *worker) {
	one.id, one.pool, one.created, one.since, one.counted = s.id("W"), found, s.moment, s.moment, s.moment
	found.workers = append(found.workers, one)
}

// lose ends the machine of a worker.
func (s *Service) lose(one *worker) {
	one.account(s.moment)
	one.lost = true
	one.leaves = s.moment.Add(s.behavior.MissTime)
	if one.run != nil {
		one.run.State, one.run.EndedAt = CutShort, s.moment
	}
}

// leave deregisters a worker that is lost, or that was told to end.
func (s *Service) leave(one *worker) {
	if !one.lost {
		one.account(s.moment)
		delete(s.machines, one.machine.InstanceID)
		s.notices.add(one.machine.InstanceID)
	}
	one.pool.idle += one.idle
	one.pool.busy += one.busy
	one.pool.workers = slices.DeleteFunc(one.pool.workers, func(other *worker) bool { return other == one })
}

// account adds up what the worker has done until now.
func (w *worker) account(now time.Time) {
	switch {
	case w.lost || w.dead: // costs nothing
	case w.run == nil:
		w.idle += now.Sub(w.counted)
	default:
		w.busy += now.Sub(w.counted)
	}
	w.counted = now
}

// takesRuns says whether the worker would start a run now.
func (w *worker) takesRuns() bool {
	return w.run == nil && !w.drained && !w.dead && !w.lost && !w.cycled && !w.warned
}

// worker finds a worker in any pool.
func (s *Service) worker(id string) *worker {
	for _, found := range s.pools {
		if one := found.worker(id); one != nil {
			return one
		}
	}
	return nil
}
