package lambda

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// environment is an execution environment: a process of a function, and the
// Runtime API that it talks to. It handles one event at a time and is frozen
// between events.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
type environment struct {
	of  *version
	api *http.Server
	cmd *exec.Cmd
	log *os.File // output of the process, read up to seen
	pos int64

	next    chan invocation        // to the process that asks
	polled  chan struct{}          // it has asked
	replies chan reply             // it has answered
	current atomic.Pointer[string] // id of the event in its hands; "" while it starts, nil between events
	exited  chan struct{}          // closed when it has
	exit    error                  // of the process, once exited is closed
}

// newEnvironment starts a process. It ends with ctx.
func newEnvironment(ctx context.Context, of *version) (*environment, error) {
	dir, err := of.code()
	if err != nil {
		return nil, err
	}
	program, err := bootstrapOf(dir, of.Arch)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening for the Runtime API: %w", err)
	}
	e := &environment{
		of: of, next: make(chan invocation), polled: make(chan struct{}, 1), replies: make(chan reply, 1), exited: make(chan struct{}),
	}
	e.current.Store(new(string))
	e.api = &http.Server{Handler: e.routes(), ReadHeaderTimeout: time.Minute}
	go func() { _ = e.api.Serve(listener) }()
	// A file, because what was written to it before an answer is there when the
	// answer comes.
	if e.log, err = os.CreateTemp(dir, ".log-"); err != nil {
		_ = e.api.Close()
		return nil, fmt.Errorf("making the log of %s: %w", of.Name, err)
	}
	_ = os.Remove(e.log.Name()) // it stays as long as it is open
	e.cmd = exec.CommandContext(ctx, program)
	e.cmd.Dir, e.cmd.Stdout, e.cmd.Stderr = dir, e.log, e.log
	e.cmd.Env = of.environ(listener.Addr().String(), dir, time.Now().UTC().Format("2006/01/02/[$LATEST]")+hex(16))
	e.cmd.SysProcAttr = endWithUs()
	if err := e.launch(); err != nil {
		_ = e.api.Close()
		_ = e.log.Close()
		return nil, err
	}
	return e, nil
}

// launch starts the process and waits for its end in the background.
func (e *environment) launch() error {
	started := make(chan error)
	go func() {
		// The kernel ends the process with the thread that started it.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := e.cmd.Start()
		started <- err
		if err != nil {
			return
		}
		e.exit = e.cmd.Wait()
		_ = e.api.Close()
		close(e.exited)
	}()
	return <-started
}

func (e *environment) kill() { _ = e.cmd.Process.Kill() }

// bury ends the process and gives back what the environment holds.
func (e *environment) bury() {
	e.kill()
	<-e.exited
	_ = e.log.Close()
}

// freeze stops the process where it is, threads in the background included.
func (e *environment) freeze() { _ = e.cmd.Process.Signal(syscall.SIGSTOP) }

func (e *environment) thaw() { _ = e.cmd.Process.Signal(syscall.SIGCONT) }

// logs are the lines that the process has written since the last call.
func (e *environment) logs() []string {
	info, err := e.log.Stat()
	if err != nil || info.Size() == e.pos {
		return nil
	}
	text := make([]byte, info.Size()-e.pos)
	n, _ := e.log.ReadAt(text, e.pos)
	e.pos += int64(n)
	return strings.Split(strings.TrimSuffix(string(text[:n]), "\n"), "\n")
}
