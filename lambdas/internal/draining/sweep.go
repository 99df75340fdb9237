package draining

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/fleet"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/function"
)

// sweep is one look at what is on its way out.
type sweep struct {
	*Manager
	beaten map[string]bool // instances that this invocation has sent a heartbeat for

	mu     sync.Mutex
	ended  map[string]Step // the last step of each instance
	errors []error
}

// Sweep looks once, does what is next for each instance, and says whether any
// still waits for the hook. beaten holds the instances that need no more
// heartbeats: the next invocation comes before the hook's timeout.
func (m *Manager) Sweep(ctx context.Context, beaten map[string]bool) (waiting bool, err error) {
	s := &sweep{Manager: m, beaten: beaten, ended: map[string]Step{}}
	group, err := m.Fleet.Describe(ctx)
	if err != nil {
		s.errors = append(s.errors, err)
		s.report(ctx, "the sweep failed before it could look", function.Metrics{})
		return false, err
	}
	var leaving []fleet.Instance
	for _, one := range group.Instances {
		if one.Waits() || one.Retained() {
			leaving = append(leaving, one)
		}
	}
	if len(leaving) > 0 {
		s.attend(ctx, group, leaving)
	}
	message, metrics := found(leaving)
	s.report(ctx, message, metrics)
	for _, one := range leaving {
		if step := s.ended[one.ID]; one.Waits() && step != Continue && step != Abandon {
			waiting = true
		}
	}
	return waiting, errors.Join(s.errors...)
}

// attend does what is next for each instance. Where that cannot be known, because
// Spacelift or EC2 does not answer, those that wait go on waiting.
func (s *sweep) attend(ctx context.Context, group fleet.Group, leaving []fleet.Instance) {
	var pool spacelift.Pool
	both, look := errgroup.WithContext(ctx)
	both.Go(func() error { return s.Fleet.Learn(look, leaving) })
	both.Go(func() (err error) {
		pool, err = s.Pool.Pool(look, s.PoolID)
		return err
	})
	blind := both.Wait()
	if blind != nil {
		s.errors = append(s.errors, blind)
	}
	crew := fleet.CrewOf(group, s.Fleet.Group, pool.Workers)
	each := s.Group()
	for _, one := range leaving {
		each.Go(func() error {
			step, err := Wait, error(nil)
			if blind == nil {
				state := stateOf(one, crew.Of[one.ID])
				state.Empty = len(pool.Workers) == 0
				step, err = s.proceed(ctx, one.ID, state)
			}
			if one.Waits() && step == Wait {
				err = errors.Join(err, s.heartbeat(ctx, one.ID))
			}
			s.note(one.ID, step, err)
			return nil
		})
	}
	_ = each.Wait() // the errors are in s
}

func stateOf(one fleet.Instance, worker *spacelift.Worker) State {
	return State{Retained: one.Retained(), Ended: one.Ended, Since: one.Termination, Missed: one.Missed, Worker: worker}
}

// proceed goes from step to step until one that ends the look, and returns that.
// Before it lets an instance end, it looks at the worker once more: one that was
// missed may have registered, one that was drained may have been given back.
func (s *sweep) proceed(ctx context.Context, id string, state State) (Step, error) {
	for fresh := state.Ended; ; {
		now := s.Time()
		step := Next(state, s.Limits, now)
		if (step == Continue || step == End) && !fresh && (state.Worker == nil || !state.Worker.Busy) {
			step = again
		}
		var err error
		switch step {
		case again:
			fresh = true
			state.Worker, err = s.again(ctx, id, state, now)
		case Note:
			state.Since, err = now, s.Fleet.Tag(ctx, id, marks.Termination, marks.Format(now))
		case Miss:
			state.Missed, err = now, s.Fleet.Tag(ctx, id, marks.Missing, marks.Mark{At: now, Reason: marks.NoWorker}.String())
		case Forget:
			state.Missed, err = time.Time{}, s.Fleet.Untag(ctx, id, marks.Missing)
		case Drain:
			fresh = true
			state.Worker, err = s.drain(ctx, state, now)
		default:
			if err = s.finish(ctx, id, state, step); err == nil {
				return step, nil
			}
		}
		if err != nil {
			return Wait, err
		}
	}
}

// again is the step before Continue and End.
const again Step = "again"

// again is the worker as it is now: nil for none. One that is drained is drained
// again, which also tells whether it is busy.
func (s *sweep) again(ctx context.Context, id string, state State, now time.Time) (*spacelift.Worker, error) {
	if state.Worker != nil {
		return s.drain(ctx, state, now)
	}
	pool, err := s.Pool.Pool(ctx, s.PoolID)
	if err != nil {
		return nil, err
	}
	return fleet.CrewOf(fleet.Group{Instances: []fleet.Instance{{ID: id}}}, s.Fleet.Group, pool.Workers).Of[id], nil
}

// drain drains the worker and returns what it is then: nil if it has gone. One that
// cannot be drained within the drain timeout is then treated like one that is busy.
func (s *sweep) drain(ctx context.Context, state State, now time.Time) (*spacelift.Worker, error) {
	drained, err := s.Pool.Drain(ctx, s.PoolID, state.Worker.ID)
	var gone *spacelift.WorkerNotFoundError
	switch {
	case errors.As(err, &gone):
		return nil, nil //nolint:nilnil // a worker that has gone is none
	case err == nil && drained.Drained:
		return &drained, nil
	case err == nil:
		err = fmt.Errorf("draining worker %s: Spacelift answered that it is not drained", state.Worker.ID)
	}
	if !state.Retained && now.Sub(state.Since) >= s.Limits.DrainTimeout {
		s.Log.ErrorContext(ctx, "the drain timeout has passed, and the worker could not be drained",
			slog.String("worker", state.Worker.ID), slog.String("error", err.Error()))
		return &spacelift.Worker{ID: state.Worker.ID, Busy: true, Drained: true}, nil
	}
	return state.Worker, err
}

// finish does a step that ends the look.
func (s *sweep) finish(ctx context.Context, id string, state State, step Step) error {
	var err error
	switch step {
	case Continue:
		err = s.Fleet.Complete(ctx, s.Hook, id, fleet.Continue)
	case Abandon:
		err = s.Fleet.Complete(ctx, s.Hook, id, fleet.Abandon)
	case End:
		// It waits for the hook once more: a new wait, with all of the drain timeout.
		// A machine that has ended needs none, and EC2 may not know it any more.
		if !state.Ended {
			err = s.Fleet.Tag(ctx, id, marks.Termination, marks.Format(s.Time()))
		}
		if err == nil {
			err = s.Fleet.Terminate(ctx, id, false)
		}
	default: // Wait
	}
	return settled(err)
}

// heartbeat lets an instance wait on, once in an invocation.
func (s *sweep) heartbeat(ctx context.Context, id string) error {
	s.mu.Lock()
	beaten := s.beaten[id]
	s.beaten[id] = true
	s.mu.Unlock()
	if beaten {
		return nil
	}
	if ctx.Err() != nil {
		// Spacelift or EC2 has let this invocation wait to its end. Without heartbeats
		// the hook would soon end for all that wait.
		var cancel context.CancelFunc
		ctx, cancel = function.Afterwards(ctx)
		defer cancel()
	}
	err := settled(s.Fleet.Heartbeat(ctx, s.Hook, id))
	if err != nil {
		s.mu.Lock()
		s.beaten[id] = false
		s.mu.Unlock()
	}
	return err
}

// settled takes it for done that somebody else was faster.
func settled(err error) error {
	if errors.Is(err, fleet.ErrNotWaiting) || errors.Is(err, fleet.ErrLeaving) {
		return nil
	}
	return err
}

func (s *sweep) note(id string, step Step, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended[id] = step
	if err != nil {
		s.errors = append(s.errors, fmt.Errorf("instance %s: %w", id, err))
	}
}

// found tells how many wait for the hook, and how many are retained.
func found(leaving []fleet.Instance) (message string, metrics function.Metrics) {
	waiting, retained := 0, 0
	for _, one := range leaving {
		if one.Retained() {
			retained++
		} else {
			waiting++
		}
	}
	return fmt.Sprintf("instances: %d waiting for the hook, %d retained", waiting, retained),
		function.Metrics{"WaitingInstances": count(waiting), "RetainedInstances": count(retained)}
}

func count(n int) function.Metric { return function.Metric{Value: float64(n), Unit: function.Count} }

// report writes the line of a sweep, with what was seen as metrics: what was not seen has none,
// since a 0 would end an alarm.
func (s *sweep) report(ctx context.Context, message string, metrics function.Metrics) {
	metrics["SweepErrors"] = count(len(s.errors))
	level, attrs := slog.LevelInfo, []slog.Attr{slog.Any("steps", s.ended)}
	if len(s.errors) > 0 {
		level = slog.LevelError
		attrs = append(attrs, slog.String("error", errors.Join(s.errors...).Error()))
	}
	metrics.Log(ctx, s.Log, level, message, s.PoolID, attrs...)
}
