package spacelift

import (
	"time"
)

// State is where a run is in its life.
type State string

// States of runs.
const (
	Queued   State = "queued"
	Running  State = "running"
	Finished State = "finished"
	CutShort State = "cut short" // its instance ended first
)

// Run is a run of a stack, as far as a worker pool has to do with it.
type Run struct {
	ID         string
	PoolID     string
	Duration   time.Duration // on a worker
	State      State
	WorkerID   string // "" while queued
	InstanceID string // the worker's
	QueuedAt   time.Time
	StartedAt  time.Time // zero while queued
	EndedAt    time.Time // zero until finished or cut short
}

// Queue adds a run that takes duration on a worker, and returns its id. It starts
// at once if a worker of the pool is idle and not drained. The pool must exist.
func (s *Service) Queue(poolID string, duration time.Duration) (runID string) {
	defer s.enter()()
	return s.queue(s.mustPool(poolID), duration).ID
}

func (s *Service) queue(found *pool, duration time.Duration) *Run {
	run := &Run{ID: s.id("R"), PoolID: found.id, Duration: duration, State: Queued, QueuedAt: s.moment}
	found.runs = append(found.runs, run)
	found.queue = append(found.queue, run)
	return run
}

// Runs are all runs that ever were, oldest first within a pool.
func (s *Service) Runs() []Run {
	defer s.enter()()
	var all []Run
	for _, found := range s.sortedPools() {
		for _, run := range found.runs {
			all = append(all, *run)
		}
	}
	return all
}

// Finish lets all runs that are under way come to their end now, however long they
// were to take.
func (s *Service) Finish() {
	defer s.enter()()
	for _, found := range s.sortedPools() {
		for _, one := range found.workers {
			if one.run != nil && !one.lost {
				one.run.Duration = s.moment.Sub(one.run.StartedAt)
			}
		}
	}
}

// assign hands queued runs to idle workers: the run that waits longest to the
// worker that is idle longest.
func (s *Service) assign() {
	for _, found := range s.pools {
		for len(found.queue) > 0 {
			best := found.free()
			if best == nil {
				break
			}
			s.start(best, found.queue[0])
			found.queue = found.queue[1:]
		}
	}
}

// free is the worker that gets the next run, or nil.
func (p *pool) free() *worker {
	var best *worker
	for _, one := range p.workers {
		if one.takesRuns() && (best == nil || one.since.Before(best.since)) {
			best = one
		}
	}
	return best
}

func (s *Service) start(one *worker, run *Run) {
	one.account(s.moment)
	one.run, one.since = run, s.moment
	run.State, run.StartedAt, run.WorkerID, run.InstanceID = Running, s.moment, one.id, one.machine.InstanceID
}

// finish ends a worker's run, whose time has come.
func (s *Service) finish(one *worker) {
	one.account(s.moment)
	one.run.State, one.run.EndedAt = Finished, s.moment
	one.run, one.since = nil, s.moment
	if one.cycled {
		one.leaves = s.moment.Add(s.behavior.CycleTime)
	}
}
