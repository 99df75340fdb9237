package awstest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// checkQueue refuses a mapping whose queue is not there, or shows messages again
// while the function may still have them in hand. The caller holds mu.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
func (l *Lambda) checkQueue(ctx context.Context, q request, m *mapping, timeout time.Duration) *answer {
	ctx, cancel := background(ctx)
	defer cancel()
	client, name := l.queues(), lastOf(aws.ToString(m.config.EventSourceArn), ":")
	var attributes *sqs.GetQueueAttributesOutput
	found, err := client.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: &name})
	if err == nil {
		m.url = aws.ToString(found.QueueUrl)
		attributes, err = client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
			QueueUrl: &m.url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameVisibilityTimeout},
		})
	}
	if err != nil {
		return refusal(q, http.StatusBadRequest, "InvalidParameterValueException",
			"Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.")
	}
	seconds, err := strconv.Atoi(attributes.Attributes[string(types.QueueAttributeNameVisibilityTimeout)])
	if limit := int(timeout.Seconds()); err != nil || seconds < limit {
		return refusal(q, http.StatusBadRequest, "InvalidParameterValueException",
			fmt.Sprintf("Queue visibility timeout: %d seconds is less than Function timeout: %d seconds", seconds, limit))
	}
	return nil
}

// answer shows a mapping, in a passing state ("Creating") if that is named.
func (m *mapping) answer(passing string) *answer {
	config := m.config
	if passing != "" {
		config.State = &passing
	}
	document := map[string]any{}
	text, _ := json.Marshal(config)
	_ = json.Unmarshal(text, &document)
	document["LastModified"] = float64(time.Now().Unix()) // as the protocol writes times
	status := http.StatusAccepted
	if passing == "" {
		status = http.StatusOK
	}
	return jsonAnswer(status, document)
}

// mappingTags answers the calls about a mapping's tags.
// https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html
func (l *Lambda) mappingTags(q request, method, id string) *answer {
	l.mu.Lock()
	defer l.mu.Unlock()
	m := l.mappings[id]
	if m == nil {
		return refusal(q, http.StatusNotFound, "ResourceNotFoundException", "The resource you requested does not exist.")
	}
	var in struct{ Tags map[string]string }
	switch method {
	case http.MethodPost:
		if err := json.Unmarshal(q.body, &in); err != nil {
			return refusal(q, http.StatusBadRequest, "SerializationException", err.Error())
		}
		if m.tags == nil {
			m.tags = map[string]string{}
		}
		maps.Copy(m.tags, in.Tags)
	case http.MethodDelete:
		for _, key := range q.query["tagKeys"] {
			delete(m.tags, key)
		}
	default:
		in.Tags = m.tags
		return jsonAnswer(http.StatusOK, in)
	}
	return &answer{status: http.StatusNoContent}
}

// jsonAnswer is an answer that worked.
func jsonAnswer(status int, document any) *answer {
	body, _ := json.Marshal(document)
	return &answer{status: status, body: body, header: http.Header{"Content-Type": {"application/json"}, "X-Amzn-Requestid": {requestID}}}
}
