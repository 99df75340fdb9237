package spacelift

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
)

// echo is a text in which a server repeats all that it was told.
func echo() string { return "you sent " + keySecret + " and Bearer " + jwt(0) + " or " + jwt(1) }

// is says whether err wraps an error of type E.
func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// failures are all ways in which a drain goes wrong.
var failures = map[string]struct {
	account *account
	is      func(error) bool
	want    []string // in the error
}{
	"HTML":         {&account{login: func(int) (reply, error) { return html(200), nil }}, is[*EndpointError], []string{"HTTP 200 OK", "a web page, not GraphQL", "https://acme.app.spacelift.io/graphql"}},
	"404":          {&account{login: func(int) (reply, error) { return html(404), nil }}, is[*EndpointError], []string{"HTTP 404 Not Found"}},
	"other JSON":   {&account{login: func(int) (reply, error) { return answer(404, `{"message":"`+jwt(1)+`"}`), nil }}, is[*EndpointError], []string{"HTTP 404"}},
	"empty answer": {&account{login: func(int) (reply, error) { return answer(200, ""), nil }}, is[*EndpointError], []string{"something else than GraphQL"}},
	"odd type":     {&account{login: func(int) (reply, error) { return answer(200, "", "Content-Type", strings.ToUpper(keySecret)), nil }}, is[*EndpointError], []string{"something else than GraphQL"}},
	"redirect": {&account{login: func(int) (reply, error) {
		return answer(308, "", "Location", "https://login.example.com/?secret="+url.QueryEscape(keySecret)), nil
	}}, is[*EndpointError], []string{"redirect to login.example.com"}},
	"unknown host": {&account{login: func(int) (reply, error) {
		return reply{}, &net.DNSError{Err: "no such host", Name: "acme.app.spacelift.io", IsNotFound: true}
	}}, is[*EndpointError], []string{"host name", "no such host"}},
	"unknown authority": {&account{login: func(int) (reply, error) {
		return reply{}, &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}
	}}, is[*EndpointError], []string{"certificate", "private CA"}},
	"no TLS": {&account{login: func(int) (reply, error) { return reply{}, http.ErrSchemeMismatch }}, is[*EndpointError], []string{"does not speak TLS"}},
	"other GraphQL": {&account{login: func(int) (reply, error) {
		return refuse(`Cannot query field "apiKeyUser" on type "Mutation". ` + echo()), nil
	}}, is[*EndpointError], []string{"not Spacelift's"}},

	"key refused":      {&account{login: func(int) (reply, error) { return refuse("could not log in: " + echo()), nil }}, is[*KeyError], []string{"key-id", "could not log in", "secret"}},
	"key unauthorized": {&account{login: func(int) (reply, error) { return refuse("unauthorized " + echo()), nil }}, is[*KeyError], []string{"unauthorized"}},
	"key 401":          {&account{login: func(int) (reply, error) { return answer(401, echo()), nil }}, is[*KeyError], []string{"does not accept API key key-id"}},
	"no user":          {&account{login: func(int) (reply, error) { return answer(200, `{"data":{"apiKeyUser":null}}`), nil }}, is[*KeyError], []string{"no token"}},
	"no token": {&account{login: func(int) (reply, error) {
		return answer(200, `{"data":{"apiKeyUser":{"jwt":"","validUntil":1}}}`), nil
	}}, is[*KeyError], []string{"no token"}},
	"token and an error": {&account{login: func(int) (reply, error) {
		return answer(200, `{"data":{"apiKeyUser":{"jwt":"`+jwt(1)+`","validUntil":1}},"errors":[{"message":"`+jwt(1)+`"}]}`), nil
	}}, is[*KeyError], []string{"(token)"}},

	"unauthorized": {&account{reply: always(refuse("unauthorized " + echo()))}, is[*RightsError], []string{"too few rights", "Worker Pool:Drain Worker", "Space:Read"}},
	"firewall":     {&account{reply: always(html(403))}, is[*RightsError], []string{"HTTP 403", "firewall"}},
	"not found, worker there": {&account{reply: func(_ int, request seen, _ *http.Request) (reply, error) {
		if strings.HasPrefix(request.query, "mutation") {
			return refuse("worker not found " + echo()), nil
		}
		return answer(200, `{"data":{"workerPool":{"pendingRuns":1,"workers":[{"id":"w1","busy":false,"drained":false,"createdAt":1,"availableAt":null,"metadata":""}]}}}`), nil
	}}, is[*RightsError], []string{"\"not found\"", "Worker Pool:Drain Worker"}},
	"null, worker gone": {&account{reply: func(_ int, request seen, _ *http.Request) (reply, error) {
		if strings.HasPrefix(request.query, "mutation") {
			return answer(200, `{"data":{"workerDrainSet":null}}`), nil
		}
		return reply{}, nil
	}}, is[*WorkerNotFoundError], []string{"no worker w1", "instance has gone"}},
	"not found, pool gone": {&account{reply: func(_ int, request seen, _ *http.Request) (reply, error) {
		if strings.HasPrefix(request.query, "mutation") {
			return refuse("Not Found"), nil
		}
		return answer(200, `{"data":{"workerPool":null}}`), nil
	}}, is[*PoolNotFoundError], []string{poolID, "Space:Read"}},

	"503":           {&account{reply: always(answer(503, echo()))}, is[*ServiceError], []string{"not available", "HTTP 503 Service Unavailable", "attempts: 6"}},
	"network":       {&account{reply: func(int, seen, *http.Request) (reply, error) { return reply{}, errors.New("refused: " + echo()) }}, is[*ServiceError], []string{"refused", "(secret)", "(token)"}},
	"other refusal": {&account{reply: always(refuse("internal error: " + echo()))}, is[*AnswerError], []string{"internal error", "(secret)", "(token)"}},
	"other shape":   {&account{reply: always(answer(200, `{"data":{"`+jwt(0)+`":1}}`))}, is[*AnswerError], []string{"answered"}},
	"other types":   {&account{reply: always(answer(200, `{"data":{"workerDrainSet":{"id":"w1","busy":"`+jwt(0)+`"}}}`))}, is[*AnswerError], []string{"answered"}},
}

// Each failure has the type that a caller tells it by, says what to do, and
// holds no secret whatever the server repeats.
func TestFailures(t *testing.T) {
	t.Parallel()
	for name := range failures {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				test := failures[name]
				a := &account{login: test.account.login, reply: test.account.reply}
				_, err := a.client().Drain(t.Context(), poolID, "w1")
				if !test.is(err) {
					t.Fatalf("got a %T: %v", err, err)
				}
				for _, want := range test.want {
					if !strings.Contains(err.Error(), want) {
						t.Errorf("%q does not say %q", err, want)
					}
				}
				for unwrapped := err; unwrapped != nil; unwrapped = errors.Unwrap(unwrapped) {
					for _, secret := range []string{keySecret, url.QueryEscape(keySecret), "s3cr3t", jwt(0), jwt(1), "eyJ"} {
						if strings.Contains(strings.ToLower(unwrapped.Error()), strings.ToLower(secret)) {
							t.Errorf("%q holds %s", unwrapped, secret)
						}
					}
				}
			})
		})
	}
}

// A wrong endpoint or key is not tried again: that may lock the key out.
func TestFinalFailuresAreNotRepeated(t *testing.T) {
	t.Parallel()
	for name := range failures {
		if failures[name].account.login == nil {
			continue
		}
		a := &account{login: failures[name].account.login}
		if _, err := a.client().Pool(t.Context(), poolID); err == nil || len(a.logins) != 1 || len(a.calls) != 0 {
			t.Errorf("%s: %d logins, %d calls, %v", name, len(a.logins), len(a.calls), err)
		}
	}
}

func TestBrokenEndpoint(t *testing.T) {
	t.Parallel()
	for _, endpoint := range []string{"", "acme", "ftp://acme.app.spacelift.io", "https://", ":" + keySecret, "https://u:" + keySecret + "@"} {
		err := New(Options{Endpoint: endpoint, KeyID: "key-id", KeySecret: keySecret}).Cycle(t.Context(), poolID)
		if !is[*EndpointError](err) || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%q: %v", endpoint, err)
		}
	}
}

func TestMask(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ text, want string }{
		"nothing":    {"a  b\nc", "a b c"},
		"secret":     {"x hunter2 y hunter2", "x (secret) y (secret)"},
		"token":      {"Bearer eyJhbGci.eyJh-_.c2ln!", "Bearer (token)!"},
		"half token": {"eyJhbGci", "(token)"},
		"long":       {strings.Repeat("ä", textLimit), strings.Repeat("ä", textLimit/2) + "…"},
		"cut secret": {strings.Repeat("x", textLimit-3) + "hunter2", strings.Repeat("x", textLimit-3) + "(se…"},
		"cut rune":   {"x" + strings.Repeat("ä", textLimit), "x" + strings.Repeat("ä", textLimit/2-1) + "…"},
	}
	for name, test := range tests {
		if got := (mask{"", "hunter2"}).of(test.text); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
