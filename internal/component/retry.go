package component

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
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
	return retry.AddWithMaxBackoffDelay(r, propagationBackoff)
}

// noteLost is an API option for calls that create. It remembers that an attempt
// ended without an answer: when the SDK's next attempt then says that the object
// exists, it was our own call that made it, and a rollback must remove it.
func (o *Object) noteLost(stack *middleware.Stack) error {
	note := middleware.FinalizeMiddlewareFunc("NoteLostAnswer", func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
		out, metadata, err := next.HandleFinalize(ctx, in)
		var api smithy.APIError
		if err != nil && (!errors.As(err, &api) || api.ErrorFault() == smithy.FaultServer) {
			o.unsure = true
		}
		return out, metadata, err
	})
	return stack.Finalize.Insert(note, "Retry", middleware.After)
}
