package component

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"golang.org/x/sync/errgroup"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

// Ask implements Asker.
func (q *Queue) Ask(ctx context.Context, begin func(func())) {
	if q.Known != "" {
		q.asked.ask(ctx, begin, q.question(q.Known))
	}
}

// question is what the queue of that URL is like, nil for none.
func (q *Queue) question(url string) question[*queueSeen] {
	arn := q.arn
	return func(ctx context.Context) (*queueSeen, error) {
		var seen queueSeen
		var calls errgroup.Group
		calls.Go(func() error {
			out, err := q.API.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
				QueueUrl: aws.String(url), AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
			})
			if awserr.NotFound(err) {
				return nil
			}
			if err != nil {
				return fmt.Errorf("reading SQS queue %s: %w", url, err)
			}
			seen.attributes = out.Attributes
			return nil
		})
		calls.Go(func() (err error) {
			seen.tags, err = q.Tags.read(ctx, arn, func(ctx context.Context) (map[string]string, error) { return q.tagsOf(ctx, url) })
			return absentIsFine(err)
		})
		if err := calls.Wait(); err != nil || seen.attributes == nil {
			return nil, err
		}
		return &seen, nil
	}
}

// tagsOf asks for the tags of a queue.
func (q *Queue) tagsOf(ctx context.Context, url string) (map[string]string, error) {
	out, err := q.API.ListQueueTags(ctx, &sqs.ListQueueTagsInput{QueueUrl: aws.String(url)})
	if err != nil {
		return nil, fmt.Errorf("reading the tags of SQS queue %s: %w", url, err)
	}
	return out.Tags, nil
}

// find is the URL of the queue, "" for none.
func (q *Queue) find(ctx context.Context) (string, error) {
	if q.Known != "" {
		return q.Known, nil
	}
	out, err := q.API.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String(q.QueueName)})
	if awserr.NotFound(err) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("looking for SQS queue %s: %w", q.QueueName, err)
	}
	return aws.ToString(out.QueueUrl), nil
}
