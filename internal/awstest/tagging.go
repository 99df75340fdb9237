package awstest

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
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
	tags := map[string]string{}
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return tags
	}
	direct := a.Direct()
	switch parts[2] {
	case "logs":
		if out, err := direct.Logs.ListTagsForResource(ctx, &cloudwatchlogs.ListTagsForResourceInput{ResourceArn: &arn}); err == nil {
			return out.Tags
		}
	case "lambda":
		if out, err := direct.Lambda.ListTags(ctx, &lambda.ListTagsInput{Resource: &arn}); err == nil {
			return out.Tags
		}
	case "sqs":
		return a.queueTags(ctx, parts[5])
	case "ssm":
		name := strings.TrimPrefix(parts[5], "parameter/")
		if strings.Contains(name, "/") {
			name = "/" + name
		}
		if out, err := direct.SSM.ListTagsForResource(ctx, &ssm.ListTagsForResourceInput{ResourceType: ssmtypes.ResourceTypeForTaggingParameter, ResourceId: &name}); err == nil {
			for _, tag := range out.TagList {
				tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
			}
		}
	case "events":
		if out, err := direct.Events.ListTagsForResource(ctx, &eventbridge.ListTagsForResourceInput{ResourceARN: &arn}); err == nil {
			for _, tag := range out.Tags {
				tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
			}
		}
	case "cloudwatch":
		if out, err := direct.CloudWatch.ListTagsForResource(ctx, &cloudwatch.ListTagsForResourceInput{ResourceARN: &arn}); err == nil {
			for _, tag := range out.Tags {
				tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
			}
		}
	case "ec2":
		filter := ec2types.Filter{Name: aws.String("resource-id"), Values: []string{lastOf(arn, "/")}}
		if out, err := direct.EC2.DescribeTags(ctx, &ec2.DescribeTagsInput{Filters: []ec2types.Filter{filter}}); err == nil {
			for _, tag := range out.Tags {
				tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
			}
		}
	}
	return tags
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
