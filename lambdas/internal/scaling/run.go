// Package scaling is the autoscaler of a worker pool. It is level-triggered: each
// poll takes one snapshot of the pool and the group, decides what to do about it
// (a pure function, Decide) and acts. Whatever a poll does not come to, fails at
// or dies in, the next one sees and does.
package scaling

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/fleet"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/function"
)

// Workers is Spacelift, as far as the autoscaler needs it: a *spacelift.Client.
type Workers interface {
	Pool(ctx context.Context, poolID string) (spacelift.Pool, error)
	Drain(ctx context.Context, poolID, workerID string) (spacelift.Worker, error)
	Undrain(ctx context.Context, poolID, workerID string) (spacelift.Worker, error)
}

// Scaler is the autoscaler of one pool. Two that work at once do no harm.
type Scaler struct {
	Pool     Workers
	Fleet    *fleet.Fleet
	PoolID   string // ULID
	Limits   Limits
	Interval time.Duration // between polls of one invocation
	DryRun   bool          // decide and log, and change nothing
	Log      *slog.Logger  // nil for none

	function.Tempo
}

// Run polls at once and then every Interval, until the deadline of ctx is near. It
// fails after the last poll if any poll failed, in whole or in part.
func (s *Scaler) Run(ctx context.Context) error {
	err := function.Throughout(ctx, s.Interval, "polls", func(ctx context.Context) (bool, error) { return true, s.Poll(ctx) })
	if err != nil {
		return fmt.Errorf("scaling worker pool %s: %w", s.PoolID, err)
	}
	return nil
}

// Poll looks, decides and acts once, and logs all of it in one line. It fails if
// anything could not be done.
func (s *Scaler) Poll(ctx context.Context) error {
	begun, now := time.Now(), s.Time()
	snapshot, err := s.snapshot(ctx)
	if err != nil {
		s.report(ctx, poll{begun: begun, err: err})
		return err
	}
	p := poll{begun: begun, snapshot: snapshot, decision: Decide(snapshot, s.Limits, now)}
	if !s.DryRun {
		p.done, err = s.carryOut(ctx, p)
		p.err = err
	}
	s.report(ctx, p)
	return p.err
}

// poll is what one look led to.
type poll struct {
	begun    time.Time
	snapshot Snapshot
	decision Decision
	done     tally
	err      error
}

// report writes the line of a poll, with its metrics.
func (s *Scaler) report(ctx context.Context, p poll) {
	if s.Log == nil {
		return
	}
	metrics := function.Metrics{
		"PollErrors":     {Value: float64(countErrors(p.err)), Unit: function.Count},
		"PollDurationMs": {Value: float64(time.Since(p.begun).Milliseconds()), Unit: function.Milliseconds},
	}
	if p.decision.Counts == nil {
		metrics.Log(ctx, s.Log, slog.LevelError, "the poll failed before it could decide", s.PoolID, slog.String("error", p.err.Error()))
		return
	}
	for name, value := range p.figures() {
		metrics[name] = function.Metric{Value: float64(value), Unit: function.Count}
	}
	level := slog.LevelInfo
	attrs := []slog.Attr{
		slog.Int("wanted", p.decision.Wanted), slog.Int("desired", p.decision.Desired), slog.Int("min", p.snapshot.Group.Min),
		slog.Int("missing", p.decision.Missing), slog.Bool("dryRun", s.DryRun), slog.Any("actions", p.decision.Actions), slog.Any("ghosts", p.ghosts()),
	}
	if p.err != nil || p.decision.Outage {
		level = slog.LevelError
	}
	if p.err != nil {
		attrs = append(attrs, slog.String("error", p.err.Error()))
	}
	metrics.Log(ctx, s.Log, level, strings.Join(p.decision.Why, "; "), s.PoolID, attrs...)
}

// figures are the counts of a poll by metric.
func (p poll) figures() map[string]int {
	counts := p.decision.Counts
	return map[string]int{
		"PendingRuns": p.snapshot.Pending, "BusyWorkers": counts[Busy], "IdleWorkers": counts[Idle],
		"BootingInstances": counts[Booting] + p.decision.Missing, "DrainingWorkers": counts[Draining] + counts[HalfDrained],
		"StrayInstances": counts[Stray], "RetainedInstances": counts[Retained], "GhostWorkers": len(p.snapshot.Crew.Ghosts),
		"DesiredCapacity": p.snapshot.Group.Desired, "MaxSize": p.snapshot.Group.Max,
		"ScaledOut": p.done.launched, "ScaledIn": p.done.of[Remove] + p.done.of[Finish], "ReplacedStrays": p.done.of[Replace] + p.done.of[Discard],
	}
}

// ghosts says of some workers why they do not count.
func (p poll) ghosts() (reasons []string) {
	const most = 10
	for _, ghost := range p.snapshot.Crew.Ghosts[:min(most, len(p.snapshot.Crew.Ghosts))] {
		reasons = append(reasons, ghost.Worker.ID+": "+ghost.Reason)
	}
	return reasons
}

// countErrors is how many errors were joined into one.
func countErrors(err error) int {
	var joined interface{ Unwrap() []error }
	switch {
	case err == nil:
		return 0
	case errors.As(err, &joined):
		return len(joined.Unwrap())
	default:
		return 1
	}
}
