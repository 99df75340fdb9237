package spacelift

import "time"

// Figures say how well a pool was served.
type Figures struct {
	Queued   int             // runs that wait
	Running  int             // runs under way
	Finished int             // runs that ran to their end
	CutShort []Run           // runs whose instance ended first: there must be none
	Waits    []time.Duration // from queue to start, of each run that has started, in order of queueing
	Idle     time.Duration   // time of all workers without a run, drained or not
	Busy     time.Duration   // time of all workers with a run
}

// Figures are those of all pools together, until now.
func (s *Service) Figures() Figures {
	defer s.enter()()
	var f Figures
	for _, found := range s.sortedPools() {
		f.Idle += found.idle
		f.Busy += found.busy
		for _, one := range found.workers {
			one.account(s.moment)
			f.Idle += one.idle
			f.Busy += one.busy
		}
		for _, run := range found.runs {
			f.count(run)
		}
	}
	return f
}

func (f *Figures) count(run *Run) {
	switch run.State {
	case Queued:
		f.Queued++
		return
	case Running:
		f.Running++
	case Finished:
		f.Finished++
	case CutShort:
		f.CutShort = append(f.CutShort, *run)
	}
	f.Waits = append(f.Waits, run.StartedAt.Sub(run.QueuedAt))
}
