package component

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"golang.org/x/sync/errgroup"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

// LogGroupList reads log groups in one call. A nil list knows none.
type LogGroupList struct {
	names  []string
	groups shared[[]types.LogGroup]
}

// NewLogGroupList is the list of the groups of these names, at most 50:
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html
// It asks when it is first used.
func NewLogGroupList(ctx context.Context, api awsapi.Logs, names []string) *LogGroupList {
	return &LogGroupList{names: names, groups: share(ctx, func(ctx context.Context) ([]types.LogGroup, error) {
		out, err := api.DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{LogGroupIdentifiers: names})
		if err != nil {
			return nil, fmt.Errorf("reading log groups: %w", err)
		}
		return out.LogGroups, nil
	})}
}

// find is the group of that name, nil for none. A group that the list has not, and
// all of them if it cannot be had, are looked for by themselves: AWS does not say
// what becomes of a call that names one which is not there.
func (l *LogGroupList) find(ctx context.Context, api awsapi.Logs, name string) (*types.LogGroup, error) {
	if l != nil && slices.Contains(l.names, name) {
		groups, err := l.groups.answer()
		i := slices.IndexFunc(groups, func(g types.LogGroup) bool { return deref(g.LogGroupName) == name })
		if err == nil && i >= 0 {
			return &groups[i], nil
		}
	}
	return findLogGroup(ctx, api, name)
}

// findLogGroup is the group of that name, nil for none.
func findLogGroup(ctx context.Context, api awsapi.Logs, name string) (*types.LogGroup, error) {
	pages := cloudwatchlogs.NewDescribeLogGroupsPaginator(api, &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String(name)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if awserr.NotFound(err) { // made a moment ago
			return nil, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading log group %s: %w", name, err)
		}
		for i, group := range page.LogGroups {
			if deref(group.LogGroupName) == name {
				return &page.LogGroups[i], nil
			}
		}
	}
	return nil, nil
}

// askLogGroup is the question what a log group is like. arn is "" where it is not
// known; right says which tags are as they should be.
func askLogGroup(api awsapi.Logs, list *LogGroupList, index *TagIndex, name, arn string, right func(map[string]string) bool) question[logGroupSeen] {
	tagsOf := func(ctx context.Context, arn string) (map[string]string, error) {
		return index.of(ctx, arn, right, func(ctx context.Context) (map[string]string, error) {
			out, err := api.ListTagsForResource(ctx, &cloudwatchlogs.ListTagsForResourceInput{ResourceArn: aws.String(arn)})
			if err != nil {
				return nil, fmt.Errorf("reading the tags of log group %s: %w", name, err)
			}
			return out.Tags, nil
		})
	}
	return func(ctx context.Context) (seen logGroupSeen, err error) {
		var group *types.LogGroup
		var tags map[string]string
		var calls errgroup.Group
		calls.Go(func() (err error) { group, err = list.find(ctx, api, name); return err })
		if arn != "" {
			calls.Go(func() (err error) { tags, err = tagsOf(ctx, arn); return absentIsFine(err) })
		}
		if err := calls.Wait(); err != nil || group == nil {
			return logGroupSeen{}, err
		}
		if found := arnOf(group); tags == nil {
			if tags, err = tagsOf(ctx, found); err != nil {
				return logGroupSeen{}, absentIsFine(err)
			}
		}
		return logGroupSeen{
			arn: arnOf(group), retention: deref(group.RetentionInDays), kmsKeyID: deref(group.KmsKeyId), class: string(group.LogGroupClass), tags: tags,
		}, nil
	}
}
