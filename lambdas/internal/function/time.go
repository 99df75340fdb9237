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
	// lastPart of that is for the way out: an invocation that Lambda ends is an error,
	// and a process lost.
	lastPart = 6
)

// endKey is the key of when an invocation has to be done.
type endKey struct{}

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
	ctx = context.WithValue(ctx, endKey{}, deadline.Add(-half/lastPart))
	shorter, cancel = context.WithDeadline(ctx, deadline.Add(-half))
	return shorter, half, cancel
}

// Afterwards is a context for taking something back when ctx, of Shorten, may have
// ended. It ends somewhat before the invocation.
func Afterwards(ctx context.Context) (context.Context, context.CancelFunc) {
	limit := time.Now().Add(undoLimit)
	if end, ok := ctx.Value(endKey{}).(time.Time); ok && end.Before(limit) {
		limit = end
	}
	return context.WithDeadline(context.WithoutCancel(ctx), limit)
}
