package stack

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
)

// FindError says why no one worker pool answers to an id, in words for the user.
type FindError struct {
	Summary string // short title
	Detail  string // what was looked for, and what to do next
}

func (e *FindError) Error() string { return e.Summary + ": " + e.Detail }

// uniqueSuffix is what Terraform appends to a name_prefix: a time of 18 digits
// and a counter of 8 hexadecimal ones.
// https://pkg.go.dev/github.com/hashicorp/terraform-plugin-sdk/v2/helper/id#PrefixedUniqueId
var uniqueSuffix = regexp.MustCompile(`-\d{18}[0-9a-f]{8}$`)

// withoutSuffix is the prefix of a name that Terraform made unique, and any other
// name itself.
func withoutSuffix(name string) string { return uniqueSuffix.ReplaceAllString(name, "") }

// defaultName is the base name of a pool that was given none, here and in the
// Terraform module; the id is a ULID: https://github.com/ulid/spec
var defaultName = regexp.MustCompile(`^sp5ft-([0-9A-HJKMNP-TV-Z]{26})$`)

// locate finds the Auto Scaling group of a pool by the pool's id, by its base
// name or by the name of the group. One that AWS is deleting counts where there is
// no other. The error is a *FindError unless AWS failed.
func locate(ctx context.Context, clients *awsapi.Clients, key string) (types.AutoScalingGroup, error) {
	groups, err := candidates(ctx, clients.AutoScaling, key)
	if err != nil {
		return types.AutoScalingGroup{}, err
	}
	standing := slices.DeleteFunc(slices.Clone(groups), func(g types.AutoScalingGroup) bool { return g.Status != nil })
	if len(standing) > 0 {
		groups = standing
	}
	switch {
	case len(groups) == 0:
		return types.AutoScalingGroup{}, noSuchPool(key, clients.Region)
	case len(groups) > 1:
		return types.AutoScalingGroup{}, severalPools(key, groups, clients.Region)
	case poolOf(groups[0]) == "":
		return types.AutoScalingGroup{}, notAPool(groups[0], clients.Region)
	}
	return groups[0], nil
}

// candidates are the groups that key may mean: those that carry it as the tag of
// their worker pool, else the one of that name, else those of that base name.
func candidates(ctx context.Context, api awsapi.AutoScaling, key string) ([]types.AutoScalingGroup, error) {
	for _, in := range []*autoscaling.DescribeAutoScalingGroupsInput{
		{Filters: []types.Filter{{Name: aws.String("tag:" + component.TagWorkerPoolID), Values: []string{key}}}},
		{AutoScalingGroupNames: []string{key}},
		{},
	} {
		found, err := groupsOf(ctx, api, in)
		if err != nil {
			return nil, err
		}
		if in.Filters == nil && in.AutoScalingGroupNames == nil {
			found = slices.DeleteFunc(found, func(g types.AutoScalingGroup) bool {
				base := withoutSuffix(aws.ToString(g.AutoScalingGroupName))
				return base != key && base != "sp5ft-"+key
			})
		}
		if len(found) > 0 {
			return found, nil
		}
	}
	return nil, nil
}

func groupsOf(ctx context.Context, api awsapi.AutoScaling, in *autoscaling.DescribeAutoScalingGroupsInput) (groups []types.AutoScalingGroup, err error) {
	in.IncludeInstances = aws.Bool(false)
	pages := autoscaling.NewDescribeAutoScalingGroupsPaginator(api, in)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("looking for the Auto Scaling group: %w", err)
		}
		groups = append(groups, page.AutoScalingGroups...)
	}
	return groups, nil
}

// poolOf is the id of the worker pool that a group serves, "" when nothing tells.
func poolOf(g types.AutoScalingGroup) string {
	if id := tagsOfGroup(g)[component.TagWorkerPoolID]; id != "" {
		return id
	}
	if match := defaultName.FindStringSubmatch(withoutSuffix(aws.ToString(g.AutoScalingGroupName))); match != nil {
		return match[1]
	}
	return ""
}

func tagsOfGroup(g types.AutoScalingGroup) map[string]string {
	tags := map[string]string{}
	for _, tag := range g.Tags {
		tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return tags
}

// refusal says why a pool is not to be taken over, nil for one that is.
func refusal(g types.AutoScalingGroup, region string) error {
	name, tags := aws.ToString(g.AutoScalingGroupName), tagsOfGroup(g)
	switch {
	case g.Status != nil:
		return &FindError{"Worker pool is being deleted", fmt.Sprintf("AWS is deleting the Auto Scaling group %s, so there is nothing left to import.", name)}
	case tags[marks.PoolState] == "" && tags[component.TagManagedBy] == component.ManagedBy:
		return &FindError{"Worker pool not finished", fmt.Sprintf("The pool of the Auto Scaling group %s in region %s is being created, or its creation was interrupted. "+
			"Apply the configuration that makes it: it goes on with what is there.", name, region)}
	case g.LaunchConfigurationName != nil:
		return &FindError{"Worker pool without a launch template", fmt.Sprintf("The Auto Scaling group %s in region %s uses the launch configuration %s. "+
			"Give it a launch template first, and import again.", name, region, aws.ToString(g.LaunchConfigurationName))}
	}
	return nil
}

func notAPool(g types.AutoScalingGroup, region string) error {
	return &FindError{"Not a worker pool", fmt.Sprintf("The Auto Scaling group %s in region %s carries no tag %s, so nothing tells which worker pool its instances serve. "+
		"If they do serve one, tag the group with the pool's id and try again.", aws.ToString(g.AutoScalingGroupName), region, component.TagWorkerPoolID)}
}

func noSuchPool(key, region string) error {
	return &FindError{"Worker pool not found", fmt.Sprintf("No Auto Scaling group in region %s carries the tag %s = %s or has the name or base name %s. "+
		"For a pool of another region, append that to the id: %s@eu-west-1. The pools of a region, by group, are listed by\n\n  "+
		"aws autoscaling describe-auto-scaling-groups --region %s --filters Name=tag-key,Values=%s --query 'AutoScalingGroups[].AutoScalingGroupName'",
		region, component.TagWorkerPoolID, key, key, key, region, component.TagWorkerPoolID)}
}

func severalPools(key string, groups []types.AutoScalingGroup, region string) error {
	var lines []string
	for _, g := range groups {
		lines = append(lines, fmt.Sprintf("  %s@%s", aws.ToString(g.AutoScalingGroupName), region))
	}
	slices.Sort(lines)
	return &FindError{"Several Auto Scaling groups", fmt.Sprintf("%d groups in region %s serve the worker pool %s, each of them a resource of its own. Name one of them:\n\n%s",
		len(groups), region, key, strings.Join(lines, "\n"))}
}
