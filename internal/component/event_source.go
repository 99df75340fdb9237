package component

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

// mappingLimit bounds what Lambda takes to make, change or remove a mapping, which
// is seconds as a rule; AWS names no bound. The states:
// https://docs.aws.amazon.com/lambda/latest/api/API_GetEventSourceMapping.html
const mappingLimit = 5 * time.Minute

// States of a mapping.
const (
	mappingEnabled  = "Enabled"
	mappingDisabled = "Disabled"
	mappingDeleting = "Deleting"
)

// EventSource is an event source mapping: Lambda reads a queue, and invokes a
// function with the messages. Its ID is a UUID.
type EventSource struct {
	Object
	API      awsapi.Lambda
	Queue    *Queue
	Function *Function
	Settings EventSourceSettings
	Tags     Tags

	arn   string
	seen  eventSourceSeen
	asked asked[*eventSourceSeen]
}

// EventSourceSettings are what a mapping should be.
type EventSourceSettings struct {
	BatchSize int32 // messages, 1 to 10 without a window
	Window    int32 // seconds to wait for more messages
}

type eventSourceSeen struct {
	EventSourceSettings
	arn      string
	state    string
	queue    string // ARN
	function string // ARN
	tags     map[string]string
}

// Deps implements Component.
func (m *EventSource) Deps() []Component { return []Component{m.Queue, m.Function} }

// Ensure implements Component.
func (m *EventSource) Ensure(ctx context.Context) error { return ensure(ctx, m) }

// Read implements Component.
func (m *EventSource) Read(ctx context.Context) (Status, error) { return read(ctx, m) }

// Restore sets what is known of an existing mapping without asking.
func (m *EventSource) Restore(arn string) { m.arn = arn }

func (m *EventSource) create(ctx context.Context) error {
	out, err := m.API.CreateEventSourceMapping(ctx, &lambda.CreateEventSourceMappingInput{
		FunctionName: m.Function.name(), EventSourceArn: aws.String(m.Queue.ARN()), Enabled: aws.Bool(true),
		BatchSize: aws.Int32(m.Settings.BatchSize), MaximumBatchingWindowInSeconds: aws.Int32(m.Settings.Window), Tags: m.Tags.Want,
	}, m.awaitRights, func(o *lambda.Options) { o.APIOptions = append(o.APIOptions, m.noteLost) })
	if err != nil {
		return fmt.Errorf("letting Lambda function %s read SQS queue %s: %w", *m.Function.name(), m.Queue.name(), err)
	}
	m.Known, m.arn = deref(out.UUID), deref(out.EventSourceMappingArn)
	m.seen = eventSourceSeen{m.Settings, m.arn, mappingEnabled, m.Queue.ARN(), m.Function.ARN(), m.Tags.Want}
	return m.settle(ctx)
}

// awaitRights makes a call try again while Lambda may not see the queue, or that the
// function's role may read it. It answers with InvalidParameterValueException then.
func (m *EventSource) awaitRights(o *lambda.Options) {
	if m.Queue.Renewed() || m.Function.Renewed() || m.Function.Role.unspread() {
		o.Retryer = patiently(o.Retryer, "InvalidParameterValueException", "ResourceNotFoundException")
	}
}

func (m *EventSource) load(ctx context.Context) (bool, error) {
	if m.Known == "" {
		if err := m.find(ctx); err != nil || m.Known == "" {
			return false, err
		}
	}
	seen, err := m.asked.take(ctx, m.question(m.Known))
	if err != nil || seen == nil {
		return false, err
	}
	m.arn, m.seen = seen.arn, *seen
	return true, nil
}

// find looks for the mapping of queue and function, of which there is at most one.
// Their ARNs are known only while they exist; without one of them it does not work,
// and is found by the other.
func (m *EventSource) find(ctx context.Context) error {
	out, err := m.API.ListEventSourceMappings(ctx, &lambda.ListEventSourceMappingsInput{
		FunctionName: m.Function.name(), EventSourceArn: optional(m.Queue.ARN()),
	})
	switch {
	case awserr.NotFound(err):
		return nil // no function, and so no mapping
	case err != nil:
		return fmt.Errorf("looking for the mapping of SQS queue %s to Lambda function %s: %w", m.Queue.name(), *m.Function.name(), err)
	}
	for _, one := range out.EventSourceMappings {
		if arnName(deref(one.EventSourceArn)) == m.Queue.name() && deref(one.State) != mappingDeleting {
			m.Known = deref(one.UUID)
		}
	}
	return nil
}

func (m *EventSource) foreign() *ForeignError {
	if m.Tags.ours(m.seen.tags) {
		return nil
	}
	return &ForeignError{Kind: "Lambda event source mapping", Name: m.Known}
}

func (m *EventSource) differences() []Difference {
	var d differences
	got, want := m.seen, m.Settings
	d.add(got.state == mappingDisabled || got.state == "Disabling", "State", "it is disabled")
	d.add(got.BatchSize != want.BatchSize, "BatchSize", "its batch size is %d, not %d", got.BatchSize, want.BatchSize)
	d.add(got.Window != want.Window, "Window", "its batching window is %d s, not %d s", got.Window, want.Window)
	d.add(m.Queue.ARN() != "" && got.queue != m.Queue.ARN(), "Ends", "it reads %s, not %s", got.queue, m.Queue.ARN())
	d.add(m.Function.ARN() != "" && got.function != m.Function.ARN(), "Ends", "it invokes %s, not %s", got.function, m.Function.ARN())
	m.Tags.compare(got.tags, &d)
	return d
}

func (m *EventSource) update(ctx context.Context, status Status) error {
	if status.Has("Ends") {
		return m.replace(ctx)
	}
	if status.Has("State", "BatchSize", "Window") {
		_, err := m.API.UpdateEventSourceMapping(ctx, &lambda.UpdateEventSourceMappingInput{
			UUID: aws.String(m.Known), Enabled: aws.Bool(true),
			BatchSize: aws.Int32(m.Settings.BatchSize), MaximumBatchingWindowInSeconds: aws.Int32(m.Settings.Window),
		}, m.unhindered)
		if err != nil {
			return fmt.Errorf("updating event source mapping %s: %w", m.Known, err)
		}
		if err := m.settle(ctx); err != nil {
			return err
		}
	}
	arn := aws.String(m.arn)
	err := retagged(m.Tags, m.seen.tags, func(tags map[string]string) error {
		_, err := m.API.TagResource(ctx, &lambda.TagResourceInput{Resource: arn, Tags: tags}, m.unhindered)
		return err
	}, func(keys []string) error {
		_, err := m.API.UntagResource(ctx, &lambda.UntagResourceInput{Resource: arn, TagKeys: keys}, m.unhindered)
		return err
	})
	if err != nil {
		return fmt.Errorf("tagging event source mapping %s: %w", m.Known, err)
	}
	return nil
}

func (m *EventSource) replace(ctx context.Context) error {
	if err := m.Delete(ctx); err != nil {
		return err
	}
	if err := m.create(ctx); err != nil {
		return err
	}
	m.renewed = true
	return nil
}

// unhindered makes a call wait for another change of the mapping.
func (m *EventSource) unhindered(o *lambda.Options) {
	o.Retryer = patiently(o.Retryer, "ResourceInUseException", "ResourceConflictException")
}

// settle waits until the mapping is at work.
func (m *EventSource) settle(ctx context.Context) error {
	err := poll(ctx, mappingLimit, func(ctx context.Context) (bool, error) {
		out, err := m.API.GetEventSourceMapping(ctx, &lambda.GetEventSourceMappingInput{UUID: aws.String(m.Known)}, func(o *lambda.Options) {
			o.Retryer = patiently(o.Retryer, "ResourceNotFoundException") // made a moment ago
		})
		if err == nil && deref(out.State) == mappingDeleting {
			err = errors.New("somebody is deleting it")
		}
		return err == nil && (deref(out.State) == mappingEnabled || deref(out.State) == mappingDisabled), err
	})
	if err != nil {
		return fmt.Errorf("waiting for event source mapping %s to be enabled: %w", m.Known, err)
	}
	return nil
}

// Delete implements Component. It returns when the mapping is gone, so that another
// of the same queue and function can be made.
func (m *EventSource) Delete(ctx context.Context) error {
	if m.Known == "" {
		return nil
	}
	_, err := m.API.DeleteEventSourceMapping(ctx, &lambda.DeleteEventSourceMappingInput{UUID: aws.String(m.Known)}, m.unhindered)
	if absentIsFine(err) != nil {
		return fmt.Errorf("deleting event source mapping %s: %w", m.Known, err)
	}
	if err == nil {
		err = poll(ctx, mappingLimit, func(ctx context.Context) (bool, error) {
			_, err := m.API.GetEventSourceMapping(ctx, &lambda.GetEventSourceMappingInput{UUID: aws.String(m.Known)})
			return awserr.NotFound(err), absentIsFine(err)
		})
		if err != nil {
			return fmt.Errorf("waiting for event source mapping %s to be gone: %w", m.Known, err)
		}
	}
	m.Known, m.arn, m.seen = "", "", eventSourceSeen{}
	return nil
}
