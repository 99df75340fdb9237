package component

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

var scheduleDrifts = []drift{
	{"recurrence", []string{"Schedules"}, "recurrence of schedule evening is 0 19 * * *, not 0 18 * * *", putSchedule(Schedule{Name: "evening", Recurrence: "0 19 * * *"})},
	{"time zone", []string{"Schedules"}, "time zone of schedule evening is Asia/Tokyo, not Etc/UTC", putSchedule(Schedule{Name: "evening", TimeZone: "Asia/Tokyo"})},
	{"min size", []string{"Schedules"}, "min size of schedule morning is 2, not 1", putSchedule(Schedule{Name: "morning", MinSize: aws.Int32(2)})},
	{"a max size more", []string{"Schedules"}, "max size of schedule evening is 9, not none", putSchedule(Schedule{Name: "evening", MaxSize: aws.Int32(9)})},
	{"deleted", []string{"Schedules"}, "schedule morning is missing", dropSchedule("morning")},
	{"desired capacity", []string{"ScheduleFixed"}, "schedule morning sets the desired capacity to 3", func(t *testing.T, w *world) {
		putAction(t, w, types.ScheduledUpdateGroupActionRequest{ScheduledActionName: aws.String("morning"), DesiredCapacity: aws.Int32(3)})
	}},
	{"end", []string{"ScheduleFixed"}, "schedule morning ends at 2099-", func(t *testing.T, w *world) {
		end := time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)
		putAction(t, w, types.ScheduledUpdateGroupActionRequest{ScheduledActionName: aws.String("morning"), EndTime: &end})
	}},
}

// putSchedule changes the given settings of a scheduled action.
func putSchedule(change Schedule) func(*testing.T, *world) {
	return func(t *testing.T, w *world) {
		t.Helper()
		request := types.ScheduledUpdateGroupActionRequest{ScheduledActionName: &change.Name, MinSize: change.MinSize, MaxSize: change.MaxSize}
		if change.Recurrence != "" {
			request.Recurrence = &change.Recurrence
		}
		if change.TimeZone != "" {
			request.TimeZone = &change.TimeZone
		}
		putAction(t, w, request)
	}
}

func putAction(t *testing.T, w *world, request types.ScheduledUpdateGroupActionRequest) {
	t.Helper()
	out, err := w.Direct().AutoScaling.BatchPutScheduledUpdateGroupAction(w.ctx, &autoscaling.BatchPutScheduledUpdateGroupActionInput{
		AutoScalingGroupName: aws.String("pool"), ScheduledUpdateGroupActions: []types.ScheduledUpdateGroupActionRequest{request},
	})
	done(t, out, err)
	if len(out.FailedScheduledUpdateGroupActions) > 0 {
		t.Fatalf("%s", aws.ToString(out.FailedScheduledUpdateGroupActions[0].ErrorMessage))
	}
}

func dropSchedule(name string) func(*testing.T, *world) {
	return func(t *testing.T, w *world) {
		t.Helper()
		out, err := w.Direct().AutoScaling.BatchDeleteScheduledAction(w.ctx, &autoscaling.BatchDeleteScheduledActionInput{
			AutoScalingGroupName: aws.String("pool"), ScheduledActionNames: []string{name},
		})
		done(t, out, err)
	}
}

// actions are the names of the group's scheduled actions.
func (w *world) actions(t *testing.T) (names []string) {
	t.Helper()
	out, err := w.Direct().AutoScaling.DescribeScheduledActions(w.ctx, &autoscaling.DescribeScheduledActionsInput{AutoScalingGroupName: aws.String("pool")})
	done(t, out, err)
	for _, action := range out.ScheduledUpdateGroupActions {
		names = append(names, aws.ToString(action.ScheduledActionName))
	}
	return names
}

func (w *world) calledActions() (names []string) {
	for _, call := range w.Calls() {
		names = append(names, call.Action)
	}
	return names
}

func TestSchedulesOfOthersAreLeftAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ensure(t, w.behind(t, keySchedules))
	clear(w.ready)
	putSchedule(Schedule{Name: "by-hand", Recurrence: "5 5 * * *", MinSize: aws.Int32(1)})(t, w)
	w.reads(t, w.fresh(t, keySchedules), InSync)
	w.change = func(kit map[string]Component) {
		kit[keySchedules].(*Schedules).Want = []Schedule{{Name: "noon", Recurrence: "0 12 * * *", TimeZone: "UTC", MaxSize: aws.Int32(3)}}
	}
	w.reads(t, w.fresh(t, keySchedules), Drifted)
	w.ensure(t, w.fresh(t, keySchedules))
	if diff := cmp.Diff([]string{"by-hand", "noon"}, w.actions(t)); diff != "" || w.known[keySchedules] != "noon" {
		t.Errorf("known %q\n%s", w.known[keySchedules], diff)
	}
	if err := w.fresh(t, keySchedules).Delete(w.ctx); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"by-hand"}, w.actions(t)); diff != "" {
		t.Error(diff)
	}
}

// Scheduled actions have no tags. One under a name that is not in the inventory is
// ours only if it is as we would have made it.
func TestScheduleOfTheSameName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ensure(t, w.behind(t, keySchedules))
	clear(w.ready)
	delete(w.known, keySchedules)
	adopted := w.fresh(t, keySchedules)
	w.ResetCalls()
	w.ensure(t, adopted)
	if calls := w.mutations(); len(calls) > 0 || adopted.ID() != "evening,morning" {
		t.Errorf("%q after %v", adopted.ID(), calls)
	}

	putSchedule(Schedule{Name: "evening", Recurrence: "0 19 * * *"})(t, w)
	w.known[keySchedules] = "morning"
	reader := w.fresh(t, keySchedules)
	if d := w.reads(t, reader, Drifted); len(d) != 1 || d[0].Field != FieldOwner || reader.ID() != "morning" {
		t.Errorf("%v, id %q", d, reader.ID())
	}
	w.ResetCalls()
	var foreign *ForeignError
	if err := w.fresh(t, keySchedules).Ensure(w.ctx); !errors.As(err, &foreign) || foreign.Name != "evening" || foreign.Kind != KindSchedule {
		t.Errorf("got %v", err)
	}
	if calls := w.mutations(); len(calls) > 0 {
		t.Errorf("called %v", calls)
	}

	unfinished := w.fresh(t, keySchedules).(*Schedules) // an unfinished create has left it
	unfinished.Group.Leftover = true
	w.ensure(t, unfinished)
	unfinished.Group.Leftover = false
	w.reads(t, w.fresh(t, keySchedules), InSync)
}

func TestSchedulesExchangeTheirTimes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ensure(t, w.behind(t, keySchedules))
	clear(w.ready)
	w.change = func(kit map[string]Component) {
		want := kit[keySchedules].(*Schedules).Want
		want[0].Recurrence, want[1].Recurrence = want[1].Recurrence, want[0].Recurrence
		want[0].TimeZone, want[1].TimeZone = want[1].TimeZone, want[0].TimeZone
	}
	made := w.fresh(t, keySchedules)
	w.ResetCalls()
	w.ensure(t, made)
	want := []string{"DescribeScheduledActions", "BatchDeleteScheduledAction", "BatchPutScheduledUpdateGroupAction"}
	if diff := cmp.Diff(want, w.calledActions()); diff != "" {
		t.Error(diff)
	}
	w.reads(t, w.fresh(t, keySchedules), InSync)
}

func TestSchedulesOfANewGroupTakeOneCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := w.fresh(t, keySchedules)
	w.ResetCalls()
	w.ensure(t, made)
	if diff := cmp.Diff([]string{"BatchPutScheduledUpdateGroupAction"}, w.calledActions()); diff != "" {
		t.Error(diff)
	}
}

func TestMoreSchedulesThanARequestTakes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.change = func(kit map[string]Component) {
		var want []Schedule
		for i := range 101 {
			want = append(want, Schedule{
				Name: "s" + strings.Repeat("x", i), Recurrence: "0 " + sizeText(aws.Int32(int32(i%24))) + " " + sizeText(aws.Int32(int32(i/24+1))) + " * *",
				TimeZone: "UTC", MinSize: aws.Int32(0),
			})
		}
		kit[keySchedules].(*Schedules).Want = want
	}
	made := w.fresh(t, keySchedules)
	w.ensure(t, made)
	w.reads(t, made, InSync)
	if err := made.Delete(w.ctx); err != nil || len(w.actions(t)) != 0 {
		t.Errorf("%v, left %v", err, w.actions(t))
	}
}

// What was made before a failure is known.
func TestScheduleThatIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.change = func(kit map[string]Component) { kit[keySchedules].(*Schedules).Want[0].Recurrence = "0 99 * * *" }
	made := w.fresh(t, keySchedules)
	err := made.Ensure(w.ctx)
	if awserr.Code(err) != "ValidationError" || !strings.Contains(err.Error(), "evening") || made.ID() != "morning" {
		t.Errorf("got %v, id %q", err, made.ID())
	}
	w.Inject(awstest.FailAction("autoscaling", "BatchDeleteScheduledAction", "AccessDenied", 0))
	if err := made.Delete(w.ctx); awserr.Code(err) != "AccessDenied" || made.ID() != "morning" {
		t.Errorf("got %v, id %q", err, made.ID())
	}
	w.ClearFaults()
	w.Inject(awstest.FailAction("autoscaling", "DescribeScheduledActions", "AccessDenied", 0))
	if _, err := made.Read(w.ctx); awserr.Code(err) != "AccessDenied" || made.ID() != "morning" {
		t.Errorf("got %v, id %q", err, made.ID())
	}
}

func TestSizesThatAScheduleHasPutInForce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		got     [2]int32 // what AWS has; wanted are 1 and 5
		low     map[int32]int32
		high    map[int32]int32
		want    [2]int32
		differs bool
	}{
		"as configured":                   {got: [2]int32{1, 5}, low: map[int32]int32{3: 3}, want: [2]int32{1, 5}},
		"a scheduled min":                 {got: [2]int32{3, 5}, low: map[int32]int32{3: 3}, want: [2]int32{3, 5}},
		"a scheduled max":                 {got: [2]int32{1, 9}, high: map[int32]int32{9: 9}, want: [2]int32{1, 9}},
		"a schedule that says otherwise":  {got: [2]int32{3, 5}, low: map[int32]int32{3: 4, 4: 4}, want: [2]int32{4, 5}, differs: true},
		"a min that nobody scheduled":     {got: [2]int32{2, 9}, low: map[int32]int32{3: 3}, high: map[int32]int32{9: 9}, want: [2]int32{1, 9}, differs: true},
		"a scheduled min above a new max": {got: [2]int32{7, 9}, low: map[int32]int32{7: 7}, want: [2]int32{1, 5}, differs: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			group := &AutoScalingGroup{
				Settings: GroupSettings{MinSize: 1, MaxSize: 5, MinScheduled: test.low, MaxScheduled: test.high}, Template: &LaunchTemplate{},
				seen: &types.AutoScalingGroup{MinSize: &test.got[0], MaxSize: &test.got[1]},
			}
			low, high := group.Sizes()
			differs := slices.ContainsFunc(group.differences(), func(d Difference) bool { return d.Field == "MinSize" || d.Field == "MaxSize" })
			if low != test.want[0] || high != test.want[1] || differs != test.differs {
				t.Errorf("%d and %d, differs %t", low, high, differs)
			}
		})
	}
}
