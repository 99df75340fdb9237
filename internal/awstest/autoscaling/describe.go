package autoscaling

import (
	"sort"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// DescribeAutoScalingGroups lists groups by name, a page at a time. Unknown
// names are left out, without an error.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingGroups.html
func (g *Groups) DescribeAutoScalingGroups(in *autoscaling.DescribeAutoScalingGroupsInput) (*autoscaling.DescribeAutoScalingGroupsOutput, error) {
	defer g.enter()()
	var all []types.AutoScalingGroup
	for _, one := range g.sorted() {
		if len(in.AutoScalingGroupNames) > 0 && !oneOf(one.name(), in.AutoScalingGroupNames...) {
			continue
		}
		matches, err := groupMatches(one.record.Tags, in.Filters)
		if err != nil {
			return nil, err
		}
		if !matches {
			continue
		}
		record := one.record
		if in.IncludeInstances == nil || *in.IncludeInstances {
			for _, instance := range one.instances {
				record.Instances = append(record.Instances, instance.show())
			}
		}
		all = append(all, record)
	}
	groups, next, err := page(all, in.MaxRecords, in.NextToken, 50, 100)
	if err != nil {
		return nil, err
	}
	return &autoscaling.DescribeAutoScalingGroupsOutput{AutoScalingGroups: groups, NextToken: next}, nil
}

// groupMatches holds a group's tags against filters: all filters must match,
// each with one of its values.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Filter.html
func groupMatches(tags []types.TagDescription, filters []types.Filter) (bool, error) {
	for _, filter := range filters {
		name, ok := value(filter.Name), false
		key, byKey := strings.CutPrefix(name, "tag:")
		for _, tag := range tags {
			switch {
			case name == "tag-key":
				ok = ok || oneOf(value(tag.Key), filter.Values...)
			case name == "tag-value":
				ok = ok || oneOf(value(tag.Value), filter.Values...)
			case byKey:
				ok = ok || value(tag.Key) == key && oneOf(value(tag.Value), filter.Values...)
			}
		}
		if name != "tag-key" && name != "tag-value" && !byKey {
			return false, invalid("Filter type %s is not correct. Allowed Filter types are: tag-key tag-value tag:<key>", name)
		}
		if !ok {
			return false, nil
		}
	}
	return true, nil
}

// DescribeAutoScalingInstances lists the instances of all groups by id.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingInstances.html
func (g *Groups) DescribeAutoScalingInstances(in *autoscaling.DescribeAutoScalingInstancesInput) (*autoscaling.DescribeAutoScalingInstancesOutput, error) {
	defer g.enter()()
	var all []types.AutoScalingInstanceDetails
	for _, one := range g.groups {
		for _, instance := range one.instances {
			if len(in.InstanceIds) == 0 || oneOf(instance.id, in.InstanceIds...) {
				all = append(all, details(one.name(), instance.show()))
			}
		}
	}
	sort.Slice(all, func(i, j int) bool { return value(all[i].InstanceId) < value(all[j].InstanceId) })
	instances, next, err := page(all, in.MaxRecords, in.NextToken, 50, 50)
	if err != nil {
		return nil, err
	}
	return &autoscaling.DescribeAutoScalingInstancesOutput{AutoScalingInstances: instances, NextToken: next}, nil
}

func details(group string, instance types.Instance) types.AutoScalingInstanceDetails {
	return types.AutoScalingInstanceDetails{
		AutoScalingGroupName: ptr(group), InstanceId: instance.InstanceId, AvailabilityZone: instance.AvailabilityZone,
		HealthStatus: ptr(strings.ToUpper(value(instance.HealthStatus))), LifecycleState: ptr(string(instance.LifecycleState)),
		ProtectedFromScaleIn: instance.ProtectedFromScaleIn, InstanceType: instance.InstanceType, LaunchTemplate: instance.LaunchTemplate,
	}
}

// DescribeScalingActivities lists a group's activities, newest first; without a
// name those of all groups.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingActivities.html
func (g *Groups) DescribeScalingActivities(in *autoscaling.DescribeScalingActivitiesInput) (*autoscaling.DescribeScalingActivitiesOutput, error) {
	defer g.enter()()
	var all []types.Activity
	if in.AutoScalingGroupName != nil {
		found, err := g.lookup(in.AutoScalingGroupName)
		if err != nil {
			return nil, err
		}
		all = found.history()
	} else {
		for _, one := range g.sorted() {
			all = append(all, one.history()...)
		}
	}
	if len(in.ActivityIds) > 0 {
		var named []types.Activity
		for _, activity := range all {
			if oneOf(value(activity.ActivityId), in.ActivityIds...) {
				named = append(named, activity)
			}
		}
		all = named
	}
	activities, next, err := page(all, in.MaxRecords, in.NextToken, 100, 100)
	if err != nil {
		return nil, err
	}
	return &autoscaling.DescribeScalingActivitiesOutput{Activities: activities, NextToken: next}, nil
}

// page cuts a page out of a list. Its token is the position of the next item.
func page[T any](all []T, size *int32, token *string, usual, most int32) ([]T, *string, error) {
	count := usual
	if size != nil {
		count = *size
	}
	if count < 1 || count > most {
		return nil, nil, invalid("1 validation error detected: Value '%d' at 'maxRecords' failed to satisfy constraint: between 1 and %d", count, most)
	}
	start := 0
	if text := value(token); text != "" {
		var err error
		if start, err = strconv.Atoi(text); err != nil || start < 0 || start > len(all) {
			return nil, nil, badToken(text)
		}
	}
	end := start + int(count)
	if end >= len(all) {
		return all[start:], nil, nil
	}
	return all[start:end], ptr(strconv.Itoa(end)), nil
}
