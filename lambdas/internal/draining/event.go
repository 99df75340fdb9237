package draining

import (
	"encoding/json"
	"fmt"

	"github.com/aws/aws-lambda-go/events"
)

// notice is what a message of the hook's queue tells. It is for the log: what is
// done follows from what the group is.
type notice struct {
	MessageID  string
	Transition string // such as autoscaling:EC2_INSTANCE_TERMINATING
	Event      string // autoscaling:TEST_NOTIFICATION when the hook was made
	Group      string
	Instance   string
	Problem    string // why it cannot be read; empty if it can
}

// notices are the messages that an event brings: none for a schedule's, or for
// whatever else calls the function. Nothing in an event is an error.
//
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/prepare-for-lifecycle-notifications.html
func notices(event json.RawMessage) []notice {
	var batch events.SQSEvent
	if err := json.Unmarshal(event, &batch); err != nil {
		var records struct{ Records []json.RawMessage }
		if json.Unmarshal(event, &records) != nil {
			return nil
		}
		unread := make([]notice, len(records.Records))
		for i := range unread {
			unread[i].Problem = fmt.Sprintf("the record is no message of SQS: %v", err)
		}
		return unread
	}
	read := make([]notice, 0, len(batch.Records))
	for i := range batch.Records {
		read = append(read, readNotice(&batch.Records[i]))
	}
	return read
}

// message is what Auto Scaling writes.
type message struct {
	LifecycleTransition  string
	Event                string
	AutoScalingGroupName string
	EC2InstanceID        string `json:"EC2InstanceId"`
}

// Messages tells whether an event brings messages of the hook's queue.
func Messages(event json.RawMessage) bool { return len(notices(event)) > 0 }

func readNotice(record *events.SQSMessage) notice {
	var body message
	read := notice{MessageID: record.MessageId}
	if err := json.Unmarshal([]byte(record.Body), &body); err != nil {
		read.Problem = fmt.Sprintf("the body is no message of Auto Scaling: %v", err)
		return read
	}
	read.Transition, read.Event, read.Group, read.Instance = body.LifecycleTransition, body.Event, body.AutoScalingGroupName, body.EC2InstanceID
	if read.Transition == "" && read.Event == "" {
		read.Problem = "the body names no lifecycle transition"
	}
	return read
}
