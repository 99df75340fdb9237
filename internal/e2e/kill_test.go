package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// killDeadline bounds the wait for a call, and for a process to end.
const killDeadline = 60 * time.Second

// TestApplyThatIsKilledIsPickedUpByTheNext kills Terraform, and Terraform alone,
// in the middle of an apply: its provider must not go on by itself.
func TestApplyThatIsKilledIsPickedUpByTheNext(t *testing.T) {
	t.Parallel()
	for name, kill := range map[string]struct {
		workspace func(testing.TB) *workspace
		update    string // variables of an apply after a first one; "" for that itself
		at        string
	}{
		"create, role":          {newWorkspace, "", "CreateRole"},
		"create, group":         {newWorkspace, "", "CreateAutoScalingGroup"},
		"create with functions": {newScalingWorkspace, "", "POST /2015-03-31/event-source-mappings"},
		"update of functions":   {newScalingWorkspace, "memory_size = 256\nhook_timeout = 600\nretention = 30\n", "PutLifecycleHook"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := kill.workspace(t)
			if kill.update != "" {
				if err := w.Apply(t.Context()); err != nil {
					t.Fatalf("the first apply: %s", err)
				}
				write(t, filepath.Join(w.dir, "update.auto.tfvars"), kill.update)
				w.account.ResetCalls()
			}
			w.account.SetLatency(150 * time.Millisecond) // time to kill it
			w.killAt(t, kill.at)
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
