package lambda

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"
)

// Options are what a runner does differently from AWS.
type Options struct {
	// Minute is how long a minute of AWS's own waiting takes: between attempts of
	// an asynchronous invocation, and between the events of a schedule. What a
	// function or a queue is configured with is not affected. 0: time.Minute.
	Minute time.Duration
	// InitLimit bounds the start of a process until it asks for an event; 0: 10 s.
	InitLimit time.Duration
}

// Runner runs functions. It is safe for concurrent use.
type Runner struct {
	options Options
	life    context.Context // of its processes
	end     context.CancelFunc
	work    sync.WaitGroup // invocations under way

	mu        sync.Mutex
	closed    bool
	functions map[string]*function // by name; they stay when they are removed
}

// function is what is known under a name.
type function struct {
	deployed *version // nil once it is removed
	broken   bool
	results  []Result
	pending  int // events of InvokeAsync
}

// New makes a runner without functions. Close it.
func New(options Options) *Runner {
	fill(&options.Minute, time.Minute)
	fill(&options.InitLimit, initLimit)
	life, end := context.WithCancel(context.Background())
	return &Runner{options: options, life: life, end: end, functions: map[string]*function{}}
}

// Start makes a runner that ends with the test.
func Start(t testing.TB, options Options) *Runner {
	t.Helper()
	r := New(options)
	t.Cleanup(r.Close)
	return r
}

// SetMinute changes Options.Minute for the waits that begin from now on.
func (r *Runner) SetMinute(minute time.Duration) {
	fill(&minute, time.Minute)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.options.Minute = minute
}

// Put deploys a function, or new code and configuration of one: what is handled
// at the time is handled by the old ones, what comes later by the new. It fails
// if the zip is none.
func (r *Runner) Put(f *Function) error {
	if _, err := zip.NewReader(bytes.NewReader(f.Zip), int64(len(f.Zip))); err != nil {
		return fmt.Errorf("reading the zip of %s: %w", f.Name, err)
	}
	v := &version{Function: f.completed()}
	r.mu.Lock()
	known := r.functions[f.Name]
	if known == nil {
		known = &function{}
		r.functions[f.Name] = known
	}
	old := known.deployed
	known.deployed = v
	r.mu.Unlock()
	if old != nil {
		r.retire(old)
	}
	return nil
}

// Remove deletes a function; what it handles at the time it still does.
func (r *Runner) Remove(name string) {
	r.mu.Lock()
	var old *version
	if known := r.functions[name]; known != nil {
		old, known.deployed = known.deployed, nil
	}
	r.mu.Unlock()
	if old != nil {
		r.retire(old)
	}
}

// Kill ends the function's processes at once, whatever they are doing, as a
// failing host would. It says how many were handling an event: their invocations
// fail with Runtime.ExitError.
func (r *Runner) Kill(name string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	known := r.functions[name]
	if known == nil || known.deployed == nil {
		return 0
	}
	v := known.deployed
	for _, e := range v.idle {
		go e.bury()
	}
	v.idle = nil
	for _, e := range v.busy {
		e.kill()
	}
	return len(v.busy)
}

// Break puts a function out of order, or in order again: while it is broken its
// events are throttled.
func (r *Runner) Break(name string, broken bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.functions[name] == nil {
		r.functions[name] = &function{}
	}
	r.functions[name].broken = broken
}

// Results are the attempts to handle an event so far, in the order of their ends.
// They stay when the function is removed.
func (r *Runner) Results(name string) []Result {
	r.mu.Lock()
	defer r.mu.Unlock()
	if known := r.functions[name]; known != nil {
		return slices.Clone(known.results)
	}
	return nil
}

// Pending is how many events of InvokeAsync a function has not done with.
func (r *Runner) Pending(name string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if known := r.functions[name]; known != nil {
		return known.pending
	}
	return 0
}

// Names are the names of all functions that ever were, sorted.
func (r *Runner) Names() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.functions))
}

// Close ends all processes and waits for their end.
func (r *Runner) Close() {
	r.mu.Lock()
	r.closed = true
	var names []string
	for name := range r.functions {
		names = append(names, name)
	}
	r.mu.Unlock()
	r.end()
	r.work.Wait()
	for _, name := range names {
		r.Remove(name)
	}
}
