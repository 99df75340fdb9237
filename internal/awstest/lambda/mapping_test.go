package lambda

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"
)

// queue is a queue in memory.
type queue struct {
	mu      sync.Mutex
	bodies  []string
	visible map[string]time.Time
}

const visibility = 30 * time.Second

func newQueue(count int) *queue {
	q := &queue{visible: map[string]time.Time{}}
	for i := range count {
		q.send(fmt.Sprint(i))
	}
	return q
}

func (q *queue) send(body string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.bodies = append(q.bodies, body)
}

func (q *queue) left() []string {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.Clone(q.bodies)
}

func (q *queue) ReceiveMessage(_ context.Context, in *sqs.ReceiveMessageInput, _ ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	out := &sqs.ReceiveMessageOutput{}
	for _, body := range q.bodies {
		if q.visible[body].After(time.Now()) || len(out.Messages) == int(in.MaxNumberOfMessages) {
			continue
		}
		q.visible[body] = time.Now().Add(visibility)
		out.Messages = append(out.Messages, types.Message{
			MessageId: aws.String("id-" + body), ReceiptHandle: aws.String("handle-" + body), Body: aws.String(body),
			Attributes: map[string]string{"ApproximateReceiveCount": "1"},
		})
	}
	return out, nil
}

func (q *queue) DeleteMessageBatch(_ context.Context, in *sqs.DeleteMessageBatchInput, _ ...func(*sqs.Options)) (*sqs.DeleteMessageBatchOutput, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(in.Entries) > 10 {
		return nil, fmt.Errorf("%d entries", len(in.Entries))
	}
	for _, entry := range in.Entries {
		q.bodies = slices.DeleteFunc(q.bodies, func(body string) bool { return "handle-"+body == *entry.ReceiptHandle })
	}
	return &sqs.DeleteMessageBatchOutput{}, nil
}

// batch is what a function was told, and when.
type batch struct {
	After  time.Duration
	Bodies []string
}

// mapped runs a mapping for some time on a clock of its own, and tells the batches
// that came of it.
func mapped(t *testing.T, q *queue, span time.Duration, change func(*Mapping), handle func(events.SQSEvent) (Result, error)) (batches []batch) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		began := time.Now()
		m := Mapping{
			QueueARN: "arn:aws:sqs:eu-west-1:000000000001:q", Queues: q, Problem: func(err error) { t.Error(err) },
			Invoke: func(_ context.Context, text []byte) (Result, error) {
				var event events.SQSEvent
				if err := json.Unmarshal(text, &event); err != nil {
					t.Error(err)
				}
				got := batch{After: time.Since(began).Truncate(time.Second)}
				for _, record := range event.Records {
					got.Bodies = append(got.Bodies, record.Body)
				}
				mu.Lock()
				batches = append(batches, got)
				mu.Unlock()
				return handle(event)
			},
		}
		change(&m)
		ctx, cancel := context.WithTimeout(t.Context(), span)
		defer cancel()
		m.Run(ctx)
	})
	return batches
}

func works(events.SQSEvent) (Result, error) { return Result{}, nil }

// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
func TestBatches(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		count  int
		change func(*Mapping)
		want   []int // messages of each batch
		after  time.Duration
	}{
		"default":            {count: 12, want: []int{10, 2}},
		"one by one":         {count: 3, change: func(m *Mapping) { m.BatchSize = 1 }, want: []int{1, 1, 1}},
		"more than a call":   {count: 25, change: func(m *Mapping) { m.BatchSize, m.Window = 25, time.Second }, want: []int{25}},
		"window of a few":    {count: 3, change: func(m *Mapping) { m.Window = 5 * time.Second }, want: []int{3}, after: 5 * time.Second},
		"full before window": {count: 10, change: func(m *Mapping) { m.Window = 5 * time.Second }, want: []int{10}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.change == nil {
				c.change = func(*Mapping) {}
			}
			q := newQueue(c.count)
			var sizes []int
			for _, b := range mapped(t, q, 20*time.Second, c.change, works) {
				sizes = append(sizes, len(b.Bodies))
				if b.After != c.after {
					t.Errorf("a batch came after %s, want %s", b.After, c.after)
				}
			}
			slices.SortFunc(sizes, func(a, b int) int { return b - a })
			if !slices.Equal(sizes, c.want) || len(q.left()) != 0 {
				t.Errorf("batches of %v, want %v; left %q", sizes, c.want, q.left())
			}
		})
	}
}

// What fails comes again when the visibility timeout is over:
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
func TestRedelivery(t *testing.T) {
	t.Parallel()
	for name, outcome := range map[string]struct {
		result Result
		err    error
	}{
		"failed":    {result: Result{FunctionError: "Unhandled"}},
		"throttled": {err: ErrThrottled},
		"deleted":   {err: ErrNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := newQueue(2)
			var tries atomic.Int32
			got := mapped(t, q, time.Minute, func(*Mapping) {}, func(events.SQSEvent) (Result, error) {
				if tries.Add(1) == 1 {
					return outcome.result, outcome.err
				}
				return Result{}, nil
			})
			want := []batch{{0, []string{"0", "1"}}, {visibility, []string{"0", "1"}}}
			if diff := cmp.Diff(want, got); diff != "" || len(q.left()) != 0 {
				t.Errorf("batches (-want +got):\n%s\nleft %q", diff, q.left())
			}
		})
	}
}

// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
func TestReportedFailures(t *testing.T) {
	t.Parallel()
	for answer, left := range map[string][]string{
		``:                           {},
		`null`:                       {},
		`{}`:                         {},
		`{"batchItemFailures":[]}`:   {},
		`{"batchItemFailures":null}`: {},
		`{"batchItemFailures":[{"itemIdentifier":"id-1"}]}`:                                                     {"1"},
		`{"batchItemFailures":[{"itemIdentifier":"id-0"},{"itemIdentifier":"id-2"},{"itemIdentifier":"id-2"}]}`: {"0", "2"},
		`{"batchItemFailures":[{"itemIdentifier":"other"}]}`:                                                    {"0", "1", "2"},
		`{"batchItemFailures":[{"itemIdentifier":""}]}`:                                                         {"0", "1", "2"},
		`{"batchItemFailures":[{"itemIdentifier":null}]}`:                                                       {"0", "1", "2"},
		`{"batchItemFailures":[{"id":"id-1"}]}`:                                                                 {"0", "1", "2"},
		`"hello"`:                                                                                               {"0", "1", "2"},
		`no json`:                                                                                               {"0", "1", "2"},
	} {
		t.Run(answer, func(t *testing.T) {
			t.Parallel()
			q := newQueue(3)
			mapped(t, q, time.Second, func(m *Mapping) { m.ReportItemErrors = true }, func(events.SQSEvent) (Result, error) {
				return Result{Payload: []byte(answer)}, nil
			})
			if diff := cmp.Diff(left, q.left()); diff != "" {
				t.Errorf("left in the queue (-want +got):\n%s", diff)
			}
			q = newQueue(3)
			mapped(t, q, time.Second, func(*Mapping) {}, func(events.SQSEvent) (Result, error) { return Result{Payload: []byte(answer)}, nil })
			if len(q.left()) != 0 {
				t.Errorf("left in the queue without ReportBatchItemFailures: %q", q.left())
			}
		})
	}
}

// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
func TestBatchesAtATime(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	now, most := 0, 0
	mapped(t, newQueue(20), 10*time.Second, func(m *Mapping) { m.BatchSize = 1 }, func(events.SQSEvent) (Result, error) {
		mu.Lock()
		now++
		most = max(most, now)
		mu.Unlock()
		time.Sleep(time.Second) // on the clock of synctest
		mu.Lock()
		now--
		mu.Unlock()
		return Result{}, nil
	})
	if most != defaultConcurrency {
		t.Errorf("%d batches at a time", most)
	}
}

// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event
func TestEventOfMessages(t *testing.T) {
	t.Parallel()
	m := Mapping{QueueARN: "arn:aws:sqs:eu-west-1:000000000001:q"}
	got := m.event([]types.Message{{
		MessageId: aws.String("id"), ReceiptHandle: aws.String("handle"), Body: aws.String("hello"), MD5OfBody: aws.String("5d41"),
		Attributes:        map[string]string{"SentTimestamp": "1545082649183"},
		MessageAttributes: map[string]types.MessageAttributeValue{"kind": {DataType: aws.String("String"), StringValue: aws.String("x")}},
	}})
	want := events.SQSEvent{Records: []events.SQSMessage{{
		MessageId: "id", ReceiptHandle: "handle", Body: "hello", Md5OfBody: "5d41", Attributes: map[string]string{"SentTimestamp": "1545082649183"},
		MessageAttributes: map[string]events.SQSMessageAttribute{
			"kind": {DataType: "String", StringValue: aws.String("x"), StringListValues: []string{}, BinaryListValues: [][]byte{}},
		},
		EventSource: "aws:sqs", EventSourceARN: "arn:aws:sqs:eu-west-1:000000000001:q", AWSRegion: "eu-west-1",
	}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
}
