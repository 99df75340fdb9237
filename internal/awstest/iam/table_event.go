package iam

import "strings"

// eventTable is after
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
// and https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
var eventTable = map[string]entry{
	"events:DeleteRule":          {on: rule("Name")},
	"events:DescribeRule":        {on: rule("Name")},
	"events:ListRules":           {},
	"events:ListTagsForResource": {on: given("ResourceARN")},
	"events:ListTargetsByRule":   {on: rule("Rule")},
	"events:PutRule":             {on: rule("Name"), tags: "Tags", also: []extra{tagging("events:TagResource", rule("Name"), "Tags")}},
	"events:PutTargets":          {on: rule("Rule")},
	"events:RemoveTargets":       {on: rule("Rule")},
	"events:TagResource":         {on: given("ResourceARN"), tags: "Tags"},
	"events:UntagResource":       {on: given("ResourceARN"), tags: "TagKeys"},

	"sqs:CreateQueue": {on: queue, tags: "tags", also: []extra{tagging("sqs:TagQueue", queue, "tags")}},
	"sqs:DeleteQueue": {on: queue},
	// The action of a batch is that of its entries, says the page above.
	"sqs:DeleteMessageBatch": {action: "sqs:DeleteMessage", on: queue},
	"sqs:GetQueueAttributes": {on: queue},
	"sqs:GetQueueUrl":        {on: queue},
	"sqs:ListQueueTags":      {on: queue},
	"sqs:ReceiveMessage":     {on: queue},
	"sqs:SendMessage":        {on: queue},
	"sqs:SetQueueAttributes": {on: queue},
	"sqs:TagQueue":           {on: queue, tags: "Tags"},
	"sqs:UntagQueue":         {on: queue, tags: "TagKeys"},
}

func rule(parameter string) target { return named("events", "rule/%s", parameter) }

// queue is that of the call's URL, or name.
func queue(c *Call) []string {
	name := c.text("QueueName")
	if url := c.text("QueueUrl"); url != "" {
		name = url[strings.LastIndex(url, "/")+1:]
	}
	return []string{c.ARN("sqs", name)}
}
