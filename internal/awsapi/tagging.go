package awsapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
)

// taggingCalls holds the operation in use, and not the client: see newEC2.
type taggingCalls struct {
	getResources func(context.Context, *resourcegroupstaggingapi.GetResourcesInput, ...func(*resourcegroupstaggingapi.Options)) (*resourcegroupstaggingapi.GetResourcesOutput, error)
}

func newTagging(client *resourcegroupstaggingapi.Client) Tagging {
	return taggingCalls{getResources: client.GetResources}
}

func (c taggingCalls) GetResources(ctx context.Context, in *resourcegroupstaggingapi.GetResourcesInput, options ...func(*resourcegroupstaggingapi.Options)) (*resourcegroupstaggingapi.GetResourcesOutput, error) {
	return c.getResources(ctx, in, options...)
}
