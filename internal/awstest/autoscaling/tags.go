package autoscaling

import (
	"sort"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// The only resource type that has tags here.
const resourceType = "auto-scaling-group"

// maxTags: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-quotas.html
const maxTags = 50

// maxTagsPerCall: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html
const maxTagsPerCall = 25

func checkTagCount(tags []types.Tag) error {
	if len(tags) > maxTagsPerCall {
		return invalid("At most %d tags can be added or removed in one call", maxTagsPerCall)
	}
	return nil
}

// CreateOrUpdateTags sets tags on groups that exist.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateOrUpdateTags.html
func (g *Groups) CreateOrUpdateTags(in *autoscaling.CreateOrUpdateTagsInput) (*autoscaling.CreateOrUpdateTagsOutput, error) {
	defer g.enter()()
	if err := checkTagCount(in.Tags); err != nil {
		return nil, err
	}
	changed := map[*group][]types.TagDescription{}
	for _, tag := range in.Tags {
		found, err := g.tagged(tag)
		if err != nil {
			return nil, err
		}
		if err := checkTag(tag); err != nil {
			return nil, err
		}
		tags, ok := changed[found]
		if !ok {
			tags = found.record.Tags
		}
		changed[found] = append(without(tags, value(tag.Key)), describe(found.name(), tag))
		if len(changed[found]) > maxTags {
			return nil, &types.LimitExceededFault{Message: ptr("A group can have at most 50 tags")}
		}
	}
	for found, tags := range changed {
		found.record.Tags = byKey(tags)
	}
	return &autoscaling.CreateOrUpdateTagsOutput{}, nil
}

// DeleteTags removes tags; absent ones are no error, absent groups are.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteTags.html
func (g *Groups) DeleteTags(in *autoscaling.DeleteTagsInput) (*autoscaling.DeleteTagsOutput, error) {
	defer g.enter()()
	if err := checkTagCount(in.Tags); err != nil {
		return nil, err
	}
	for _, tag := range in.Tags {
		if _, err := g.tagged(tag); err != nil {
			return nil, err
		}
	}
	for _, tag := range in.Tags {
		found, _ := g.tagged(tag)
		found.record.Tags = without(found.record.Tags, value(tag.Key))
	}
	return &autoscaling.DeleteTagsOutput{}, nil
}

// DescribeTags lists the tags of all groups, a page at a time.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeTags.html
func (g *Groups) DescribeTags(in *autoscaling.DescribeTagsInput) (*autoscaling.DescribeTagsOutput, error) {
	defer g.enter()()
	var all []types.TagDescription
	for _, one := range g.sorted() {
		for _, tag := range one.record.Tags {
			matches, err := tagMatches(tag, in.Filters)
			if err != nil {
				return nil, err
			}
			if matches {
				all = append(all, tag)
			}
		}
	}
	tags, next, err := page(all, in.MaxRecords, in.NextToken, 50, 100)
	if err != nil {
		return nil, err
	}
	return &autoscaling.DescribeTagsOutput{Tags: tags, NextToken: next}, nil
}

func tagMatches(tag types.TagDescription, filters []types.Filter) (bool, error) {
	for _, filter := range filters {
		var got string
		switch value(filter.Name) {
		case resourceType:
			got = value(tag.ResourceId)
		case "key":
			got = value(tag.Key)
		case "value":
			got = value(tag.Value)
		case "propagate-at-launch":
			got = map[bool]string{true: "true", false: "false"}[value(tag.PropagateAtLaunch)]
		default:
			return false, invalid("Filter type %s is not correct. Allowed Filter types are: auto-scaling-group key value propagate-at-launch", value(filter.Name))
		}
		if !oneOf(got, filter.Values...) {
			return false, nil
		}
	}
	return true, nil
}

// tagged is the group that a tag names.
func (g *Groups) tagged(tag types.Tag) (*group, error) {
	if kind := value(tag.ResourceType); kind != resourceType {
		return nil, invalid("Invalid resource type '%s'. The only valid resource type is auto-scaling-group", kind)
	}
	if g.groups[value(tag.ResourceId)] == nil {
		return nil, invalid("AutoScalingGroup name not found - AutoScalingGroup '%s' not found", value(tag.ResourceId))
	}
	return g.lookupLiving(tag.ResourceId)
}

// newTags are the tags of a group that is being made.
func newTags(name string, tags []types.Tag) ([]types.TagDescription, error) {
	var all []types.TagDescription
	for _, tag := range tags {
		if err := checkTag(tag); err != nil {
			return nil, err
		}
		all = append(without(all, value(tag.Key)), describe(name, tag))
	}
	if len(all) > maxTags {
		return nil, &types.LimitExceededFault{Message: ptr("A group can have at most 50 tags")}
	}
	return byKey(all), nil
}

// checkTag: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html#tag_restrictions
func checkTag(tag types.Tag) error {
	key := value(tag.Key)
	switch {
	case key == "" || len(key) > 128:
		return invalid("Tag key must be between 1 and 128 characters long")
	case len(value(tag.Value)) > 256:
		return invalid("Tag value must be at most 256 characters long")
	case strings.HasPrefix(strings.ToLower(key), "aws:"):
		return invalid("Tag keys starting with aws: are reserved for system use: %s", key)
	}
	return nil
}

// launchTags are the tags of a new instance: the template's, those the group
// propagates (they win), and AWS's own.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html#tag-lifecycle
func launchTags(found *group, template Template) map[string]string {
	tags := map[string]string{}
	for key, text := range template.Tags {
		tags[key] = text
	}
	for _, tag := range found.record.Tags {
		if value(tag.PropagateAtLaunch) {
			tags[value(tag.Key)] = value(tag.Value)
		}
	}
	tags["aws:autoscaling:groupName"] = found.name()
	tags["aws:ec2launchtemplate:id"] = template.ID
	tags["aws:ec2launchtemplate:version"] = template.Version
	return tags
}

func describe(name string, tag types.Tag) types.TagDescription {
	return types.TagDescription{
		ResourceId: ptr(name), ResourceType: ptr(resourceType), Key: tag.Key,
		Value: ptr(value(tag.Value)), PropagateAtLaunch: ptr(value(tag.PropagateAtLaunch)),
	}
}

func without(tags []types.TagDescription, key string) []types.TagDescription {
	var kept []types.TagDescription
	for _, tag := range tags {
		if value(tag.Key) != key {
			kept = append(kept, tag)
		}
	}
	return kept
}

func byKey(tags []types.TagDescription) []types.TagDescription {
	sort.Slice(tags, func(i, j int) bool { return value(tags[i].Key) < value(tags[j].Key) })
	return tags
}
