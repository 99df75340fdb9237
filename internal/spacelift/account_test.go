package spacelift

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	keySecret = `s3cr3t"key\with<odd>&signs`
	poolID    = "01K0P00000000000000000000A"
)

// seen is one request as a scripted account saw it.
type seen struct {
	at    time.Time
	token string // of the Authorization header, "" for a login
	query string
	vars  map[string]any
}

// account is a Spacelift account that answers as a test says. It answers a login
// by itself unless the test does.
type account struct {
	// reply answers call n (from 0) of those that are no login; a zero reply means a
	// pool without workers.
	reply func(n int, request seen, raw *http.Request) (reply, error)
	// login answers login n; a zero reply means a token that is good for an hour.
	login func(n int) (reply, error)

	mu     sync.Mutex
	logins []seen
	calls  []seen
}

func (a *account) RoundTrip(raw *http.Request) (*http.Response, error) {
	body, _ := io.ReadAll(raw.Body)
	var in struct {
		Query     string
		Variables map[string]any
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	request := seen{time.Now(), strings.TrimPrefix(raw.Header.Get("Authorization"), "Bearer "), in.Query, in.Variables}
	var out reply
	var err error
	if strings.Contains(in.Query, "apiKeyUser") {
		n := a.note(&a.logins, request)
		out = issued(jwt(n), time.Now().Add(time.Hour))
		if a.login != nil {
			err = override(&out)(a.login(n))
		}
	} else {
		n := a.note(&a.calls, request)
		out = answer(200, `{"data":{"workerPool":{"pendingRuns":0,"workers":[]}}}`)
		if a.reply != nil {
			err = override(&out)(a.reply(n, request, raw))
		}
	}
	if err = errors.Join(err, raw.Context().Err()); err != nil {
		return nil, err
	}
	return out.response(), nil
}

// note adds a request to list and returns its number.
func (a *account) note(list *[]seen, request seen) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	*list = append(*list, request)
	return len(*list) - 1
}

// override replaces what is the default, unless the test has no wish.
func override(out *reply) func(reply, error) error {
	return func(own reply, err error) error {
		if own.status != 0 {
			*out = own
		}
		return err
	}
}

// client is a client of the account.
func (a *account) client() *Client {
	return New(Options{Endpoint: "https://acme.app.spacelift.io/", KeyID: "key-id", KeySecret: keySecret, HTTP: &http.Client{Transport: a}})
}

// tokens are those of the calls, in order.
func (a *account) tokens() []string {
	var all []string
	for _, call := range a.calls {
		all = append(all, call.token)
	}
	return all
}

// jwt is the token of login n.
func jwt(n int) string { return fmt.Sprintf("eyJhbGciOiJub25lIn0.eyJuIjoi%d.c2lnbmF0dXJl", n) }

func issued(jwt string, end time.Time) reply {
	return answer(200, fmt.Sprintf(`{"data":{"apiKeyUser":{"jwt":%q,"validUntil":%d}}}`, jwt, end.Unix()))
}

// reply is an answer to a request; the zero reply means the usual one.
type reply struct {
	status int
	body   string
	stream io.Reader // in place of body
	header []string  // names and values
}

func (r reply) response() *http.Response {
	response := &http.Response{StatusCode: r.status, Header: http.Header{"Content-Type": {"application/json"}}}
	if r.stream == nil {
		r.stream = strings.NewReader(r.body)
	}
	response.Body = io.NopCloser(r.stream)
	for i := 0; i < len(r.header); i += 2 {
		response.Header.Set(r.header[i], r.header[i+1])
	}
	return response
}

func answer(status int, body string, header ...string) reply {
	return reply{status: status, body: body, header: header}
}

func refuse(message string) reply {
	text, _ := json.Marshal(message)
	return answer(200, `{"data":null,"errors":[{"message":`+string(text)+`}]}`)
}

func html(status int) reply {
	return answer(status, "<html>"+keySecret+"</html>", "Content-Type", "text/html; charset=utf-8")
}

// always gives every call the same answer.
func always(r reply) func(int, seen, *http.Request) (reply, error) {
	return func(int, seen, *http.Request) (reply, error) { return r, nil }
}

func TestRequest(t *testing.T) {
	t.Parallel()
	a := &account{}
	if _, err := a.client().Pool(t.Context(), poolID); err != nil {
		t.Fatal(err)
	}
	if got := a.logins[0]; got.token != "" || got.vars["id"] != "key-id" || got.vars["secret"] != keySecret || !strings.HasPrefix(got.query, "mutation($id:ID!$secret:String!)") {
		t.Errorf("login: %+v", got)
	}
	if got := a.calls[0]; got.token != jwt(0) || got.vars["pool"] != poolID || !strings.HasPrefix(got.query, "query($pool:ID!)") {
		t.Errorf("query: %+v", got)
	}
}

func TestURL(t *testing.T) {
	t.Parallel()
	for endpoint, want := range map[string]string{
		"https://acme.app.spacelift.io":                   "https://acme.app.spacelift.io/graphql",
		"https://acme.app.spacelift.io/":                  "https://acme.app.spacelift.io/graphql",
		"https://acme.app.spacelift.io/graphql":           "https://acme.app.spacelift.io/graphql",
		"https://acme.app.spacelift.io/graphql/":          "https://acme.app.spacelift.io/graphql",
		"http://127.0.0.1:8080":                           "http://127.0.0.1:8080/graphql",
		"https://spacelift.example.com/behind/a/proxy":    "https://spacelift.example.com/behind/a/proxy/graphql",
		"https://somebody:password@spacelift.example.com": "https://somebody:password@spacelift.example.com/graphql",
	} {
		c := New(Options{Endpoint: endpoint})
		if c.broken != nil || c.url != want {
			t.Errorf("%s: %q, %v, want %q", endpoint, c.url, c.broken, want)
		}
		if strings.Contains(c.account, "password") {
			t.Errorf("%s: named %q", endpoint, c.account)
		}
	}
}
