package stack_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// crewOf registers workers, from the nth look on, on all instances of the group.
func crewOf(t *testing.T, a *awstest.Account, look int, worker spacelift.Worker) *crew {
	t.Helper()
	c := newCrew()
	c.atLook = func(n int, c *crew) {
		if seen := seenGroup(t, a); n >= look && seen != nil {
			for _, instance := range seen.instances {
				one := worker
				one.ID, one.Metadata = "on-"+instance, spacelift.Metadata{InstanceID: instance, GroupName: "sp5ft-" + poolID}
				c.workers[one.ID] = &one
			}
		}
	}
	return c
}

// awaiting is a Spec that waits for n workers on as many instances.
func awaiting(a *awstest.Account, n int32) stack.Spec {
	spec := workerPool(a)
	spec.MinSize, spec.WaitForWorkers = n, n
	return spec
}

func TestCreateAndUpdateWaitForWorkers(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	c := crewOf(t, account, 4, spacelift.Worker{})
	made, err := stack.New(account.Clients(), awaiting(account, 2), stack.Observed{}).With(c).Quickly(0).Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if c.looks != 4 {
		t.Errorf("it looked %d times for workers that came at the 4th", c.looks)
	}
	same(t, "create", made, refresh(t, account, made))
	clear(c.workers)
	c.looks = 0
	changed := made.Spec
	changed.MaxSize = 7
	updated, err := stack.New(account.Clients(), changed, made).With(c).Quickly(0).Update(t.Context())
	if err != nil || c.looks != 4 {
		t.Errorf("the update looked %d times: %v", c.looks, err)
	}
	same(t, "update", updated, refresh(t, account, updated))
	destroy(t, account, updated)
}

// A pool whose workers do not come is made all the same, and nobody takes it for
// an unfinished one.
func TestCreateKeepsAPoolWithoutWorkers(t *testing.T) {
	t.Parallel()
	for name, worker := range map[string]*spacelift.Worker{"none": nil, "drained": {Drained: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			account := awstest.Start(t)
			c := newCrew()
			if worker != nil {
				c = crewOf(t, account, 1, *worker)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
			defer cancel()
			made, err := stack.New(account.Clients(), awaiting(account, 1), stack.Observed{}).With(c).Quickly(0).Create(ctx)
			says(t, err, stack.Creating, "only 0 workers of the group", "nothing has been removed or rolled back", "terraform untaint", "wants 1 instance and has 1 (1 InService, healthy)",
				"spacelift-errors.log", "raise timeouts.create")
			var wait *stack.WaitError
			if !errors.As(err, &wait) || wait.Drained != len(c.workers) {
				t.Errorf("error is %+v", err)
			}
			if seen := seenGroup(t, account); seen.tags[marks.PoolState] != marks.Complete {
				t.Errorf("the group is %+v", seen)
			}
			same(t, "create", made, refresh(t, account, made))
			destroy(t, account, made)
		})
	}
}

// An interrupted wait leaves the same pool, without a look for reasons.
func TestInterruptedWaitKeepsThePool(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	ctx, cancel := context.WithCancel(t.Context())
	c := newCrew()
	c.atLook = func(n int, _ *crew) {
		if n == 3 {
			cancel()
		}
	}
	made, err := stack.New(account.Clients(), awaiting(account, 1), stack.Observed{}).With(c).Quickly(0).Create(ctx)
	says(t, err, stack.Creating, "interrupted", "untaint")
	same(t, "create", made, refresh(t, account, made))
	destroy(t, account, made)
}

// A create that is killed while it waits is picked up by the next one.
func TestWaitThatIsKilledIsPickedUpByTheNext(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	c := crewOf(t, account, 3, spacelift.Worker{})
	inner := c.atLook
	c.atLook = func(n int, c *crew) {
		inner(n, c)
		if n == 2 { // the first one precedes the create
			account.Inject(awstest.KillAt(1))
		}
	}
	if _, err := stack.New(account.Clients(), awaiting(account, 1), stack.Observed{}).With(c).Quickly(0).Create(t.Context()); err == nil {
		t.Fatal("no error although the client was killed")
	}
	account.ClearFaults()
	if seen := seenGroup(t, account); c.looks == 0 || seen == nil || seen.tags[marks.PoolState] != "" {
		t.Fatalf("the create did not die while it waited: %d looks, group %+v", c.looks, seen)
	}
	c.atLook = inner
	made, err := stack.New(account.Clients(), awaiting(account, 1), stack.Observed{}).With(c).Quickly(0).Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	destroy(t, account, made)
}

// What Spacelift refuses it refuses before there is a pool that nobody can wait for.
func TestCreateThatMayNotLookForWorkersMakesNothing(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	before := objects(t, account)
	c := newCrew()
	c.fail = func(string) error { return &spacelift.PoolNotFoundError{} }
	left, err := stack.New(account.Clients(), awaiting(account, 1), stack.Observed{}).With(c).Create(t.Context())
	says(t, err, stack.Creating, "was refused", "Nothing has been made", "Apply again")
	if now := objects(t, account); len(left.Components) > 0 || !slices.Equal(before, now) {
		t.Errorf("left %v: %v", left.Components, now)
	}
}

func TestWaitNeedsSpacelift(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made, err := stack.New(account.Clients(), awaiting(account, 1), stack.Observed{}).Create(t.Context())
	says(t, err, stack.Creating, "no Spacelift API key", "untaint", "SPACELIFT_API_KEY_")
	c := newCrew()
	c.fail = func(string) error {
		return &spacelift.KeyError{Account: "https://acme.app.spacelift.io", KeyID: "01KEY", Reason: "unauthorized"}
	}
	updated, err := stack.New(account.Clients(), made.Spec, made).With(c).Quickly(0).Update(t.Context())
	says(t, err, stack.Updating, "does not accept API key 01KEY", "SPACELIFT_API_KEY_")
	if strings.Contains(stack.Explain(err, stack.Updating)[0].Detail, "untaint") {
		t.Error("an update does not taint")
	}
	destroy(t, account, updated)
}

// The error tells whatever can be known, and one lookup that fails does not hide
// the others.
func TestWaitTellsWhyWorkersDoNotCome(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made := create(t, account, workerPool(account))
	_, err := account.Direct().AutoScaling.SuspendProcesses(t.Context(), &autoscaling.SuspendProcessesInput{
		AutoScalingGroupName: aws.String(made.AutoScalingGroupName), ScalingProcesses: []string{"HealthCheck"},
	})
	if err != nil {
		t.Fatal(err)
	}
	c := newCrew()
	c.hire("stranger", "i-somewhere", "another-group")
	spec := made.Spec
	spec.WaitForWorkers = 1
	wait := func(words ...string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := stack.New(account.Clients(), spec, made).With(c).Quickly(0).Update(ctx)
		says(t, err, stack.Updating, words...)
	}
	instance := seenGroup(t, account).instances[0]
	wait("has 1 worker besides that, of other groups", "Process HealthCheck of the group is suspended", "The console of instance "+instance)
	account.Inject(awstest.FailAction("autoscaling", "DescribeScalingActivities", "AccessDenied", 0))
	wait("Not known: reading scaling activities", "AccessDenied", "The console of instance "+instance)
	account.ClearFaults()
	account.Inject(awstest.FailAction("ec2", "GetConsoleOutput", "UnauthorizedOperation", 0))
	wait("Not known: reading the console output of instance "+instance, "UnauthorizedOperation", "Process HealthCheck")
	account.ClearFaults()
	// Only Nitro instances have a latest output; the others have one as well.
	account.Inject(awstest.FailAction("ec2", "GetConsoleOutput", "UnsupportedOperation", 1))
	wait("The console of instance " + instance)
	account.ClearFaults()
	destroy(t, account, made)
}
