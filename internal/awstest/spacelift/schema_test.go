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
