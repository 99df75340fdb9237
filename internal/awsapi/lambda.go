package awsapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

// lambdaCalls holds the operations in use, and not the client: see newEC2.
type lambdaCalls struct {
	addPermission                func(context.Context, *lambda.AddPermissionInput, ...func(*lambda.Options)) (*lambda.AddPermissionOutput, error)
	createEventSourceMapping     func(context.Context, *lambda.CreateEventSourceMappingInput, ...func(*lambda.Options)) (*lambda.CreateEventSourceMappingOutput, error)
	createFunction               func(context.Context, *lambda.CreateFunctionInput, ...func(*lambda.Options)) (*lambda.CreateFunctionOutput, error)
	deleteEventSourceMapping     func(context.Context, *lambda.DeleteEventSourceMappingInput, ...func(*lambda.Options)) (*lambda.DeleteEventSourceMappingOutput, error)
	deleteFunction               func(context.Context, *lambda.DeleteFunctionInput, ...func(*lambda.Options)) (*lambda.DeleteFunctionOutput, error)
	getEventSourceMapping        func(context.Context, *lambda.GetEventSourceMappingInput, ...func(*lambda.Options)) (*lambda.GetEventSourceMappingOutput, error)
	getFunction                  func(context.Context, *lambda.GetFunctionInput, ...func(*lambda.Options)) (*lambda.GetFunctionOutput, error)
	getFunctionEventInvokeConfig func(context.Context, *lambda.GetFunctionEventInvokeConfigInput, ...func(*lambda.Options)) (*lambda.GetFunctionEventInvokeConfigOutput, error)
	getPolicy                    func(context.Context, *lambda.GetPolicyInput, ...func(*lambda.Options)) (*lambda.GetPolicyOutput, error)
	listEventSourceMappings      func(context.Context, *lambda.ListEventSourceMappingsInput, ...func(*lambda.Options)) (*lambda.ListEventSourceMappingsOutput, error)
	listTags                     func(context.Context, *lambda.ListTagsInput, ...func(*lambda.Options)) (*lambda.ListTagsOutput, error)
	putFunctionEventInvokeConfig func(context.Context, *lambda.PutFunctionEventInvokeConfigInput, ...func(*lambda.Options)) (*lambda.PutFunctionEventInvokeConfigOutput, error)
	removePermission             func(context.Context, *lambda.RemovePermissionInput, ...func(*lambda.Options)) (*lambda.RemovePermissionOutput, error)
	tagResource                  func(context.Context, *lambda.TagResourceInput, ...func(*lambda.Options)) (*lambda.TagResourceOutput, error)
	untagResource                func(context.Context, *lambda.UntagResourceInput, ...func(*lambda.Options)) (*lambda.UntagResourceOutput, error)
	updateEventSourceMapping     func(context.Context, *lambda.UpdateEventSourceMappingInput, ...func(*lambda.Options)) (*lambda.UpdateEventSourceMappingOutput, error)
	updateFunctionCode           func(context.Context, *lambda.UpdateFunctionCodeInput, ...func(*lambda.Options)) (*lambda.UpdateFunctionCodeOutput, error)
	updateFunctionConfiguration  func(context.Context, *lambda.UpdateFunctionConfigurationInput, ...func(*lambda.Options)) (*lambda.UpdateFunctionConfigurationOutput, error)
}

func newLambda(client *lambda.Client) Lambda {
	return lambdaCalls{
		addPermission:                client.AddPermission,
		createEventSourceMapping:     client.CreateEventSourceMapping,
		createFunction:               client.CreateFunction,
		deleteEventSourceMapping:     client.DeleteEventSourceMapping,
		deleteFunction:               client.DeleteFunction,
		getEventSourceMapping:        client.GetEventSourceMapping,
		getFunction:                  client.GetFunction,
		getFunctionEventInvokeConfig: client.GetFunctionEventInvokeConfig,
		getPolicy:                    client.GetPolicy,
		listEventSourceMappings:      client.ListEventSourceMappings,
		listTags:                     client.ListTags,
		putFunctionEventInvokeConfig: client.PutFunctionEventInvokeConfig,
		removePermission:             client.RemovePermission,
		tagResource:                  client.TagResource,
		untagResource:                client.UntagResource,
		updateEventSourceMapping:     client.UpdateEventSourceMapping,
		updateFunctionCode:           client.UpdateFunctionCode,
		updateFunctionConfiguration:  client.UpdateFunctionConfiguration,
	}
}

func (c lambdaCalls) AddPermission(ctx context.Context, in *lambda.AddPermissionInput, options ...func(*lambda.Options)) (*lambda.AddPermissionOutput, error) {
	return c.addPermission(ctx, in, options...)
}

func (c lambdaCalls) CreateEventSourceMapping(ctx context.Context, in *lambda.CreateEventSourceMappingInput, options ...func(*lambda.Options)) (*lambda.CreateEventSourceMappingOutput, error) {
	return c.createEventSourceMapping(ctx, in, options...)
}

func (c lambdaCalls) CreateFunction(ctx context.Context, in *lambda.CreateFunctionInput, options ...func(*lambda.Options)) (*lambda.CreateFunctionOutput, error) {
	return c.createFunction(ctx, in, options...)
}

func (c lambdaCalls) DeleteEventSourceMapping(ctx context.Context, in *lambda.DeleteEventSourceMappingInput, options ...func(*lambda.Options)) (*lambda.DeleteEventSourceMappingOutput, error) {
	return c.deleteEventSourceMapping(ctx, in, options...)
}

func (c lambdaCalls) DeleteFunction(ctx context.Context, in *lambda.DeleteFunctionInput, options ...func(*lambda.Options)) (*lambda.DeleteFunctionOutput, error) {
	return c.deleteFunction(ctx, in, options...)
}

func (c lambdaCalls) GetEventSourceMapping(ctx context.Context, in *lambda.GetEventSourceMappingInput, options ...func(*lambda.Options)) (*lambda.GetEventSourceMappingOutput, error) {
	return c.getEventSourceMapping(ctx, in, options...)
}

func (c lambdaCalls) GetFunction(ctx context.Context, in *lambda.GetFunctionInput, options ...func(*lambda.Options)) (*lambda.GetFunctionOutput, error) {
	return c.getFunction(ctx, in, options...)
}

func (c lambdaCalls) GetFunctionEventInvokeConfig(ctx context.Context, in *lambda.GetFunctionEventInvokeConfigInput, options ...func(*lambda.Options)) (*lambda.GetFunctionEventInvokeConfigOutput, error) {
	return c.getFunctionEventInvokeConfig(ctx, in, options...)
}

func (c lambdaCalls) GetPolicy(ctx context.Context, in *lambda.GetPolicyInput, options ...func(*lambda.Options)) (*lambda.GetPolicyOutput, error) {
	return c.getPolicy(ctx, in, options...)
}

func (c lambdaCalls) ListEventSourceMappings(ctx context.Context, in *lambda.ListEventSourceMappingsInput, options ...func(*lambda.Options)) (*lambda.ListEventSourceMappingsOutput, error) {
	return c.listEventSourceMappings(ctx, in, options...)
}

func (c lambdaCalls) ListTags(ctx context.Context, in *lambda.ListTagsInput, options ...func(*lambda.Options)) (*lambda.ListTagsOutput, error) {
	return c.listTags(ctx, in, options...)
}

func (c lambdaCalls) PutFunctionEventInvokeConfig(ctx context.Context, in *lambda.PutFunctionEventInvokeConfigInput, options ...func(*lambda.Options)) (*lambda.PutFunctionEventInvokeConfigOutput, error) {
	return c.putFunctionEventInvokeConfig(ctx, in, options...)
}

func (c lambdaCalls) RemovePermission(ctx context.Context, in *lambda.RemovePermissionInput, options ...func(*lambda.Options)) (*lambda.RemovePermissionOutput, error) {
	return c.removePermission(ctx, in, options...)
}

func (c lambdaCalls) TagResource(ctx context.Context, in *lambda.TagResourceInput, options ...func(*lambda.Options)) (*lambda.TagResourceOutput, error) {
	return c.tagResource(ctx, in, options...)
}

func (c lambdaCalls) UntagResource(ctx context.Context, in *lambda.UntagResourceInput, options ...func(*lambda.Options)) (*lambda.UntagResourceOutput, error) {
	return c.untagResource(ctx, in, options...)
}

func (c lambdaCalls) UpdateEventSourceMapping(ctx context.Context, in *lambda.UpdateEventSourceMappingInput, options ...func(*lambda.Options)) (*lambda.UpdateEventSourceMappingOutput, error) {
	return c.updateEventSourceMapping(ctx, in, options...)
}

func (c lambdaCalls) UpdateFunctionCode(ctx context.Context, in *lambda.UpdateFunctionCodeInput, options ...func(*lambda.Options)) (*lambda.UpdateFunctionCodeOutput, error) {
	return c.updateFunctionCode(ctx, in, options...)
}

func (c lambdaCalls) UpdateFunctionConfiguration(ctx context.Context, in *lambda.UpdateFunctionConfigurationInput, options ...func(*lambda.Options)) (*lambda.UpdateFunctionConfigurationOutput, error) {
	return c.updateFunctionConfiguration(ctx, in, options...)
}
