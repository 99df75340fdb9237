package spacelift

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

const (
	// maxAttempts and the pauses between them take up to 16 seconds, beyond what
	// the requests themselves take.
	maxAttempts = 6
	firstPause  = 500 * time.Millisecond
	// maxPause is how long a server may ask to be left alone (Retry-After): with
	// a longer one the caller is better off with an error that says so.
	maxPause = time.Minute
)

// passingError is a failure that another attempt may not meet.
type passingError struct {
	reason  string
	after   time.Duration // the server's own wish; zero if it has none
	refused bool          // the request was certainly not acted upon
}

func (e *passingError) Error() string { return e.reason }

// backoff is the pause after so many attempts: what the server asks for, else
// between half and all of an exponentially growing one. The jitter keeps
// clients that failed together apart.
func backoff(attempts int, after time.Duration) time.Duration {
	full := firstPause << (attempts - 1)
	jittered := full/2 + rand.N(full/2)
	if after > 0 {
		return after + jittered/10
	}
	return jittered
}

// pause waits for d, or returns why ctx has ended.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// retryAfter reads the header of that name, which holds seconds or a date:
// https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
func retryAfter(header http.Header) time.Duration {
	text := header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(text); err == nil {
		return max(time.Until(date), 0)
	}
	return 0
}
