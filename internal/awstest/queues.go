package awstest

import (
	"encoding/json"
	"strings"
)

// queuePolicies are the policies of queues, which the emulator forgets when another
// attribute changes. "The value of an attribute that is not given stays":
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
type queuePolicies map[string]string // by region and name

// correctQueue learns from the calls that set attributes, and completes the answers
// that show them.
func (t *tenant) correctQueue(q request, a *answer) {
	if a.code != "" {
		return
	}
	var in struct{ Attributes map[string]string }
	id := q.region + "/" + q.value("QueueName") + lastOf(q.value("QueueUrl"), "/")
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.policies == nil {
		t.policies = queuePolicies{}
	}
	switch q.action {
	case "CreateQueue", "SetQueueAttributes":
		if json.Unmarshal(q.body, &in) == nil {
			if policy, given := in.Attributes["Policy"]; given {
				t.policies[id] = policy
			}
		}
	case "DeleteQueue":
		delete(t.policies, id)
	case "GetQueueAttributes":
		if strings.Contains(string(q.body), `"All"`) || strings.Contains(string(q.body), `"Policy"`) {
			a.body = withAttribute(a.body, "Policy", t.policies[id])
		}
	}
}

// withAttribute is an answer with attributes, and one more unless it is empty.
func withAttribute(body []byte, name, value string) []byte {
	var document struct{ Attributes map[string]string }
	if value == "" || json.Unmarshal(body, &document) != nil || document.Attributes == nil {
		return body
	}
	document.Attributes[name] = value
	text, err := json.Marshal(document)
	if err != nil {
		return body
	}
	return text
}
