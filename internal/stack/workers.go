package stack

import (
	"context"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
)

// Workers is Spacelift, as far as a pool needs it: a *spacelift.Client. Its
// errors are those of that package.
type Workers interface {
	Pool(ctx context.Context, poolID string) (spacelift.Pool, error)
	Drain(ctx context.Context, poolID, workerID string) (spacelift.Worker, error)
	Undrain(ctx context.Context, poolID, workerID string) (spacelift.Worker, error)
}

// With gives the stack access to the pool's workers. Without it, or with nil, a
// destroy does not drain. secrets are texts besides the Spec's that no error may
// show, such as the key for that access.
func (s *Stack) With(workers Workers, secrets ...string) *Stack {
	s.workers, s.secrets = workers, secrets
	return s
}

// pace is how long the waits for workers last.
type pace struct {
	first time.Duration // pause after the first look at the pool; doubles every time
	most  time.Duration // longest pause
	grace time.Duration // from its launch on, how long a destroy waits for an instance to get its worker
}

// standardPace looks often enough that nobody waits for the look, and seldom
// enough for the limits of Spacelift's API, which the runs of the account share.
// A worker needs two to three minutes from the launch of its instance on.
var standardPace = pace{first: time.Second, most: 10 * time.Second, grace: 5 * time.Minute}

// after is the pause after the nth look (from 0).
func (p pace) after(n int) time.Duration {
	const doublings = 16 // beyond, a shift would overflow
	return min(p.first<<min(n, doublings), p.most)
}

// within is after, no longer than what is left until a time, which is zero for never.
func (p pace) within(n int, until time.Time) time.Duration {
	if until.IsZero() {
		return p.after(n)
	}
	return max(min(p.after(n), time.Until(until)), 0)
}

// staff is the group and its workers at one moment.
type staff struct {
	instances []component.Instance
	workers   []spacelift.Worker   // of this group: the pool may have others
	launched  map[string]time.Time // instances without a worker → launch
	strangers int                  // workers of the pool that are not of this group
}

// staffOf sorts out the workers that run on the group's instances. The name of the
// group that a worker tells does not decide: groups of two regions may have the same
// one, a boot script of somebody else may not tell any, and an instance that was moved
// between groups tells the one before. Whatever it tells, its run ends with its instance.
func staffOf(instances []component.Instance, pool spacelift.Pool) staff {
	f := staff{instances: instances}
	for _, worker := range pool.Workers {
		if slices.ContainsFunc(instances, func(i component.Instance) bool { return i.ID == worker.Metadata.InstanceID }) {
			f.workers = append(f.workers, worker)
		} else {
			f.strangers++
		}
	}
	return f
}

// unregistered are the instances on which no worker has registered.
func (f staff) unregistered() (instances []component.Instance) {
	for _, instance := range f.instances {
		if !slices.ContainsFunc(f.workers, func(w spacelift.Worker) bool { return w.Metadata.InstanceID == instance.ID }) {
			instances = append(instances, instance)
		}
	}
	return instances
}

// look reads the group and the pool.
func (s *Stack) look(ctx context.Context, group *component.AutoScalingGroup) (staff, error) {
	var pool spacelift.Pool
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() error {
		_, err := group.Read(ctx)
		return err
	})
	both.Go(func() (err error) {
		pool, err = s.workers.Pool(ctx, s.spec.WorkerPoolID)
		return err
	})
	if err := both.Wait(); err != nil {
		return staff{}, err
	}
	return staffOf(group.Instances(), pool), nil
}

// sleep returns after d, or with an error when ctx ends first.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
