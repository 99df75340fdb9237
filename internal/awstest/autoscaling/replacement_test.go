package autoscaling

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-max-instance-lifetime.html
func TestOldInstancesAreReplacedOneAfterTheOther(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.Behave(func(b *Behavior) { b.BootTime = time.Minute })
	w.one(t, 3, func(in *autoscaling.CreateAutoScalingGroupInput) { in.MaxInstanceLifetime = ptr(int32(86400)) })
	w.hook(t)
	w.pass(time.Minute)
	if err := w.protect(true, "i-3"); err != nil {
		t.Fatal(err)
	}
	w.pass(24*time.Hour - time.Second)
	w.holds(t, "before the day", "i-1 InService, i-2 InService, i-3 InService")
	w.pass(time.Second)
	w.holds(t, "the first", "i-1 Terminating:Wait, i-2 InService, i-3 InService, i-4 Pending")
	w.pass(time.Minute)
	w.holds(t, "the second", "i-1 Terminating:Wait, i-2 Terminating:Wait, i-3 InService, i-4 InService, i-5 Pending")
	w.pass(time.Hour)
	w.holds(t, "the protected one stays", "i-3 InService, i-4 InService, i-5 InService")
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
func TestLifetimeNeedsLaunchAndTerminate(t *testing.T) {
	t.Parallel()
	for _, process := range []string{"Launch", "Terminate"} {
		w := newWorld()
		w.one(t, 1, func(in *autoscaling.CreateAutoScalingGroupInput) { in.MaxInstanceLifetime = ptr(int32(86400)) })
		w.suspend(t, process)
		w.pass(25 * time.Hour)
		w.holds(t, process, "i-1 InService")
	}
}

// spots makes a group of so many Spot Instances, which is at its maximum.
func spots(t *testing.T, count int32, rebalance bool) *world {
	t.Helper()
	w := newWorld()
	w.one(t, count, func(in *autoscaling.CreateAutoScalingGroupInput) {
		in.MaxSize, in.CapacityRebalance = &count, &rebalance
		in.LaunchTemplate, in.MixedInstancesPolicy = nil, mixed(&types.InstancesDistribution{OnDemandPercentageAboveBaseCapacity: ptr(int32(0))})
	})
	w.hook(t)
	w.Behave(func(b *Behavior) { b.BootTime = time.Minute })
	return w
}

// "Waits until the new instance passes its health check before it proceeds with
// terminating the old instance", and "can temporarily exceed the maximum".
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-capacity-rebalancing.html
func TestCapacityRebalancingLaunchesBeforeItEnds(t *testing.T) {
	t.Parallel()
	w := spots(t, 2, true)
	w.RecommendRebalance("i-1")
	w.holds(t, "recommended", "i-1 InService, i-2 InService, i-3 Pending")
	w.pass(time.Minute)
	w.holds(t, "the new one serves", "i-1 Terminating:Wait, i-2 InService, i-3 InService")
	w.pass(300 * time.Second)
	w.holds(t, "in the end", "i-2 InService, i-3 InService")
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-capacity-rebalancing.html
func TestCapacityRebalancingExceedsTheMaximumByTenPercentOrOne(t *testing.T) {
	t.Parallel()
	w := spots(t, 2, true)
	w.RecommendRebalance("i-1", "i-2")
	w.holds(t, "recommended", "i-1 InService, i-2 InService, i-3 Pending")
	w.pass(2 * time.Minute)
	w.holds(t, "one after the other", "i-1 Terminating:Wait, i-2 Terminating:Wait, i-3 InService, i-4 InService")
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-capacity-rebalancing.html
func TestRecommendationIsNothingWithoutCapacityRebalancing(t *testing.T) {
	t.Parallel()
	w := spots(t, 1, false)
	w.RecommendRebalance("i-1")
	w.pass(time.Hour)
	w.holds(t, "an hour later", "i-1 InService")
}

// "Keeps trying to relaunch" when the launch fails.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-capacity-rebalancing.html
func TestCapacityRebalancingTriesAgain(t *testing.T) {
	t.Parallel()
	w := spots(t, 1, true)
	w.Behave(func(b *Behavior) { b.Capacity = map[string]int{"m5.large": 0} })
	w.RecommendRebalance("i-1")
	w.holds(t, "no capacity", "i-1 InService")
	w.Behave(func(b *Behavior) { b.Capacity = nil })
	w.pass(defaultRetryTime)
	w.holds(t, "tried again", "i-1 InService, i-2 Pending")
}

// A hook cannot hold a Spot Instance that EC2 wants back; its wait has to be
// completed all the same.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
func TestReclaimTakesTwoMinutesWhateverTheHook(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		rebalance            bool
		noticed, after, done string
	}{
		"with capacity rebalancing": {
			true, "i-1 Terminating:Wait, i-2 Pending", "i-1 Terminating:Wait, i-2 InService", "i-2 InService",
		},
		"without": {false, "i-1 InService", "i-1 Terminating:Wait, i-2 Pending", "i-2 InService"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := spots(t, 1, c.rebalance)
			var died, noticed time.Time
			w.Subscribe(func(e Event) {
				switch e.Kind {
				case Interrupted:
					noticed = e.At
				case Terminated:
					died = e.At
				default:
				}
			})
			w.Reclaim("i-1")
			w.holds(t, "noticed", c.noticed)
			w.pass(2 * time.Minute)
			w.holds(t, "reclaimed", c.after)
			if _, running := w.farm.running["i-1"]; running || died.Sub(noticed) != 2*time.Minute {
				t.Errorf("it died after %s", died.Sub(noticed))
			}
			if err := w.complete("i-1", resultContinue); err != nil {
				t.Error(err)
			}
			w.pass(time.Minute)
			w.holds(t, "completed", c.done)
		})
	}
}

// The notice is about nothing any more when the group has ended the machine first.
func TestReclaimOfAnInstanceThatIsEnding(t *testing.T) {
	t.Parallel()
	w := spots(t, 1, true)
	w.Behave(func(b *Behavior) { b.TerminateTime = 5 * time.Minute })
	w.Reclaim("i-1")
	if err := w.complete("i-1", resultContinue); err != nil {
		t.Fatal(err)
	}
	w.pass(3 * time.Minute)
	w.holds(t, "after the notice's time", "i-1 Terminating:Proceed, i-2 InService")
}

func TestOnlySpotInstancesAreReclaimed(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.one(t, 1, func(in *autoscaling.CreateAutoScalingGroupInput) { in.CapacityRebalance = ptr(true) })
	w.Reclaim("i-1", "i-9")
	w.RecommendRebalance("i-1", "i-9")
	w.pass(time.Hour)
	w.holds(t, "an hour later", "i-1 InService")
}

// lopsided makes a group with two instances in zone a and none in zone b.
func lopsided(t *testing.T) *world {
	t.Helper()
	w := newWorld()
	w.one(t, 2)
	w.hook(t)
	w.Behave(func(b *Behavior) { b.BootTime = time.Minute })
	w.suspend(t, "AZRebalance")
	w.update(t, &autoscaling.UpdateAutoScalingGroupInput{VPCZoneIdentifier: ptr("subnet-a,subnet-b")})
	w.pass(time.Hour)
	w.holds(t, "suspended", "i-1 InService, i-2 InService")
	return w
}

// "It first calls Launch and then Terminate."
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
func TestZonesAreRebalancedByLaunchingFirst(t *testing.T) {
	t.Parallel()
	w := lopsided(t)
	w.resume(t, "AZRebalance")
	w.holds(t, "resumed", "i-1 InService, i-2 InService, i-3 Pending")
	if zone := w.farm.running["i-3"].Zone; zone != "us-east-1b" {
		t.Errorf("launched in %s", zone)
	}
	w.pass(time.Minute)
	w.holds(t, "the new one serves", "i-1 Terminating:Wait, i-2 InService, i-3 InService")
	w.pass(time.Hour)
	w.holds(t, "balanced", "i-2 InService, i-3 InService")
}

// The wrong victim of a scale in by hand makes the group move another.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_TerminateInstanceInAutoScalingGroup.html
func TestTerminationMayUnbalanceTheZones(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t, func(in *autoscaling.CreateAutoScalingGroupInput) { in.DesiredCapacity = ptr(int32(3)) })
	if err := w.end("i-3", true); err != nil { // the only one in zone b
		t.Fatal(err)
	}
	w.holds(t, "ended", "i-1 InService, i-2 InService")
	w.pass(rebalanceDelay)
	w.holds(t, "rebalanced", "i-2 InService, i-4 InService")
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
func TestSuspendedTerminateLetsRebalancingGrowTheGroup(t *testing.T) {
	t.Parallel()
	w := lopsided(t)
	w.suspend(t, "Terminate")
	w.resume(t, "AZRebalance")
	w.pass(time.Hour)
	w.holds(t, "grown", "i-1 InService, i-2 InService, i-3 InService")
	w.resume(t, "Terminate")
	w.holds(t, "resumed", "i-1 Terminating:Wait, i-2 InService, i-3 InService")
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
func TestSuspendedLaunchStopsRebalancing(t *testing.T) {
	t.Parallel()
	w := lopsided(t)
	w.suspend(t, "Launch")
	w.resume(t, "AZRebalance")
	w.pass(time.Hour)
	w.holds(t, "an hour later", "i-1 InService, i-2 InService")
}
