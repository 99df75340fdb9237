package autoscaling

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/smithy-go"
	"github.com/robfig/cron/v3"
)

// Limits of scheduled actions.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-quotas.html
const (
	maxSchedules = 125 // of a group
	maxBatch     = 50  // in one request
)

// PutScheduledUpdateGroupAction makes a scheduled action, or changes the given
// settings of one.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutScheduledUpdateGroupAction.html
func (g *Groups) PutScheduledUpdateGroupAction(in *autoscaling.PutScheduledUpdateGroupActionInput) (*autoscaling.PutScheduledUpdateGroupActionOutput, error) {
	defer g.enter()()
	found, err := g.lookup(in.AutoScalingGroupName)
	if err != nil {
		return nil, err
	}
	start := in.StartTime
	if start == nil {
		start = in.Time
	}
	err = g.putSchedule(found, types.ScheduledUpdateGroupActionRequest{
		ScheduledActionName: in.ScheduledActionName, DesiredCapacity: in.DesiredCapacity, EndTime: in.EndTime, MaxSize: in.MaxSize, MinSize: in.MinSize,
		Recurrence: in.Recurrence, StartTime: start, TimeZone: in.TimeZone,
	})
	if err != nil {
		return nil, err
	}
	return &autoscaling.PutScheduledUpdateGroupActionOutput{}, nil
}

// BatchPutScheduledUpdateGroupAction puts several actions. Those that are refused
// are listed, the others are put.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_BatchPutScheduledUpdateGroupAction.html
func (g *Groups) BatchPutScheduledUpdateGroupAction(in *autoscaling.BatchPutScheduledUpdateGroupActionInput) (*autoscaling.BatchPutScheduledUpdateGroupActionOutput, error) {
	defer g.enter()()
	found, err := g.lookup(in.AutoScalingGroupName)
	if err != nil {
		return nil, err
	}
	if count := len(in.ScheduledUpdateGroupActions); count == 0 || count > maxBatch {
		return nil, invalid("1 to %d scheduled actions can be put at a time, not %d", maxBatch, count)
	}
	out := &autoscaling.BatchPutScheduledUpdateGroupActionOutput{}
	for _, request := range in.ScheduledUpdateGroupActions {
		if err := g.putSchedule(found, request); err != nil {
			out.FailedScheduledUpdateGroupActions = append(out.FailedScheduledUpdateGroupActions, failedSchedule(request.ScheduledActionName, err))
		}
	}
	return out, nil
}

func failedSchedule(name *string, err error) types.FailedScheduledUpdateGroupActionRequest {
	failed := types.FailedScheduledUpdateGroupActionRequest{ScheduledActionName: name, ErrorMessage: ptr(err.Error())}
	var known smithy.APIError
	if errors.As(err, &known) {
		failed.ErrorCode, failed.ErrorMessage = ptr(known.ErrorCode()), ptr(known.ErrorMessage())
	}
	return failed
}

// putSchedule makes or changes one action: "If you leave a parameter unspecified
// when updating a scheduled scaling action, the corresponding value remains
// unchanged." Without a start time it starts when it recurs next.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutScheduledUpdateGroupAction.html
func (g *Groups) putSchedule(found *group, request types.ScheduledUpdateGroupActionRequest) error {
	at := slices.IndexFunc(found.schedules, func(one types.ScheduledUpdateGroupAction) bool {
		return *one.ScheduledActionName == value(request.ScheduledActionName)
	})
	wanted := g.newSchedule(found, request.ScheduledActionName)
	if at >= 0 {
		wanted = found.schedules[at]
	}
	fill(&wanted.MinSize, request.MinSize)
	fill(&wanted.MaxSize, request.MaxSize)
	fill(&wanted.DesiredCapacity, request.DesiredCapacity)
	fill(&wanted.Recurrence, request.Recurrence)
	fill(&wanted.TimeZone, request.TimeZone)
	fill(&wanted.EndTime, request.EndTime)
	if err := checkSchedule(wanted, request, g.moment); err != nil {
		return err
	}
	start := request.StartTime
	if start == nil && wanted.Recurrence != nil {
		next, err := nextTime(wanted, g.moment)
		if err != nil {
			return err
		}
		start = &next
	}
	fill(&wanted.StartTime, start)
	wanted.Time = wanted.StartTime
	return found.keepSchedule(wanted, at)
}

func (g *Groups) newSchedule(found *group, name *string) types.ScheduledUpdateGroupAction {
	g.serial++
	return types.ScheduledUpdateGroupAction{
		AutoScalingGroupName: ptr(found.name()), ScheduledActionName: name,
		ScheduledActionARN: ptr(fmt.Sprintf("arn:%s:autoscaling:%s:%s:scheduledUpdateGroupAction:%08d-0000-4000-8000-000000000000:autoScalingGroupName/%s:scheduledActionName/%s",
			g.place.Partition, g.place.Region, g.place.AccountID, g.serial, found.name(), value(name))),
	}
}

// keepSchedule puts an action in its place, or at the end. Each has a start time
// of its own.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html#scheduled-scaling-limitations
func (g *group) keepSchedule(wanted types.ScheduledUpdateGroupAction, at int) error {
	for i, other := range g.schedules {
		if i != at && other.StartTime.Equal(*wanted.StartTime) {
			return &types.AlreadyExistsFault{Message: ptr("Scheduled action " + *other.ScheduledActionName + " with this scheduled start time already exists")}
		}
	}
	switch {
	case at >= 0:
		g.schedules = slices.Clone(g.schedules)
		g.schedules[at] = wanted
	case len(g.schedules) == maxSchedules:
		return &types.LimitExceededFault{Message: ptr(fmt.Sprintf("A group can have at most %d scheduled actions", maxSchedules))}
	default:
		g.schedules = append(slices.Clone(g.schedules), wanted)
	}
	return nil
}

// checkSchedule: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutScheduledUpdateGroupAction.html
func checkSchedule(wanted types.ScheduledUpdateGroupAction, request types.ScheduledUpdateGroupActionRequest, now time.Time) error {
	low, high, desired := value(wanted.MinSize), value(wanted.MaxSize), value(wanted.DesiredCapacity)
	switch name := value(wanted.ScheduledActionName); {
	case name == "" || len(name) > 255:
		return invalid("1 validation error detected: Value '%s' at 'scheduledActionName' failed to satisfy constraint: length between 1 and 255", name)
	case wanted.MinSize == nil && wanted.MaxSize == nil && wanted.DesiredCapacity == nil:
		return invalid("At least one of MinSize, MaxSize or DesiredCapacity must be specified")
	case low < 0 || high < 0 || desired < 0:
		return invalid("Sizes must be 0 or greater")
	case wanted.MaxSize != nil && low > high:
		return invalid("Min bound, %d, must be less than or equal to max bound, %d", low, high)
	case wanted.DesiredCapacity != nil && (desired < low || (wanted.MaxSize != nil && desired > high)):
		return invalid("Desired capacity %d must be between min size %d and max size %d", desired, low, high)
	case wanted.Recurrence == nil && request.StartTime == nil && wanted.StartTime == nil:
		return invalid("Recurrence or StartTime must be specified")
	case request.StartTime != nil && !request.StartTime.After(now):
		return invalid("Given start time is in the past")
	case wanted.EndTime != nil && !wanted.EndTime.After(now):
		return invalid("Given end time is in the past")
	}
	return nil
}

// nextTime is when an action recurs first after a moment: five fields, in its
// time zone or in UTC.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html#sch-actions_recurring_schedules
func nextTime(action types.ScheduledUpdateGroupAction, moment time.Time) (time.Time, error) {
	recurrence, zone := value(action.Recurrence), value(action.TimeZone)
	place, err := time.LoadLocation(zone)
	if err != nil || zone == "Local" {
		return time.Time{}, invalid("Given time zone %s is invalid", zone)
	}
	plan, err := cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow).Parse(recurrence)
	if err != nil || len(strings.Fields(recurrence)) != 5 {
		return time.Time{}, invalid("Given recurrence string:%s is invalid", recurrence)
	}
	next := plan.Next(moment.In(place))
	if next.IsZero() {
		return time.Time{}, invalid("Given recurrence string:%s never recurs", recurrence)
	}
	return next.UTC(), nil
}

func fill[T any](field **T, given *T) {
	if given != nil {
		*field = given
	}
}
