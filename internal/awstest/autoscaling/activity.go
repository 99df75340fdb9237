package autoscaling

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/smithy-go"
)

// begin records a scaling activity that is under way.
func (g *Groups) begin(found *group, description, why string) *types.Activity {
	g.serial++
	activity := &types.Activity{
		ActivityId:           ptr(fmt.Sprintf("%08d-0000-4000-8000-000000000000", g.serial)),
		AutoScalingGroupName: ptr(found.name()), AutoScalingGroupARN: found.record.AutoScalingGroupARN,
		Description: ptr(description), Cause: ptr("At " + g.moment.UTC().Format(time.RFC3339) + " " + why),
		StartTime: ptr(g.moment), Progress: ptr(int32(0)),
		StatusCode: types.ScalingActivityStatusCodeInProgress,
	}
	found.activities = append(found.activities, activity)
	return activity
}

// finish ends the activity that an instance is in, and starts the cooldown.
func (g *Groups) finish(found *group, one *instance) {
	if one.activity == nil {
		return
	}
	one.activity.StatusCode, one.activity.Progress, one.activity.EndTime = types.ScalingActivityStatusCodeSuccessful, ptr(int32(100)), ptr(g.moment)
	one.activity = nil
	found.cooldown = g.moment.Add(time.Duration(value(found.record.DefaultCooldown)) * time.Second)
}

// cancel ends the activity that an instance is in before it has come to its end.
func (g *Groups) cancel(one *instance, why string) {
	one.activity.StatusCode, one.activity.EndTime, one.activity.StatusMessage = types.ScalingActivityStatusCodeCancelled, ptr(g.moment), ptr(why)
	one.activity = nil
}

// fail records a scaling activity that did not work.
func (g *Groups) fail(found *group, description, why string, failure error) {
	activity := g.begin(found, description, why)
	activity.StatusCode, activity.StatusMessage = types.ScalingActivityStatusCodeFailed, ptr(failure.Error())
	activity.Progress, activity.EndTime = ptr(int32(100)), ptr(g.moment)
}

// failLaunch records a launch that did not work, in AWS's words.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/CHAP_Troubleshooting.html
func (g *Groups) failLaunch(found *group, why string, failure error) {
	var known smithy.APIError
	if errors.As(failure, &known) {
		failure = errors.New(strings.TrimSuffix(known.ErrorMessage(), failedLaunch) + failedLaunch)
	}
	g.fail(found, "Launching a new EC2 instance.  Status Reason: "+failure.Error(), why, failure)
}

// failedLaunch ends the status message of every launch that failed.
const failedLaunch = " Launching EC2 instance failed."

// history are the group's activities, newest first.
func (g *group) history() []types.Activity {
	all := make([]types.Activity, 0, len(g.activities))
	for _, activity := range slices.Backward(g.activities) {
		all = append(all, *activity)
	}
	return all
}
