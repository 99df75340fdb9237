package component

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

// Queue is an SQS queue, encrypted with a key of SQS's own. Its ID is its URL.
type Queue struct {
	Object
	API       awsapi.SQS
	QueueName string
	Settings  QueueSettings
	Policy    func(queueARN string) (string, error) // JSON, from what Sender publishes
	Sender    *Role                                 // which the policy lets send
	QueueARN  func() string                         // that of the queue yet to be made, "" when it cannot be told
	Tags      Tags

	arn   string
	seen  queueSeen
	asked asked[*queueSeen]
}

// QueueSettings are what a queue should be.
type QueueSettings struct {
	Visibility int32 // seconds for which a message is not shown again, at least six times the timeout of a function that reads it
	Retention  int32 // seconds for which a message is kept
}

type queueSeen struct {
	attributes map[string]string
	tags       map[string]string
	wanted     map[string]string // attributes as they should be
}

// Deps implements Component.
func (q *Queue) Deps() []Component { return []Component{q.Sender} }

// Ensure implements Component.
func (q *Queue) Ensure(ctx context.Context) error { return ensure(ctx, q) }

// Read implements Component.
func (q *Queue) Read(ctx context.Context) (Status, error) { return read(ctx, q) }

// ARN of the queue; "" before Ensure or Read.
func (q *Queue) ARN() string { return q.arn }

// URL of the queue; "" while it does not exist.
func (q *Queue) URL() string { return q.Known }

// Restore sets what is known of an existing queue without asking.
func (q *Queue) Restore(arn string) { q.arn = arn }

// name is the last part of the URL.
func (q *Queue) name() string {
	if q.Known == "" {
		return q.QueueName
	}
	return q.Known[strings.LastIndex(q.Known, "/")+1:]
}

// wanted are the attributes of a queue with that ARN.
func (q *Queue) wanted(arn string) (map[string]string, error) {
	attributes := map[string]string{
		string(types.QueueAttributeNameVisibilityTimeout):      strconv.Itoa(int(q.Settings.Visibility)),
		string(types.QueueAttributeNameMessageRetentionPeriod): strconv.Itoa(int(q.Settings.Retention)),
		string(types.QueueAttributeNameSqsManagedSseEnabled):   "true",
	}
	if arn == "" {
		return attributes, nil
	}
	policy, err := q.Policy(arn)
	attributes[string(types.QueueAttributeNamePolicy)] = policy
	return attributes, err
}

// create looks for the queue first: making one that exists with the same attributes
// is no error. One that is there may have been deleted a moment ago, and be shown for up to
// a minute. The call itself knows: it waits for the end of that one, and makes another.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html
func (q *Queue) create(ctx context.Context) error {
	taken := vacant(ctx, q)
	if taken != nil && !awserr.AlreadyExists(taken) {
		return taken
	}
	tags := q.Tags.Want
	if taken != nil {
		tags = nil // of a queue that stays they might become the tags
	}
	q.arn = q.QueueARN()
	attributes, err := q.wanted(q.arn)
	if err != nil {
		return fmt.Errorf("making the policy of SQS queue %s: %w", q.QueueName, err)
	}
	blocked := false
	note := eachAttempt("NoteBlockedName", func(err error) { blocked = blocked || slices.Contains(blockedNames, awserr.Code(err)) })
	out, err := q.API.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String(q.QueueName), Attributes: attributes, Tags: tags},
		q.awaitName, q.awaitSender, func(o *sqs.Options) { o.APIOptions = append(o.APIOptions, q.noteLost, note) })
	if taken != nil && !blocked && (err == nil || slices.Contains(otherQueue, awserr.Code(err))) {
		q.unsure = false // it was there before
		return taken
	}
	if err != nil {
		return fmt.Errorf("creating SQS queue %s: %w", q.QueueName, err)
	}
	q.Known = deref(out.QueueUrl)
	q.seen = queueSeen{attributes: attributes, tags: tags, wanted: attributes}
	return nil
}

// awaitName waits for the name of a queue that was deleted less than a minute ago:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html
func (q *Queue) awaitName(o *sqs.Options) {
	o.Retryer = patiently(o.Retryer, blockedNames...)
}

// How SQS says that a queue of the name has been deleted, and that there is one with
// other attributes.
var (
	blockedNames = []string{"AWS.SimpleQueueService.QueueDeletedRecently", "QueueDeletedRecently"}
	otherQueue   = []string{"QueueAlreadyExists", "QueueNameExists"}
)

// awaitSender makes a call try again while SQS may not see a role that was made a
// moment ago. It takes the policy for wrong then.
func (q *Queue) awaitSender(o *sqs.Options) {
	codes := []string{}
	if q.Sender.Renewed() {
		codes = append(codes, "InvalidAttributeValue", "InvalidParameterValue")
	}
	if q.created {
		codes = append(codes, "AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
	}
	o.Retryer = patiently(o.Retryer, codes...)
}

func (q *Queue) load(ctx context.Context) (bool, error) {
	url, err := q.find(ctx)
	if err != nil || url == "" {
		return false, err
	}
	seen, err := q.asked.take(ctx, q.question(url))
	if err != nil || seen == nil {
		return false, err
	}
	q.arn, q.seen = seen.attributes[string(types.QueueAttributeNameQueueArn)], *seen
	if q.Sender.ARN() != "" { // else what its policy should be cannot be told
		q.seen.wanted, err = q.wanted(q.arn)
	} else {
		q.seen.wanted, err = q.wanted("")
	}
	q.Known = url
	return true, err
}

func (q *Queue) foreign() *ForeignError {
	if q.Tags.ours(q.seen.tags) {
		return nil
	}
	return &ForeignError{Kind: "SQS queue", Name: q.name()}
}

func (q *Queue) differences() []Difference {
	var d differences
	for _, name := range slices.Sorted(maps.Keys(q.seen.wanted)) {
		got, want := q.seen.attributes[name], q.seen.wanted[name]
		if name == string(types.QueueAttributeNamePolicy) {
			d.add(!samePolicy(want, got), name, "its policy was changed")
			continue
		}
		d.add(got != want, name, "%s is %q, not %q", name, got, want)
	}
	d.add(q.seen.attributes[string(types.QueueAttributeNameRedrivePolicy)] != "", redrive, "it gives up messages that were received too often")
	_, has := q.seen.wanted[string(types.QueueAttributeNamePolicy)]
	d.add(!has && q.Sender.ARN() != "", string(types.QueueAttributeNamePolicy), "its policy is not known")
	q.Tags.compare(q.seen.tags, &d)
	return d
}

// redrive is the setting that counts receives, also of messages handed back on
// purpose; no queue of ours has it.
const redrive = string(types.QueueAttributeNameRedrivePolicy)

func (q *Queue) update(ctx context.Context, status Status) error {
	change := map[string]string{}
	for name, value := range q.seen.wanted {
		if status.Has(name) {
			change[name] = value
		}
	}
	if status.Has(redrive) {
		change[redrive] = ""
	}
	if status.Has(string(types.QueueAttributeNamePolicy)) && change[string(types.QueueAttributeNamePolicy)] == "" {
		if err := q.learnPolicy(ctx, change); err != nil {
			return err
		}
	}
	if len(change) > 0 {
		_, err := q.API.SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{QueueUrl: aws.String(q.Known), Attributes: change}, q.awaitSender)
		if err != nil {
			return fmt.Errorf("updating SQS queue %s: %w", q.name(), err)
		}
	}
	url := aws.String(q.Known)
	err := retagged(q.Tags, q.seen.tags, func(tags map[string]string) error {
		_, err := q.API.TagQueue(ctx, &sqs.TagQueueInput{QueueUrl: url, Tags: tags}, q.awaitSender)
		return err
	}, func(keys []string) error {
		_, err := q.API.UntagQueue(ctx, &sqs.UntagQueueInput{QueueUrl: url, TagKeys: keys}, q.awaitSender)
		return err
	})
	if err != nil {
		return fmt.Errorf("tagging SQS queue %s: %w", q.name(), err)
	}
	return nil
}

// learnPolicy asks for the ARN of a queue that was made without it being known.
func (q *Queue) learnPolicy(ctx context.Context, change map[string]string) error {
	out, err := q.API.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: aws.String(q.Known), AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameQueueArn},
	}, q.awaitSender)
	if err == nil && out.Attributes[string(types.QueueAttributeNameQueueArn)] == "" {
		err = errors.New("it has none")
	}
	if err != nil {
		return fmt.Errorf("asking for the ARN of SQS queue %s: %w", q.name(), err)
	}
	q.arn = out.Attributes[string(types.QueueAttributeNameQueueArn)]
	q.seen.wanted, err = q.wanted(q.arn)
	change[string(types.QueueAttributeNamePolicy)] = q.seen.wanted[string(types.QueueAttributeNamePolicy)]
	return err
}

// Delete implements Component.
func (q *Queue) Delete(ctx context.Context) error {
	if q.Known == "" {
		return nil
	}
	_, err := q.API.DeleteQueue(ctx, &sqs.DeleteQueueInput{QueueUrl: aws.String(q.Known)})
	if absentIsFine(err) != nil {
		return fmt.Errorf("deleting SQS queue %s: %w", q.name(), err)
	}
	q.Known, q.arn, q.seen = "", "", queueSeen{}
	return nil
}
