package lambda

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
func TestFailures(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		deploy     func(*Function)
		event      string
		errorType  string
		message    string // "ID" is the request's
		alive      bool   // the process handles the next event
		lastOutput string
	}{
		"function's own error": {event: `{"do":"fail","text":"no"}`, errorType: "errorString", message: "no", alive: true},
		"panic":                {event: `{"do":"panic","text":"oh"}`, errorType: "string", message: "oh"},
		"exit": {
			event: `{"do":"exit"}`, errorType: "Runtime.ExitError", message: "RequestId: ID Error: Runtime exited with error: exit status 3",
		},
		// https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html
		"timeout": {
			deploy: func(f *Function) { f.Timeout = 300 * time.Millisecond }, event: `{"do":"sleep","millis":600000}`,
			errorType: "Sandbox.Timedout", message: "RequestId: ID Error: Task timed out after 0.30 seconds", lastOutput: "sleeping",
		},
		"exit at the start": {
			deploy:    func(f *Function) { f.Env = map[string]string{"INIT": "exit"} },
			errorType: "Runtime.ExitError", message: "RequestId: ID Error: Runtime exited with error: exit status 4", lastOutput: "no good start",
		},
		// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-initerror
		"error at the start": {
			deploy:    func(f *Function) { f.Env = map[string]string{"INIT": "error"} },
			errorType: "Start.Bad", message: "no way to start", lastOutput: `{"status":"OK"}`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := deploy(t, c.deploy)
			if c.event == "" {
				c.event = `{}`
			}
			result := invoke(t, r, c.event)
			var got struct{ ErrorType, ErrorMessage string }
			if err := json.Unmarshal(result.Payload, &got); err != nil || result.FunctionError != "Unhandled" {
				t.Fatalf("%v: %+v", err, result)
			}
			if want := strings.ReplaceAll(c.message, "ID", result.RequestID); got.ErrorType != c.errorType || got.ErrorMessage != want {
				t.Errorf("got %+v, want %s: %s", got, c.errorType, want)
			}
			if c.lastOutput != "" && (len(result.Logs) == 0 || result.Logs[len(result.Logs)-1] != c.lastOutput) {
				t.Errorf("logged %q", result.Logs)
			}
			if alive := len(idle(r)) == 1; alive != c.alive {
				t.Errorf("the process is kept: %t", alive)
			}
		})
	}
}

// A process that has not asked for an event in time is no use:
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
func TestStartThatHangs(t *testing.T) {
	t.Parallel()
	r := deploy(t, func(f *Function) { f.Env = map[string]string{"INIT": "hang"} })
	r.options.InitLimit = 100 * time.Millisecond
	if result := invoke(t, r, `{}`); !strings.Contains(string(result.Payload), "Sandbox.Timedout") {
		t.Errorf("result %s", result.Payload)
	}
}

// https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
func TestMemoryIsLimited(t *testing.T) {
	t.Parallel()
	onlyOnLinux(t)
	r := deploy(t, func(f *Function) { f.MemoryMB = 128 })
	small := invoke(t, r, `{"do":"allocate","megabyte":30}`)
	if small.FunctionError != "" || small.MaxMemory < 30 || small.MaxMemory > 128 {
		t.Errorf("30 MiB: %s, %d MiB", small.Payload, small.MaxMemory)
	}
	big := invoke(t, r, `{"do":"allocate","megabyte":200,"millis":600000}`)
	if !strings.Contains(string(big.Payload), "Runtime.ExitError") || !strings.Contains(string(big.Payload), "signal: killed") || big.MaxMemory <= 128 {
		t.Errorf("200 MiB: %s, %d MiB", big.Payload, big.MaxMemory)
	}
}

// What cannot be run is deployed all the same, and found out by its invocation.
// https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html
func TestCodeThatCannotRun(t *testing.T) {
	t.Parallel()
	elf := func(machine byte) []byte {
		return slices.Concat([]byte("\x7fELF\x02\x01\x01"), make([]byte, 9), []byte{2, 0, machine, 0, 1, 0, 0, 0}, make([]byte, 40))
	}
	cases := map[string]struct {
		name    string
		content []byte
		mode    os.FileMode
		arch    string
		want    string
	}{
		"no bootstrap":     {name: "main", mode: 0o755, want: "Couldn't find valid bootstrap(s)"},
		"not executable":   {name: "bootstrap", mode: 0o644, want: "permission denied"},
		"not a program":    {name: "bootstrap", content: []byte("hello"), mode: 0o755, want: "exec format error"},
		"another machine":  {name: "bootstrap", content: elf(0xf7), mode: 0o755, arch: "arm64", want: "error"},
		"not what is said": {name: "bootstrap", content: elf(0xb7), mode: 0o755, arch: "x86_64", want: "exec format error"},
		"said to be arm64": {name: "bootstrap", content: elf(0x3e), mode: 0o755, arch: "arm64", want: "exec format error"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, err := zipOf(c.name, c.content, c.mode)
			if err != nil {
				t.Fatal(err)
			}
			result := invoke(t, deploy(t, func(f *Function) { f.Zip, f.Arch = code, c.arch }), `{}`)
			if !strings.Contains(string(result.Payload), "Runtime.InvalidEntrypoint") || !strings.Contains(string(result.Payload), c.want) {
				t.Errorf("result %s", result.Payload)
			}
		})
	}
	if err := New(Options{}).Put(&Function{Name: "f", Zip: []byte("no zip")}); err == nil {
		t.Error("something was deployed that is no zip")
	}
}

func TestKill(t *testing.T) {
	t.Parallel()
	r := deploy(t, nil)
	idle := ask(t, r, `{}`).Pid
	if n := r.Kill("f"); n != 0 {
		t.Errorf("%d events were in hand", n)
	}
	if pid := ask(t, r, `{}`).Pid; pid == idle {
		t.Error("the killed process was used")
	}
	done := make(chan Result, 1)
	go func() { done <- invoke(t, r, `{"do":"sleep","millis":600000}`) }()
	eventually(t, "an event in hand", func() bool { return r.Kill("f") == 1 })
	if result := <-done; !strings.Contains(string(result.Payload), "signal: killed") {
		t.Errorf("result %s", result.Payload)
	}
	ask(t, r, `{}`)
}

// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
func TestWhatIsNotInvoked(t *testing.T) {
	t.Parallel()
	r := deploy(t, nil)
	try := func(name string) error { _, err := r.Invoke(context.Background(), name, nil); return err }
	if err := try("other"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a function that is not there: %v", err)
	}
	r.Break("f", true)
	if err := try("f"); !errors.Is(err, ErrThrottled) {
		t.Errorf("a function that is broken: %v", err)
	}
	r.Break("f", false)
	ask(t, r, `{}`)
	r.Remove("f")
	if err := try("f"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a function that is removed: %v", err)
	}
}

// New events go to what was deployed last; events in hand stay where they are.
func TestUpdate(t *testing.T) {
	t.Parallel()
	r := deploy(t, nil)
	f := r.deployed("f")
	done := make(chan Result, 1)
	go func() { done <- invoke(t, r, `{"do":"sleep","millis":500}`) }()
	eventually(t, "an event in hand", func() bool { return len(busy(r)) == 1 })
	changed := *f
	changed.Env = map[string]string{"SETTING": "new"}
	if err := r.Put(&changed); err != nil {
		t.Fatal(err)
	}
	if env := ask(t, r, `{"do":"env"}`).Env; !slices.Contains(env, "SETTING=new") {
		t.Errorf("environment %q", env)
	}
	if result := <-done; result.FunctionError != "" {
		t.Errorf("result %s", result.Payload)
	}
}
