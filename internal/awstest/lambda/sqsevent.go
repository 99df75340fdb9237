package lambda

import (
	"encoding/json"
	"slices"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// event is what the function is told of a batch.
func (m *Mapping) event(batch []types.Message) events.SQSEvent {
	queue, _ := arn.Parse(m.QueueARN)
	var event events.SQSEvent
	for _, message := range batch {
		record := events.SQSMessage{
			MessageId: aws.ToString(message.MessageId), ReceiptHandle: aws.ToString(message.ReceiptHandle),
			Body: aws.ToString(message.Body), Md5OfBody: aws.ToString(message.MD5OfBody), Md5OfMessageAttributes: aws.ToString(message.MD5OfMessageAttributes),
			Attributes: message.Attributes, MessageAttributes: map[string]events.SQSMessageAttribute{},
			EventSource: "aws:sqs", EventSourceARN: m.QueueARN, AWSRegion: queue.Region,
		}
		for name, attribute := range message.MessageAttributes {
			record.MessageAttributes[name] = events.SQSMessageAttribute{
				StringValue: attribute.StringValue, BinaryValue: attribute.BinaryValue, DataType: aws.ToString(attribute.DataType),
				StringListValues: []string{}, BinaryListValues: [][]byte{},
			}
		}
		event.Records = append(event.Records, record)
	}
	return event
}

// withoutFailed is what of a batch a function has handled, by its answer. An answer
// that cannot be understood says that nothing was; an empty one, or one without
// failures, that all was:
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
func withoutFailed(batch []types.Message, answer []byte) []types.Message {
	if len(answer) == 0 {
		return batch
	}
	var report events.SQSEventResponse
	if json.Unmarshal(answer, &report) != nil {
		return nil
	}
	failed := map[string]bool{}
	for _, item := range report.BatchItemFailures {
		failed[item.ItemIdentifier] = true
	}
	handled := slices.DeleteFunc(slices.Clone(batch), func(m types.Message) bool { return failed[aws.ToString(m.MessageId)] })
	if len(batch)-len(handled) != len(failed) {
		return nil // it names what was not in the batch
	}
	return handled
}
