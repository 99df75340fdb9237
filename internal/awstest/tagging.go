package awstest

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cloudwatchtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventbridgetypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

// maxARNs is how many resources one call may name:
// https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
const maxARNs = 100

// taggedResource is a resource as GetResources shows it.
type taggedResource struct {
	ResourceARN string
	Tags        []map[string]string
}

// tagged answers GetResources for named resources, of which the emulator knows
// nothing: it asks each service. What has no tags, or is not there, is left out.
func (t *tenant) tagged(ctx context.Context, q request) *answer {
	var in struct{ ResourceARNList []string }
	if q.action != "GetResources" || json.Unmarshal(q.body, &in) != nil || len(in.ResourceARNList) == 0 {
		return nil
	}
	if len(in.ResourceARNList) > maxARNs {
		return refusal(q, http.StatusBadRequest, "InvalidParameterException", "too many ARNs")
	}
	ctx, cancel := background(ctx)
	defer cancel()
	account := &Account{tenant: t, region: q.region}
	found := []taggedResource{}
	for _, arn := range in.ResourceARNList {
		one := taggedResource{ResourceARN: arn}
		for key, value := range account.tagsOf(ctx, arn) {
			one.Tags = append(one.Tags, map[string]string{"Key": key, "Value": value})
		}
		if len(one.Tags) > 0 {
			found = append(found, one)
		}
	}
	return jsonAnswer(http.StatusOK, map[string]any{"PaginationToken": "", "ResourceTagMappingList": found})
}

// tagsOf asks the service of a resource for its tags, none for what is not there.
func (a *Account) tagsOf(ctx context.Context, arn string) map[string]string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return nil
	}
	direct := a.Direct()
	switch parts[2] {
	case "logs":
		out, err := direct.Logs.ListTagsForResource(ctx, &cloudwatchlogs.ListTagsForResourceInput{ResourceArn: &arn})
		if err == nil {
			return out.Tags
		}
	case "lambda":
		out, err := direct.Lambda.ListTags(ctx, &lambda.ListTagsInput{Resource: &arn})
		if err == nil {
			return out.Tags
		}
	case "sqs":
		return a.queueTags(ctx, parts[5])
	case "ssm":
		return a.parameterTags(ctx, strings.TrimPrefix(parts[5], "parameter/"))
	case "events":
		out, err := direct.Events.ListTagsForResource(ctx, &eventbridge.ListTagsForResourceInput{ResourceARN: &arn})
		if err == nil {
			return tagMap(out.Tags, func(t eventbridgetypes.Tag) (key, value *string) { return t.Key, t.Value })
		}
	case "cloudwatch":
		out, err := direct.CloudWatch.ListTagsForResource(ctx, &cloudwatch.ListTagsForResourceInput{ResourceARN: &arn})
		if err == nil {
			return tagMap(out.Tags, func(t cloudwatchtypes.Tag) (key, value *string) { return t.Key, t.Value })
		}
	case "ec2":
		filter := ec2types.Filter{Name: aws.String("resource-id"), Values: []string{lastOf(arn, "/")}}
		out, err := direct.EC2.DescribeTags(ctx, &ec2.DescribeTagsInput{Filters: []ec2types.Filter{filter}})
		if err == nil {
			return tagMap(out.Tags, func(t ec2types.TagDescription) (key, value *string) { return t.Key, t.Value })
		}
	}
	return nil
}

func tagMap[T any](tags []T, of func(T) (key, value *string)) map[string]string {
	all := map[string]string{}
	for _, tag := range tags {
		key, value := of(tag)
		all[aws.ToString(key)] = aws.ToString(value)
	}
	return all
}

// parameterTags are those of a parameter by its name in an ARN, which lacks the slash
// that a path begins with.
func (a *Account) parameterTags(ctx context.Context, name string) map[string]string {
	if strings.Contains(name, "/") {
		name = "/" + name
	}
	out, err := a.Direct().SSM.ListTagsForResource(ctx, &ssm.ListTagsForResourceInput{
		ResourceType: ssmtypes.ResourceTypeForTaggingParameter, ResourceId: &name,
	})
	if err != nil {
		return nil
	}
	return tagMap(out.TagList, func(t ssmtypes.Tag) (key, value *string) { return t.Key, t.Value })
}

func (a *Account) queueTags(ctx context.Context, name string) map[string]string {
	direct := a.Direct()
	found, err := direct.SQS.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: &name})
	if err != nil {
		return nil
	}
	out, err := direct.SQS.ListQueueTags(ctx, &sqs.ListQueueTagsInput{QueueUrl: found.QueueUrl})
	if err != nil {
		return nil
	}
	return out.Tags
}
