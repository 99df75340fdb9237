package spacelift

import (
	"testing"
	"time"

	client "github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
)

// The client survives what Spacelift and the network do for a while.
func TestFailures(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		failure Failure
		change  func(*Behavior)
		took    time.Duration // at least
	}{
		"throttled":     {failure: Failure{Status: 429, RetryAfter: 5 * time.Second, Times: 2}, took: 10 * time.Second},
		"500":           {failure: Failure{Status: 500, Message: "oops", Times: 3}},
		"login":         {failure: Failure{Operation: "apiKeyUser", Status: 503}},
		"cut":           {failure: Failure{Cut: true, Times: 2}},
		"cut afterward": {failure: Failure{Operation: "workerPool", Cut: true, Late: true}},
		"slow":          {change: func(b *Behavior) { b.Latency = time.Second }, took: 2 * time.Second},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, func(t *testing.T, w *world) {
				if test.change != nil {
					w.Behave(test.change)
				} else {
					w.Fail(test.failure)
				}
				start := time.Now()
				w.snapshot()
				if took := time.Since(start); took < test.took {
					t.Errorf("took %s", took)
				}
			})
		})
	}
}

func TestFailureSkipsAndHeals(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, w *world) {
		w.Fail(Failure{Operation: "workerPool", Skip: 1, Times: -1, Message: "internal error"})
		w.snapshot()
		for range 2 {
			if _, err := w.client().Pool(t.Context(), w.pool); !is[*client.AnswerError](err) {
				t.Errorf("got %v", err)
			}
		}
		w.Heal()
		w.ResetRequests()
		w.snapshot()
		if got := w.Requests(); len(got) != 2 || got[1].Operation != "workerPool" {
			t.Errorf("requests: %+v", got)
		}
	})
}

// A failure that comes late has been acted upon.
func TestLateFailure(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, w *world) {
		w.boot("i-1")
		w.Fail(Failure{Operation: "workerDrainSet", Late: true, Message: "internal error"})
		_, err := w.client().Drain(t.Context(), w.pool, w.Workers()[0].ID)
		if !is[*client.AnswerError](err) || !w.Workers()[0].Drained {
			t.Errorf("%v, worker %+v", err, w.Workers()[0])
		}
	})
}

func TestBefore(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, w *world) {
		w.boot("i-1")
		w.Behave(func(b *Behavior) {
			b.Before = func(operation string) {
				if operation == "workerDrainSet" {
					w.Kill("i-1")
				}
			}
		})
		_, err := w.client().Drain(t.Context(), w.pool, w.Workers()[0].ID)
		if !is[*client.WorkerNotFoundError](err) {
			t.Errorf("got %v", err)
		}
	})
}
