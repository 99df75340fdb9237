package scaling

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/fleet"
)

// Snapshot is the pool and the group at one moment.
type Snapshot struct {
	Pending int // runs that wait for a worker
	Workers int // of the pool, wherever they are
	Group   fleet.Group
	Crew    fleet.Crew
}

// snapshot looks at the pool and the group at the same time: one call of
// Spacelift, two of AWS up to 1,000 instances.
func (s *Scaler) snapshot(ctx context.Context) (Snapshot, error) {
	var pool spacelift.Pool
	var group fleet.Group
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() (err error) {
		pool, err = s.Pool.Pool(ctx, s.PoolID)
		return err
	})
	both.Go(func() (err error) {
		group, err = s.Fleet.Look(ctx)
		return err
	})
	if err := both.Wait(); err != nil {
		return Snapshot{}, err
	}
	return Snapshot{
		Pending: pool.PendingRuns, Workers: len(pool.Workers), Group: group, Crew: fleet.CrewOf(group, s.Fleet.Group, pool.Workers),
	}, nil
}

// Class is what an instance is to the autoscaler. Each has exactly one.
type Class string

// Classes.
const (
	Booting     Class = "booting"      // it may still get a worker
	Idle        Class = "idle"         // its worker would start a run now
	Busy        Class = "busy"         // its worker has a run
	Draining    Class = "draining"     // it is leaving, or its worker takes no runs: no capacity
	Stray       Class = "stray"        // it should have a worker and has none
	HalfDrained Class = "half-drained" // drained for a scale in that nobody goes on with
	Retained    Class = "retained"     // outlived its termination hook: the lifecycle manager's
)

// classify is a function of one instance, its worker (nil for none), and now.
func classify(one fleet.Instance, worker *spacelift.Worker, l Limits, now time.Time) Class {
	switch {
	case one.Retained():
		return Retained
	case !one.InService() && !one.Pending():
		return Draining
	case worker == nil && (one.Launched.IsZero() || now.Sub(one.Launched) < l.BootTimeout):
		// EC2 shows an instance a moment after the group does: it is new.
		return Booting
	case worker == nil:
		return Stray
	case worker.Drained && abandoned(one, l, now):
		return HalfDrained
	case worker.Drained:
		return Draining
	case worker.Busy:
		return Busy
	default:
		return Idle
	}
}

// clockSkew is how much the clocks of two invocations may differ.
const clockSkew = time.Minute

// abandoned tells that the instance was marked for scale in by an invocation that
// has ended.
func abandoned(one fleet.Instance, l Limits, now time.Time) bool {
	return one.Mark != nil && one.Mark.Reason == marks.ScaleIn && now.Sub(one.Mark.At) > l.Invocation+clockSkew
}

// removing tells that it was marked by one that may be about to drain it.
func removing(one fleet.Instance, l Limits, now time.Time) bool {
	return one.Mark != nil && one.Mark.Reason == marks.ScaleIn && !abandoned(one, l, now)
}
