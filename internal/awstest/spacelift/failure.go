package spacelift

import (
	"context"
	"errors"
	"time"
)

// Failure is something that goes wrong with the next requests, on demand.
type Failure struct {
	Operation  string        // such as "workerDrainSet"; "" means any
	Skip       int           // so many requests of it are let through first
	Times      int           // then it strikes so often; 0 means once, -1 for good
	Status     int           // HTTP status of the answer
	Message    string        // GraphQL error, or with Status the body
	RetryAfter time.Duration // in whole seconds; header of that name, with Status
	Cut        bool          // the connection breaks instead of an answer
	Late       bool          // it strikes after the request was acted upon
}

// Fail arms a failure. Several may be armed; the first that fits a request
// strikes.
func (s *Service) Fail(f Failure) {
	defer s.enter()()
	if f.Times == 0 {
		f.Times = 1
	}
	s.failures = append(s.failures, &f)
}

// Heal disarms all failures.
func (s *Service) Heal() {
	defer s.enter()()
	s.failures = nil
}

// strike is the failure that meets an operation, or nil.
func (s *Service) strike(operation string, late bool) *Failure {
	defer s.enter()()
	for _, f := range s.failures {
		if f.Late != late || f.Times == 0 || f.Operation != "" && f.Operation != operation {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		if f.Times > 0 {
			f.Times--
		}
		return f
	}
	return nil
}

// Request is one GraphQL operation as it came in.
type Request struct {
	Operation string // such as "workerPool"
	At        time.Time
}

// Requests are all operations since the start or ResetRequests, in order,
// refused ones included.
func (s *Service) Requests() []Request {
	defer s.enter()()
	return append([]Request(nil), s.requests...)
}

// ResetRequests forgets the requests.
func (s *Service) ResetRequests() {
	defer s.enter()()
	s.requests = nil
}

// visit is a request on its way through the executor, which tells it the
// operation.
type visit struct {
	token  string
	failed *Failure // struck instead of, or after, the operation
	denied bool     // the token is no good
	late   *Failure // will strike when the operation is done
}

type visitKey struct{}

// errFailed stops an operation that a failure has struck.
var errFailed = errors.New("failed on demand")

// begin notes an operation and lets a failure strike it.
func (s *Service) begin(ctx context.Context, operation string) error {
	s.mu.Lock()
	s.requests = append(s.requests, Request{Operation: operation, At: s.now()})
	before := s.behavior.Before
	s.mu.Unlock()
	if before != nil {
		before(operation)
	}
	v, _ := ctx.Value(visitKey{}).(*visit)
	if f := s.strike(operation, false); f != nil {
		v.failed = f
		if f.Message != "" {
			return errors.New(f.Message)
		}
		return errFailed
	}
	v.late = s.strike(operation, true)
	return nil
}

// authorize is begin for an operation that needs a token.
func (s *Service) authorize(ctx context.Context, operation string) (Rights, error) {
	if err := s.begin(ctx, operation); err != nil {
		return Rights{}, err
	}
	v, _ := ctx.Value(visitKey{}).(*visit)
	rights, ok := s.allowed(v.token)
	if !ok {
		v.denied = true
		return Rights{}, errUnauthorized
	}
	return rights, nil
}
