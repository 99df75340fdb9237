package spacelift

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/shurcooL/graphql"
	"golang.org/x/sync/singleflight"
)

// renewEarly is how long before its end a token is no longer used, so that it
// does not end on its way or because of clocks that differ.
const renewEarly = 30 * time.Second

// session holds the token that an API key was exchanged for. Whoever needs a
// new one at the same time shares one login.
type session struct {
	login  func(context.Context) (token, error)
	flight singleflight.Group

	mu   sync.Mutex
	held token
}

// token is a JWT and its end.
type token struct {
	jwt string
	end time.Time
}

// token is a token that is good for at least renewEarly, or just issued.
func (s *session) token(ctx context.Context) (string, error) {
	if held := s.current(); held != "" {
		return held, nil
	}
	done := s.flight.DoChan("login", func() (any, error) {
		if held := s.current(); held != "" {
			return held, nil
		}
		// Others wait for it too: it goes on when the first has gone.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), requestLimit)
		defer cancel()
		fresh, err := s.login(ctx)
		if err != nil {
			return "", err
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.held = fresh
		return fresh.jwt, nil
	})
	select {
	case result := <-done:
		jwt, _ := result.Val.(string)
		return jwt, result.Err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

func (s *session) current() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Until(s.held.end) <= renewEarly {
		return ""
	}
	return s.held.jwt
}

// forget drops a token that was refused, unless a newer one has replaced it.
func (s *session) forget(jwt string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held.jwt == jwt {
		s.held = token{}
	}
}

// login exchanges the API key for a token, see
// https://docs.spacelift.io/integrations/api#spacelift-api-key-token
func (c *Client) login(ctx context.Context) (token, error) {
	var mutation struct {
		User *struct {
			JWT        string `graphql:"jwt"`
			ValidUntil int64  `graphql:"validUntil"` // Unix seconds
		} `graphql:"apiKeyUser(id: $id, secret: $secret)"`
	}
	err := c.send(ctx, request{document: &mutation, mutation: true, variables: map[string]any{
		"id": graphql.ID(c.keyID), "secret": graphql.String(c.secret),
	}}, "")
	var refusal *AnswerError
	switch {
	case errors.Is(err, errUnauthorized):
		return token{}, &KeyError{Account: c.account, KeyID: c.keyID, Reason: "unauthorized"}
	case errors.As(err, &refusal) && strings.Contains(refusal.Message, "apiKeyUser"):
		// Some other GraphQL server that does not know the operation.
		return token{}, &EndpointError{Endpoint: c.account, Reason: "it has a GraphQL API, but not Spacelift's: " + refusal.Message}
	case errors.As(err, &refusal):
		return token{}, &KeyError{Account: c.account, KeyID: c.keyID, Reason: refusal.Message}
	case err != nil:
		return token{}, err
	case mutation.User == nil || mutation.User.JWT == "":
		return token{}, &KeyError{Account: c.account, KeyID: c.keyID, Reason: "it issued no token"}
	}
	return token{jwt: mutation.User.JWT, end: time.Unix(mutation.User.ValidUntil, 0)}, nil
}
