package component

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// What becomes of asynchronous invocations, such as those of a schedule. None is
// repeated after it failed. One that Lambda cannot begin is dropped after the least
// time there is: the next tick of the schedule is as good.
// https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
const (
	asyncRetries int32 = 0
	asyncMaxAge  int32 = 60 // seconds
)

// settleLimit bounds what Lambda takes to make a function ready. With a VPC it makes
// network interfaces first, which takes minutes:
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
const settleLimit = 10 * time.Minute

// configurationFields are what UpdateFunctionConfiguration changes.
var configurationFields = []string{
	"Role", "Runtime", "Handler", "Description", "MemorySize", "Timeout", "Tracing", "VPC", "LogGroup", "LogFormat", "Environment",
}

func (f *Function) update(ctx context.Context, status Status) error {
	if status.Has("State", "RoleMadeAgain") {
		return f.replace(ctx)
	}
	if status.Has("Code", "Architecture") {
		if err := f.putCode(ctx); err != nil {
			return err
		}
	}
	if status.Has(configurationFields...) {
		if err := f.putConfiguration(ctx, status); err != nil {
			return fmt.Errorf("updating Lambda function %s: %w", *f.name(), err)
		}
	}
	if status.Has("Async") {
		_, err := f.API.PutFunctionEventInvokeConfig(ctx, &lambda.PutFunctionEventInvokeConfigInput{
			FunctionName: f.name(), MaximumRetryAttempts: aws.Int32(asyncRetries), MaximumEventAgeInSeconds: aws.Int32(asyncMaxAge),
		}, f.unhindered)
		if err != nil {
			return fmt.Errorf("turning off the repetition of asynchronous invocations of Lambda function %s: %w", *f.name(), err)
		}
	}
	return f.putTags(ctx)
}

// replace makes the function again. Its policy is gone with it.
func (f *Function) replace(ctx context.Context) error {
	if err := f.Delete(ctx); err != nil {
		return err
	}
	if err := f.create(ctx); err != nil {
		return err
	}
	f.renewed = true
	return converge(ctx, f)
}

// putCode changes code and architecture, which belong together.
func (f *Function) putCode(ctx context.Context) error {
	code, archive, err := f.Code.upload()
	if err != nil {
		return fmt.Errorf("reading the code of Lambda function %s: %w", *f.name(), err)
	}
	out, err := f.API.UpdateFunctionCode(ctx, &lambda.UpdateFunctionCodeInput{
		FunctionName: f.name(), Architectures: []types.Architecture{types.Architecture(f.Settings.Architecture)},
		ZipFile: code.ZipFile, S3Bucket: code.S3Bucket, S3Key: code.S3Key, S3ObjectVersion: code.S3ObjectVersion,
	}, f.unhindered, archive)
	if err != nil {
		return fmt.Errorf("updating the code of Lambda function %s: %w", *f.name(), err)
	}
	f.seen.hash = deref(out.CodeSha256)
	if err := f.settle(ctx, out.State, out.LastUpdateStatus); err != nil {
		return err
	}
	return f.noteCode(ctx)
}

// noteCode tags the function with where its code is from, if that is S3.
func (f *Function) noteCode(ctx context.Context) error {
	if f.Code.Archive != nil {
		return nil
	}
	tag := map[string]string{TagPackage: f.Code.place() + " " + f.seen.hash}
	if _, err := f.API.TagResource(ctx, &lambda.TagResourceInput{Resource: aws.String(f.seen.arn), Tags: tag}, f.unhindered); err != nil {
		return fmt.Errorf("noting where the code of Lambda function %s is from: %w", *f.name(), err)
	}
	f.seen.tags = maps.Clone(f.seen.tags)
	maps.Copy(f.seen.tags, tag)
	return nil
}

func (f *Function) putConfiguration(ctx context.Context, status Status) error {
	s := f.Settings
	in := &lambda.UpdateFunctionConfigurationInput{
		FunctionName: f.name(), Description: aws.String(s.Description), Runtime: functionRuntime, Handler: aws.String(functionHandler),
		MemorySize: aws.Int32(s.MemorySize), Timeout: aws.Int32(s.Timeout), TracingConfig: &types.TracingConfig{Mode: types.TracingMode(s.Tracing)},
		Environment: &types.Environment{Variables: f.seen.wanted},
	}
	if status.Has("Role") {
		in.Role = aws.String(f.Role.ARN())
	}
	if status.Has("LogGroup", "LogFormat") {
		in.LoggingConfig = f.logging()
	}
	if status.Has("VPC") {
		if in.VpcConfig = f.vpc(); in.VpcConfig == nil { // empty lists take it out
			in.VpcConfig = &types.VpcConfig{SubnetIds: []string{}, SecurityGroupIds: []string{}}
		}
	}
	out, err := f.API.UpdateFunctionConfiguration(ctx, in, f.awaitRole)
	if err != nil {
		return err
	}
	return f.settle(ctx, out.State, out.LastUpdateStatus)
}

func (f *Function) putTags(ctx context.Context) error {
	tags := f.Tags
	tags.Want = f.wantedTags()
	arn := aws.String(f.seen.arn)
	err := retagged(tags, f.seen.tags, func(tags map[string]string) error {
		_, err := f.API.TagResource(ctx, &lambda.TagResourceInput{Resource: arn, Tags: tags}, f.unhindered)
		return err
	}, func(keys []string) error {
		_, err := f.API.UntagResource(ctx, &lambda.UntagResourceInput{Resource: arn, TagKeys: keys}, f.unhindered)
		return err
	})
	if err != nil {
		return fmt.Errorf("tagging Lambda function %s: %w", *f.name(), err)
	}
	return nil
}

// tags are those of a new function.
func (f *Function) tags(ctx context.Context) (tags map[string]string, err error) {
	f.seen.roleID, err = f.Role.UniqueID(ctx)
	return f.wantedTags(), err
}

// unhindered makes a call wait for another change of the function.
func (f *Function) unhindered(o *lambda.Options) {
	o.Retryer = patiently(o.Retryer, "ResourceConflictException")
}

// settle waits until Lambda has made the function ready, or its change effective.
// https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
func (f *Function) settle(ctx context.Context, state types.State, change types.LastUpdateStatus) error {
	if state != types.StatePending && change != types.LastUpdateStatusInProgress {
		return nil
	}
	failed, reason := false, ""
	err := poll(ctx, settleLimit, func(ctx context.Context) (bool, error) {
		out, err := f.API.GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: f.name()}, func(o *lambda.Options) {
			o.Retryer = patiently(o.Retryer, "ResourceNotFoundException") // made a moment ago
		})
		if err != nil {
			return false, err
		}
		c := out.Configuration
		if c.State == types.StateFailed || c.LastUpdateStatus == types.LastUpdateStatusFailed {
			failed, reason = true, orElse(deref(c.StateReason), deref(c.LastUpdateStatusReason))
			return true, nil
		}
		return c.State != types.StatePending && c.LastUpdateStatus != types.LastUpdateStatusInProgress, nil
	})
	switch {
	case err != nil:
		return fmt.Errorf("waiting for Lambda function %s to be ready: %w", *f.name(), err)
	case failed:
		return fmt.Errorf("waiting for Lambda function %s to be ready: Lambda gave it up: %s", *f.name(), reason)
	}
	return nil
}
