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
func (m *EventSource) Ask(ctx context.Context, begin func(func())) {
	if m.Known != "" {
		m.asked.ask(ctx, begin, m.question(m.Known))
	}
}

// question is what the mapping of that id is like, nil for none.
func (m *EventSource) question(id string) question[*eventSourceSeen] {
	arn := m.arn
	tagsOf := func(ctx context.Context, arn string) (map[string]string, error) {
		return m.Tags.read(ctx, arn, func(ctx context.Context) (map[string]string, error) {
			out, err := m.API.ListTags(ctx, &lambda.ListTagsInput{Resource: aws.String(arn)})
			if err != nil {
				return nil, fmt.Errorf("reading the tags of event source mapping %s: %w", id, err)
			}
			return out.Tags, nil
		})
	}
	return func(ctx context.Context) (*eventSourceSeen, error) {
		var seen *eventSourceSeen
		var tags map[string]string
		var calls errgroup.Group
		calls.Go(func() (err error) { seen, err = m.get(ctx, id); return err })
		if arn != "" {
			calls.Go(func() (err error) { tags, err = tagsOf(ctx, arn); return absentIsFine(err) })
		}
		err := calls.Wait()
		if err != nil || seen == nil {
			return nil, err
		}
		if tags == nil {
			if tags, err = tagsOf(ctx, seen.arn); err != nil {
				return nil, absentIsFine(err)
			}
		}
		seen.tags = tags
		return seen, nil
	}
}

// get reads a mapping; nil: there is none, or none soon.
func (m *EventSource) get(ctx context.Context, id string) (*eventSourceSeen, error) {
	out, err := m.API.GetEventSourceMapping(ctx, &lambda.GetEventSourceMappingInput{UUID: aws.String(id)})
	if awserr.NotFound(err) || err == nil && deref(out.State) == mappingDeleting {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading event source mapping %s: %w", id, err)
	}
	return &eventSourceSeen{
		EventSourceSettings{deref(out.BatchSize), deref(out.MaximumBatchingWindowInSeconds)},
		deref(out.EventSourceMappingArn), deref(out.State), deref(out.EventSourceArn), deref(out.FunctionArn), nil,
	}, nil
}
