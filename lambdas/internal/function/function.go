// Package function is what the functions have in common: logs, metrics, access to
// AWS and to Spacelift, and the loop within one invocation. It decides nothing.
package function

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/lambdaenv"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
)

// Handle does the work of one invocation. event may be any JSON. The context ends
// with the invocation.
type Handle func(ctx context.Context, s Session, event json.RawMessage) error

// Environ is the environment of the process, in the form that lambdaenv parses.
func Environ() map[string]string {
	environ := map[string]string{}
	for _, pair := range os.Environ() {
		name, text, _ := strings.Cut(pair, "=")
		environ[name] = text
	}
	return environ
}

// With these a function takes 18 MB for a pool of hundreds, and below 40 MB for one
// of 10,000, where they cost a fifth of the time. Without them it takes 20 and 55 MB
// (`go test -v -run TestMemory ./lambdas`).
const (
	gcPercent   = 50
	memoryLimit = 26 << 20 // bytes, soft: Go works harder to stay below it
)

// Start serves invocations for as long as the process lives. It asks nothing of the
// network but for the first of them. With broken, the error of parsing the
// environment, every invocation fails with it, so that it shows where failures of a
// function are looked for. An event of which acknowledge is true (nil: none) never
// fails: what went wrong is logged, and the event does not come again.
func Start(env lambdaenv.Common, broken error, handle Handle, acknowledge func(event json.RawMessage) bool) {
	debug.SetGCPercent(gcPercent)
	debug.SetMemoryLimit(memoryLimit)
	f := newFunction(env, os.Stdout)
	// What the runtime and the standard library log becomes a line like ours, and
	// goes through the mask.
	slog.SetDefault(f.log)
	lambda.Start(&handler{f, broken, handle, acknowledge})
}

// handler is the lambda.Handler of a function.
type handler struct {
	function    *function
	broken      error
	handle      Handle
	acknowledge func(event json.RawMessage) bool
}

// Invoke implements lambda.Handler. Its error holds no secret, since the runtime
// prints it and sends it on.
func (h *handler) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	log := h.function.log
	if invocation, ok := lambdacontext.FromContext(ctx); ok {
		log = log.With("requestId", invocation.AwsRequestID)
	}
	err := h.broken
	if err == nil {
		err = h.invoke(ctx, log, event)
	}
	if err == nil {
		return []byte("null"), nil
	}
	log.ErrorContext(ctx, "invocation failed", "error", err)
	if h.acknowledge != nil && h.acknowledge(event) {
		return []byte("null"), nil
	}
	return nil, errors.New(h.function.mask.of(err.Error()))
}

func (h *handler) invoke(ctx context.Context, log *slog.Logger, event []byte) error {
	session, err := h.function.session(ctx, log)
	if err == nil {
		err = h.handle(ctx, session, event)
	}
	if _, refused := errors.AsType[*spacelift.KeyError](err); refused {
		// The key may have been replaced a moment ago.
		h.function.secret.forget()
	}
	return err
}

// function is what lives as long as the process.
type function struct {
	env    lambdaenv.Common
	log    *slog.Logger
	mask   *mask
	bundle cache // certificates, from a secret
	secret cache // of the API key
	access access
}

func newFunction(env lambdaenv.Common, out io.Writer) *function {
	hidden := newMask()
	return &function{env: env, log: newLog(&masked{hidden, out}, env.LogLevel), mask: hidden}
}
