package stack_test

import (
	"fmt"
	"testing"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// life are the calls of each operation on a pool.
type life struct{ create, update, going, coming, destroy []awstest.Call }

// live goes through the life of a pool once, without faults.
func live(t *testing.T, spec func(*awstest.Account) stack.Spec, change func(stack.Spec) stack.Spec) (l life) {
	t.Helper()
	a := awstest.Start(t)
	first := spec(a)
	var state stack.Observed
	step := func(calls *[]awstest.Call, do func()) {
		a.ResetCalls()
		do()
		*calls = a.Calls()
	}
	step(&l.create, func() { state = create(t, a, first) })
	second := change(state.Spec)
	step(&l.update, func() { state = update(t, a, second, state) })
	if second.APICredentials != nil {
		step(&l.going, func() { state = update(t, a, functionless(second), state) })
		step(&l.coming, func() { state = update(t, a, second, state) })
	}
	step(&l.destroy, func() { destroy(t, a, state) })
	return l
}

// fate is how the client is killed in an operation.
type fate struct {
	calls []string // at which, see keyOf
	hands int      // accounts that share them
	check func(*testing.T, *awstest.Account, *kills)
}

// suffer checks each fate, in accounts of their own.
func suffer(t *testing.T, fates map[string]fate) {
	t.Helper()
	for name, f := range fates {
		for i, k := range deal(t, f.calls, f.hands) {
			t.Run(fmt.Sprintf("%s %d", name, i), func(t *testing.T) {
				t.Parallel()
				f.check(t, awstest.Start(t), k)
			})
		}
	}
}

func TestPoolOutlivesItsClient(t *testing.T) {
	t.Parallel()
	once := live(t, scheduledPool, everythingChanged)
	beforeLast := once.create[:len(once.create)-1] // after the last call the pool is complete
	suffer(t, map[string]fate{
		"create":  {keys(beforeLast), 3, createKilled(scheduledPool)},
		"update":  {keys(once.update), 3, updateKilled(scheduledPool, everythingChanged)},
		"destroy": {keys(once.destroy), 3, destroyKilled(scheduledPool)},
	})
}

// TestFunctionsOutliveTheirClient kills the client at each call that changes something
// and that the functions add to those of a pool without any. What monitors them, and
// what lets them into a network, takes single calls to update, which are left out.
func TestFunctionsOutliveTheirClient(t *testing.T) {
	t.Parallel()
	plain := live(t, func(a *awstest.Account) stack.Spec { return functionless(leanPool(a)) }, functionsChanged)
	lean, whole := live(t, leanPool, functionsChanged), live(t, wholePool, functionsChanged)
	suffer(t, map[string]fate{
		"create":       {changes(whole.create, plain.create), 3, createKilled(wholePool)},
		"update":       {changes(lean.update, plain.update), 3, updateKilled(leanPool, functionsChanged)},
		"go":           {changes(lean.going, plain.update), 2, functionsKilledAsTheyGo},
		"not be known": {making(whole.coming), 3, functionsKilledUnknown},
		"destroy":      {changes(whole.destroy, plain.destroy), 3, destroyKilled(wholePool)},
	})
}

// createKilled loses the state each time.
func createKilled(spec func(*awstest.Account) stack.Spec) func(*testing.T, *awstest.Account, *kills) {
	return func(t *testing.T, a *awstest.Account, k *kills) {
		wanted := spec(a)
		var made stack.Observed
		k.strike(t, a, func() (err error) {
			made, err = stack.New(a.Clients(), wanted, stack.Observed{}).Create(t.Context())
			return err
		}, nil)
		same(t, "create", made, refresh(t, a, made))
		destroy(t, a, made)
	}
}

func updateKilled(spec func(*awstest.Account) stack.Spec, change func(stack.Spec) stack.Spec) func(*testing.T, *awstest.Account, *kills) {
	return func(t *testing.T, a *awstest.Account, k *kills) {
		made := create(t, a, spec(a))
		k.update(t, a, change(made.Spec), made)
	}
}

// update brings the pool that state knows to spec, killed each time. What is left then
// is what a read of the state before finds.
func (k *kills) update(t *testing.T, a *awstest.Account, spec stack.Spec, state stack.Observed) {
	t.Helper()
	k.strike(t, a, func() error {
		updated, err := stack.New(a.Clients(), spec, state).Update(t.Context())
		if err == nil {
			state = updated
		}
		return err
	}, func() { state = refresh(t, a, state) })
	same(t, "update", state, refresh(t, a, state))
}

func destroyKilled(spec func(*awstest.Account) stack.Spec) func(*testing.T, *awstest.Account, *kills) {
	return func(t *testing.T, a *awstest.Account, k *kills) {
		state := create(t, a, spec(a))
		k.strike(t, a, func() error {
			_, err := stack.New(a.Clients(), state.Spec, state).Destroy(t.Context())
			return err
		}, func() { state = refresh(t, a, state) })
		nothingLeft(t, a)
	}
}
