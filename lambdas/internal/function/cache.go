package function

import (
	"context"
	"time"
)

// cacheTime is how long a secret is used without looking again: long enough to
// spare Parameter Store and Secrets Manager, short enough to see a rotation soon.
const cacheTime = 5 * time.Minute

// cache keeps a text that was read for a while. It is for the one invocation that a
// process serves at a time.
type cache struct {
	text string
	end  time.Time
}

// get is the text, read anew if it is too old.
func (c *cache) get(ctx context.Context, read func(context.Context) (string, error)) (string, error) {
	// Round(0): the monotonic clock stands still while Lambda keeps the process
	// frozen between invocations.
	now := time.Now().Round(0)
	if now.Before(c.end) {
		return c.text, nil
	}
	text, err := read(ctx)
	if err != nil {
		return "", err
	}
	c.text, c.end = text, now.Add(cacheTime)
	return text, nil
}

func (c *cache) forget() { c.end = time.Time{} }
