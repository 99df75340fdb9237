package awsapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// sqsCalls holds the operations in use, and not the client: see newEC2.
type sqsCalls struct {
	createQueue        func(context.Context, *sqs.CreateQueueInput, ...func(*sqs.Options)) (*sqs.CreateQueueOutput, error)
	deleteQueue        func(context.Context, *sqs.DeleteQueueInput, ...func(*sqs.Options)) (*sqs.DeleteQueueOutput, error)
	getQueueAttributes func(context.Context, *sqs.GetQueueAttributesInput, ...func(*sqs.Options)) (*sqs.GetQueueAttributesOutput, error)
	getQueueURL        func(context.Context, *sqs.GetQueueUrlInput, ...func(*sqs.Options)) (*sqs.GetQueueUrlOutput, error)
	listQueueTags      func(context.Context, *sqs.ListQueueTagsInput, ...func(*sqs.Options)) (*sqs.ListQueueTagsOutput, error)
	setQueueAttributes func(context.Context, *sqs.SetQueueAttributesInput, ...func(*sqs.Options)) (*sqs.SetQueueAttributesOutput, error)
	tagQueue           func(context.Context, *sqs.TagQueueInput, ...func(*sqs.Options)) (*sqs.TagQueueOutput, error)
	untagQueue         func(context.Context, *sqs.UntagQueueInput, ...func(*sqs.Options)) (*sqs.UntagQueueOutput, error)
}

func newSQS(client *sqs.Client) SQS {
	return sqsCalls{
		createQueue:        client.CreateQueue,
		deleteQueue:        client.DeleteQueue,
		getQueueAttributes: client.GetQueueAttributes,
		getQueueURL:        client.GetQueueUrl,
		listQueueTags:      client.ListQueueTags,
		setQueueAttributes: client.SetQueueAttributes,
		tagQueue:           client.TagQueue,
		untagQueue:         client.UntagQueue,
	}
}

func (c sqsCalls) CreateQueue(ctx context.Context, in *sqs.CreateQueueInput, options ...func(*sqs.Options)) (*sqs.CreateQueueOutput, error) {
	return c.createQueue(ctx, in, options...)
}

func (c sqsCalls) DeleteQueue(ctx context.Context, in *sqs.DeleteQueueInput, options ...func(*sqs.Options)) (*sqs.DeleteQueueOutput, error) {
	return c.deleteQueue(ctx, in, options...)
}

func (c sqsCalls) GetQueueAttributes(ctx context.Context, in *sqs.GetQueueAttributesInput, options ...func(*sqs.Options)) (*sqs.GetQueueAttributesOutput, error) {
	return c.getQueueAttributes(ctx, in, options...)
}

func (c sqsCalls) GetQueueUrl(ctx context.Context, in *sqs.GetQueueUrlInput, options ...func(*sqs.Options)) (*sqs.GetQueueUrlOutput, error) { //nolint:revive // the SDK's name
	return c.getQueueURL(ctx, in, options...)
}

func (c sqsCalls) ListQueueTags(ctx context.Context, in *sqs.ListQueueTagsInput, options ...func(*sqs.Options)) (*sqs.ListQueueTagsOutput, error) {
	return c.listQueueTags(ctx, in, options...)
}

func (c sqsCalls) SetQueueAttributes(ctx context.Context, in *sqs.SetQueueAttributesInput, options ...func(*sqs.Options)) (*sqs.SetQueueAttributesOutput, error) {
	return c.setQueueAttributes(ctx, in, options...)
}

func (c sqsCalls) TagQueue(ctx context.Context, in *sqs.TagQueueInput, options ...func(*sqs.Options)) (*sqs.TagQueueOutput, error) {
	return c.tagQueue(ctx, in, options...)
}

func (c sqsCalls) UntagQueue(ctx context.Context, in *sqs.UntagQueueInput, options ...func(*sqs.Options)) (*sqs.UntagQueueOutput, error) {
	return c.untagQueue(ctx, in, options...)
}
