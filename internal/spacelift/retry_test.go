package spacelift

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"
)

// passing are failures that another attempt may not meet.
var passing = map[string]func() (reply, error){
	"429":           func() (reply, error) { return answer(429, ""), nil },
	"408":           func() (reply, error) { return answer(408, ""), nil },
	"500":           func() (reply, error) { return answer(500, "oops"), nil },
	"502 with HTML": func() (reply, error) { return html(502), nil },
	"reset":         func() (reply, error) { return reply{}, errors.New("connection reset by peer") },
	"broken answer": func() (reply, error) {
		return reply{status: 200, stream: iotest.ErrReader(io.ErrUnexpectedEOF)}, nil
	},
}

func TestRetry(t *testing.T) {
	t.Parallel()
	for name, failure := range passing {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				soon := &account{
					login: func(n int) (reply, error) {
						if n < 2 {
							return failure()
						}
						return reply{}, nil
					},
					reply: func(n int, _ seen, _ *http.Request) (reply, error) {
						if n < 3 {
							return failure()
						}
						return reply{}, nil
					},
				}
				if _, err := soon.client().Pool(t.Context(), poolID); err != nil {
					t.Error(err)
				}
				never := &account{reply: func(int, seen, *http.Request) (reply, error) { return failure() }}
				start := time.Now()
				_, err := never.client().Pool(t.Context(), poolID)
				service, ok := errors.AsType[*ServiceError](err)
				if !ok || service.Attempts != maxAttempts || len(never.calls) != maxAttempts {
					t.Errorf("after %d calls: %v", len(never.calls), err)
				}
				if took := time.Since(start); took < 7*time.Second || took > 16*time.Second {
					t.Errorf("gave up after %s", took)
				}
			})
		})
	}
}

func TestPausesGrowAndDiffer(t *testing.T) {
	t.Parallel()
	distinct := map[time.Duration]bool{}
	for attempts := 1; attempts < maxAttempts; attempts++ {
		full := firstPause << (attempts - 1)
		for range 100 {
			d := backoff(attempts, 0)
			if d < full/2 || d > full {
				t.Fatalf("pause %d is %s, want %s to %s", attempts, d, full/2, full)
			}
			distinct[d] = true
		}
	}
	if len(distinct) < 100 {
		t.Errorf("only %d different pauses", len(distinct))
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		header func() string
		want   time.Duration // zero: not obeyed, but given up at once
	}{
		"seconds":  {func() string { return "7" }, 7 * time.Second},
		"date":     {func() string { return time.Now().Add(9 * time.Second).UTC().Format(http.TimeFormat) }, 9 * time.Second},
		"too long": {func() string { return "3600" }, 0},
	}
	synctest.Test(t, func(t *testing.T) {
		for name, test := range tests {
			a := &account{reply: func(n int, _ seen, _ *http.Request) (reply, error) {
				if n == 0 {
					return answer(429, "", "Retry-After", test.header()), nil
				}
				return reply{}, nil
			}}
			_, err := a.client().Pool(t.Context(), poolID)
			if test.want == 0 {
				if _, ok := errors.AsType[*ServiceError](err); !ok || len(a.calls) != 1 || !strings.Contains(err.Error(), "1h0m0s") {
					t.Errorf("%s: %v", name, err)
				}
				continue
			}
			if err != nil || len(a.calls) != 2 {
				t.Fatalf("%s: %d calls, %v", name, len(a.calls), err)
			}
			if waited := a.calls[1].at.Sub(a.calls[0].at); waited <= test.want-time.Second || waited > test.want+time.Second { // dates are whole seconds
				t.Errorf("%s: waited %s, want %s", name, waited, test.want)
			}
		}
	})
}

// An end of the context ends whatever is under way, at once.
func TestCancel(t *testing.T) {
	t.Parallel()
	hang := func(raw *http.Request) (reply, error) {
		<-raw.Context().Done()
		return reply{}, raw.Context().Err()
	}
	tests := map[string]*account{
		"in a pause":   {reply: always(answer(503, "", "Retry-After", "50"))},
		"in a request": {reply: func(_ int, _ seen, raw *http.Request) (reply, error) { return hang(raw) }},
	}
	for name, a := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				start, reason := time.Now(), errors.New("the caller's reason")
				time.AfterFunc(5*time.Second, func() { cancel(reason) })
				_, err := a.client().Pool(ctx, poolID)
				if !errors.Is(err, reason) || time.Since(start) != 5*time.Second || len(a.calls) != 1 {
					t.Errorf("after %s and %d calls: %v", time.Since(start), len(a.calls), err)
				}
			})
		})
	}
}

// A server that never answers costs a bounded time for each attempt.
func TestRequestLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := &account{reply: func(n int, _ seen, raw *http.Request) (reply, error) {
			if n == 0 {
				<-raw.Context().Done()
				return reply{}, raw.Context().Err()
			}
			return reply{}, nil
		}}
		start := time.Now()
		if _, err := a.client().Pool(t.Context(), poolID); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took < requestLimit || took > requestLimit+time.Second {
			t.Errorf("took %s", took)
		}
	})
}

// A cycle restarts workers: it is repeated only if it was certainly refused.
func TestCycleOnce(t *testing.T) {
	t.Parallel()
	for name, failure := range passing {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				a := &account{reply: func(n int, _ seen, _ *http.Request) (reply, error) {
					if n == 0 {
						return failure()
					}
					return answer(200, `{"data":{"workerPoolCycle":true}}`), nil
				}}
				err := a.client().Cycle(t.Context(), poolID)
				switch _, failed := errors.AsType[*ServiceError](err); {
				case name == "429" && (err != nil || len(a.calls) != 2):
					t.Errorf("%d calls, %v", len(a.calls), err)
				case name != "429" && (!failed || len(a.calls) != 1):
					t.Errorf("%d calls, %v", len(a.calls), err)
				}
				// The login acts on nothing.
				b := &account{
					login: func(n int) (reply, error) {
						if n == 0 {
							return failure()
						}
						return reply{}, nil
					},
					reply: always(answer(200, `{"data":{"workerPoolCycle":true}}`)),
				}
				if err := b.client().Cycle(t.Context(), poolID); err != nil {
					t.Error("login that fails once:", err)
				}
			})
		})
	}
}

func TestAnswerLimit(t *testing.T) {
	t.Parallel()
	a := &account{reply: always(reply{status: 200, stream: io.MultiReader(strings.NewReader(`{"data":"`), endless{})})}
	_, err := a.client().Pool(t.Context(), poolID)
	if _, ok := errors.AsType[*AnswerError](err); !ok || !strings.Contains(fmt.Sprint(err), "16 MiB") {
		t.Errorf("got %v", err)
	}
}

var chunk = strings.Repeat("x", 1<<20)

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	return copy(p, chunk), nil
}
