package stack

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
	"golang.org/x/sync/errgroup"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
)

// parallelDrains is how many workers are drained at a time: a pool of hundreds is
// done in seconds without looking like an attack.
const parallelDrains = 8

// vacate readies the group for its removal: it is tagged as being deleted and,
// where the stack has access to the workers, these have finished their runs and
// take no further ones.
func (s *Stack) vacate(ctx context.Context, group *component.AutoScalingGroup) error {
	if group.ID() == "" {
		return nil
	}
	status, err := group.Read(ctx)
	if err != nil || status.State == component.Absent || group.Going() {
		return err
	}
	if s.workers == nil || s.spec.ForceDestroy || len(group.Instances()) == 0 {
		return group.MarkDeleting(ctx)
	}
	state, _ := group.PoolState()
	// Before anything is changed: a wrong key must not stop a pool that works.
	if _, err := s.workers.Pool(ctx, s.spec.WorkerPoolID); err != nil {
		return &DrainError{Cause: err, Halted: state == marks.Deleting}
	}
	if err := group.Halt(ctx); err != nil {
		return err
	}
	if err := group.StopRefresh(ctx); err != nil {
		return err
	}
	return s.drainage(ctx, group, false).run(ctx)
}

// lastLook lets runs end that are on the group's instances right before these end with
// it: a worker may have come after vacate had waited for it, or without a vacate. Of the
// instances, those count that the group was last seen with.
func (s *Stack) lastLook(ctx context.Context, group *component.AutoScalingGroup) error {
	if s.workers == nil || s.spec.ForceDestroy || len(group.Instances()) == 0 {
		return nil
	}
	return s.drainage(ctx, group, true).run(ctx)
}

func (s *Stack) drainage(ctx context.Context, group *component.AutoScalingGroup, late bool) *drainage {
	return &drainage{
		Stack: s, group: group, until: waitUntil(ctx, time.Now(), s.removalTime()), late: late,
		drained: map[string]time.Time{}, launched: map[string]time.Time{},
	}
}

// waitUntil is when a destroy stops to wait for workers, the zero time for never.
// What is left until the deadline is for the removal: what that takes at most, or a
// quarter of a time that is shorter than this allows for.
func waitUntil(ctx context.Context, now time.Time, removal time.Duration) time.Time {
	deadline, ok := ctx.Deadline()
	if !ok {
		return time.Time{}
	}
	return deadline.Add(-min(removal, deadline.Sub(now)/4))
}

// drainage drains the workers of a group until none is busy.
type drainage struct {
	*Stack
	group    *component.AutoScalingGroup
	until    time.Time            // when to give up; zero for never
	late     bool                 // other components are gone already: instances that boot are not waited for
	drained  map[string]time.Time // worker → when this destroy drained it
	launched map[string]time.Time // instance → launch, as far as it was asked for
}

// run looks at the pool again and again: instances that boot may still register.
func (d *drainage) run(ctx context.Context) error {
	begun := time.Now()
	var seen drainStep // by the last look that succeeded
	for n := 0; ; n++ {
		step, err := d.next(ctx)
		var passing *spacelift.ServiceError
		switch {
		case err == nil && (step.done() || d.group.ID() == "" || d.group.Going()):
			return nil
		case err == nil:
			seen = step
		case ctx.Err() != nil:
			return d.interrupted(ctx, seen, begun)
		case !errors.As(err, &passing):
			return &DrainError{Cause: err, Halted: true, Late: d.late}
		}
		if !d.until.IsZero() && !time.Now().Before(d.until) {
			return &BusyError{Workers: d.describe(step), Booting: step.booting, Waited: time.Since(begun), Last: err, Late: d.late}
		}
		tflog.Info(ctx, "Waiting for workers to finish their runs", map[string]any{
			"busy": len(step.busy), "booting": len(step.booting), "not_drained": len(step.drain), "waited_s": int(time.Since(begun).Seconds()),
		})
		if err := sleep(ctx, d.pace.within(n, d.until)); err != nil {
			return d.interrupted(ctx, seen, begun)
		}
	}
}

// next looks at the pool, drains what is to be drained and says what is left.
func (d *drainage) next(ctx context.Context) (drainStep, error) {
	f, err := d.look(ctx, d.group)
	if err != nil {
		return drainStep{}, err
	}
	now := time.Now()
	if f.launched, err = d.launches(ctx, f); err != nil {
		return drainStep{}, err
	}
	grace := d.pace.grace
	if d.late {
		grace = 0
	}
	step := nextDrain(f, grace, now)
	if len(step.drain) == 0 {
		return step, nil
	}
	busy, err := d.drain(ctx, step.drain)
	if err == nil {
		step.drain, step.busy = nil, append(step.busy, busy...)
	}
	return step, err
}

// launches are the launch times of the instances without a worker.
func (d *drainage) launches(ctx context.Context, f staff) (map[string]time.Time, error) {
	var ask []string
	for _, instance := range f.unregistered() {
		if _, known := d.launched[instance.ID]; !known {
			ask = append(ask, instance.ID)
			d.launched[instance.ID] = time.Time{} // gone, unless it is in the answer
		}
	}
	found, err := d.group.Launched(ctx, ask)
	for id, at := range found {
		d.launched[id] = at
	}
	return d.launched, err
}

// drain marks the instances of workers, drains these and returns those that are
// busy. A worker that has gone meanwhile is none.
func (d *drainage) drain(ctx context.Context, workers []spacelift.Worker) (busy []spacelift.Worker, err error) {
	instances := make([]string, 0, len(workers))
	for _, worker := range workers {
		instances = append(instances, worker.Metadata.InstanceID)
	}
	now := time.Now()
	if err := d.group.Mark(ctx, instances, drainMark(now)); err != nil {
		return nil, err
	}
	var mu sync.Mutex
	err = each(ctx, workers, func(ctx context.Context, worker spacelift.Worker) error {
		answer, err := d.workers.Drain(ctx, d.spec.WorkerPoolID, worker.ID)
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		d.drained[worker.ID] = now
		if answer.Busy {
			busy = append(busy, worker)
		}
		return nil
	})
	return busy, err
}

// each does something with every worker, some at a time, and returns the first
// error. A worker that is gone is none.
func each(ctx context.Context, workers []spacelift.Worker, do func(context.Context, spacelift.Worker) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallelDrains)
	for _, worker := range workers {
		group.Go(func() error {
			var gone *spacelift.WorkerNotFoundError
			if err := do(ctx, worker); err != nil && !errors.As(err, &gone) {
				return err
			}
			return nil
		})
	}
	return group.Wait()
}

// interrupted is the end of ctx: whoever stops a destroy is to know what it has
// left, a pool that takes no runs.
func (d *drainage) interrupted(ctx context.Context, seen drainStep, begun time.Time) error {
	if !errors.Is(ctx.Err(), context.Canceled) {
		return fmt.Errorf("draining workers: %w", ctx.Err())
	}
	return &BusyError{Workers: d.describe(seen), Booting: seen.booting, Waited: time.Since(begun), Interrupted: true, Late: d.late}
}

// describe says of workers what is known about them.
func (d *drainage) describe(step drainStep) (workers []BusyWorker) {
	for _, worker := range step.busy {
		workers = append(workers, BusyWorker{
			ID: worker.ID, InstanceID: worker.Metadata.InstanceID, Registered: worker.CreatedAt, Drained: d.drained[worker.ID],
		})
	}
	for _, worker := range step.drain {
		workers = append(workers, BusyWorker{ID: worker.ID, InstanceID: worker.Metadata.InstanceID, Registered: worker.CreatedAt, Open: true})
	}
	return workers
}
