package stack_test

import (
	"strings"
	"testing"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// scalingChanged is a Spec whose update touches every component of the functions.
func scalingChanged(spec stack.Spec) stack.Spec {
	autoscaling, credentials := *spec.Autoscaling, *spec.APICredentials
	autoscaling.MemorySize, autoscaling.ScheduleExpression, autoscaling.Architecture = 256, "rate(5 minutes)", "amd64"
	credentials.Secret = "other"
	spec.Autoscaling, spec.APICredentials = &autoscaling, &credentials
	spec.Tags = map[string]string{"Team": "sre", "Cost": "42"}
	spec.Functions.TracingMode, spec.LogGroups.Retention, spec.Lifecycle.HookTimeout = "PassThrough", 30, 600
	return spec
}

func createCalls(t *testing.T) int {
	t.Helper()
	return count(t, func(t *testing.T, a *awstest.Account) {
		spec := scalingPool(a)
		a.ResetCalls()
		create(t, a, spec)
	})
}

func TestCreateWithFunctionsThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	at(t, createCalls(t), func(t *testing.T, call int) {
		account := awstest.Start(t)
		spec := scalingPool(account)
		account.Inject(awstest.FailCall(call, "AccessDenied"))
		left, err := stack.New(account.Clients(), spec, stack.Observed{}).Create(t.Context())
		if err == nil {
			t.Fatal("no error")
		}
		if len(left.Components) > 0 {
			t.Errorf("it says that %v is left: %+v", left.Components, stack.Explain(err, stack.Creating))
		}
		if problem := stack.Explain(err, stack.Creating)[0]; !strings.Contains(problem.Detail, "AccessDenied") {
			t.Errorf("the problem does not name the cause: %+v", problem)
		}
		nothingLeft(t, account)
	})
}

func TestCreateWithFunctionsThatLosesAnAnswer(t *testing.T) {
	t.Parallel()
	at(t, createCalls(t), func(t *testing.T, call int) {
		account := awstest.Start(t)
		spec := scalingPool(account)
		account.Inject(awstest.DropAnswerAt(call))
		made, err := stack.New(account.Clients(), spec, stack.Observed{}).Create(t.Context())
		if err != nil {
			t.Fatalf("a lost answer is retried, yet: %s", err)
		}
		same(t, "create", made, refresh(t, account, made))
	})
}

func TestCreateWithFunctionsThatIsKilledIsPickedUp(t *testing.T) {
	t.Parallel()
	at(t, createCalls(t)-1, func(t *testing.T, call int) { // after the last call the pool is complete
		account := awstest.Start(t)
		spec := scalingPool(account)
		account.Inject(awstest.KillAt(call))
		if _, err := stack.New(account.Clients(), spec, stack.Observed{}).Create(t.Context()); err == nil {
			t.Fatal("no error although the client was killed")
		}
		account.ClearFaults()
		made := create(t, account, spec) // its state was lost
		same(t, "create", made, refresh(t, account, made))
		destroy(t, account, made)
	})
}

func TestUpdateOfFunctionsThatIsKilledIsFinishedByTheNext(t *testing.T) {
	t.Parallel()
	calls := count(t, func(t *testing.T, a *awstest.Account) {
		made := create(t, a, scalingPool(a))
		a.ResetCalls()
		update(t, a, scalingChanged(made.Spec), made)
	})
	at(t, calls, func(t *testing.T, call int) {
		account := awstest.Start(t)
		made := create(t, account, scalingPool(account))
		spec := scalingChanged(made.Spec)
		account.Inject(awstest.KillAt(call))
		left, err := stack.New(account.Clients(), spec, made).Update(t.Context())
		if err == nil {
			t.Fatal("no error although the client was killed")
		}
		account.ClearFaults()
		updated := update(t, account, spec, refresh(t, account, left))
		same(t, "update", updated, refresh(t, account, updated))
	})
}

// TestFunctionsThatAreKilledWhileTheyComeAreRemoved has a state that does not know of
// what an update has made.
func TestFunctionsThatAreKilledWhileTheyComeAreRemoved(t *testing.T) {
	t.Parallel()
	calls := count(t, func(t *testing.T, a *awstest.Account) {
		made := create(t, a, workerPool(a))
		spec := scalingPool(a)
		spec.Instance.AMIID = made.Spec.Instance.AMIID
		a.ResetCalls()
		update(t, a, spec, made)
	})
	at(t, calls, func(t *testing.T, call int) {
		account := awstest.Start(t)
		made := create(t, account, workerPool(account))
		spec := scalingPool(account)
		spec.Instance.AMIID = made.Spec.Instance.AMIID
		account.Inject(awstest.KillAt(call))
		if _, err := stack.New(account.Clients(), spec, made).Update(t.Context()); err == nil {
			t.Fatal("no error although the client was killed")
		}
		account.ClearFaults()
		destroy(t, account, made)
	})
}

func TestDestroyWithFunctionsThatIsKilledIsFinishedByTheNext(t *testing.T) {
	t.Parallel()
	calls := count(t, func(t *testing.T, a *awstest.Account) {
		made := create(t, a, scalingPool(a))
		a.ResetCalls()
		destroy(t, a, made)
	})
	at(t, calls, func(t *testing.T, call int) {
		account := awstest.Start(t)
		made := create(t, account, scalingPool(account))
		account.Inject(awstest.KillAt(call))
		if _, err := stack.New(account.Clients(), made.Spec, made).Destroy(t.Context()); err == nil {
			t.Fatal("no error although the client was killed")
		}
		account.ClearFaults()
		destroy(t, account, refresh(t, account, made))
	})
}
