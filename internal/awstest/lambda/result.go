package lambda

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Result is what became of one attempt to handle an event.
type Result struct {
	RequestID     string
	Event         []byte // as the function got it
	Payload       []byte // its answer; what happened to it, as JSON, if FunctionError says so
	FunctionError string // "Unhandled", or "" if all went well
	Logs          []string
	Start         time.Time
	Duration      time.Duration // without that of a cold start
	InitDuration  time.Duration // of a cold start; 0 for an environment that was warm
	MaxMemory     int           // the most that the environment ever had resident, in MiB, rounded up
}

// Errors of an event that no code has seen.
var (
	// ErrNotFound is the error of a function that is not deployed.
	ErrNotFound = errors.New("function not found")
	// ErrThrottled is the error of a function that Break has put out of order, and
	// of a runner that is closed.
	ErrThrottled = errors.New("rate exceeded")
)

const unhandled = "Unhandled"

// Error types that Lambda itself answers, as its users see them in logs and
// answers; most are in
// https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
const (
	typeExit       = "Runtime.ExitError"
	typeEntrypoint = "Runtime.InvalidEntrypoint"
	typeTimeout    = "Sandbox.Timedout"
)

// failure is the answer in place of one of the function.
func failure(kind, message string) []byte {
	text, _ := json.Marshal(map[string]string{"errorType": kind, "errorMessage": message})
	return text
}

// fail says that Lambda itself ended the invocation.
func (r *Result) fail(kind, message string) {
	r.FunctionError = unhandled
	r.Payload = failure(kind, "RequestId: "+r.RequestID+" Error: "+message)
}

// failExit says that the process has ended: "exit status 1", "signal: killed".
func (r *Result) failExit(exit error) {
	if exit == nil {
		r.fail(typeExit, "Runtime exited without providing a reason")
		return
	}
	r.fail(typeExit, "Runtime exited with error: "+exit.Error())
}

func (r *Result) failTimeout(limit time.Duration) {
	r.fail(typeTimeout, fmt.Sprintf("Task timed out after %.2f seconds", limit.Seconds()))
}

// hex are n random bytes.
func hex(n int) string {
	random := make([]byte, n)
	_, _ = rand.Read(random)
	return fmt.Sprintf("%x", random)
}

// traceID is an X-Ray header of an event that is not sampled:
// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
func traceID() string {
	return fmt.Sprintf("Root=1-%08x-%s;Parent=%s;Sampled=0", time.Now().Unix(), hex(12), hex(8))
}
