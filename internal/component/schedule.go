package component

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// universal are the names of the time zone that AWS takes unless it is told
// another one.
var universal = []string{"", "UTC", "Etc/UTC"}

func (s Schedule) request() types.ScheduledUpdateGroupActionRequest {
	return types.ScheduledUpdateGroupActionRequest{
		ScheduledActionName: aws.String(s.Name), Recurrence: aws.String(s.Recurrence), TimeZone: aws.String(s.TimeZone), MinSize: s.MinSize, MaxSize: s.MaxSize,
	}
}

// scheduleOf is the reverse of request.
func scheduleOf(action types.ScheduledUpdateGroupAction) Schedule {
	return Schedule{
		Name: deref(action.ScheduledActionName), Recurrence: deref(action.Recurrence), TimeZone: deref(action.TimeZone),
		MinSize: action.MinSize, MaxSize: action.MaxSize,
	}
}

// Equals tells whether s and other mean the same.
func (s Schedule) Equals(other Schedule) bool {
	var d differences
	s.compare(types.ScheduledUpdateGroupAction{
		Recurrence: &other.Recurrence, TimeZone: &other.TimeZone, MinSize: other.MinSize, MaxSize: other.MaxSize,
	}, &d)
	return s.Name == other.Name && len(d) == 0
}

// compare compares what AWS has with s.
func (s Schedule) compare(action types.ScheduledUpdateGroupAction, d *differences) {
	got := scheduleOf(action)
	add := func(differs bool, what string, is, not any) {
		d.add(differs, "Schedules", "%s of schedule %s is %v, not %v", what, s.Name, is, not)
	}
	add(!slices.Equal(strings.Fields(got.Recurrence), strings.Fields(s.Recurrence)), "recurrence", got.Recurrence, s.Recurrence)
	sameZone := got.TimeZone == s.TimeZone || (slices.Contains(universal, got.TimeZone) && slices.Contains(universal, s.TimeZone))
	add(!sameZone, "time zone", got.TimeZone, s.TimeZone)
	add(sizeText(got.MinSize) != sizeText(s.MinSize), "min size", sizeText(got.MinSize), sizeText(s.MinSize))
	add(sizeText(got.MaxSize) != sizeText(s.MaxSize), "max size", sizeText(got.MaxSize), sizeText(s.MaxSize))
	d.add(action.DesiredCapacity != nil, "ScheduleFixed", "schedule %s sets the desired capacity to %d", s.Name, deref(action.DesiredCapacity))
	d.add(action.EndTime != nil, "ScheduleFixed", "schedule %s ends at %s", s.Name, deref(action.EndTime))
}

func sizeText(size *int32) string {
	if size == nil {
		return "none"
	}
	return fmt.Sprint(*size)
}
