package lambda

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-next
func TestEventComesWithItsContext(t *testing.T) {
	t.Parallel()
	r := deploy(t, func(f *Function) { f.ARN = "arn:aws:lambda:eu-west-1:000000000001:function:f" })
	result := invoke(t, r, `{"text":"hello"}`)
	a := ask(t, r, `{"text":"hello"}`)
	if a.Text != "hello" || a.ARN != "arn:aws:lambda:eu-west-1:000000000001:function:f" || !strings.HasPrefix(a.Trace, "Root=1-") ||
		a.LeftMillis <= 0 || a.LeftMillis > time.Minute.Milliseconds() {
		t.Errorf("the function was told %+v", a)
	}
	if !strings.Contains(string(result.Payload), result.RequestID) || a.RequestID == result.RequestID || result.Duration <= 0 || result.InitDuration <= 0 {
		t.Errorf("result %+v", result)
	}
	if all := r.Results("f"); len(all) != 2 || all[0].RequestID != result.RequestID || all[1].InitDuration != 0 {
		t.Errorf("results %+v", all)
	}
}

// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
func TestEnvironmentIsLambdasOwn(t *testing.T) {
	t.Setenv("LEAKED", "from the test")
	r := deploy(t, func(f *Function) {
		f.Env = map[string]string{"SETTING": "configured", "AWS_ENDPOINT_URL": "https://example.invalid"}
		f.Extra = []string{"AWS_ENDPOINT_URL=http://127.0.0.1:1"}
		f.Region, f.MemoryMB = "eu-west-1", 256
		f.Keys = aws.Credentials{AccessKeyID: "key", SecretAccessKey: "secret", SessionToken: "token"}
	})
	env := ask(t, r, `{"do":"env"}`).Env
	for _, want := range []string{
		"SETTING=configured", "AWS_ENDPOINT_URL=http://127.0.0.1:1", "AWS_REGION=eu-west-1", "AWS_DEFAULT_REGION=eu-west-1",
		"AWS_LAMBDA_FUNCTION_NAME=f", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256", "AWS_LAMBDA_FUNCTION_VERSION=$LATEST", "_HANDLER=bootstrap",
		"AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=secret", "AWS_SESSION_TOKEN=token", "TZ=:UTC",
	} {
		if !slices.Contains(env, want) {
			t.Errorf("%s is not in %q", want, env)
		}
	}
	for _, entry := range env {
		if name, _, _ := strings.Cut(entry, "="); name == "LEAKED" || name == "HOME" || name == "AWS_EXECUTION_ENV" {
			t.Errorf("%s has no business there", entry)
		}
	}
}

// https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
func TestEnvironmentsAreReusedAndNotShared(t *testing.T) {
	t.Parallel()
	r := deploy(t, nil)
	first := ask(t, r, `{}`)
	if again := ask(t, r, `{}`); again.Pid != first.Pid {
		t.Errorf("processes %d and %d, one after the other", first.Pid, again.Pid)
	}
	gate := filepath.Join(t.TempDir(), "gate")
	pids := make(chan int, 2)
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() { pids <- ask(t, r, `{"do":"wait","text":"`+gate+`"}`).Pid })
	}
	eventually(t, "two environments", func() bool { return len(busy(r)) == 2 })
	if err := os.WriteFile(gate, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	all.Wait()
	if one, other := <-pids, <-pids; one == other {
		t.Errorf("two events at a time in process %d", one)
	}
}

func busy(r *Runner) []*environment {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.functions["f"].deployed.busy)
}

func idle(r *Runner) []*environment {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.functions["f"].deployed.idle)
}

// An environment is frozen between events, threads in the background included:
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
func TestEnvironmentIsFrozenBetweenEvents(t *testing.T) {
	t.Parallel()
	onlyOnLinux(t)
	r := deploy(t, nil)
	pid := ask(t, r, `{}`).Pid
	eventually(t, "the process is stopped", func() bool { return state(pid) == "T" })
	if again := ask(t, r, `{}`).Pid; again != pid {
		t.Errorf("process %d is not used again, but %d", pid, again)
	}
}

// state is that of a process in /proc: "T" is stopped, "" gone.
func state(pid int) string {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, after, _ := strings.Cut(string(stat), ") ")
	state, _, _ := strings.Cut(after, " ")
	return state
}

// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
func TestOutputIsOfItsEvent(t *testing.T) {
	t.Parallel()
	r := deploy(t, nil)
	for _, text := range []string{"one", "two"} {
		if got, want := invoke(t, r, `{"do":"log","text":"`+text+`"}`).Logs, []string{text, strings.ToUpper(text)}; !slices.Equal(got, want) {
			t.Errorf("logged %q, want %q", got, want)
		}
	}
	if got := invoke(t, r, `{}`).Logs; got != nil {
		t.Errorf("logged %q", got)
	}
}

// The invocation goes on when its client has gone.
func TestInvocationOutlivesItsClient(t *testing.T) {
	t.Parallel()
	r := deploy(t, nil)
	gate := filepath.Join(t.TempDir(), "gate")
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error, 1)
	go func() {
		_, err := r.Invoke(ctx, "f", []byte(`{"do":"wait","text":"`+gate+`"}`))
		failed <- err
	}()
	eventually(t, "an event in hand", func() bool { return len(busy(r)) == 1 })
	cancel()
	if err := <-failed; !errors.Is(err, context.Canceled) {
		t.Errorf("invoked: %v", err)
	}
	if err := os.WriteFile(gate, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the event is handled", func() bool { all := r.Results("f"); return len(all) == 1 && all[0].FunctionError == "" })
}

func TestProcessesEndWithTheRunner(t *testing.T) {
	t.Parallel()
	onlyOnLinux(t)
	r := deploy(t, nil)
	idle := ask(t, r, `{}`).Pid
	done := make(chan Result, 1)
	go func() {
		result, _ := r.Invoke(context.Background(), "f", []byte(`{"do":"sleep","millis":600000}`))
		done <- result
	}()
	eventually(t, "an event in hand", func() bool { return len(busy(r)) == 1 })
	r.Close()
	if result := <-done; result.FunctionError == "" || state(idle) != "" {
		t.Errorf("result %+v, process %q", result, state(idle))
	}
	if _, err := r.Invoke(t.Context(), "f", nil); !errors.Is(err, ErrThrottled) && !errors.Is(err, ErrNotFound) {
		t.Errorf("invoked after the end: %v", err)
	}
}

// A test binary that is killed has no time to clean up. The one here is this one,
// which deploys and is killed.
func TestProcessesEndWithTheirParent(t *testing.T) {
	t.Parallel()
	onlyOnLinux(t)
	if os.Getenv("AWSTEST_LAMBDA_PARENT") != "" {
		r := deploy(t, nil)
		fmt.Fprintf(os.Stdout, "pid %d.\n", ask(t, r, `{}`).Pid)
		select {}
	}
	parent := exec.Command(os.Args[0], "-test.run=^TestProcessesEndWithTheirParent$")
	parent.Env = append(os.Environ(), "AWSTEST_LAMBDA_PARENT=1", "TMPDIR="+t.TempDir()) // it cannot clean up
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	var pid int
	if _, err := fmt.Fscanf(out, "pid %d.\n", &pid); err != nil || state(pid) == "" {
		t.Errorf("process %d: %v", pid, err)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = parent.Wait()
	eventually(t, "the process is gone", func() bool { s := state(pid); return s == "" || s == "Z" })
}

func onlyOnLinux(t *testing.T) {
	t.Helper()
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("needs /proc")
	}
}
