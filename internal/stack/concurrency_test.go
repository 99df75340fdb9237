package stack_test

import (
	"slices"
	"testing"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// Longest chains of calls that must follow each other, in a pool with functions.
const (
	// Whether the pool exists, secret, role, its policy, profile, the role in it, launch
	// template, group, its ARN, the processes it suspends, function, what becomes of its
	// asynchronous invocations, mapping, a look whether that is enabled, whether the rule
	// exists, rule, target, permission, the tag that says the pool is complete.
	createChain = 20
	readChain   = 2 // what the state names, and the tags that the index does not have
	// What is not in the state, the group, the tag that says it is going; target, rule,
	// mapping, a look whether that is gone, function; the group once more, its release,
	// its end and a look at that, the instances, launch template, profile, the role in
	// it and itself, what the role has attached, role, secret.
	destroyChain = 24
)

// TestIndependentCallsRunConcurrently makes every call slow, and counts the calls that
// follow each other: how slow the emulator is by itself does not matter. With 50 ms
// for each call the limits are 1.5 s for a create, 0.15 s for a read and 1.8 s for a
// destroy, which leaves the rest of 4 s, 0.7 s and 3 s to Terraform.
func TestIndependentCallsRunConcurrently(t *testing.T) {
	account := awstest.Start(t) // alone: it measures time
	spec := scalingPool(account)
	account.SetLatency(200 * time.Millisecond) // dwarfs what a busy machine adds to a call
	judge := func(what string, longest int, operation func()) {
		t.Helper()
		account.ResetCalls()
		operation()
		calls := account.Calls()
		chain, limit := chainOf(calls), longest*3/2
		t.Logf("%s: %d of %d calls follow each other, at most %d", what, chain, len(calls), limit)
		if chain > limit {
			t.Errorf("%s: %d calls follow each other, at most %d", what, chain, limit)
		}
		if len(calls) <= limit {
			t.Errorf("%s takes %d calls: this test shows nothing", what, len(calls))
		}
	}
	var made stack.Observed
	judge("create", createChain, func() { made = create(t, account, spec) })
	judge("read", readChain, func() { made = refresh(t, account, made) })
	judge("destroy", destroyChain, func() { destroy(t, account, made) })
}

// chainOf is the length of the longest row of calls of which each began after the one
// before had ended.
func chainOf(calls []awstest.Call) (length int) {
	end := func(c awstest.Call) time.Time { return c.Start.Add(c.Duration) }
	slices.SortFunc(calls, func(a, b awstest.Call) int { return end(a).Compare(end(b)) })
	var last time.Time
	for _, call := range calls {
		if call.Start.Before(last) {
			continue
		}
		last = end(call)
		length++
	}
	return length
}
