package draining

import (
	"encoding/json"
	"testing"
)

// FuzzNotices looks for an event that cannot be taken: whatever the bytes, each of
// its records is one notice.
func FuzzNotices(f *testing.F) {
	for _, seed := range []string{
		``, `null`, `{}`, `[]`, `7`, `"Records"`, `{"Records":null}`, `{"Records":{}}`, `{"Records":[null,7,{}]}`,
		`{"source":"aws.events","detail-type":"Scheduled Event"}`,
		`{"Records":[{"messageId":"m","body":"{\"Event\":\"autoscaling:TEST_NOTIFICATION\"}"}]}`,
		`{"Records":[{"messageId":"m","body":"{\"LifecycleTransition\":\"autoscaling:EC2_INSTANCE_TERMINATING\",\"EC2InstanceId\":\"i-1\",\"AutoScalingGroupName\":\"g\"}"}]}`,
		`{"Records":[{"messageId":7,"body":[]}]}`, `{"Records":[{"body":"\u0000"}]}`, `{"Records":[{"body":"{\"EC2InstanceId\":7}"}]}`, "{\"Records\":[{\"body\":\"\xff\"}]}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, event []byte) {
		var batch struct{ Records []json.RawMessage }
		_ = json.Unmarshal(event, &batch)
		if read := notices(event); len(read) != len(batch.Records) {
			t.Errorf("%d notices of %d records", len(read), len(batch.Records))
		}
	})
}
