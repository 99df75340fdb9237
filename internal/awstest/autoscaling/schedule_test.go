package autoscaling

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

type putInput = autoscaling.PutScheduledUpdateGroupActionInput

// Where the rules of these tests come from.
const (
	_ = "https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutScheduledUpdateGroupAction.html"
	_ = "https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html"
)

// morning is an action that AWS accepts. The clock says 3:04:05 on a Friday.
func morning(changes ...func(*putInput)) *putInput {
	in := &putInput{AutoScalingGroupName: ptr("group"), ScheduledActionName: ptr("morning"), Recurrence: ptr("0 8 * * *"), MinSize: ptr(int32(3))}
	for _, change := range changes {
		change(in)
	}
	return in
}

func (w *world) schedule(t *testing.T, changes ...func(*putInput)) {
	t.Helper()
	if _, err := w.PutScheduledUpdateGroupAction(morning(changes...)); err != nil {
		t.Fatal(err)
	}
}

func (w *world) schedules(t *testing.T) []types.ScheduledUpdateGroupAction {
	t.Helper()
	out, err := w.DescribeScheduledActions(&autoscaling.DescribeScheduledActionsInput{AutoScalingGroupName: ptr("group")})
	if err != nil {
		t.Fatal(err)
	}
	return out.ScheduledUpdateGroupActions
}

// sizes reads the group's min, max and desired size at a time of the first day.
func (w *world) sizes(t *testing.T, clock string) [3]int32 {
	t.Helper()
	at, err := time.Parse("2 15:04", clock)
	if err != nil {
		t.Fatal(err)
	}
	w.now = time.Date(2026, 1, at.Day(), at.Hour(), at.Minute(), 0, 0, time.UTC)
	r := w.read(t)
	return [3]int32{*r.MinSize, *r.MaxSize, *r.DesiredCapacity}
}

func TestScheduleIsShown(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t)
	w.schedule(t, func(in *putInput) { in.TimeZone, in.MaxSize = ptr("Europe/Berlin"), ptr(int32(4)) })
	start := time.Date(2026, 1, 2, 7, 0, 0, 0, time.UTC)
	want := []types.ScheduledUpdateGroupAction{{
		AutoScalingGroupName: ptr("group"), ScheduledActionName: ptr("morning"), Recurrence: ptr("0 8 * * *"), TimeZone: ptr("Europe/Berlin"),
		MinSize: ptr(int32(3)), MaxSize: ptr(int32(4)), StartTime: &start, Time: &start,
		ScheduledActionARN: ptr("arn:aws:autoscaling:us-east-1:000000000001:scheduledUpdateGroupAction:00000004-0000-4000-8000-000000000000:autoScalingGroupName/group:scheduledActionName/morning"),
	}}
	if diff := cmp.Diff(want, w.schedules(t), cmpopts.IgnoreUnexported(types.ScheduledUpdateGroupAction{})); diff != "" {
		t.Error(diff)
	}
}

func TestScheduleIsRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*putInput)
		code   string
	}{
		"no such group":        {func(in *putInput) { in.AutoScalingGroupName = ptr("none") }, "ValidationError"},
		"no name":              {func(in *putInput) { in.ScheduledActionName = ptr("") }, "ValidationError"},
		"no size":              {func(in *putInput) { in.MinSize = nil }, "ValidationError"},
		"negative size":        {func(in *putInput) { in.MinSize = ptr(int32(-1)) }, "ValidationError"},
		"min above max":        {func(in *putInput) { in.MaxSize = ptr(int32(2)) }, "ValidationError"},
		"desired below min":    {func(in *putInput) { in.DesiredCapacity = ptr(int32(2)) }, "ValidationError"},
		"no time":              {func(in *putInput) { in.Recurrence = nil }, "ValidationError"},
		"time in the past":     {func(in *putInput) { in.StartTime = ptr(time.Unix(0, 0)) }, "ValidationError"},
		"end in the past":      {func(in *putInput) { in.EndTime = ptr(time.Unix(0, 0)) }, "ValidationError"},
		"six fields":           {func(in *putInput) { in.Recurrence = ptr("0 0 8 * * *") }, "ValidationError"},
		"expression of a rate": {func(in *putInput) { in.Recurrence = ptr("rate(1 day)") }, "ValidationError"},
		"never":                {func(in *putInput) { in.Recurrence = ptr("0 0 31 2 *") }, "ValidationError"},
		"time zone":            {func(in *putInput) { in.TimeZone = ptr("Europe/Atlantis") }, "ValidationError"},
		"a time that another has": {func(in *putInput) {
			in.ScheduledActionName, in.Recurrence, in.TimeZone = ptr("other"), ptr("0 9 * * *"), ptr("Europe/Berlin")
		}, "AlreadyExists"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.make(t)
			w.schedule(t)
			before := w.schedules(t)
			_, err := w.PutScheduledUpdateGroupAction(morning(func(in *putInput) { in.ScheduledActionName = ptr("new") }, test.change))
			refused(t, err, test.code)
			if after := w.schedules(t); len(after) != len(before) {
				t.Errorf("the group has %v", after)
			}
		})
	}
}

func TestScheduleKeepsWhatAnUpdateLeavesOut(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t)
	w.schedule(t, func(in *putInput) { in.MaxSize = ptr(int32(4)) })
	w.schedule(t, func(in *putInput) { in.MinSize, in.Recurrence = nil, ptr("0 9 * * *") })
	if got := w.schedules(t)[0]; value(got.MinSize) != 3 || value(got.MaxSize) != 4 || got.StartTime.Hour() != 9 {
		t.Errorf("%+v", got)
	}
}

func TestGroupTakes125Schedules(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t)
	put := func(i int) error {
		_, err := w.PutScheduledUpdateGroupAction(morning(func(in *putInput) {
			in.ScheduledActionName, in.Recurrence = ptr(fmt.Sprint(i)), ptr(fmt.Sprintf("%d %d * * *", i%60, i/60))
		}))
		return err
	}
	for i := range 125 {
		if err := put(i); err != nil {
			t.Fatal(err)
		}
	}
	refused(t, put(125), "LimitExceeded")
	if err := put(7); err != nil {
		t.Errorf("changing one: %v", err)
	}
}

func TestScheduleSetsSizes(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t)
	w.schedule(t, func(in *putInput) { in.MaxSize = ptr(int32(9)) })
	w.schedule(t, func(in *putInput) {
		in.ScheduledActionName, in.Recurrence, in.MinSize, in.MaxSize = ptr("evening"), ptr("0 18 * * *"), ptr(int32(0)), ptr(int32(1))
	})
	w.schedule(t, func(in *putInput) {
		in.ScheduledActionName, in.Recurrence, in.MinSize, in.DesiredCapacity = ptr("noon"), ptr("0 12 * * *"), nil, ptr(int32(7))
	})
	for _, step := range []struct {
		at   string
		want [3]int32
	}{
		{"2 07:59", [3]int32{0, 5, 2}},
		{"2 08:00", [3]int32{3, 9, 3}}, // the desired capacity moves to the new minimum
		{"2 12:00", [3]int32{3, 9, 7}},
		{"2 18:00", [3]int32{0, 1, 1}}, // and to the new maximum
		{"3 08:00", [3]int32{3, 9, 3}}, // again
	} {
		if got := w.sizes(t, step.at); got != step.want || len(w.farm.running) != int(step.want[2]) {
			t.Errorf("%s: sizes %v, %d instances; want %v", step.at, got, len(w.farm.running), step.want)
		}
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html#sch-actions_rules
func TestScheduleOutsideTheGroupsBoundsFails(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t)
	w.schedule(t, func(in *putInput) { in.MinSize = ptr(int32(6)) })
	if got := w.sizes(t, "2 08:00"); got != [3]int32{0, 5, 2} {
		t.Errorf("sizes %v", got)
	}
	out, err := w.DescribeScalingActivities(&autoscaling.DescribeScalingActivitiesInput{AutoScalingGroupName: ptr("group")})
	if err != nil || out.Activities[0].StatusCode != types.ScalingActivityStatusCodeFailed {
		t.Errorf("%+v, %v", out, err)
	}
}

func TestScheduleFollowsDaylightSavingTime(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t)
	w.schedule(t, func(in *putInput) { in.TimeZone = ptr("America/New_York") })
	for _, day := range []struct{ date, hour int }{{1, 13}, {20, 12}} { // in March 2026 the clocks change on the 8th
		w.now = time.Date(2026, 3, day.date, 0, 0, 0, 0, time.UTC)
		if got := w.schedules(t)[0].StartTime.Hour(); got != day.hour {
			t.Errorf("on March %d it runs at %d:00 UTC, want %d:00", day.date, got, day.hour)
		}
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
func TestScheduleIsPassedOverWhileSuspended(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t)
	w.schedule(t)
	process := []string{"ScheduledActions"}
	if _, err := w.SuspendProcesses(&autoscaling.SuspendProcessesInput{AutoScalingGroupName: ptr("group"), ScalingProcesses: process}); err != nil {
		t.Fatal(err)
	}
	suspended := w.sizes(t, "2 09:00")
	if _, err := w.ResumeProcesses(&autoscaling.ResumeProcessesInput{AutoScalingGroupName: ptr("group"), ScalingProcesses: process}); err != nil {
		t.Fatal(err)
	}
	if late, next := w.sizes(t, "2 10:00"), w.sizes(t, "3 08:00"); suspended[0] != 0 || late[0] != 0 || next[0] != 3 {
		t.Errorf("min size: %d while suspended, %d resumed, %d the next day", suspended[0], late[0], next[0])
	}
}

func TestScheduleThatHasEndedIsGone(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t)
	once := time.Date(2026, 1, 2, 6, 0, 0, 0, time.UTC)
	w.schedule(t, func(in *putInput) { in.ScheduledActionName, in.Recurrence, in.StartTime = ptr("once"), nil, &once })
	w.schedule(t, func(in *putInput) { in.EndTime = ptr(time.Date(2026, 1, 3, 12, 0, 0, 0, time.UTC)) })
	for at, want := range map[string]int{"2 07:00": 1, "3 07:00": 1} {
		if w.sizes(t, at); len(w.schedules(t)) != want {
			t.Errorf("%s: %v", at, w.schedules(t))
		}
	}
	if w.sizes(t, "3 08:00"); len(w.schedules(t)) != 0 {
		t.Errorf("after the last run: %v", w.schedules(t))
	}
}

func TestScheduleGoesWithTheGroup(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t)
	w.schedule(t)
	if _, err := w.DeleteAutoScalingGroup(&autoscaling.DeleteAutoScalingGroupInput{AutoScalingGroupName: ptr("group"), ForceDelete: ptr(true)}); err != nil {
		t.Fatal(err)
	}
	_, err := w.DescribeScheduledActions(&autoscaling.DescribeScheduledActionsInput{AutoScalingGroupName: ptr("group")})
	refused(t, err, "ValidationError")
	if next, ok := w.Next(); ok {
		t.Errorf("something is due at %s", next)
	}
}
