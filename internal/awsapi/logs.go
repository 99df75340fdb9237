package awsapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
)

// logsCalls holds the operations in use, and not the client: see newEC2.
type logsCalls struct {
	associateKmsKey       func(context.Context, *cloudwatchlogs.AssociateKmsKeyInput, ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.AssociateKmsKeyOutput, error)
	createLogGroup        func(context.Context, *cloudwatchlogs.CreateLogGroupInput, ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.CreateLogGroupOutput, error)
	deleteLogGroup        func(context.Context, *cloudwatchlogs.DeleteLogGroupInput, ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.DeleteLogGroupOutput, error)
	deleteRetentionPolicy func(context.Context, *cloudwatchlogs.DeleteRetentionPolicyInput, ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.DeleteRetentionPolicyOutput, error)
	describeLogGroups     func(context.Context, *cloudwatchlogs.DescribeLogGroupsInput, ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.DescribeLogGroupsOutput, error)
	disassociateKmsKey    func(context.Context, *cloudwatchlogs.DisassociateKmsKeyInput, ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.DisassociateKmsKeyOutput, error)
	listTagsForResource   func(context.Context, *cloudwatchlogs.ListTagsForResourceInput, ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.ListTagsForResourceOutput, error)
	putRetentionPolicy    func(context.Context, *cloudwatchlogs.PutRetentionPolicyInput, ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.PutRetentionPolicyOutput, error)
	tagResource           func(context.Context, *cloudwatchlogs.TagResourceInput, ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.TagResourceOutput, error)
	untagResource         func(context.Context, *cloudwatchlogs.UntagResourceInput, ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.UntagResourceOutput, error)
}

func newLogs(client *cloudwatchlogs.Client) Logs {
	return logsCalls{
		associateKmsKey:       client.AssociateKmsKey,
		createLogGroup:        client.CreateLogGroup,
		deleteLogGroup:        client.DeleteLogGroup,
		deleteRetentionPolicy: client.DeleteRetentionPolicy,
		describeLogGroups:     client.DescribeLogGroups,
		disassociateKmsKey:    client.DisassociateKmsKey,
		listTagsForResource:   client.ListTagsForResource,
		putRetentionPolicy:    client.PutRetentionPolicy,
		tagResource:           client.TagResource,
		untagResource:         client.UntagResource,
	}
}

func (c logsCalls) AssociateKmsKey(ctx context.Context, in *cloudwatchlogs.AssociateKmsKeyInput, options ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.AssociateKmsKeyOutput, error) {
	return c.associateKmsKey(ctx, in, options...)
}

func (c logsCalls) CreateLogGroup(ctx context.Context, in *cloudwatchlogs.CreateLogGroupInput, options ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.CreateLogGroupOutput, error) {
	return c.createLogGroup(ctx, in, options...)
}

func (c logsCalls) DeleteLogGroup(ctx context.Context, in *cloudwatchlogs.DeleteLogGroupInput, options ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.DeleteLogGroupOutput, error) {
	return c.deleteLogGroup(ctx, in, options...)
}

func (c logsCalls) DeleteRetentionPolicy(ctx context.Context, in *cloudwatchlogs.DeleteRetentionPolicyInput, options ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.DeleteRetentionPolicyOutput, error) {
	return c.deleteRetentionPolicy(ctx, in, options...)
}

func (c logsCalls) DescribeLogGroups(ctx context.Context, in *cloudwatchlogs.DescribeLogGroupsInput, options ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.DescribeLogGroupsOutput, error) {
	return c.describeLogGroups(ctx, in, options...)
}

func (c logsCalls) DisassociateKmsKey(ctx context.Context, in *cloudwatchlogs.DisassociateKmsKeyInput, options ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.DisassociateKmsKeyOutput, error) {
	return c.disassociateKmsKey(ctx, in, options...)
}

func (c logsCalls) ListTagsForResource(ctx context.Context, in *cloudwatchlogs.ListTagsForResourceInput, options ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.ListTagsForResourceOutput, error) {
	return c.listTagsForResource(ctx, in, options...)
}

func (c logsCalls) PutRetentionPolicy(ctx context.Context, in *cloudwatchlogs.PutRetentionPolicyInput, options ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.PutRetentionPolicyOutput, error) {
	return c.putRetentionPolicy(ctx, in, options...)
}

func (c logsCalls) TagResource(ctx context.Context, in *cloudwatchlogs.TagResourceInput, options ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.TagResourceOutput, error) {
	return c.tagResource(ctx, in, options...)
}

func (c logsCalls) UntagResource(ctx context.Context, in *cloudwatchlogs.UntagResourceInput, options ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.UntagResourceOutput, error) {
	return c.untagResource(ctx, in, options...)
}
