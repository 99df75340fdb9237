package function_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/function"
)

// An invocation polls until its last seconds, the half of which is for what has to
// be taken back.
func TestShorten(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		interval time.Duration
		reserve  time.Duration
		last     time.Duration // when the last call begins, in an invocation of a minute
	}{
		"every ten seconds":    {10 * time.Second, 3 * time.Second, 50 * time.Second},
		"once an invocation":   {time.Minute, 3 * time.Second, 0},
		"intervals of a test":  {500 * time.Millisecond, 250 * time.Millisecond, 59500 * time.Millisecond},
		"every twenty seconds": {20 * time.Second, 3 * time.Second, 40 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				invocation, stop := context.WithTimeout(t.Context(), time.Minute)
				defer stop()
				ctx, reserve, cancel := function.Shorten(invocation, c.interval)
				defer cancel()
				if reserve != c.reserve {
					t.Errorf("reserve %s, want %s", reserve, c.reserve)
				}
				if deadline, ok := ctx.Deadline(); !ok || deadline.Sub(begun) != time.Minute-c.reserve {
					t.Errorf("deadline after %s", deadline.Sub(begun))
				}
				var last time.Duration
				function.Repeat(ctx, c.interval, reserve, func(context.Context) bool {
					last = time.Since(begun)
					return true
				})
				if last != c.last {
					t.Errorf("the last call began after %s, want %s", last, c.last)
				}
			})
		})
	}
}

func TestShortenWithoutADeadline(t *testing.T) {
	t.Parallel()
	ctx, _, cancel := function.Shorten(t.Context(), time.Second)
	if _, ok := ctx.Deadline(); ok {
		t.Error("a deadline out of nothing")
	}
	if cancel(); ctx.Err() == nil {
		t.Error("cancel does not end it")
	}
}

// What is taken back has time, though the invocation's own has run out.
func TestAfterwards(t *testing.T) {
	t.Parallel()
	ended, end := context.WithCancel(t.Context())
	end()
	ctx, cancel := function.Afterwards(ended)
	defer cancel()
	deadline, ok := ctx.Deadline()
	if left := time.Until(deadline); ctx.Err() != nil || !ok || left > 3*time.Second || left < time.Second {
		t.Errorf("%v, %s left", ctx.Err(), left)
	}
}

// It ends before Lambda ends the invocation, however late it begins.
func TestAfterwardsEndsBeforeTheInvocation(t *testing.T) {
	t.Parallel()
	for name, interval := range map[string]time.Duration{"ten seconds": 10 * time.Second, "half a second": 500 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				invocation, stop := context.WithTimeout(t.Context(), time.Minute)
				defer stop()
				ctx, _, cancel := function.Shorten(invocation, interval)
				defer cancel()
				<-ctx.Done()
				ctx, cancel = function.Afterwards(ctx)
				defer cancel()
				if ctx.Err() != nil {
					t.Error("no time is left")
				}
				<-ctx.Done()
				if invocation.Err() != nil {
					t.Error("the invocation has ended first")
				}
			})
		})
	}
}
