package draining

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sqs is an event of the queue with these bodies.
func sqs(bodies ...string) json.RawMessage {
	var records []string
	for i, body := range bodies {
		text, _ := json.Marshal(body)
		records = append(records, `{"messageId":"m`+string(rune('1'+i))+`","eventSource":"aws:sqs","body":`+string(text)+`}`)
	}
	return json.RawMessage(`{"Records":[` + strings.Join(records, ",") + `]}`)
}

func TestNotices(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		event json.RawMessage
		want  []notice
	}{
		"a termination": {
			sqs(`{"LifecycleTransition":"autoscaling:EC2_INSTANCE_TERMINATING","AutoScalingGroupName":"group","EC2InstanceId":"i-1","LifecycleActionToken":"t"}`),
			[]notice{{MessageID: "m1", Transition: "autoscaling:EC2_INSTANCE_TERMINATING", Group: "group", Instance: "i-1"}},
		},
		"a test notification": {sqs(`{"Event":"autoscaling:TEST_NOTIFICATION","AutoScalingGroupName":"group"}`), []notice{{MessageID: "m1", Event: "autoscaling:TEST_NOTIFICATION", Group: "group"}}},
		"no JSON":             {sqs("hello"), []notice{{MessageID: "m1", Problem: "the body is no message of Auto Scaling: invalid character 'h' looking for beginning of value"}}},
		"other JSON":          {sqs(`{"a":1}`), []notice{{MessageID: "m1", Problem: "the body names no lifecycle transition"}}},
		"a bad one and a good one": {
			sqs(`[]`, `{"LifecycleTransition":"x"}`),
			[]notice{{MessageID: "m1", Problem: "the body is no message of Auto Scaling: json: cannot unmarshal array into Go value of type draining.message"}, {MessageID: "m2", Transition: "x"}},
		},
		"records of another form": {json.RawMessage(`{"Records":[7,8]}`), []notice{
			{Problem: "the record is no message of SQS: json: cannot unmarshal number into Go struct field SQSEvent.Records of type events.SQSMessage"},
			{Problem: "the record is no message of SQS: json: cannot unmarshal number into Go struct field SQSEvent.Records of type events.SQSMessage"},
		}},
		"a schedule":  {json.RawMessage(`{"detail-type":"Scheduled Event","source":"aws.events"}`), []notice{}},
		"no JSON yet": {json.RawMessage(`nonsense`), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, notices(c.event)); diff != "" {
				t.Errorf("notices (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMessages(t *testing.T) {
	t.Parallel()
	for event, want := range map[string]bool{string(sqs("hello")): true, `{"Records":[7]}`: true, `{"detail-type":"Scheduled Event"}`: false, `nonsense`: false} {
		if got := Messages(json.RawMessage(event)); got != want {
			t.Errorf("Messages(%s) = %t", event, got)
		}
	}
}
