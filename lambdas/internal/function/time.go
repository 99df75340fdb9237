package function

import (
	"context"
	"time"
)

const (
	// mostReserve is what an invocation keeps of its time for the last poll and for
	// taking back what that could not finish.
	mostReserve = 6 * time.Second
	// undoLimit bounds what is taken back, in the part of the reserve that is for it.
	undoLimit = mostReserve / 2
)

// Shorten ends the context of an invocation somewhat before the invocation itself,
// so that there is time to take back what was not finished. It returns the
// reserve that the last call of Repeat needs with that context: both are shorter
// where interval, the time between two calls, is.
func Shorten(ctx context.Context, interval time.Duration) (shorter context.Context, reserve time.Duration, cancel context.CancelFunc) {
	half := min(mostReserve, interval) / 2
	deadline, ok := ctx.Deadline()
	if !ok {
		shorter, cancel = context.WithCancel(ctx)
		return shorter, half, cancel
	}
	shorter, cancel = context.WithDeadline(ctx, deadline.Add(-half))
	return shorter, half, cancel
}

// Afterwards is a context for taking something back when ctx may have ended.
func Afterwards(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), undoLimit)
}
