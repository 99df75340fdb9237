package component

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// How often something is looked at that AWS is at work on. The first look comes
// soon, since most of it takes a second or two.
const (
	pollMinDelay = 250 * time.Millisecond
	pollMaxDelay = 5 * time.Second
)

// errStill tells that AWS did not come to an end within the time it takes at most.
var errStill = errors.New("AWS is still at work on it")

// poll looks until done says so, at most for limit.
func poll(ctx context.Context, limit time.Duration, done func(context.Context) (bool, error)) error {
	over := time.Now().Add(limit)
	for delay := pollMinDelay; ; delay = min(2*delay, pollMaxDelay) {
		ended, err := done(ctx)
		if ended || err != nil {
			return err
		}
		if time.Now().After(over) {
			return fmt.Errorf("%w after %s", errStill, limit)
		}
		if err := wait(ctx, delay); err != nil {
			return err
		}
	}
}
