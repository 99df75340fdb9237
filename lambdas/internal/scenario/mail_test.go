package scenario

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// post is the hook's queue with its event source mapping: it invokes the group's
// lifecycle manager with each message, in the way that the story has it.
func (w *world) post(target, message string) {
	group := target[strings.LastIndex(target, ":")+1:]
	event, err := json.Marshal(events.SQSEvent{Records: []events.SQSMessage{{
		MessageId: "19dd0b57-b21e-4ac1-bd88-01bbb068cb78", ReceiptHandle: "MessageReceiptHandle", Body: message,
		Attributes:  map[string]string{"ApproximateReceiveCount": "1"},
		EventSource: "aws:sqs", EventSourceARN: target, AWSRegion: "us-east-1",
	}}})
	if err != nil {
		w.Error(err)
		return
	}
	w.mu.Lock()
	mail := w.mail
	w.mu.Unlock()
	for _, one := range w.sites {
		if one.name == group {
			mail(one.lifecycle.invoke, string(event))
		}
	}
}

// deliver decides how hook messages come from now on.
func (w *world) deliver(mail func(deliver func(event string), event string)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mail = mail
}

// lost, late and doubled are ways of messages.
func lost(func(string), string) {}

func (w *world) late(by time.Duration) func(func(string), string) {
	return func(deliver func(string), event string) {
		if w.wait(by) {
			deliver(event)
		}
	}
}

func (w *world) doubled(deliver func(string), event string) {
	w.start(func() { deliver(event) })
	deliver(event)
}

// as lets other events come in place of the messages.
func as(events ...string) func(func(string), string) {
	return func(deliver func(string), _ string) {
		for _, event := range events {
			deliver(event)
		}
	}
}
