package spacelift

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	client "github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
)

// is says whether err wraps an error of type E.
func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

func TestKeys(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, w *world) {
		w.boot("i-1")
		worker := w.Workers()[0].ID
		wrong, reader, nobody := w.Key(), w.NewKey(Rights{Read: true}), w.NewKey(Rights{})
		wrong.Secret += "x"
		tests := map[string]struct {
			key  Key
			is   func(error) bool
			read bool
		}{
			"all rights":   {w.Key(), func(err error) bool { return err == nil }, true},
			"wrong secret": {wrong, is[*client.KeyError], false},
			"unknown key":  {Key{"K", "x"}, is[*client.KeyError], false},
			"reader":       {reader, is[*client.RightsError], true},
			"no rights":    {nobody, is[*client.PoolNotFoundError], false},
		}
		for name, test := range tests {
			c := w.clientOf(test.key)
			if _, err := c.Pool(t.Context(), w.pool); (err == nil) != test.read {
				t.Errorf("%s reads: %v", name, err)
			}
			if _, err := c.Drain(t.Context(), w.pool, worker); !test.is(err) {
				t.Errorf("%s drains: %v", name, err)
			}
			if name == "all rights" {
				continue // its cycle would end the worker
			}
			if err := c.Cycle(t.Context(), w.pool); !test.is(err) {
				t.Errorf("%s cycles: %v", name, err)
			}
		}
	})
}

func TestRightsChange(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, w *world) {
		c := w.client()
		if _, err := c.Pool(t.Context(), w.pool); err != nil {
			t.Fatal(err)
		}
		w.SetRights(w.Key().ID, Rights{})
		if _, err := c.Pool(t.Context(), w.pool); !is[*client.PoolNotFoundError](err) {
			t.Errorf("without rights: %v", err)
		}
		w.DeleteKey(w.Key().ID)
		if _, err := c.Pool(t.Context(), w.pool); !is[*client.KeyError](err) {
			t.Errorf("without key: %v", err)
		}
	})
}

func TestTokensEnd(t *testing.T) {
	t.Parallel()
	for _, status := range []bool{false, true} {
		play(t, func(t *testing.T, w *world) {
			w.Behave(func(b *Behavior) { b.TokenTime, b.Status401 = 10*time.Minute, status })
			c := w.client()
			read := func(logins int) {
				t.Helper()
				if _, err := c.Pool(t.Context(), w.pool); err != nil {
					t.Fatal(err)
				}
				got := 0
				for _, request := range w.Requests() {
					if request.Operation == "apiKeyUser" {
						got++
					}
				}
				if got != logins {
					t.Errorf("%d logins, want %d", got, logins)
				}
			}
			read(1)
			read(1)
			pass(10 * time.Minute)
			read(2)
			w.ExpireTokens()
			read(3)
		})
	}
}

// The end of a token is kept whatever the client knows of it.
func TestTokenEndsByItself(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, w *world) {
		token := "Bearer " + w.login(w.Key().ID, w.Key().Secret).JWT
		query := `{"query":"{workerPool(id:\"` + w.pool + `\"){pendingRuns}}"}`
		if body := post(t, w.Service, token, query); !strings.Contains(body, `"pendingRuns":0`) {
			t.Errorf("a fresh token: %s", body)
		}
		pass(defaultTokenTime)
		if body := post(t, w.Service, token, query); !strings.Contains(body, "unauthorized") {
			t.Errorf("an old token: %s", body)
		}
	})
}

func TestNoToken(t *testing.T) {
	t.Parallel()
	s := New(time.Now)
	for name, header := range map[string]string{"none": "", "made up": "Bearer eyJ.eyJ.x"} {
		body := post(t, s, header, `{"query":"{workerPool(id:\"x\"){pendingRuns}}"}`)
		if !strings.Contains(body, `"message":"unauthorized"`) {
			t.Errorf("%s: %s", name, body)
		}
	}
	s.Behave(func(b *Behavior) { b.Status401 = true })
	if body := post(t, s, "", `{"query":"{workerPool(id:\"x\"){pendingRuns}}"}`); body != "Unauthorized" {
		t.Errorf("with Status401: %s", body)
	}
}

// A wrong query fails as it would there.
func TestSchema(t *testing.T) {
	t.Parallel()
	for name, query := range map[string]string{
		"unknown field":     `{workerPool(id:"x"){instances}}`,
		"unknown operation": `{pool(id:"x"){id}}`,
		"missing argument":  `mutation{workerDrainSet(id:"x",drain:true){id}}`,
		"wrong type":        `mutation{workerDrainSet(workerPool:"x",id:"x",drain:\"yes\"){id}}`,
		"no selection":      `{workerPool(id:"x")}`,
	} {
		text := strings.ReplaceAll(strings.ReplaceAll(query, `\"`, `"`), `"`, `\"`)
		if body := post(t, New(time.Now), "", `{"query":"`+text+`"}`); !strings.Contains(body, `"errors"`) || strings.Contains(body, "unauthorized") {
			t.Errorf("%s: %s", name, body)
		}
	}
}

func TestOlderSchema(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, w *world) {
		w.Behave(func(b *Behavior) { b.Older = true })
		w.boot("i-1")
		if got := w.snapshot(); len(got.Workers) != 1 || got.Workers[0].AvailableAt != nil {
			t.Errorf("pool: %+v", got)
		}
	})
}

func TestOtherPaths(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(New(time.Now))
	defer server.Close()
	c := client.New(client.Options{Endpoint: server.URL + "/elsewhere", KeyID: "k", KeySecret: "s"})
	if _, err := c.Pool(t.Context(), "p"); !is[*client.EndpointError](err) {
		t.Errorf("got %v", err)
	}
}

// The client survives what Spacelift and the network do for a while, on both
// faces of the account.
func TestFailures(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		failure Failure
		change  func(*Behavior)
		took    time.Duration // at least
	}{
		"throttled":     {failure: Failure{Status: 429, RetryAfter: 5 * time.Second, Times: 2}, took: 10 * time.Second},
		"500":           {failure: Failure{Status: 500, Message: "oops", Times: 3}},
		"login":         {failure: Failure{Operation: "apiKeyUser", Status: 503}},
		"cut":           {failure: Failure{Cut: true, Times: 2}},
		"cut afterward": {failure: Failure{Operation: "workerPool", Cut: true, Late: true}},
		"slow":          {change: func(b *Behavior) { b.Latency = time.Second }, took: 2 * time.Second},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, func(t *testing.T, w *world) {
				if test.change != nil {
					w.Behave(test.change)
				} else {
					w.Fail(test.failure)
				}
				start := time.Now()
				w.snapshot()
				if took := time.Since(start); took < test.took {
					t.Errorf("took %s", took)
				}
			})
		})
	}
}

func TestFailureSkipsAndHeals(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, w *world) {
		w.Fail(Failure{Operation: "workerPool", Skip: 1, Times: -1, Message: "internal error"})
		w.snapshot()
		for range 2 {
			if _, err := w.client().Pool(t.Context(), w.pool); !is[*client.AnswerError](err) {
				t.Errorf("got %v", err)
			}
		}
		w.Heal()
		w.ResetRequests()
		w.snapshot()
		if got := w.Requests(); len(got) != 2 || got[1].Operation != "workerPool" {
			t.Errorf("requests: %+v", got)
		}
	})
}

// A failure that comes late has been acted upon.
func TestLateFailure(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, w *world) {
		w.boot("i-1")
		w.Fail(Failure{Operation: "workerDrainSet", Late: true, Message: "internal error"})
		_, err := w.client().Drain(t.Context(), w.pool, w.Workers()[0].ID)
		if !is[*client.AnswerError](err) || !w.Workers()[0].Drained {
			t.Errorf("%v, worker %+v", err, w.Workers()[0])
		}
	})
}

func TestBefore(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, w *world) {
		w.boot("i-1")
		w.Behave(func(b *Behavior) {
			b.Before = func(operation string) {
				if operation == "workerDrainSet" {
					w.Kill("i-1")
				}
			}
		})
		_, err := w.client().Drain(t.Context(), w.pool, w.Workers()[0].ID)
		if !is[*client.WorkerNotFoundError](err) {
			t.Errorf("got %v", err)
		}
	})
}

func TestHTTP(t *testing.T) {
	t.Parallel()
	s := New(time.Now)
	server := httptest.NewServer(s)
	defer server.Close()
	pool := s.AddPool("")
	s.Boot(pool, Machine{InstanceID: "i-1"})
	s.Fail(Failure{Cut: true})
	c := client.New(client.Options{Endpoint: server.URL, KeyID: s.Key().ID, KeySecret: s.Key().Secret})
	got, err := c.Pool(t.Context(), pool)
	if err != nil || len(got.Workers) != 1 {
		t.Errorf("pool %+v, %v", got, err)
	}
}

// post sends a request as it is and returns the answer.
func post(t *testing.T, s *Service, authorization, body string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://acme.app.spacelift.io/graphql", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", authorization)
	response, err := s.Transport().RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
