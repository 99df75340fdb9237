package awstest

import (
	"net/http"
	"sync"
	"time"
)

// Call is one API call as the proxy saw it. A call that the SDK retried is
// recorded once per attempt.
type Call struct {
	Service   string // signing name, such as "iam", "logs", "secretsmanager"
	Action    string // such as "CreateRole"; method and path for a REST service
	Region    string
	Role      string // ARN of the role that calls; "" for the account's own keys
	Start     time.Time
	Duration  time.Duration // zero while the call is under way
	Status    int           // HTTP status; zero when the connection was cut
	ErrorCode string        // AWS error code, or ""
	URI       string        // path and query of the request
	Header    http.Header   // of the request
	Request   string        // request body
}

// String is the call's service and action, such as "iam/CreateRole".
func (c Call) String() string { return c.Service + "/" + c.Action }

// recorder keeps the calls of one account in the order of their arrival.
type recorder struct {
	mu    sync.Mutex
	calls []*Call
}

// begin notes a call's arrival, and the ARN of the role that calls.
func (r *recorder) begin(q request, from *http.Request, role string) *Call {
	call := q.call()
	call.Role, call.Start, call.URI, call.Header = role, time.Now(), from.URL.RequestURI(), from.Header.Clone()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, &call)
	return &call
}

// call is what the request itself tells of a call.
func (q request) call() Call {
	return Call{Service: q.service, Action: q.action, Region: q.region, Request: string(q.body)}
}

// end notes what the client was told.
func (r *recorder) end(call *Call, a *answer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	call.Duration = time.Since(call.Start)
	if !a.cut {
		call.Status, call.ErrorCode = a.status, a.code
	}
}

// all is a copy of what has been recorded.
func (r *recorder) all() []Call {
	r.mu.Lock()
	defer r.mu.Unlock()
	calls := make([]Call, 0, len(r.calls))
	for _, call := range r.calls {
		calls = append(calls, *call)
	}
	return calls
}

func (r *recorder) reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = nil
}
