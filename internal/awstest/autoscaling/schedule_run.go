package autoscaling

import (
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// scheduleEvents are the next runs and the ends of a group's scheduled actions.
// Those that are due at the same time run in the order in which they were made.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html
func (g *Groups) scheduleEvents(found *group) []event {
	if found.record.Status != nil {
		return nil
	}
	var all []event
	for _, one := range found.schedules {
		if one.EndTime != nil && one.EndTime.Before(*one.StartTime) {
			all = append(all, event{at: *one.EndTime, do: func() { found.forget(one) }})
			continue
		}
		all = append(all, event{at: *one.StartTime, do: func() {
			g.runSchedule(found, one)
			g.repeat(found, one)
		}})
	}
	return all
}

// runSchedule sets the sizes that an action names. One that is due while the
// process ScheduledActions is suspended is passed over for good.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
func (g *Groups) runSchedule(found *group, action types.ScheduledUpdateGroupAction) {
	if isSuspended(found, "ScheduledActions") {
		return
	}
	changed := found.record
	fill(&changed.MinSize, action.MinSize)
	fill(&changed.MaxSize, action.MaxSize)
	fill(&changed.DesiredCapacity, action.DesiredCapacity)
	if action.DesiredCapacity == nil {
		changed.DesiredCapacity = ptr(min(max(value(changed.DesiredCapacity), value(changed.MinSize)), value(changed.MaxSize)))
	}
	why := fmt.Sprintf("a scheduled action update of AutoScalingGroup constraints to min: %d, max: %d, desired: %d",
		value(changed.MinSize), value(changed.MaxSize), value(changed.DesiredCapacity))
	if err := checkSize(&changed); err != nil {
		g.fail(found, "Executing scheduled action "+*action.ScheduledActionName, why, err)
		return
	}
	found.record = changed
	g.level(found, why+" changing the desired capacity to %d.")
}

// repeat moves an action to the next time that it recurs. What runs once, or has
// come to its end, is gone.
func (g *Groups) repeat(found *group, action types.ScheduledUpdateGroupAction) {
	if action.Recurrence == nil {
		found.forget(action)
		return
	}
	next, err := nextTime(action, g.moment)
	if err != nil || (action.EndTime != nil && next.After(*action.EndTime)) {
		found.forget(action)
		return
	}
	schedules := slices.Clone(found.schedules)
	for i := range schedules {
		if *schedules[i].ScheduledActionName == *action.ScheduledActionName {
			schedules[i].StartTime, schedules[i].Time = &next, &next
		}
	}
	found.schedules = schedules
}

func (g *group) forget(action types.ScheduledUpdateGroupAction) {
	_ = g.dropSchedule(*action.ScheduledActionName)
}
