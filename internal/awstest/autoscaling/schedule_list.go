package autoscaling

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// DescribeScheduledActions lists a group's scheduled actions, or without a name
// those of all groups, a page at a time. Unknown names of actions are left out;
// with names of actions the times are ignored.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScheduledActions.html
func (g *Groups) DescribeScheduledActions(in *autoscaling.DescribeScheduledActionsInput) (*autoscaling.DescribeScheduledActionsOutput, error) {
	defer g.enter()()
	groups := g.sorted()
	if in.AutoScalingGroupName != nil {
		found, err := g.lookup(in.AutoScalingGroupName)
		if err != nil {
			return nil, err
		}
		groups = []*group{found}
	}
	if len(in.ScheduledActionNames) > maxBatch {
		return nil, invalid("At most %d scheduled actions can be described at a time", maxBatch)
	}
	var all []types.ScheduledUpdateGroupAction
	for _, found := range groups {
		for _, one := range found.schedules {
			if matchesSchedule(one, in) {
				all = append(all, one)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b types.ScheduledUpdateGroupAction) int {
		return strings.Compare(*a.ScheduledActionName, *b.ScheduledActionName)
	})
	actions, next, err := page(all, in.MaxRecords, in.NextToken, 50, 100)
	if err != nil {
		return nil, err
	}
	return &autoscaling.DescribeScheduledActionsOutput{ScheduledUpdateGroupActions: actions, NextToken: next}, nil
}

func matchesSchedule(one types.ScheduledUpdateGroupAction, in *autoscaling.DescribeScheduledActionsInput) bool {
	if len(in.ScheduledActionNames) > 0 {
		return oneOf(*one.ScheduledActionName, in.ScheduledActionNames...)
	}
	return (in.StartTime == nil || !one.StartTime.Before(*in.StartTime)) && (in.EndTime == nil || !one.StartTime.After(*in.EndTime))
}

// DeleteScheduledAction removes a scheduled action.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteScheduledAction.html
func (g *Groups) DeleteScheduledAction(in *autoscaling.DeleteScheduledActionInput) (*autoscaling.DeleteScheduledActionOutput, error) {
	defer g.enter()()
	found, err := g.lookup(in.AutoScalingGroupName)
	if err != nil {
		return nil, err
	}
	if err := found.dropSchedule(value(in.ScheduledActionName)); err != nil {
		return nil, err
	}
	return &autoscaling.DeleteScheduledActionOutput{}, nil
}

// BatchDeleteScheduledAction removes several actions. Those that it cannot are
// listed.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_BatchDeleteScheduledAction.html
func (g *Groups) BatchDeleteScheduledAction(in *autoscaling.BatchDeleteScheduledActionInput) (*autoscaling.BatchDeleteScheduledActionOutput, error) {
	defer g.enter()()
	found, err := g.lookup(in.AutoScalingGroupName)
	if err != nil {
		return nil, err
	}
	if count := len(in.ScheduledActionNames); count == 0 || count > maxBatch {
		return nil, invalid("1 to %d scheduled actions can be deleted at a time, not %d", maxBatch, count)
	}
	out := &autoscaling.BatchDeleteScheduledActionOutput{}
	for _, name := range in.ScheduledActionNames {
		if err := found.dropSchedule(name); err != nil {
			out.FailedScheduledActions = append(out.FailedScheduledActions, failedSchedule(&name, err))
		}
	}
	return out, nil
}

func (g *group) dropSchedule(name string) error {
	left := slices.DeleteFunc(slices.Clone(g.schedules), func(one types.ScheduledUpdateGroupAction) bool { return *one.ScheduledActionName == name })
	if len(left) == len(g.schedules) {
		return invalid("Scheduled action name not found: %s", name)
	}
	g.schedules = left
	return nil
}
