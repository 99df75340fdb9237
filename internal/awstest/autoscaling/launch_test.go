package autoscaling

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// one makes a group of a single zone with so many instances.
func (w *world) one(t *testing.T, count int32, changes ...func(*autoscaling.CreateAutoScalingGroupInput)) {
	t.Helper()
	w.make(t, append([]func(*autoscaling.CreateAutoScalingGroupInput){func(in *autoscaling.CreateAutoScalingGroupInput) {
		in.DesiredCapacity, in.VPCZoneIdentifier = &count, ptr("subnet-a")
	}}, changes...)...)
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
func TestInstanceIsPendingUntilItHasBooted(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.Behave(func(b *Behavior) { b.BootTime = time.Minute })
	w.one(t, 1)
	w.holds(t, "launched", "i-1 Pending")
	w.pass(59 * time.Second)
	w.holds(t, "a second before", "i-1 Pending")
	if activity := w.history(t)[0]; activity.StatusCode != types.ScalingActivityStatusCodeInProgress || activity.EndTime != nil {
		t.Errorf("while it boots: %s", activity.StatusCode)
	}
	w.pass(time.Hour)
	w.holds(t, "booted", "i-1 InService")
	activity := w.history(t)[0]
	if activity.StatusCode != types.ScalingActivityStatusCodeSuccessful || activity.EndTime.Sub(*activity.StartTime) != time.Minute {
		t.Errorf("the activity took %s: a leap of the clock is not a longer boot", activity.EndTime.Sub(*activity.StartTime))
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html
func TestScaleOutLaunchesInTheZoneWithTheFewest(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.one(t, 2) // both in zone a
	w.update(t, &autoscaling.UpdateAutoScalingGroupInput{VPCZoneIdentifier: ptr("subnet-a,subnet-b"), DesiredCapacity: ptr(int32(5))})
	count := map[string]int{}
	for _, launch := range w.farm.running {
		count[launch.Zone]++
	}
	if count["us-east-1a"] != 3 || count["us-east-1b"] != 2 {
		t.Errorf("zones %v", count)
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/CHAP_Troubleshooting.html
func TestInstanceMayStayPending(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.Behave(func(b *Behavior) { b.StayPending = 1 })
	w.one(t, 2)
	w.pass(24 * time.Hour)
	w.holds(t, "after a day", "i-1 Pending, i-2 InService")
}

func TestInstanceMayBootInVain(t *testing.T) {
	t.Parallel()
	w := newWorld()
	var booted []string
	w.Subscribe(func(e Event) { booted = append(booted, string(e.Kind)+" "+e.InstanceID) })
	w.Behave(func(b *Behavior) { b.NeverBoot = 1 })
	w.one(t, 2)
	w.holds(t, "launched", "i-1 InService, i-2 InService")
	if len(booted) != 1 || booted[0] != "Booted i-2" {
		t.Errorf("events %v", booted)
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/CHAP_Troubleshooting.html
func TestLaunchWithoutCapacityFailsAndIsTriedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.Behave(func(b *Behavior) { b.Capacity = map[string]int{"t3.micro": 1} })
	w.one(t, 3)
	w.holds(t, "room for one", "i-1 InService")
	failed := w.history(t)[0]
	const message = "We currently do not have sufficient t3.micro capacity in the Availability Zone you requested (us-east-1a). " +
		"Our system will be working on provisioning additional capacity. Launching EC2 instance failed."
	if failed.StatusCode != types.ScalingActivityStatusCodeFailed || value(failed.StatusMessage) != message ||
		value(failed.Description) != "Launching a new EC2 instance.  Status Reason: "+message {
		t.Errorf("activity %s: %s: %s", failed.StatusCode, value(failed.Description), value(failed.StatusMessage))
	}
	w.Behave(func(b *Behavior) { b.Capacity = nil })
	w.pass(defaultRetryTime - time.Second)
	w.holds(t, "before the next try", "i-1 InService")
	w.pass(time.Second)
	w.holds(t, "after it", "i-1 InService, i-2 InService, i-3 InService")
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
func TestInstanceIsTerminatingUntilItHasEnded(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.Behave(func(b *Behavior) { b.TerminateTime = time.Minute })
	w.one(t, 2)
	w.desire(t, 1)
	w.holds(t, "ending", "i-1 Terminating, i-2 InService")
	w.pass(time.Minute)
	w.holds(t, "ended", "i-2 InService")
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
func TestSuspendedLaunchOrTerminate(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.one(t, 2)
	w.suspend(t, "Launch", "Terminate")
	w.desire(t, 3)
	w.holds(t, "no launch", "i-1 InService, i-2 InService")
	w.desire(t, 1)
	w.holds(t, "no end", "i-1 InService, i-2 InService")
	w.resume(t, "Launch", "Terminate")
	w.holds(t, "resumed", "i-2 InService")
}

// "Applies only to instances that are currently in the InService state."
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/suspend-resume-considerations.html
func TestSuspendedTerminateSparesOnlyInstancesInService(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.one(t, 1)
	w.Behave(func(b *Behavior) { b.StayPending = 1 })
	w.desire(t, 2)
	w.suspend(t, "Terminate")
	w.desire(t, 0)
	w.holds(t, "scaled in", "i-1 InService")
	if err := w.end("i-1", false); err != nil {
		t.Errorf("a user's request: %v", err)
	}
	w.holds(t, "a user may", "")
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingActivities.html
func TestActivitiesComeInPagesNewestFirst(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.one(t, 3)
	w.pass(time.Minute)
	w.desire(t, 4)
	in := &autoscaling.DescribeScalingActivitiesInput{AutoScalingGroupName: ptr("group"), MaxRecords: ptr(int32(3))}
	first, err := w.DescribeScalingActivities(in)
	if err != nil || len(first.Activities) != 3 || !first.Activities[0].StartTime.After(*first.Activities[1].StartTime) {
		t.Fatalf("%+v, %v", first, err)
	}
	in.NextToken = first.NextToken
	second, err := w.DescribeScalingActivities(in)
	if err != nil || len(second.Activities) != 1 || second.NextToken != nil {
		t.Errorf("%+v, %v", second, err)
	}
	named, err := w.DescribeScalingActivities(&autoscaling.DescribeScalingActivitiesInput{ActivityIds: []string{*second.Activities[0].ActivityId}})
	if err != nil || len(named.Activities) != 1 {
		t.Errorf("%+v, %v", named, err)
	}
}

// A big group is made in a request a zone, and shown whole.
func TestInstancesThatAreAlikeStartInOneRequest(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t, func(in *autoscaling.CreateAutoScalingGroupInput) {
		in.MaxSize, in.DesiredCapacity = ptr(int32(1000)), ptr(int32(1000))
	})
	out, err := w.Client().DescribeAutoScalingGroups(t.Context(), &autoscaling.DescribeAutoScalingGroupsInput{})
	if err != nil || len(out.AutoScalingGroups[0].Instances) != 1000 || w.farm.requests != 2 {
		t.Errorf("%d requests, %v", w.farm.requests, err)
	}
}
