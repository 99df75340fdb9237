package stack

import (
	"fmt"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // for machines without a time zone database, such as those with Windows

	"github.com/robfig/cron/v3"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
)

// Schedule is a scheduled change of the group's bounds.
type Schedule struct {
	Name       string
	Recurrence string // cron expression of five fields
	TimeZone   string // IANA name
	MinSize    *int32 // instances; nil: left alone
	MaxSize    *int32 // instances; nil: left alone
}

// recurrences reads what Auto Scaling does: minute, hour, day of month, month and
// day of week, without seconds, nicknames or time zones.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html
var recurrences = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)

// RecurrenceProblem says what is wrong with a recurrence, "" when nothing is.
func RecurrenceProblem(recurrence string) string {
	plan, err := recurrences.Parse(recurrence)
	switch fields := strings.Fields(recurrence); {
	case len(fields) != 5:
		return fmt.Sprintf("it has %d fields instead of five: minute, hour, day of month, month, day of week", len(fields))
	case strings.Contains(recurrence, "?"):
		return "a crontab has * in place of ?"
	case err != nil:
		return "it does not parse (" + err.Error() + ")"
	case plan.Next(time.Unix(0, 0)).IsZero():
		return "that never comes to pass"
	}
	return ""
}

// TimeZoneProblem says what is wrong with the name of a time zone, "" when
// nothing is.
func TimeZoneProblem(name string) string {
	if _, err := time.LoadLocation(name); err != nil || name == "" || name == "Local" {
		return "the IANA time zone database has no such name"
	}
	return ""
}

// next is when a schedule runs first after now; zero if it is not known.
func (s Schedule) next(now time.Time) time.Time {
	zone, err := time.LoadLocation(s.TimeZone)
	if err != nil || s.Recurrence == "" || s.TimeZone == "" || RecurrenceProblem(s.Recurrence) != "" {
		return time.Time{}
	}
	plan, _ := recurrences.Parse(s.Recurrence) // has no problem
	return plan.Next(now.In(zone)).UTC()
}

// CheckSchedules refuses schedules whose next run is at the same time, which AWS
// does when one is made or changed. Two that are as they were may stay.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html#scheduled-scaling-limitations
func CheckSchedules(spec Spec, prior *Spec, now time.Time) []Problem {
	stays := func(schedule Schedule) bool {
		return prior != nil && slices.ContainsFunc(schedulesOf(*prior), component.Schedule(schedule).Equals)
	}
	var problems []Problem
	first := map[time.Time]Schedule{}
	for i, schedule := range spec.Schedules {
		next := schedule.next(now)
		other, taken := first[next]
		if taken && !next.IsZero() && (!stays(schedule) || !stays(other)) {
			problems = append(problems, Problem{
				Attribute: fmt.Sprintf("schedules.%d.recurrence", i),
				Summary:   "Two schedules at the same time",
				Detail: fmt.Sprintf("schedules[%d].recurrence is %q, so %q runs next at %s, at which %q runs too. AWS takes no two schedules of a group whose next run "+
					"is at the same time. Let one of them run a minute later, or make one of the two.", i, schedule.Recurrence, schedule.Name, next.Format(time.RFC3339), other.Name),
			})
		}
		first[next] = schedule
	}
	return problems
}

// SameSchedules tells whether schedules mean the same, in whichever order.
func SameSchedules(a, b []Schedule) bool {
	return slices.EqualFunc(schedulesOf(Spec{Schedules: a}), schedulesOf(Spec{Schedules: b}), component.Schedule.Equals)
}

// ScheduleNames are the names of the schedules, sorted.
func (spec Spec) ScheduleNames() (names []string) {
	for _, schedule := range schedulesOf(spec) {
		names = append(names, schedule.Name)
	}
	return names
}

// schedulesOf are the schedules in the order of their names: that of the
// configuration means nothing.
func schedulesOf(spec Spec) (schedules []component.Schedule) {
	for _, schedule := range spec.Schedules {
		schedules = append(schedules, component.Schedule(schedule))
	}
	slices.SortFunc(schedules, func(a, b component.Schedule) int { return strings.Compare(a.Name, b.Name) })
	return schedules
}

func minSize(s Schedule) *int32 { return s.MinSize }
func maxSize(s Schedule) *int32 { return s.MaxSize }

// scheduledSizes are the sizes that a schedule may have put in force, each with
// the one that is right in its place: the same, or what the schedule of that name
// says now. A size that was put in force by a schedule that is no more is not
// among them.
func scheduledSizes(spec, prior Spec, size func(Schedule) *int32) map[int32]int32 {
	sizes := map[int32]int32{}
	for _, schedule := range spec.Schedules {
		for _, before := range prior.Schedules {
			if before.Name == schedule.Name && size(before) != nil && size(schedule) != nil {
				sizes[*size(before)] = *size(schedule)
			}
		}
	}
	for _, schedule := range spec.Schedules {
		if size(schedule) != nil {
			sizes[*size(schedule)] = *size(schedule)
		}
	}
	return sizes
}
