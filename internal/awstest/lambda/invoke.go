package lambda

import (
	"context"
	"crypto/rand"
	"time"

	smithyrand "github.com/aws/smithy-go/rand"
)

// Invoke lets a function handle an event, and waits for the end of that. An event
// that the function fails to handle is no error but a Result with FunctionError.
// It fails with ErrNotFound, ErrThrottled, or as ctx does; then the function goes
// on nevertheless.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html
func (r *Runner) Invoke(ctx context.Context, name string, event []byte) (Result, error) {
	done, err := r.begin(name, NewID(), event)
	if err != nil {
		return Result{}, err
	}
	select {
	case result := <-done:
		return result, nil
	case <-ctx.Done():
		return Result{}, ctx.Err()
	}
}

// NewID is a UUID, as requests and mappings have for an id.
func NewID() string {
	id, _ := smithyrand.NewUUID(rand.Reader).GetUUID()
	return id
}

// begin hands an event to an environment that is idle, or to a new one.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
func (r *Runner) begin(name, id string, event []byte) (<-chan Result, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	known := r.functions[name]
	switch {
	case known == nil || known.deployed == nil:
		return nil, ErrNotFound
	case known.broken || r.closed:
		return nil, ErrThrottled
	}
	v := known.deployed
	warm := v.take()
	done := make(chan Result, 1)
	r.work.Go(func() {
		result := r.run(v, warm, Result{RequestID: id, Event: event, Start: time.Now()})
		r.mu.Lock()
		known.results = append(known.results, result)
		r.mu.Unlock()
		done <- result
	})
	return done, nil
}

// run handles an event in an environment, warm or nil.
func (r *Runner) run(v *version, e *environment, result Result) Result {
	alive := e != nil
	if !alive {
		var err error
		if e, err = newEnvironment(r.life, v); err != nil {
			result.fail(typeEntrypoint, err.Error())
			r.release(v, nil, false)
			return result
		}
		r.mu.Lock()
		v.busy = append(v.busy, e)
		r.mu.Unlock()
		alive = e.boot(&result, r.options.InitLimit)
	}
	alive = alive && e.handle(&result)
	result.Logs = e.logs()
	r.release(v, e, alive)
	return result
}
