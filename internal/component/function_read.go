package component

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"golang.org/x/sync/errgroup"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

// Ask implements Asker.
func (f *Function) Ask(ctx context.Context, begin func(func())) {
	if f.Known != "" {
		f.asked.ask(ctx, begin, f.question())
	}
}

// question is what the function is like; not loaded: there is none. Whether there is
// one that is not in the inventory is asked first.
func (f *Function) question() question[functionSeen] {
	name, known := *f.name(), f.Known != ""
	return func(ctx context.Context) (functionSeen, error) {
		var seen, async functionSeen
		get := func() (err error) { seen, err = f.get(ctx, name); return err }
		if !known {
			if err := get(); err != nil || !seen.loaded {
				return functionSeen{}, err
			}
		}
		var calls errgroup.Group
		if known {
			calls.Go(get)
		}
		calls.Go(func() (err error) { async, err = f.getAsync(ctx, name); return err })
		if err := calls.Wait(); err != nil || !seen.loaded {
			return functionSeen{}, err
		}
		seen.retries, seen.maxAge = async.retries, async.maxAge
		return seen, nil
	}
}

// get reads the function of that name, which brings its tags.
func (f *Function) get(ctx context.Context, name string) (functionSeen, error) {
	out, err := f.API.GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: aws.String(name)})
	if awserr.NotFound(err) {
		return functionSeen{}, nil
	}
	if err != nil {
		return functionSeen{}, fmt.Errorf("reading Lambda function %s: %w", name, err)
	}
	return seenFunction(out.Configuration, out.Tags), nil
}

// getAsync reads what becomes of asynchronous invocations, which has an object of its
// own.
func (f *Function) getAsync(ctx context.Context, name string) (seen functionSeen, err error) {
	out, err := f.API.GetFunctionEventInvokeConfig(ctx, &lambda.GetFunctionEventInvokeConfigInput{FunctionName: aws.String(name)})
	if awserr.NotFound(err) {
		return seen, nil
	}
	if err != nil {
		return seen, fmt.Errorf("reading how asynchronous invocations of Lambda function %s are repeated: %w", name, err)
	}
	seen.retries, seen.maxAge = out.MaximumRetryAttempts, out.MaximumEventAgeInSeconds
	return seen, nil
}
