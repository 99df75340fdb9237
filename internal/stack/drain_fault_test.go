package stack_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// deadAt kills the client at its nth call of Spacelift, which still acts on it.
func deadAt(n int32) func(string) bool {
	var calls atomic.Int32
	return func(string) bool { return calls.Add(1) >= n }
}

// drainOnce destroys a pool.
func drainOnce(t *testing.T, a *awstest.Account, state stack.Observed, c *crew) error {
	t.Helper()
	_, err := stack.New(a.Clients(), state.Spec, state).With(c).Quickly(0).Destroy(t.Context())
	return err
}

// resumes checks that a pool works again as before a destroy was begun, and that
// another destroy removes it.
func resumes(t *testing.T, a *awstest.Account, made stack.Observed, c *crew, before *group) {
	t.Helper()
	updated := resume(t, a, made, c)
	same(t, "resume", updated, refresh(t, a, updated))
	if diff := cmp.Diff(before, seenGroup(t, a), cmp.AllowUnexported(*before)); diff != "" {
		t.Errorf("the group before (-) and after (+):\n%s", diff)
	}
	if drained, marked := c.drained(), drainMarks(t, a); len(drained)+len(marked) > 0 {
		t.Errorf("after the resume %v are drained, marks are %v", drained, marked)
	}
	if err := drainOnce(t, a, updated, c); err != nil {
		t.Fatal(err)
	}
	nothingLeft(t, a)
}

// callsBefore tells how many calls come before the group is deleted.
func callsBefore(t *testing.T, calls []awstest.Call) int {
	t.Helper()
	for i, call := range calls {
		if call.Action == "DeleteAutoScalingGroup" {
			return i
		}
	}
	t.Fatal("the group is not deleted")
	return 0
}

func TestDrainThatIsKilledCanBeTakenBack(t *testing.T) {
	t.Parallel()
	calls := 0
	_ = count(t, func(t *testing.T, a *awstest.Account) {
		made, c := manned(t, a, 2)
		a.ResetCalls()
		if err := drainOnce(t, a, made, c); err != nil {
			t.Fatal(err)
		}
		calls = callsBefore(t, a.Calls())
	})
	at(t, calls, func(t *testing.T, call int) {
		account := awstest.Start(t)
		made, c := manned(t, account, 2)
		before := seenGroup(t, account)
		account.ResetCalls()
		account.Inject(awstest.KillAt(call))
		if err := drainOnce(t, account, made, c); err == nil {
			endedBefore(t, account, call)
			return
		}
		account.ClearFaults()
		if slices.ContainsFunc(account.Calls(), func(call awstest.Call) bool { return call.Action == "DeleteAutoScalingGroup" }) {
			return // a call that the SDK repeated when they were counted: there is no way back from here
		}
		resumes(t, account, made, c, before)
	})
}

func TestDrainThatIsKilledAtSpaceliftCanBeTakenBack(t *testing.T) {
	t.Parallel()
	for call := range int32(4) { // two looks, two drains
		t.Run(fmt.Sprintf("call %d", call+1), func(t *testing.T) {
			t.Parallel()
			account := awstest.Start(t)
			made, c := manned(t, account, 2)
			before := seenGroup(t, account)
			c.die = deadAt(call + 1)
			if err := drainOnce(t, account, made, c); !errors.Is(err, errKilled) {
				t.Fatalf("the client was killed, yet: %v", err)
			}
			c.die = nil
			resumes(t, account, made, c, before)
		})
	}
}

// begun destroys a pool until its workers are drained and the key is refused.
func begun(t *testing.T, a *awstest.Account, made stack.Observed, c *crew) {
	t.Helper()
	c.workers["w0"].Busy = true
	c.fail = func(call string) error {
		if c.looks > 1 && strings.HasPrefix(call, "pool") {
			return &spacelift.KeyError{Reason: "revoked"}
		}
		return nil
	}
	if err := drainOnce(t, a, made, c); err == nil {
		t.Fatal("no error although the key was revoked")
	}
	c.fail = nil
	c.workers["w0"].Busy = false
	if drained := c.drained(); len(drained) != 2 || seenGroup(t, a).tags[marks.PoolState] != marks.Deleting {
		t.Fatalf("drained are %v, the group is %+v", drained, seenGroup(t, a))
	}
}

func TestResumeThatIsKilledIsFinishedByTheNext(t *testing.T) {
	t.Parallel()
	calls := count(t, func(t *testing.T, a *awstest.Account) {
		made, c := manned(t, a, 2)
		begun(t, a, made, c)
		seen := refresh(t, a, made)
		a.ResetCalls()
		if _, err := stack.New(a.Clients(), seen.Spec, seen).With(c).Update(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
	at(t, calls, func(t *testing.T, call int) {
		account := awstest.Start(t)
		made, c := manned(t, account, 2)
		before := seenGroup(t, account)
		begun(t, account, made, c)
		seen := refresh(t, account, made)
		account.ResetCalls()
		account.Inject(awstest.KillAt(call))
		if _, err := stack.New(account.Clients(), seen.Spec, seen).With(c).Update(t.Context()); err == nil {
			endedBefore(t, account, call)
			return
		}
		account.ClearFaults()
		resumes(t, account, made, c, before)
	})
}

func TestResumeThatIsKilledAtSpaceliftIsFinishedByTheNext(t *testing.T) {
	t.Parallel()
	for call := range int32(3) { // a look, two workers
		t.Run(fmt.Sprintf("call %d", call+1), func(t *testing.T) {
			t.Parallel()
			account := awstest.Start(t)
			made, c := manned(t, account, 2)
			before := seenGroup(t, account)
			begun(t, account, made, c)
			seen := refresh(t, account, made)
			c.die = deadAt(call + 1)
			left, err := stack.New(account.Clients(), seen.Spec, seen).With(c).Update(t.Context())
			var failure *stack.ResumeError
			if !errors.As(err, &failure) || left.Drift[stack.ComponentGroup] == "" {
				t.Fatalf("error %v, drift %v", err, left.Drift)
			}
			c.die = nil
			resumes(t, account, made, c, before)
		})
	}
}
