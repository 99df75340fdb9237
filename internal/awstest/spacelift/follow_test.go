package spacelift

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/autoscaling"
)

// group makes a group of the pool, in memory, that the account follows.
func (w *world) group(size int32, hooks ...types.LifecycleHookSpecification) *autoscaling.Groups {
	w.t.Helper()
	groups, fleet := autoscaling.NewLocal(autoscaling.Place{Partition: "aws", Region: "us-east-1", AccountID: "000000000001"}, time.Now)
	fleet.AddTemplate(autoscaling.Template{ID: "lt-1", Name: "template", Image: "ami-1", InstanceType: "t3.micro"})
	fleet.AddSubnet("subnet-a", "us-east-1a")
	w.Follow(groups)
	groups.Behave(func(b *autoscaling.Behavior) { b.BootTime = 2 * time.Minute })
	go groups.Run(w.t.Context())
	if _, err := groups.CreateAutoScalingGroup(&sdk.CreateAutoScalingGroupInput{
		AutoScalingGroupName: aws.String("group"), MinSize: aws.Int32(0), MaxSize: aws.Int32(2000), DesiredCapacity: &size,
		VPCZoneIdentifier: aws.String("subnet-a"), LifecycleHookSpecificationList: hooks,
		LaunchTemplate: &types.LaunchTemplateSpecification{LaunchTemplateId: aws.String("lt-1"), Version: aws.String("$Latest")},
		Tags:           []types.Tag{{Key: aws.String("Name"), Value: aws.String("x")}, {Key: aws.String(poolTag), Value: &w.pool}},
	}); err != nil {
		w.t.Fatal(err)
	}
	return groups
}

// instances are those of the group.
func instances(t *testing.T, groups *autoscaling.Groups) []types.Instance {
	t.Helper()
	out, err := groups.DescribeAutoScalingGroups(&sdk.DescribeAutoScalingGroupsInput{})
	if err != nil {
		t.Fatal(err)
	}
	return out.AutoScalingGroups[0].Instances
}

// An instance that a hook holds back is a worker still: its run goes on, until
// the hook lets the machine end.
func TestHookKeepsTheWorker(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, w *world) {
		w.Behave(func(b *Behavior) { b.RegisterTime = time.Minute })
		groups := w.group(1, types.LifecycleHookSpecification{
			LifecycleHookName: aws.String("drain"), LifecycleTransition: aws.String("autoscaling:EC2_INSTANCE_TERMINATING"), HeartbeatTimeout: aws.Int32(600),
		})
		pass(2*time.Minute + 59*time.Second)
		if len(w.Workers()) != 0 {
			t.Fatal("a worker before its time")
		}
		pass(time.Second)
		first, second := w.Queue(w.pool, 5*time.Minute), w.Queue(w.pool, time.Hour)
		id := instances(t, groups)[0].InstanceId
		if got := w.run(first); got.InstanceID != *id {
			t.Fatalf("run: %+v", got)
		}
		if _, err := groups.TerminateInstanceInAutoScalingGroup(&sdk.TerminateInstanceInAutoScalingGroupInput{
			InstanceId: id, ShouldDecrementDesiredCapacity: aws.Bool(true),
		}); err != nil {
			t.Fatal(err)
		}
		pass(5 * time.Minute)
		if a, b := w.run(first), w.run(second); a.State != Finished || b.State != Running {
			t.Errorf("while the hook waits: %+v, %+v", a, b)
		}
		if _, err := groups.CompleteLifecycleAction(&sdk.CompleteLifecycleActionInput{
			AutoScalingGroupName: aws.String("group"), LifecycleHookName: aws.String("drain"), InstanceId: id, LifecycleActionResult: aws.String("CONTINUE"),
		}); err != nil {
			t.Fatal(err)
		}
		if got := w.run(second); got.State != CutShort || len(w.Workers()) != 0 {
			t.Errorf("after the hook: %+v, workers %+v", got, w.Workers())
		}
	})
}

// The group replaces instances that power themselves off.
func TestGroupHearsOfPowerOffs(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, w *world) {
		groups := w.group(2)
		pass(2 * time.Minute)
		before := fmt.Sprint(*instances(t, groups)[0].InstanceId, *instances(t, groups)[1].InstanceId)
		if err := w.Cycle(w.pool); err != nil {
			t.Fatal(err)
		}
		pass(2 * time.Minute)
		after := fmt.Sprint(*instances(t, groups)[0].InstanceId, *instances(t, groups)[1].InstanceId)
		if before == after || len(w.Workers()) != 2 {
			t.Errorf("instances %s, before %s, workers %+v", after, before, w.Workers())
		}
	})
}

// Hundreds of workers and twice as many runs are a matter of moments.
func TestBigPool(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, w *world) {
		w.group(300)
		for range 600 {
			w.Queue(w.pool, 10*time.Minute)
		}
		pass(25 * time.Minute)
		got := w.Figures()
		if got.Finished != 600 || len(got.CutShort) != 0 || got.Busy != 6000*time.Minute || len(w.snapshot().Workers) != 300 {
			t.Errorf("%d runs finished, %d cut short, busy for %s", got.Finished, len(got.CutShort), got.Busy)
		}
	})
}
