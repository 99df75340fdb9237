package stack

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
)

// errNoAccess is why workers cannot be asked for without an API key.
var errNoAccess = errors.New("the provider has no Spacelift API key")

// release lets the workers that a destroy has drained take runs again, and then
// removes its marks: what is interrupted in between is done again. It takes no
// access to Spacelift where nothing was drained.
func (s *Stack) release(ctx context.Context, group *component.AutoScalingGroup) error {
	marks, err := group.Marks(ctx)
	if err != nil {
		return err
	}
	maps.DeleteFunc(marks, func(_, mark string) bool { return !markedByDelete(mark) })
	if len(marks) == 0 {
		return nil
	}
	marked := slices.Sorted(maps.Keys(marks))
	if s.workers == nil {
		return &ResumeError{Cause: errNoAccess, Instances: marked}
	}
	pool, err := s.workers.Pool(ctx, s.spec.WorkerPoolID)
	if err != nil {
		return &ResumeError{Cause: err, Instances: marked}
	}
	workers := workersToRelease(staffOf(group.Instances(), pool), marks)
	err = each(ctx, workers, func(ctx context.Context, worker spacelift.Worker) error {
		_, err := s.workers.Undrain(ctx, s.spec.WorkerPoolID, worker.ID)
		return err
	})
	if err != nil {
		return &ResumeError{Cause: err, Instances: marked}
	}
	return group.Unmark(ctx, marked)
}
