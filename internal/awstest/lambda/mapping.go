package lambda

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Queues are the operations of SQS that a mapping needs; an SDK client has them.
type Queues interface {
	ReceiveMessage(context.Context, *sqs.ReceiveMessageInput, ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error)
	DeleteMessageBatch(context.Context, *sqs.DeleteMessageBatchInput, ...func(*sqs.Options)) (*sqs.DeleteMessageBatchOutput, error)
}

// Mapping is an event source mapping: it hands messages of a standard queue to a
// function. What was handled is deleted; the rest comes again when the queue's
// visibility timeout is over, as the queue's redrive policy says.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
type Mapping struct {
	QueueARN string
	QueueURL string
	Queues   Queues
	// Invoke handles an event, such as Runner.Invoke for a function.
	Invoke func(ctx context.Context, event []byte) (Result, error)

	BatchSize        int           // most messages of one event, 1–10000; 0: 10
	Window           time.Duration // how long to wait for a full batch, up to 300 s; 0: not at all
	Concurrency      int           // most events at a time; 0: 5, with which Lambda starts
	ReportItemErrors bool          // the function's answer says what failed (ReportBatchItemFailures)
	Poll             time.Duration // between looks at an empty queue, instead of long polling; 0: 100 ms
	Problem          func(error)   // hears of messages that could not be deleted; may be nil
}

// Defaults of https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
// and of https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html;
// the emulators that this is used with do not take kindly to long polls.
const (
	defaultBatchSize   = 10
	defaultConcurrency = 5
	defaultPoll        = 100 * time.Millisecond
)

// Run hands on messages until ctx ends, and then waits for what is being handled.
func (m Mapping) Run(ctx context.Context) {
	fill(&m.BatchSize, defaultBatchSize)
	fill(&m.Concurrency, defaultConcurrency)
	fill(&m.Poll, defaultPoll)
	slots := make(chan struct{}, m.Concurrency)
	for {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			for range m.Concurrency {
				slots <- struct{}{}
			}
			return
		}
		batch := m.collect(ctx)
		go func() {
			defer func() { <-slots }()
			// What Lambda has begun it ends.
			if err := m.handle(context.WithoutCancel(ctx), batch); err != nil && m.Problem != nil {
				m.Problem(err)
			}
		}()
	}
}

// collect waits for messages, then for the batch to be full or the window over.
// What it has when ctx ends is all.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html#invocation-eventsourcemapping-batching
func (m *Mapping) collect(ctx context.Context) []types.Message {
	var batch []types.Message
	var over time.Time
	for {
		const most = 10 // of one call
		found, err := m.Queues.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: &m.QueueURL, MaxNumberOfMessages: int32(min(most, m.BatchSize-len(batch))),
			MessageAttributeNames: []string{"All"}, MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
		})
		if err != nil {
			found = &sqs.ReceiveMessageOutput{} // a queue that is away may be back
		}
		if batch = append(batch, found.Messages...); len(batch) > 0 && over.IsZero() {
			over = time.Now().Add(m.Window)
		}
		if len(batch) == m.BatchSize || (len(batch) > 0 && !time.Now().Before(over)) {
			return batch
		}
		if len(found.Messages) > 0 {
			continue
		}
		select {
		case <-time.After(m.Poll):
		case <-ctx.Done():
			return batch
		}
	}
}

// handle hands a batch to the function and deletes what it has handled.
func (m *Mapping) handle(ctx context.Context, batch []types.Message) error {
	if len(batch) == 0 {
		return nil
	}
	event, err := json.Marshal(m.event(batch))
	if err != nil {
		return fmt.Errorf("writing an event of %s: %w", m.QueueARN, err)
	}
	result, err := m.Invoke(ctx, event)
	if err != nil || result.FunctionError != "" {
		return nil //nolint:nilerr // throttled, deleted, failed: all of it comes again
	}
	handled := batch
	if m.ReportItemErrors {
		handled = withoutFailed(batch, result.Payload)
	}
	for len(handled) > 0 {
		const most = 10 // of one call
		some := handled[:min(most, len(handled))]
		handled = handled[len(some):]
		var entries []types.DeleteMessageBatchRequestEntry
		for _, message := range some {
			entries = append(entries, types.DeleteMessageBatchRequestEntry{Id: message.MessageId, ReceiptHandle: message.ReceiptHandle})
		}
		if _, err := m.Queues.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: &m.QueueURL, Entries: entries}); err != nil {
			return fmt.Errorf("deleting from %s: %w", m.QueueURL, err)
		}
	}
	return nil
}
