package stack_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// errKilled is what a dead client gets.
var errKilled = errors.New("client killed")

// crew is a Spacelift account with one pool, in memory.
type crew struct {
	mu      sync.Mutex
	workers map[string]*spacelift.Worker
	looks   int                           // how often the pool was read
	calls   []string                      // all other calls
	atLook  func(n int, c *crew)          // called with the lock held, before the nth look is answered
	fail    func(call string) error       // nil for none
	die     func(call string) (dead bool) // after it has acted
}

var _ stack.Workers = (*crew)(nil)

func newCrew() *crew { return &crew{workers: map[string]*spacelift.Worker{}} }

// hire registers a worker on an instance of a group.
func (c *crew) hire(id, instance, group string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.workers[id] = &spacelift.Worker{
		ID: id, CreatedAt: time.Unix(1_700_000_000, 0), Metadata: spacelift.Metadata{InstanceID: instance, GroupName: group},
	}
}

// late takes a worker away until register is called, with the lock held, at which it comes
// with a run.
func (c *crew) late(id string) (register func()) {
	worker := c.workers[id]
	delete(c.workers, id)
	return func() { worker.Busy, c.workers[id] = true, worker }
}

func (c *crew) Pool(ctx context.Context, id string) (spacelift.Pool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.answer(ctx, "pool "+id); err != nil {
		return spacelift.Pool{}, err
	}
	c.looks++
	if c.atLook != nil {
		c.atLook(c.looks, c)
	}
	pool := spacelift.Pool{}
	for _, id := range slices.Sorted(maps.Keys(c.workers)) {
		pool.Workers = append(pool.Workers, *c.workers[id])
	}
	return pool, nil
}

func (c *crew) Drain(ctx context.Context, _, id string) (spacelift.Worker, error) {
	return c.set(ctx, "drain "+id, id, true)
}

func (c *crew) Undrain(ctx context.Context, _, id string) (spacelift.Worker, error) {
	return c.set(ctx, "undrain "+id, id, false)
}

func (c *crew) set(ctx context.Context, call, id string, drained bool) (spacelift.Worker, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls = append(c.calls, call)
	worker := c.workers[id]
	if worker == nil {
		return spacelift.Worker{}, &spacelift.WorkerNotFoundError{WorkerID: id}
	}
	if c.fail == nil || c.fail(call) == nil {
		worker.Drained = drained
	}
	if err := c.answer(ctx, call); err != nil {
		return spacelift.Worker{}, err
	}
	return *worker, nil
}

// answer is the error of a call, if any.
func (c *crew) answer(ctx context.Context, call string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if c.die != nil && c.die(call) {
		return errKilled
	}
	if c.fail != nil {
		return c.fail(call)
	}
	return nil
}

func (c *crew) finish(ids ...string) {
	for _, id := range ids {
		c.workers[id].Busy = false
	}
}

// drained lists the workers that take no runs.
func (c *crew) drained() (ids []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, worker := range c.workers {
		if worker.Drained {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// seenGroup is the pool's group behind the recorder's back; nil when it is gone.
func seenGroup(t *testing.T, a *awstest.Account) *group {
	t.Helper()
	out, err := a.Direct().AutoScaling.DescribeAutoScalingGroups(context.WithoutCancel(t.Context()), &autoscaling.DescribeAutoScalingGroupsInput{
		AutoScalingGroupNames: []string{"sp5ft-" + poolID},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.AutoScalingGroups) == 0 {
		return nil
	}
	seen := &out.AutoScalingGroups[0]
	g := &group{tags: map[string]string{}}
	for _, one := range seen.Instances {
		g.instances = append(g.instances, *one.InstanceId)
	}
	for _, process := range seen.SuspendedProcesses {
		g.suspended = append(g.suspended, *process.ProcessName)
	}
	for _, tag := range seen.Tags {
		g.tags[*tag.Key] = *tag.Value
	}
	slices.Sort(g.instances)
	slices.Sort(g.suspended)
	return g
}

// group is what a test wants to know of the group.
type group struct {
	instances, suspended []string
	tags                 map[string]string
}

// manned makes a pool of instances with a worker each: w0, w1, …
func manned(t *testing.T, a *awstest.Account, instances int32) (stack.Observed, *crew) {
	t.Helper()
	spec := workerPool(a)
	spec.MinSize = instances
	made := create(t, a, spec)
	c := newCrew()
	for i, instance := range seenGroup(t, a).instances {
		c.hire("w"+string(rune('0'+i)), instance, made.AutoScalingGroupName)
	}
	return made, c
}

// abandon destroys a pool until its time is over.
func abandon(t *testing.T, a *awstest.Account, state stack.Observed, c *crew) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	_, err := stack.New(a.Clients(), state.Spec, state).With(c).Quickly(0).Destroy(ctx)
	if err == nil {
		t.Fatal("the destroy did not give up")
	}
	return err
}

// resume updates a pool with access to its workers.
func resume(t *testing.T, a *awstest.Account, state stack.Observed, c *crew) stack.Observed {
	t.Helper()
	updated, err := stack.New(a.Clients(), state.Spec, refresh(t, a, state)).With(c).Update(t.Context())
	if err != nil {
		t.Fatalf("resuming: %s", err)
	}
	return updated
}

// drainMarks are the values of the tag SpaceliftDrain, by instance.
func drainMarks(t *testing.T, a *awstest.Account) map[string]string {
	t.Helper()
	out, err := a.Direct().EC2.DescribeTags(context.WithoutCancel(t.Context()), &ec2.DescribeTagsInput{
		Filters: []types.Filter{{Name: aws.String("key"), Values: []string{marks.Drain}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, tag := range out.Tags {
		found[aws.ToString(tag.ResourceId)] = aws.ToString(tag.Value)
	}
	return found
}

// mark puts the tag SpaceliftDrain on an instance.
func mark(t *testing.T, a *awstest.Account, instance, value string) {
	t.Helper()
	_, err := a.Direct().EC2.CreateTags(t.Context(), &ec2.CreateTagsInput{
		Resources: []string{instance}, Tags: []types.Tag{{Key: aws.String(marks.Drain), Value: &value}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func objects(t *testing.T, a *awstest.Account) []string {
	t.Helper()
	all, err := a.Objects(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	return all
}
