package spacelift

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestOneSession(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := &account{login: func(int) (reply, error) {
			time.Sleep(time.Second) //nolint:forbidigo // a slow server, on the fake clock
			return reply{}, nil
		}}
		c := a.client()
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				if _, err := c.Pool(t.Context(), poolID); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if len(a.logins) != 1 || len(a.calls) != 20 {
			t.Errorf("%d logins for %d calls, want one for 20", len(a.logins), len(a.calls))
		}
	})
}

func TestRenewal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := &account{}
		c := a.client()
		start := time.Now()
		for _, at := range []time.Duration{0, time.Hour - renewEarly - time.Second, time.Hour - renewEarly, time.Hour} {
			time.Sleep(time.Until(start.Add(at))) //nolint:forbidigo // the fake clock
			if _, err := c.Pool(t.Context(), poolID); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff([]string{jwt(0), jwt(0), jwt(1), jwt(1)}, a.tokens()); diff != "" {
			t.Error("token of each call (-want +got):\n" + diff)
		}
	})
}

// A token that is refused is renewed once and the request repeated once.
func TestUnauthorized(t *testing.T) {
	t.Parallel()
	refusals := map[string]func() reply{
		"status":         func() reply { return answer(401, "Unauthorized") },
		"message":        func() reply { return refuse("unauthorized") },
		"longer message": func() reply { return refuse("You are Unauthorized: token has expired") },
		"status 400":     func() reply { return answer(400, `{"errors":[{"message":"unauthorized"}]}`) },
	}
	for name, refusal := range refusals {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			once := &account{reply: func(n int, _ seen, _ *http.Request) (reply, error) {
				if n == 0 {
					return refusal(), nil
				}
				return reply{}, nil
			}}
			if _, err := once.client().Pool(t.Context(), poolID); err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff([]string{jwt(0), jwt(1)}, once.tokens()); diff != "" {
				t.Error("(-want +got):\n" + diff)
			}
			twice := &account{reply: always(refusal())}
			_, err := twice.client().Pool(t.Context(), poolID)
			if _, ok := errors.AsType[*RightsError](err); !ok {
				t.Errorf("refused twice: %v", err)
			}
			if len(twice.calls) != 2 || len(twice.logins) != 2 {
				t.Errorf("%d calls and %d logins, want two of each", len(twice.calls), len(twice.logins))
			}
		})
	}
}

// Many calls whose token is revoked share the renewal.
func TestRevokedTokenOfMany(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := &account{reply: func(_ int, request seen, _ *http.Request) (reply, error) {
			time.Sleep(time.Second) //nolint:forbidigo // a slow server, on the fake clock
			if request.token == jwt(0) {
				return refuse("unauthorized"), nil
			}
			return reply{}, nil
		}}
		c := a.client()
		var group sync.WaitGroup
		for range 10 {
			group.Go(func() {
				if _, err := c.Pool(t.Context(), poolID); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if len(a.logins) != 2 {
			t.Errorf("%d logins, want the first and one renewal", len(a.logins))
		}
	})
}

// Who gives up does not take the login from the others.
func TestSharedLoginOutlivesItsFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := &account{login: func(int) (reply, error) {
			time.Sleep(10 * time.Second) //nolint:forbidigo // a slow server, on the fake clock
			return reply{}, nil
		}}
		c := a.client()
		start := time.Now()
		hasty, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var group sync.WaitGroup
		group.Go(func() {
			if _, err := c.Pool(hasty, poolID); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
				t.Errorf("after %s: %v", time.Since(start), err)
			}
		})
		synctest.Wait()
		if _, err := c.Pool(t.Context(), poolID); err != nil {
			t.Error(err)
		}
		group.Wait()
		if len(a.logins) != 1 {
			t.Errorf("%d logins, want one", len(a.logins))
		}
	})
}
