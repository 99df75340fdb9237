package function

import (
	"context"
	"fmt"
	"time"
)

// Throughout calls do at once, and again every interval for as long as it says so
// and the invocation has time for another call with what that may have to take
// back. It fails after the last call if any failed: calls, such as "polls", is what
// the error names them.
func Throughout(ctx context.Context, interval time.Duration, calls string, do func(context.Context) (again bool, err error)) error {
	ctx, reserve, cancel := Shorten(ctx, interval)
	defer cancel()
	made, failed := 0, 0
	var last error
	Repeat(ctx, interval, reserve, func(ctx context.Context) bool {
		again, err := do(ctx)
		made++
		if err != nil {
			failed, last = failed+1, err
		}
		return again
	})
	if failed > 0 {
		return fmt.Errorf("%d of %d %s had errors, the last: %w", failed, made, calls, last)
	}
	return nil
}

// Repeat calls do at once, and again every interval from then on, until the
// deadline of ctx would be nearer than reserve when the next call begins, or ctx
// ends. So the last call has at least reserve for itself. A call that takes longer
// than the interval delays the next, which then follows at once. Without a deadline
// Repeat goes on until ctx ends.
//
// do says for itself what went wrong: it returns whether to go on.
func Repeat(ctx context.Context, interval, reserve time.Duration, do func(context.Context) (again bool)) {
	next := time.Now()
	for do(ctx) {
		next = next.Add(interval)
		if late := time.Now(); next.Before(late) {
			next = late
		}
		if deadline, ok := ctx.Deadline(); ok && deadline.Sub(next) < reserve {
			return
		}
		timer := time.NewTimer(time.Until(next))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
	}
}
