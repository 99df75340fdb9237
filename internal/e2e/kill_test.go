package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// killDeadline bounds the wait for a call, and for a process to end.
const killDeadline = 60 * time.Second

// TestApplyThatIsKilledIsPickedUpByTheNext kills Terraform, and Terraform alone,
// in the middle of a create: its provider must not go on by itself.
func TestApplyThatIsKilledIsPickedUpByTheNext(t *testing.T) {
	t.Parallel()
	for _, action := range []string{"CreateRole", "CreateInstanceProfile", "CreateLaunchTemplate", "CreateAutoScalingGroup"} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t)
			w.account.SetLatency(150 * time.Millisecond) // time to kill it
			w.killAt(t, action)
			w.account.SetLatency(0)
			w.quiet(t)
			if err := w.Apply(t.Context()); err != nil {
				t.Fatalf("the next apply: %s", err)
			}
			if err := emptyPlan(t.Context(), w); err != nil {
				t.Error(err)
			}
			if err := w.Destroy(t.Context()); err != nil {
				t.Fatal(err)
			}
			w.nothingLeft(t)
		})
	}
}

// killAt starts an apply and kills Terraform as soon as it has made a call.
func (w *workspace) killAt(t *testing.T, action string) {
	t.Helper()
	apply := exec.Command(terraform(t), "apply", "-auto-approve", "-no-color", "-input=false")
	apply.Dir, apply.Env = w.dir, w.environment()
	var out bytes.Buffer
	apply.Stdout, apply.Stderr = &out, &out
	if err := apply.Start(); err != nil {
		t.Fatal(err)
	}
	seen := w.until(func() bool {
		for _, call := range w.account.Calls() {
			if call.Action == action {
				return true
			}
		}
		return false
	})
	if err := apply.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	err := apply.Wait()
	if !seen {
		t.Fatalf("apply never called %s: %v\n%s", action, err, &out)
	}
	if err == nil {
		t.Fatal("apply ended before it was killed")
	}
	// Terraform leaves its lock file behind when it is killed.
	_ = os.Remove(fmt.Sprintf("%s/.terraform.tfstate.lock.info", w.dir))
}

// quiet waits until the provider that Terraform left behind is gone: no call for
// twice the time in which it looks for its parent.
func (w *workspace) quiet(t *testing.T) {
	t.Helper()
	last, since := -1, time.Now()
	if !w.until(func() bool {
		if n := len(w.account.Calls()); n != last {
			last, since = n, time.Now()
		}
		return time.Since(since) > 2*time.Second
	}) {
		t.Fatal("the provider goes on without Terraform")
	}
}

// until polls until condition holds, and tells whether it came to hold.
func (w *workspace) until(condition func() bool) bool {
	deadline := time.Now().Add(killDeadline)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for time.Now().Before(deadline) {
		if condition() {
			return true
		}
		<-tick.C
	}
	return false
}
