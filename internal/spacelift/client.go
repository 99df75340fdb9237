// Package spacelift asks a Spacelift account for the workers of a pool, drains
// and cycles them: https://docs.spacelift.io/integrations/api. It knows nothing
// of AWS or Terraform and is small enough for a Lambda function.
package spacelift

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/shurcooL/graphql"
)

const (
	// requestLimit bounds one request with its answer. The largest, a pool of
	// thousands of workers, takes seconds.
	requestLimit = 30 * time.Second
	// answerLimit bounds an answer, in bytes: a worker takes about 400, so this is
	// room for 40,000, and fits into the memory of a small function.
	answerLimit = 16 << 20
)

// Options say which account to ask, and as whom.
type Options struct {
	Endpoint  string       // URL of the account, such as https://acme.app.spacelift.io, without /graphql
	KeyID     string       // id of an API key with the rights Space:Read and Worker Pool:Drain Worker
	KeySecret string       // its secret
	HTTP      *http.Client // whose Transport carries the requests; nil means http.DefaultClient
}

// Client asks one Spacelift account, in one session. It repeats what fails for
// the moment: up to six attempts with growing pauses for network errors and HTTP
// status 408, 429 and 5xx. Every method returns when its context ends.
//
// Errors wrap one of EndpointError, KeyError, RightsError, PoolNotFoundError,
// WorkerNotFoundError, ServiceError and AnswerError, or the context's error.
// None of them holds the key's secret or a token. Safe for concurrent use.
type Client struct {
	account string // URL for people: no user, password, query
	url     string // of the GraphQL endpoint
	broken  error  // what is wrong with the endpoint as given, or nil
	keyID   string
	secret  string
	carrier http.RoundTripper
	session session

	// older is set once the server turned out not to know availableAt.
	older atomic.Bool
}

// New makes a client. It asks nothing yet: a wrong endpoint or key shows in the
// first call.
func New(o Options) *Client {
	c := &Client{keyID: o.KeyID, secret: o.KeySecret, carrier: http.DefaultTransport}
	if o.HTTP == nil {
		o.HTTP = http.DefaultClient
	}
	if o.HTTP.Transport != nil {
		c.carrier = o.HTTP.Transport
	}
	c.session.login = c.login
	address, err := url.Parse(strings.TrimSuffix(strings.TrimRight(o.Endpoint, "/"), "/graphql"))
	if err != nil || address.Host == "" || address.Scheme != "https" && address.Scheme != "http" {
		c.account = "the endpoint"
		c.broken = &EndpointError{Endpoint: c.account, Reason: "it is not an https URL"}
		return c
	}
	c.account = address.Scheme + "://" + address.Host + address.Path
	c.url = address.JoinPath("graphql").String()
	return c
}

// request is one GraphQL operation, which may be tried several times.
type request struct {
	document  any // see graphql.Client.Query
	variables map[string]any
	mutation  bool
	// once forbids to repeat a request which may have been acted upon.
	once bool
}

// ask sends r until it is answered, within bounds. It returns the context's
// error as soon as that ends.
func (c *Client) ask(ctx context.Context, r request) error {
	if c.broken != nil {
		return c.broken
	}
	start, renewed := time.Now(), false
	for attempts := 1; ; attempts++ {
		token, err := c.attempt(ctx, r)
		var passing *passingError
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.Is(err, errUnauthorized) && !renewed:
			// The token may have been revoked. A fresh one is worth one attempt.
			c.session.forget(token)
			renewed = true
		case errors.Is(err, errUnauthorized):
			return &RightsError{Account: c.account, Reason: "it answered \"unauthorized\" to a token just issued for the key"}
		case !errors.As(err, &passing):
			return err
		case attempts >= maxAttempts || passing.after > maxPause || r.once && !passing.refused:
			return &ServiceError{Account: c.account, Attempts: attempts, Took: time.Since(start), Reason: passing.reason, RetryAfter: passing.after}
		default:
			if err := pause(ctx, backoff(attempts, passing.after)); err != nil {
				return fmt.Errorf("waiting to ask %s again (%s): %w", c.account, passing.reason, err)
			}
		}
	}
}

// attempt sends r once, after a login where that is needed, and says which token
// it used.
func (c *Client) attempt(ctx context.Context, r request) (string, error) {
	token, err := c.session.token(ctx)
	if err != nil {
		if passing, ok := errors.AsType[*passingError](err); ok {
			// r itself was not even sent.
			err = &passingError{reason: passing.reason, after: passing.after, refused: true}
		}
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, requestLimit)
	defer cancel()
	return token, c.send(ctx, r, token)
}

// send makes one HTTP request. token is empty for the login.
func (c *Client) send(ctx context.Context, r request, token string) error {
	carrier := &exchange{next: c.carrier, account: c.account, token: token, mask: mask{c.secret, token}}
	client := graphql.NewClient(c.url, &http.Client{Transport: carrier})
	act := client.Query
	if r.mutation {
		act = client.Mutate
	}
	err := act(ctx, r.document, r.variables)
	if err == nil || carrier.failure != nil {
		// Without what net/http wraps around it.
		return carrier.failure
	}
	// The answer was GraphQL, but not what was asked for.
	return &AnswerError{Account: c.account, Message: carrier.mask.of(err.Error())}
}
