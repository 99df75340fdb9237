package awsapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/ssm"
)

// ssmCalls holds the operations in use, and not the client: see newEC2.
type ssmCalls struct {
	addTagsToResource      func(context.Context, *ssm.AddTagsToResourceInput, ...func(*ssm.Options)) (*ssm.AddTagsToResourceOutput, error)
	deleteParameter        func(context.Context, *ssm.DeleteParameterInput, ...func(*ssm.Options)) (*ssm.DeleteParameterOutput, error)
	describeParameters     func(context.Context, *ssm.DescribeParametersInput, ...func(*ssm.Options)) (*ssm.DescribeParametersOutput, error)
	listTagsForResource    func(context.Context, *ssm.ListTagsForResourceInput, ...func(*ssm.Options)) (*ssm.ListTagsForResourceOutput, error)
	putParameter           func(context.Context, *ssm.PutParameterInput, ...func(*ssm.Options)) (*ssm.PutParameterOutput, error)
	removeTagsFromResource func(context.Context, *ssm.RemoveTagsFromResourceInput, ...func(*ssm.Options)) (*ssm.RemoveTagsFromResourceOutput, error)
}

func newSSM(client *ssm.Client) SSM {
	return ssmCalls{
		addTagsToResource:      client.AddTagsToResource,
		deleteParameter:        client.DeleteParameter,
		describeParameters:     client.DescribeParameters,
		listTagsForResource:    client.ListTagsForResource,
		putParameter:           client.PutParameter,
		removeTagsFromResource: client.RemoveTagsFromResource,
	}
}

func (c ssmCalls) AddTagsToResource(ctx context.Context, in *ssm.AddTagsToResourceInput, options ...func(*ssm.Options)) (*ssm.AddTagsToResourceOutput, error) {
	return c.addTagsToResource(ctx, in, options...)
}

func (c ssmCalls) DeleteParameter(ctx context.Context, in *ssm.DeleteParameterInput, options ...func(*ssm.Options)) (*ssm.DeleteParameterOutput, error) {
	return c.deleteParameter(ctx, in, options...)
}

func (c ssmCalls) DescribeParameters(ctx context.Context, in *ssm.DescribeParametersInput, options ...func(*ssm.Options)) (*ssm.DescribeParametersOutput, error) {
	return c.describeParameters(ctx, in, options...)
}

func (c ssmCalls) ListTagsForResource(ctx context.Context, in *ssm.ListTagsForResourceInput, options ...func(*ssm.Options)) (*ssm.ListTagsForResourceOutput, error) {
	return c.listTagsForResource(ctx, in, options...)
}

func (c ssmCalls) PutParameter(ctx context.Context, in *ssm.PutParameterInput, options ...func(*ssm.Options)) (*ssm.PutParameterOutput, error) {
	return c.putParameter(ctx, in, options...)
}

func (c ssmCalls) RemoveTagsFromResource(ctx context.Context, in *ssm.RemoveTagsFromResourceInput, options ...func(*ssm.Options)) (*ssm.RemoveTagsFromResourceOutput, error) {
	return c.removeTagsFromResource(ctx, in, options...)
}
