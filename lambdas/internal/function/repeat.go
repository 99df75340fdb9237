package function

import (
	"context"
	"time"
)

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
