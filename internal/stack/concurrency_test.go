package stack_test

import (
	"testing"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

// longestChain are the calls of a create that must follow each other: whether
// the pool exists, secret, role, its policy, profile, the role in it, launch
// template, group, its ARN, its metrics, the tag that says it is complete.
const longestChain = 11

// TestIndependentCallsRunConcurrently makes every call slow: a create that did
// one thing after the other would take twice the time it is given.
func TestIndependentCallsRunConcurrently(t *testing.T) {
	account := awstest.Start(t) // alone: it measures time
	spec := workerPool(account)
	const latency = 500 * time.Millisecond // dwarfs what a busy machine adds to a call
	account.SetLatency(latency)
	account.ResetCalls()
	start := time.Now()
	create(t, account, spec)
	took, limit := time.Since(start), longestChain*latency*3/2
	calls := len(account.Calls())
	t.Logf("%d calls took %s, the longest chain is %s", calls, took, longestChain*latency)
	if took > limit {
		t.Errorf("create took %s, at most %s", took, limit)
	}
	if sequential := time.Duration(calls) * latency; sequential <= limit {
		t.Errorf("%d calls one after the other take %s: this test shows nothing", calls, sequential)
	}
}
