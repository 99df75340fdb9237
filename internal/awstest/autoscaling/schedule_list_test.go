package autoscaling

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/google/go-cmp/cmp"
)

// batch puts actions that run at full hours.
func (w *world) batch(t *testing.T, hours map[string]string) []types.FailedScheduledUpdateGroupActionRequest {
	t.Helper()
	in := &autoscaling.BatchPutScheduledUpdateGroupActionInput{AutoScalingGroupName: ptr("group")}
	for name, hour := range hours {
		in.ScheduledUpdateGroupActions = append(in.ScheduledUpdateGroupActions, types.ScheduledUpdateGroupActionRequest{
			ScheduledActionName: ptr(name), Recurrence: ptr("0 " + hour + " * * *"), MinSize: ptr(int32(1)),
		})
	}
	out, err := w.BatchPutScheduledUpdateGroupAction(in)
	if err != nil {
		t.Fatal(err)
	}
	return out.FailedScheduledUpdateGroupActions
}

func names(actions []types.ScheduledUpdateGroupAction) (all []string) {
	for _, one := range actions {
		all = append(all, *one.ScheduledActionName)
	}
	return all
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_BatchPutScheduledUpdateGroupAction.html
func TestBatchPutsWhatItCan(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t)
	failed := w.batch(t, map[string]string{"a": "8", "b": "99", "c": "9"})
	if len(failed) != 1 || *failed[0].ScheduledActionName != "b" || *failed[0].ErrorCode != "ValidationError" {
		t.Errorf("failed: %+v", failed)
	}
	if diff := cmp.Diff([]string{"a", "c"}, names(w.schedules(t))); diff != "" {
		t.Error(diff)
	}
	for name, in := range map[string]*autoscaling.BatchPutScheduledUpdateGroupActionInput{
		"nothing":   {AutoScalingGroupName: ptr("group")},
		"fifty-one": {AutoScalingGroupName: ptr("group"), ScheduledUpdateGroupActions: make([]types.ScheduledUpdateGroupActionRequest, 51)},
		"no group":  {AutoScalingGroupName: ptr("none"), ScheduledUpdateGroupActions: make([]types.ScheduledUpdateGroupActionRequest, 1)},
	} {
		_, err := w.BatchPutScheduledUpdateGroupAction(in)
		t.Log(name)
		refused(t, err, "ValidationError")
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_BatchDeleteScheduledAction.html
func TestBatchDeletesWhatItCan(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t)
	w.batch(t, map[string]string{"a": "8", "b": "9", "c": "10"})
	out, err := w.BatchDeleteScheduledAction(&autoscaling.BatchDeleteScheduledActionInput{AutoScalingGroupName: ptr("group"), ScheduledActionNames: []string{"a", "x", "b"}})
	if err != nil || len(out.FailedScheduledActions) != 1 || *out.FailedScheduledActions[0].ScheduledActionName != "x" {
		t.Errorf("%+v, %v", out, err)
	}
	if diff := cmp.Diff([]string{"c"}, names(w.schedules(t))); diff != "" {
		t.Error(diff)
	}
	if _, err = w.DeleteScheduledAction(&autoscaling.DeleteScheduledActionInput{AutoScalingGroupName: ptr("group"), ScheduledActionName: ptr("c")}); err != nil {
		t.Error(err)
	}
	_, err = w.DeleteScheduledAction(&autoscaling.DeleteScheduledActionInput{AutoScalingGroupName: ptr("group"), ScheduledActionName: ptr("c")})
	refused(t, err, "ValidationError")
	_, err = w.BatchDeleteScheduledAction(&autoscaling.BatchDeleteScheduledActionInput{AutoScalingGroupName: ptr("group"), ScheduledActionNames: make([]string, 51)})
	refused(t, err, "ValidationError")
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScheduledActions.html
func TestSchedulesAreFoundByNameAndTime(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t)
	w.batch(t, map[string]string{"a": "8", "b": "9", "c": "10"})
	nine := ptr(time.Date(2026, 1, 2, 9, 0, 0, 0, time.UTC))
	for name, test := range map[string]struct {
		in   autoscaling.DescribeScheduledActionsInput
		want []string
	}{
		"all":             {autoscaling.DescribeScheduledActionsInput{}, []string{"a", "b", "c"}},
		"by name":         {autoscaling.DescribeScheduledActionsInput{ScheduledActionNames: []string{"c", "unknown"}, StartTime: nine, EndTime: nine}, []string{"c"}},
		"from a time on":  {autoscaling.DescribeScheduledActionsInput{StartTime: nine}, []string{"b", "c"}},
		"until a time":    {autoscaling.DescribeScheduledActionsInput{EndTime: nine}, []string{"a", "b"}},
		"the first page":  {autoscaling.DescribeScheduledActionsInput{MaxRecords: ptr(int32(2))}, []string{"a", "b"}},
		"the second page": {autoscaling.DescribeScheduledActionsInput{MaxRecords: ptr(int32(2)), NextToken: ptr("2")}, []string{"c"}},
	} {
		out, err := w.DescribeScheduledActions(&test.in)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(test.want, names(out.ScheduledUpdateGroupActions)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
