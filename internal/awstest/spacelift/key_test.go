package spacelift

import (
	"strings"
	"testing"
	"time"

	client "github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
)

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
