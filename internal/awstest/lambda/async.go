package lambda

import (
	"errors"
	"time"
)

// InvokeAsync puts an event into the function's queue and returns its request id,
// which all attempts to handle it share. It fails with ErrNotFound. How it goes is
// in Results.
//
// One that fails is tried again after a minute, then after two, as often as the
// function says; one that is throttled after one second, then ever later up to
// five minutes, until it is too old:
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
func (r *Runner) InvokeAsync(name string, event []byte) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	known := r.functions[name]
	if known == nil || known.deployed == nil || r.closed {
		return "", ErrNotFound
	}
	id := NewID()
	known.pending++
	r.work.Go(func() {
		r.attempt(name, id, event)
		r.mu.Lock()
		defer r.mu.Unlock()
		known.pending--
	})
	return id, nil
}

const (
	firstThrottleWait = time.Second
	lastThrottleWait  = 5 * time.Minute
)

// attempt handles an event until that succeeds or is given up.
func (r *Runner) attempt(name, id string, event []byte) {
	began, failed, pause := time.Now(), 0, firstThrottleWait
	for {
		f := r.deployed(name)
		if f == nil || time.Since(began) > r.scaled(f.MaxAge) {
			return
		}
		done, err := r.begin(name, id, event)
		var waiting time.Duration
		if errors.Is(err, ErrThrottled) {
			waiting, pause = pause, min(2*pause, lastThrottleWait)
		} else if err != nil {
			return
		} else if result := <-done; result.FunctionError == "" || failed >= *f.Retries {
			return
		} else {
			failed++
			waiting = time.Duration(failed) * time.Minute
		}
		select {
		case <-time.After(r.scaled(waiting)):
		case <-r.life.Done():
			return
		}
	}
}

// Settle waits until no event is in hand and none waits for another attempt.
func (r *Runner) Settle() { r.work.Wait() }

// deployed is the function as it is now; nil if there is none.
func (r *Runner) deployed(name string) *Function {
	r.mu.Lock()
	defer r.mu.Unlock()
	if known := r.functions[name]; known != nil && known.deployed != nil {
		return known.deployed.Function
	}
	return nil
}

// scaled is how long a wait of AWS's takes here.
func (r *Runner) scaled(d time.Duration) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return time.Duration(float64(d) * float64(r.options.Minute) / float64(time.Minute))
}
