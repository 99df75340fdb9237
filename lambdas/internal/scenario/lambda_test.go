package scenario

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"
)

// invocationTime is the timeout of both functions.
const invocationTime = time.Minute

// function is a Lambda function.
type function struct {
	world  *world
	handle func(context.Context, *process, json.RawMessage) error

	mu   sync.Mutex
	down bool       // no invocation begins
	idle []*process // which wait for an invocation
}

// tick is what EventBridge sends.
const tick = `{"version":"0","id":"53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa","detail-type":"Scheduled Event","source":"aws.events",
	"account":"000000000001","time":"2000-01-01T00:00:00Z","region":"us-east-1","resources":[],"detail":{}}`

// copyDelay is how much later a second copy of an invocation begins: while the first
// acts on what it has seen.
const copyDelay = 350 * time.Millisecond

// schedule invokes the function every minute, delay after the full one.
func (f *function) schedule(delay time.Duration) {
	w := f.world
	if !w.wait(delay) {
		return
	}
	for w.wait(time.Minute) {
		for number := range w.settings.copies {
			w.start(func() {
				if w.wait(time.Duration(number) * copyDelay) {
					f.invoke(tick)
				}
			})
		}
	}
}

// invoke runs the function for an event, in a process that is free.
func (f *function) invoke(event string) {
	w := f.world
	ctx, cancel := context.WithTimeout(w.ctx, invocationTime)
	defer cancel()
	p := f.take(cancel)
	if p == nil {
		return
	}
	if err := f.handle(ctx, p, json.RawMessage(event)); w.lives(ctx, p, err) {
		f.give(p)
	}
}

// lives counts how an invocation ended, and tells whether its process is there for another.
func (w *world) lives(ctx context.Context, p *process, err error) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case p.killed.Load(): // by the story
		return false
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		w.timedOut++
		return false
	case err != nil && w.ctx.Err() == nil:
		w.failed++
	}
	return true
}

// take is a process for an invocation that begins now.
func (f *function) take(cancel context.CancelFunc) *process {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down {
		return nil
	}
	var p *process
	if last := len(f.idle) - 1; last >= 0 {
		p, f.idle = f.idle[last], f.idle[:last]
	} else {
		p = newProcess(f.world)
	}
	p.end.Store(time.Now().Add(invocationTime).UnixNano())
	p.cancel = cancel
	return p
}

func (f *function) give(p *process) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.idle = append(f.idle, p)
}

// halt keeps the function from being invoked, or lets it be again. Invocations
// that have begun go on.
func (f *function) halt(down bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.down = down
}
