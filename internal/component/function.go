package component

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

// What all functions are made of: a binary for the runtime of the operating system
// alone, https://docs.aws.amazon.com/lambda/latest/dg/golang-package.html
const (
	functionRuntime = types.RuntimeProvidedal2023
	functionHandler = "bootstrap"
)

// Function is a Lambda function. Invocations that nobody waits for are never
// repeated: whatever wakes it comes again.
type Function struct {
	Object
	API          awsapi.Lambda
	FunctionName string
	Settings     FunctionSettings
	Code         FunctionCode
	Environment  func() (map[string]string, error) // from what dependencies publish
	Role         *Role
	LogGroup     *FunctionLogGroup
	Tags         Tags
	Needs        []Component // besides Role and LogGroup

	seen  functionSeen
	asked asked[functionSeen]
}

// FunctionSettings are what a function should be.
type FunctionSettings struct {
	Description    string
	Architecture   string // "arm64" or "x86_64"
	MemorySize     int32  // MiB
	Timeout        int32  // seconds
	Tracing        string // of X-Ray: "Active" or "PassThrough"
	Subnets        []string
	SecurityGroups []string // with Subnets; both empty: no VPC
}

// Deps implements Component.
func (f *Function) Deps() []Component { return append([]Component{f.Role, f.LogGroup}, f.Needs...) }

// Ensure implements Component.
func (f *Function) Ensure(ctx context.Context) error { return ensure(ctx, f) }

// Read implements Component.
func (f *Function) Read(ctx context.Context) (Status, error) { return read(ctx, f) }

// ARN of the function, without a version; "" before Ensure or Read.
func (f *Function) ARN() string { return f.seen.arn }

// Restore sets what the state knows of an existing function.
func (f *Function) Restore(arn string) { f.seen.arn = arn }

// Seen returns the settings that AWS has, and ok when there is a function.
func (f *Function) Seen() (settings FunctionSettings, ok bool) {
	return f.seen.settings, f.Known != "" && f.seen.loaded
}

// name is the physical name: that of the inventory, else the derived one.
func (f *Function) name() *string { return aws.String(orElse(f.Known, f.FunctionName)) }

func (f *Function) create(ctx context.Context) error {
	in, archive, err := f.request(ctx)
	if err != nil {
		return fmt.Errorf("preparing Lambda function %s: %w", f.FunctionName, err)
	}
	out, err := f.API.CreateFunction(ctx, in, f.awaitRole, archive, func(o *lambda.Options) { o.APIOptions = append(o.APIOptions, f.noteLost) })
	if err != nil {
		return fmt.Errorf("creating Lambda function %s: %w", f.FunctionName, err)
	}
	f.Known = f.FunctionName
	f.seen = seenFunction(&types.FunctionConfiguration{
		FunctionArn: out.FunctionArn, CodeSha256: out.CodeSha256, Architectures: out.Architectures, MemorySize: out.MemorySize, Timeout: out.Timeout,
		TracingConfig: out.TracingConfig, VpcConfig: out.VpcConfig, Environment: out.Environment, LoggingConfig: out.LoggingConfig,
		Runtime: out.Runtime, Handler: out.Handler, Role: out.Role, Description: out.Description, State: out.State,
	}, in.Tags)
	if err := f.want(ctx); err != nil {
		return err
	}
	if err := f.noteCode(ctx); err != nil {
		return err
	}
	return f.settle(ctx, out.State, out.LastUpdateStatus)
}

func (f *Function) request(ctx context.Context) (in *lambda.CreateFunctionInput, archive func(*lambda.Options), err error) {
	code, archive, err := f.Code.upload()
	if err != nil {
		return nil, nil, err
	}
	environment, err := f.Environment()
	if err != nil {
		return nil, nil, err
	}
	tags, err := f.tags(ctx)
	if err != nil {
		return nil, nil, err
	}
	return &lambda.CreateFunctionInput{
		FunctionName: aws.String(f.FunctionName), Description: aws.String(f.Settings.Description), Role: aws.String(f.Role.ARN()),
		Runtime: functionRuntime, Handler: aws.String(functionHandler), Architectures: []types.Architecture{types.Architecture(f.Settings.Architecture)},
		MemorySize: aws.Int32(f.Settings.MemorySize), Timeout: aws.Int32(f.Settings.Timeout), Code: code,
		Environment: &types.Environment{Variables: environment}, TracingConfig: &types.TracingConfig{Mode: types.TracingMode(f.Settings.Tracing)},
		VpcConfig: f.vpc(), LoggingConfig: f.logging(), Tags: tags,
	}, archive, nil
}

// vpc is nil for a function in none, which is what a new function is.
func (f *Function) vpc() *types.VpcConfig {
	if len(f.Settings.Subnets) == 0 {
		return nil
	}
	return &types.VpcConfig{SubnetIds: f.Settings.Subnets, SecurityGroupIds: f.Settings.SecurityGroups}
}

func (f *Function) logging() *types.LoggingConfig {
	return &types.LoggingConfig{LogFormat: types.LogFormatText, LogGroup: aws.String(f.LogGroup.name())}
}

// awaitRole makes a call try again while Lambda may not see a role, or its policy,
// that was made or changed a moment ago. It answers with
// InvalidParameterValueException then, as for every other wrong value.
func (f *Function) awaitRole(o *lambda.Options) {
	codes := []string{"ResourceConflictException"} // another change is under way
	if f.Known == "" {
		codes = nil // the name is in use
	}
	if f.Role.unspread() {
		codes = append(codes, "InvalidParameterValueException")
	}
	o.Retryer = patiently(o.Retryer, codes...)
	if v2, ok := o.Retryer.(aws.RetryerV2); ok {
		o.Retryer = unlessFromS3{v2}
	}
}

// unlessFromS3 does not wait for a package that S3 does not give.
type unlessFromS3 struct{ aws.RetryerV2 }

// IsErrorRetryable implements aws.Retryer.
func (r unlessFromS3) IsErrorRetryable(err error) bool {
	return !NoPackage(err) && r.RetryerV2.IsErrorRetryable(err)
}

// NoPackage tells that Lambda could not get a function's package from S3, of which it
// tells in the words of InvalidParameterValueException only.
// https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCode.html
func NoPackage(err error) bool { return err != nil && strings.Contains(err.Error(), "S3 Error Code") }

func (f *Function) load(ctx context.Context) (bool, error) {
	name := f.name()
	seen, err := f.asked.take(ctx, f.question())
	if err != nil || !seen.loaded {
		return false, err
	}
	f.Known, f.seen = *name, seen
	return true, f.want(ctx)
}

// want notes what the function is compared with, as far as it takes more than a
// look at the fields.
func (f *Function) want(ctx context.Context) (err error) {
	if f.seen.wanted, err = f.Environment(); err != nil {
		return fmt.Errorf("making the environment of Lambda function %s: %w", *f.name(), err)
	}
	if f.seen.wantedHash, err = f.Code.hash(); err != nil {
		return fmt.Errorf("reading the code of Lambda function %s: %w", *f.name(), err)
	}
	f.seen.roleID, err = f.Role.UniqueID(ctx)
	return err
}

func (f *Function) foreign() *ForeignError {
	if f.Tags.ours(f.seen.tags) {
		return nil
	}
	return &ForeignError{Kind: "Lambda function", Name: *f.name()}
}

// Delete implements Component.
func (f *Function) Delete(ctx context.Context) error {
	if f.Known == "" {
		return nil
	}
	_, err := f.API.DeleteFunction(ctx, &lambda.DeleteFunctionInput{FunctionName: f.name()}, func(o *lambda.Options) {
		o.Retryer = patiently(o.Retryer, "ResourceConflictException")
	})
	if absentIsFine(err) != nil {
		return fmt.Errorf("deleting Lambda function %s: %w", f.Known, err)
	}
	f.Known, f.seen = "", functionSeen{}
	return nil
}
