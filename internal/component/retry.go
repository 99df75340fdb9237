package component

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

// Limits of the retries that wait for IAM to spread a new object. AWS names no
// bound; two minutes is what its own guides and tools allow:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
const (
	propagationAttempts = 30
	propagationBackoff  = 5 * time.Second
)

// patiently makes an operation try again on codes as well, for about two minutes.
func patiently(r aws.Retryer, codes ...string) aws.Retryer {
	r = retry.AddWithErrorCodes(r, codes...)
	r = retry.AddWithMaxAttempts(r, propagationAttempts)
	v2, ok := r.(aws.RetryerV2)
	if !ok {
		return retry.AddWithMaxBackoffDelay(r, propagationBackoff)
	}
	return paced{v2}
}

// paced is a retryer that waits no longer than propagationBackoff, and less
// where the client was made to.
type paced struct{ aws.RetryerV2 }

func (p paced) RetryDelay(attempt int, err error) (time.Duration, error) {
	delay, delayErr := p.RetryerV2.RetryDelay(attempt, err)
	return min(delay, propagationBackoff), delayErr
}

// wait returns after d, or with an error when ctx ends first.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// noteLost is an API option for calls that create. It remembers that an attempt
// ended without an answer: when the SDK's next attempt then says that the object
// exists, it was our own call that made it, and a rollback must remove it.
func (o *Object) noteLost(stack *middleware.Stack) error {
	return eachAttempt("NoteLostAnswer", func(err error) { o.unsure = o.unsure || lost(err) })(stack)
}

// eachAttempt is an API option that tells see how each attempt of a call ended.
func eachAttempt(id string, see func(error)) func(*middleware.Stack) error {
	note := middleware.FinalizeMiddlewareFunc(id, func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
		out, metadata, err := next.HandleFinalize(ctx, in)
		see(err)
		return out, metadata, err
	})
	return func(stack *middleware.Stack) error { return stack.Finalize.Insert(note, "Retry", middleware.After) }
}

// lost tells whether a call that ended with err may have had its effect: there
// was no answer, or the service broke down. The fault of an error that the SDK
// has no type for is unknown, so the HTTP status decides.
func lost(err error) bool {
	if err == nil || awserr.Throttled(err) {
		return false
	}
	var answer *smithyhttp.ResponseError
	if errors.As(err, &answer) && answer.HTTPStatusCode() >= http.StatusInternalServerError {
		return true
	}
	var api smithy.APIError
	return !errors.As(err, &api) || api.ErrorFault() == smithy.FaultServer
}
