package scaling

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/fleet"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/function"
)

// tally is what of a decision was done.
type tally struct {
	launched int
	of       map[Verb]int
}

// carryOut does what was decided. An error about one instance does not stop the
// others; all of them are joined.
func (s *Scaler) carryOut(ctx context.Context, p poll) (tally, error) {
	done := tally{of: map[Verb]int{}}
	var errs []error
	if d := p.decision; d.Desired != p.snapshot.Group.Desired {
		err := s.Fleet.SetDesired(ctx, d.Desired)
		if err == nil && d.Desired > p.snapshot.Group.Desired {
			done.launched = d.Desired - p.snapshot.Group.Desired
			err = s.remember(ctx, marks.ScaledOut, s.Limits.ScaleOutCooldown)
		}
		errs = append(errs, err)
	}
	var mu sync.Mutex
	group := s.Group()
	for _, action := range p.decision.Actions {
		group.Go(func() error {
			did, err := s.act(ctx, action)
			mu.Lock()
			defer mu.Unlock()
			if did {
				done.of[action.Verb]++
			}
			errs = append(errs, err)
			return nil
		})
	}
	_ = group.Wait() // the errors are in errs
	if done.of[Remove]+done.of[Finish] > 0 {
		errs = append(errs, s.remember(ctx, marks.ScaledIn, s.Limits.ScaleInCooldown))
	}
	return done, errors.Join(errs...)
}

// remember notes the time of a scaling for its cooldown, if there is one.
func (s *Scaler) remember(ctx context.Context, key string, cooldown time.Duration) error {
	if cooldown == 0 {
		return nil
	}
	return s.Fleet.TagGroup(ctx, key, marks.Format(s.Time()))
}

// act does one action and says whether it came to what it was for.
func (s *Scaler) act(ctx context.Context, a Action) (bool, error) {
	var err error
	switch a.Verb {
	case Remove, Finish:
		return s.remove(ctx, a)
	case Release:
		err = s.release(ctx, a)
	case Suspect:
		err = s.Fleet.Tag(ctx, a.Instance, marks.Missing, marks.Mark{At: s.Time(), Reason: marks.NoWorker}.String())
	case Found:
		err = s.Fleet.Untag(ctx, a.Instance, marks.Missing)
	case Clear:
		err = s.Fleet.Unmark(ctx, a.Instance, a.Mark)
	case Replace, Discard:
		if err = s.Fleet.Terminate(ctx, a.Instance, a.Verb == Discard); errors.Is(err, fleet.ErrLeaving) {
			return false, nil // another invocation was faster; otherwise it is still a stray
		}
	}
	return err == nil, err
}

// remove ends an idle worker's instance: mark, drain, and only if it is still idle
// terminate. What cannot be finished is taken back, and what cannot be taken back
// a later poll finds by the mark.
func (s *Scaler) remove(ctx context.Context, a Action) (bool, error) {
	a.Mark = marks.Mark{At: s.Time(), Reason: marks.ScaleIn}
	if err := s.Fleet.Tag(ctx, a.Instance, marks.Drain, a.Mark.String()); err != nil {
		return false, err
	}
	worker, err := s.Pool.Drain(ctx, s.PoolID, a.Worker)
	if err == nil && !worker.Drained {
		err = fmt.Errorf("draining worker %s: Spacelift answered that it is not drained", a.Worker)
	}
	if err == nil && !worker.Busy {
		err = s.Fleet.Terminate(ctx, a.Instance, true)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, fleet.ErrLeaving):
			return false, nil // another invocation was faster; otherwise the mark tells of it
		}
	}
	// Busy now, or the drain or the termination failed: it stays.
	ctx, cancel := function.Afterwards(ctx)
	defer cancel()
	if undo := s.release(ctx, a); undo != nil {
		err = errors.Join(err, fmt.Errorf("keeping instance %s after all: %w", a.Instance, undo))
	}
	return false, err
}

// release lets a worker have runs again, and then removes its mark. A worker that
// is gone has nothing to be released from.
func (s *Scaler) release(ctx context.Context, a Action) error {
	_, err := s.Pool.Undrain(ctx, s.PoolID, a.Worker)
	var gone *spacelift.WorkerNotFoundError
	if err != nil && !errors.As(err, &gone) {
		return err
	}
	return s.Fleet.Unmark(ctx, a.Instance, a.Mark)
}
