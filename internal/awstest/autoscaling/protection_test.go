package autoscaling

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
)

func (w *world) protect(on bool, ids ...string) error {
	_, err := w.SetInstanceProtection(&autoscaling.SetInstanceProtectionInput{AutoScalingGroupName: ptr("group"), InstanceIds: ids, ProtectedFromScaleIn: &on})
	return err
}

func (w *world) detach(shrink bool, ids ...string) error {
	_, err := w.DetachInstances(&autoscaling.DetachInstancesInput{AutoScalingGroupName: ptr("group"), InstanceIds: ids, ShouldDecrementDesiredCapacity: &shrink})
	return err
}

// "If all instances are protected, the desired capacity is decremented": they go
// when they are protected no more.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-protection.html
func TestScaleInWaitsForProtectedInstances(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.one(t, 2)
	if err := w.protect(true, "i-1", "i-2"); err != nil {
		t.Fatal(err)
	}
	w.desire(t, 1)
	w.holds(t, "protected", "i-1 InService, i-2 InService")
	if err := w.protect(false, "i-2"); err != nil {
		t.Fatal(err)
	}
	w.holds(t, "one is protected no more", "i-1 InService")
	if err := w.end("i-1", false); err != nil {
		t.Errorf("protection is against scale in only: %v", err)
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-protection.html
func TestProtectionBeginsInService(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.Behave(func(b *Behavior) { b.StayPending = 1 })
	w.one(t, 1, func(in *autoscaling.CreateAutoScalingGroupInput) { in.NewInstancesProtectedFromScaleIn = ptr(true) })
	refused(t, w.protect(true, "i-1"), "ValidationError")
	w.desire(t, 0)
	w.holds(t, "scaled in", "")
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetInstanceProtection.html
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DetachInstances.html
func TestInstancesOfACallAreCounted(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.one(t, 1)
	many := []string{"i-1"}
	for i := range maxProtected {
		many = append(many, fmt.Sprintf("i-%d", i+2))
	}
	for name, err := range map[string]error{
		"none protected": w.protect(true), "51 protected": w.protect(true, many...), "another group's": w.protect(true, "i-1", "i-9"),
		"none detached": w.detach(false), "21 detached": w.detach(false, many[:maxDetached+1]...), "not ours": w.detach(false, "i-9"),
	} {
		t.Log(name)
		refused(t, err, "ValidationError")
	}
	if got := w.read(t).Instances; len(got) != 1 || value(got[0].ProtectedFromScaleIn) {
		t.Error("a refused call changed the instance")
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DetachInstances.html
func TestDetachedMachineLivesOnAndIsReplacedUnlessTheGroupShrinks(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.one(t, 2, func(in *autoscaling.CreateAutoScalingGroupInput) { in.MinSize = ptr(int32(1)) })
	w.hook(t) // which does not apply
	if err := w.detach(true, "i-1"); err != nil {
		t.Fatal(err)
	}
	w.holds(t, "shrunk", "i-2 InService")
	refused(t, w.detach(true, "i-2"), "ValidationError")
	if err := w.detach(false, "i-2"); err != nil {
		t.Fatal(err)
	}
	w.holds(t, "replaced", "i-3 InService")
	if len(w.farm.running) != 3 {
		t.Errorf("running %v", w.farm.running)
	}
}

// One request that ends and shrinks, or does neither.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_TerminateInstanceInAutoScalingGroup.html
func TestTerminateWithDecrementIsAtomic(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.one(t, 2, func(in *autoscaling.CreateAutoScalingGroupInput) { in.MinSize = ptr(int32(2)) })
	w.hook(t)
	refused(t, w.end("i-1", true), "ValidationError")
	w.holds(t, "refused", "i-1 InService, i-2 InService")
	w.update(t, &autoscaling.UpdateAutoScalingGroupInput{MinSize: ptr(int32(0))})
	if err := w.end("i-1", true); err != nil {
		t.Fatal(err)
	}
	w.holds(t, "ended", "i-1 Terminating:Wait, i-2 InService")
	refused(t, w.end("i-1", true), "ScalingActivityInProgress")
	if desired := value(w.read(t).DesiredCapacity); desired != 1 {
		t.Errorf("desired capacity %d, want 1", desired)
	}
}
