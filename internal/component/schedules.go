package component

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/smithy-go"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

// KindSchedule is the Kind of a ForeignError about a scheduled action.
const KindSchedule = "scheduled action"

// Limits of requests about scheduled actions:
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-quotas.html
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScheduledActions.html
const (
	maxSchedulesPerCall = 50
	maxSchedulesPerPage = 100
)

// Schedule is a scheduled action of a group.
type Schedule struct {
	Name       string // without a comma
	Recurrence string // cron expression of five fields
	TimeZone   string // IANA name
	MinSize    *int32 // nil: left alone
	MaxSize    *int32 // nil: left alone
}

// Schedules are the scheduled actions of a group, as one component: AWS reads and
// writes them together. They have no tags, so it knows its own by the inventory,
// and leaves others alone. Its ID is their names, joined by commas.
type Schedules struct {
	Object
	API   awsapi.AutoScaling
	Group *AutoScalingGroup
	Want  []Schedule

	seen map[string]types.ScheduledUpdateGroupAction // all of the group's, by name
}

// Deps implements Component.
func (s *Schedules) Deps() []Component { return []Component{s.Group} }

// Ensure implements Component. What differs is deleted and made anew: a setting
// that is left out of a request may stay as it is, and each action needs a start
// time that no other has, even if they exchange theirs.
func (s *Schedules) Ensure(ctx context.Context) error {
	fresh := s.Group.Created() && s.Known == "" // has none
	if !fresh {
		if err := s.load(ctx); err != nil {
			return err
		}
	}
	s.own()
	var stale []string
	var put []types.ScheduledUpdateGroupActionRequest
	for _, want := range s.Want {
		got, exists := s.seen[want.Name]
		var d differences
		want.compare(got, &d)
		switch {
		case !exists:
			put = append(put, want.request())
		case !s.has(want.Name):
			return &ForeignError{Kind: KindSchedule, Name: want.Name}
		case len(d) > 0:
			stale, put = append(stale, want.Name), append(put, want.request())
		}
	}
	for _, name := range s.names() {
		if !s.wants(name) {
			stale = append(stale, name)
		}
	}
	if err := s.remove(ctx, stale); err != nil {
		return err
	}
	return s.put(ctx, put)
}

// Read implements Component.
func (s *Schedules) Read(ctx context.Context) (Status, error) {
	if err := s.load(ctx); err != nil {
		return Status{}, err
	}
	s.own()
	var d differences
	for _, want := range s.Want {
		got, exists := s.seen[want.Name]
		switch {
		case !exists:
			d.add(true, "Schedules", "schedule %s is missing", want.Name)
		case !s.has(want.Name):
			d.add(true, FieldOwner, "%s", (&ForeignError{Kind: KindSchedule, Name: want.Name}).Error())
		default:
			want.compare(got, &d)
		}
	}
	for _, name := range s.names() {
		d.add(!s.wants(name), "Schedules", "schedule %s is left over", name)
	}
	switch {
	case s.Known == "" && !slices.ContainsFunc(d, func(one Difference) bool { return one.Field == FieldOwner }):
		return Status{State: Absent}, nil
	case len(d) > 0:
		return Status{State: Drifted, Differences: d}, nil
	}
	return Status{State: InSync}, nil
}

// Delete implements Component.
func (s *Schedules) Delete(ctx context.Context) error {
	if s.Known == "" || s.Group.ID() == "" {
		s.Known = "" // they go with their group
		return nil
	}
	return s.remove(ctx, s.names())
}

// Seen returns the pool's own actions as AWS has them, by name.
func (s *Schedules) Seen() (schedules []Schedule) {
	for _, name := range s.names() {
		schedules = append(schedules, scheduleOf(s.seen[name]))
	}
	return schedules
}

func (s *Schedules) names() []string {
	return strings.FieldsFunc(s.Known, func(r rune) bool { return r == ',' })
}

func (s *Schedules) know(names []string) {
	s.Known = strings.Join(slices.Sorted(slices.Values(names)), ",")
}

func (s *Schedules) has(name string) bool { return slices.Contains(s.names(), name) }

func (s *Schedules) wants(name string) bool {
	return slices.ContainsFunc(s.Want, func(want Schedule) bool { return want.Name == name })
}

// own brings Known to the actions that are the pool's own: those that it made and
// that are still there, those that are as it wants them (an earlier run was
// killed before it could tell), and all it wants in a group that an unfinished
// create has left.
func (s *Schedules) own() {
	mine := slices.DeleteFunc(s.names(), func(name string) bool { _, exists := s.seen[name]; return !exists })
	for _, want := range s.Want {
		var d differences
		got, exists := s.seen[want.Name]
		want.compare(got, &d)
		if exists && !slices.Contains(mine, want.Name) && (len(d) == 0 || s.Group.Leftover) {
			mine = append(mine, want.Name)
		}
	}
	s.know(mine)
}

func (s *Schedules) load(ctx context.Context) error {
	s.seen = map[string]types.ScheduledUpdateGroupAction{}
	if s.Group.ID() == "" {
		return nil
	}
	pages := autoscaling.NewDescribeScheduledActionsPaginator(s.API, &autoscaling.DescribeScheduledActionsInput{
		AutoScalingGroupName: s.Group.name(), MaxRecords: aws.Int32(maxSchedulesPerPage),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil && s.Group.gone(ctx, err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading the scheduled actions of Auto Scaling group %s: %w", s.Group.ID(), err)
		}
		for _, action := range page.ScheduledUpdateGroupActions {
			s.seen[deref(action.ScheduledActionName)] = action
		}
	}
	return nil
}

// put makes actions, which must not exist.
func (s *Schedules) put(ctx context.Context, requests []types.ScheduledUpdateGroupActionRequest) error {
	var failures []error
	for some := range slices.Chunk(requests, maxSchedulesPerCall) {
		out, err := s.API.BatchPutScheduledUpdateGroupAction(ctx, &autoscaling.BatchPutScheduledUpdateGroupActionInput{
			AutoScalingGroupName: s.Group.name(), ScheduledUpdateGroupActions: some,
		}, s.patient)
		if err != nil {
			return fmt.Errorf("making scheduled actions of Auto Scaling group %s: %w", s.Group.ID(), err)
		}
		made := map[string]bool{}
		for _, request := range some {
			made[deref(request.ScheduledActionName)] = true
		}
		for _, failed := range out.FailedScheduledUpdateGroupActions {
			delete(made, deref(failed.ScheduledActionName))
			failures = append(failures, fmt.Errorf("making scheduled action %s of Auto Scaling group %s: %w", deref(failed.ScheduledActionName), s.Group.ID(), failureOf(failed)))
		}
		s.know(append(s.names(), slices.Collect(maps.Keys(made))...))
	}
	return errors.Join(failures...)
}

// remove deletes actions. Those that are gone already are no failure.
func (s *Schedules) remove(ctx context.Context, names []string) error {
	var failures []error
	for some := range slices.Chunk(names, maxSchedulesPerCall) {
		out, err := s.API.BatchDeleteScheduledAction(ctx, &autoscaling.BatchDeleteScheduledActionInput{
			AutoScalingGroupName: s.Group.name(), ScheduledActionNames: some,
		}, s.patient)
		if err != nil && s.Group.gone(ctx, err) {
			s.Known = ""
			return nil
		}
		if err != nil {
			return fmt.Errorf("deleting scheduled actions of Auto Scaling group %s: %w", s.Group.ID(), err)
		}
		left := map[string]bool{}
		for _, failed := range out.FailedScheduledActions {
			err := failureOf(failed)
			if awserr.Code(err) == "ValidationError" { // says that there is no such action: all else about the request is right
				continue
			}
			left[deref(failed.ScheduledActionName)] = true
			failures = append(failures, fmt.Errorf("deleting scheduled action %s of Auto Scaling group %s: %w", deref(failed.ScheduledActionName), s.Group.ID(), err))
		}
		s.know(slices.DeleteFunc(s.names(), func(name string) bool { return slices.Contains(some, name) && !left[name] }))
	}
	return errors.Join(failures...)
}

func (s *Schedules) patient(o *autoscaling.Options) {
	o.Retryer = patiently(o.Retryer, "ResourceContention")
}

func failureOf(failed types.FailedScheduledUpdateGroupActionRequest) error {
	return &smithy.GenericAPIError{Code: deref(failed.ErrorCode), Message: deref(failed.ErrorMessage)}
}
