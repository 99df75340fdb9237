package draining

import (
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
)

// Limits are the settings of a pool's lifecycle manager.
type Limits struct {
	// DrainTimeout is how long a busy worker is waited for, from the mark on its
	// instance. At most min(48 h, 100 × the hook's heartbeat timeout): no hook waits
	// longer, https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html
	DrainTimeout time.Duration
	// Retain keeps an instance whose worker is busy after that, until it is idle;
	// otherwise it ends with its run.
	Retain bool
}

// workerGrace is how long an instance is seen without a worker before it ends. A
// worker that boots may register yet, and one whose connection broke is back
// within seconds.
const workerGrace = 2 * time.Minute

// poolGrace is the same while the pool shows not one worker: that may be what
// Spacelift tells for a while, and not what is.
const poolGrace = 10 * time.Minute

// memory is for how long after the grace an absence counts. One that was marked
// before that was of another time: nobody has looked since, or the mark would have
// been acted on or removed.
const memory = 5 * time.Minute

// State is an instance that is on its way out.
type State struct {
	Retained bool              // it outlived its hook; otherwise it waits for it
	Ended    bool              // its machine has ended, whoever did that: nothing runs on it
	Since    time.Time         // the mark of the termination; zero for none
	Missed   time.Time         // the mark that its worker is missed; zero for none
	Worker   *spacelift.Worker // nil for none
	Empty    bool              // the pool shows not one worker
}

// Step is what to do next with an instance.
type Step string

// Steps. After the first four one looks at the changed state again; the others end
// the look.
const (
	Note   Step = "note"   // mark the time from which the drain timeout counts
	Drain  Step = "drain"  // let the worker have no more runs
	Miss   Step = "miss"   // mark that it has no worker
	Forget Step = "forget" // remove that mark: it has one

	Wait     Step = "wait"     // a heartbeat, where a hook is waited for
	Continue Step = "continue" // the hook has been waited for: the instance ends
	Abandon  Step = "abandon"  // the hook ends, the instance is retained
	End      Step = "end"      // terminate the retained instance, through the hook once more
)

// Next is a pure function: the same state, limits and time give the same step. now
// is the time at which the state was seen.
func Next(s State, l Limits, now time.Time) Step {
	switch {
	case s.Ended:
		return s.over()
	case !s.Retained && s.Since.IsZero():
		return Note
	case s.Worker == nil && (s.Missed.IsZero() || now.Sub(s.missedSince()) > s.grace()+memory):
		return Miss
	case s.Worker == nil && now.Sub(s.missedSince()) < s.grace():
		return Wait
	case s.Worker == nil:
		return s.over()
	case !s.Missed.IsZero():
		return Forget
	case !s.Worker.Drained:
		return Drain
	case !s.Worker.Busy:
		return s.over()
	case s.Retained || now.Sub(s.Since) < l.DrainTimeout:
		return Wait
	case l.Retain:
		return Abandon
	default:
		return Continue
	}
}

// missedSince is from when the worker's absence counts. The autoscaler may have
// marked it long before the instance left, for another absence.
func (s State) missedSince() time.Time {
	if s.Since.After(s.Missed) {
		return s.Since
	}
	return s.Missed
}

// grace is for how long the instance is seen without a worker before it ends.
func (s State) grace() time.Duration {
	if s.Empty {
		return poolGrace
	}
	return workerGrace
}

// over lets an instance end that runs nothing any more.
func (s State) over() Step {
	if s.Retained {
		return End
	}
	return Continue
}
