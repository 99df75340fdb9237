package stack_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// says checks that an error is worded as one problem that holds words.
func says(t *testing.T, err error, during stack.Operation, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	problems := stack.Explain(err, during)
	if len(problems) != 1 {
		t.Fatalf("problems: %+v", problems)
	}
	for _, word := range words {
		if !strings.Contains(problems[0].Summary+"\n"+problems[0].Detail, word) {
			t.Errorf("%q is missing in %s: %s", word, problems[0].Summary, problems[0].Detail)
		}
	}
}

// A destroy that cannot ask Spacelift changes nothing at all.
func TestDestroyWithoutAnswerFromSpacelift(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made, c := manned(t, account, 1)
	for name, cause := range map[string]error{
		"wrong key":   &spacelift.KeyError{Account: "https://acme.app.spacelift.io", KeyID: "01KEY", Reason: "unauthorized"},
		"no pool":     &spacelift.PoolNotFoundError{PoolID: poolID},
		"unreachable": &spacelift.ServiceError{Reason: "connection refused"},
	} {
		c.fail = func(string) error { return cause }
		account.ResetCalls()
		err := drainOnce(t, account, made, c)
		says(t, err, stack.Destroying, "Workers cannot be drained", "works on as before", "SPACELIFT_API_KEY_", "force_destroy = true, apply that", cause.Error())
		if changes := mutations(account.Calls()); len(changes) > 0 {
			t.Errorf("%s: it changed %v", name, changes)
		}
	}
	c.fail = nil
	if err := drainOnce(t, account, made, c); err != nil {
		t.Fatal(err)
	}
}

// The right to drain shows only when the first worker is drained.
func TestDestroyWithTooFewRights(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made, c := manned(t, account, 1)
	c.fail = func(call string) error {
		if strings.HasPrefix(call, "drain") {
			return &spacelift.RightsError{Account: "https://acme.app.spacelift.io", Reason: "not found"}
		}
		return nil
	}
	says(t, drainOnce(t, account, made, c), stack.Destroying, "Nothing has been removed", "does not scale", "Worker Pool:Drain Worker", "terraform apply, which resumes")
	if seen := seenGroup(t, account); len(seen.instances) != 1 {
		t.Errorf("the group is %+v", seen)
	}
	// Nothing was drained, so that a resume has nothing to ask Spacelift for but the workers.
	resume(t, account, made, c)
	if seen := seenGroup(t, account); len(seen.suspended) > 0 || seen.tags[marks.PoolState] != marks.Complete {
		t.Errorf("the group is %+v", seen)
	}
	c.fail = nil
	if err := drainOnce(t, account, made, c); err != nil {
		t.Fatal(err)
	}
}

// Spacelift may be away for a while, and a worker may go, while runs are waited for.
func TestDestroyGoesOnInSpiteOf(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made, c := manned(t, account, 2)
	c.workers["w0"].Busy = true
	c.fail = func(call string) error {
		switch {
		case call == "drain w1":
			return &spacelift.WorkerNotFoundError{WorkerID: "w1"}
		case strings.HasPrefix(call, "pool") && c.looks == 3:
			c.looks++
			return &spacelift.ServiceError{Reason: "HTTP 503"}
		}
		return nil
	}
	c.atLook = func(n int, c *crew) {
		switch n {
		case 3:
			delete(c.workers, "w1")
		case 6:
			c.finish("w0")
		}
	}
	if err := drainOnce(t, account, made, c); err != nil {
		t.Fatal(err)
	}
	nothingLeft(t, account)
	if c.looks < 6 {
		t.Errorf("it did not wait: %d looks", c.looks)
	}
}

// Who lost the key cannot undrain, and is told so.
func TestResumeWithoutAccess(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made, c := manned(t, account, 2)
	begun(t, account, made, c)
	seen := refresh(t, account, made)
	left, err := stack.New(account.Clients(), seen.Spec, seen).Update(t.Context())
	says(t, err, stack.Updating, "Pool cannot be resumed", "no Spacelift API key", c.workers["w0"].Metadata.InstanceID, "take no runs")
	if left.Drift[stack.ComponentGroup] == "" || len(seenGroup(t, account).suspended) != 4 {
		t.Errorf("drift %v, group %+v", left.Drift, seenGroup(t, account))
	}
	c.fail = func(string) error { return errors.New("unreachable") }
	_, err = stack.New(account.Clients(), seen.Spec, seen).With(c).Update(t.Context())
	says(t, err, stack.Updating, "Pool cannot be resumed", "unreachable")
	c.fail = nil
	resume(t, account, made, c)
	if drained := c.drained(); len(drained) > 0 {
		t.Errorf("still drained: %v", drained)
	}
	if err := drainOnce(t, account, made, c); err != nil {
		t.Fatal(err)
	}
}

// What a function of the pool, or a person, has drained is not undrained.
func TestResumeLeavesWhatOthersDrained(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made, c := manned(t, account, 3)
	c.workers["w1"].Drained = true // by a person
	c.workers["w2"].Drained = true // by a function, which has marked it
	mark(t, account, c.workers["w2"].Metadata.InstanceID, "2026-01-02T03:04:05Z idle for 10 minutes")
	c.workers["w0"].Busy = true
	_ = abandon(t, account, made, c)
	resume(t, account, made, c)
	if drained := c.drained(); strings.Join(drained, " ") != "w1 w2" {
		t.Errorf("drained are %v", drained)
	}
	if left := drainMarks(t, account); len(left) != 1 || left[c.workers["w2"].Metadata.InstanceID] == "" {
		t.Errorf("marks are %v", left)
	}
	c.finish("w0")
	if err := drainOnce(t, account, made, c); err != nil {
		t.Fatal(err)
	}
}
