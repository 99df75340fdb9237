package component

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

// How often a delete looks whether the group and its instances are gone. An
// instance takes from seconds to minutes to terminate.
const (
	goneMinDelay = 500 * time.Millisecond
	goneMaxDelay = 15 * time.Second
)

// Delete implements Component: the group goes with its instances, and it returns
// when they are terminated, so that nothing of them is in the way of whoever
// deletes the subnets and security groups next.
func (g *AutoScalingGroup) Delete(ctx context.Context) error {
	if g.Known == "" {
		return nil
	}
	name := g.Known
	instances, err := g.forceDelete(ctx)
	if err != nil {
		return fmt.Errorf("deleting Auto Scaling group %s: %w", name, err)
	}
	if err := g.waitTerminated(ctx, instances); err != nil {
		return fmt.Errorf("waiting for the instances of Auto Scaling group %s to terminate: %w", name, err)
	}
	g.Known, g.seen = "", nil
	return nil
}

// forceDelete deletes the group, waits until it is gone and returns the ids of
// the instances it had.
func (g *AutoScalingGroup) forceDelete(ctx context.Context) ([]string, error) {
	describe := g.describe()
	out, err := g.API.DescribeAutoScalingGroups(ctx, describe)
	if err != nil || len(out.AutoScalingGroups) == 0 {
		return nil, err
	}
	var instances []string
	for _, i := range out.AutoScalingGroups[0].Instances {
		instances = append(instances, aws.ToString(i.InstanceId))
	}
	if out.AutoScalingGroups[0].Status == nil {
		if err := g.release(ctx, out.AutoScalingGroups[0].InstanceLifecyclePolicy); err != nil {
			return nil, err
		}
		_, err = g.API.DeleteAutoScalingGroup(ctx, &autoscaling.DeleteAutoScalingGroupInput{
			AutoScalingGroupName: aws.String(g.Known), ForceDelete: aws.Bool(true),
		}, func(o *autoscaling.Options) {
			o.Retryer = patiently(o.Retryer, "ScalingActivityInProgress", "ResourceInUse", "ResourceContention")
		})
		if err != nil && !g.gone(ctx, err) {
			return nil, err
		}
	}
	return instances, g.awaitGone(ctx)
}

// release makes the group retain nothing any more: one that does cannot be deleted by
// force. https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-lifecycle-policy.html
func (g *AutoScalingGroup) release(ctx context.Context, policy *types.InstanceLifecyclePolicy) error {
	if !retains(policy) {
		return nil
	}
	_, err := g.API.UpdateAutoScalingGroup(ctx, &autoscaling.UpdateAutoScalingGroupInput{
		AutoScalingGroupName: g.name(), InstanceLifecyclePolicy: GroupSettings{}.retention(),
	}, g.uncontended)
	if err != nil && !g.gone(ctx, err) {
		return fmt.Errorf("letting go of retained instances: %w", err)
	}
	return nil
}

func (g *AutoScalingGroup) awaitGone(ctx context.Context) error {
	waiter := autoscaling.NewGroupNotExistsWaiter(g.API, func(o *autoscaling.GroupNotExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = goneMinDelay, goneMaxDelay
	})
	return waiter.Wait(ctx, g.describe(), remaining(ctx))
}

// gone tells whether err, of a delete, is about a group that is gone or going:
// Auto Scaling says ValidationError then, such as when an earlier attempt whose
// answer was lost has deleted it.
func (g *AutoScalingGroup) gone(ctx context.Context, err error) bool {
	if awserr.Code(err) != "ValidationError" {
		return false
	}
	out, err := g.API.DescribeAutoScalingGroups(ctx, g.describe())
	return err == nil && (len(out.AutoScalingGroups) == 0 || out.AutoScalingGroups[0].Status != nil)
}

func (g *AutoScalingGroup) waitTerminated(ctx context.Context, instances []string) error {
	if len(instances) == 0 {
		return nil
	}
	waiter := ec2.NewInstanceTerminatedWaiter(g.EC2, func(o *ec2.InstanceTerminatedWaiterOptions) {
		o.MinDelay, o.MaxDelay = goneMinDelay, goneMaxDelay
		o.Retryable = stillThere
	})
	err := waiter.Wait(ctx, &ec2.DescribeInstancesInput{InstanceIds: instances}, remaining(ctx))
	return absentIsFine(err)
}

// stillThere replaces the waiter's own judgment, which gives up on an instance
// that was still starting when its group was deleted.
func stillThere(_ context.Context, _ *ec2.DescribeInstancesInput, out *ec2.DescribeInstancesOutput, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	for _, reservation := range out.Reservations {
		for _, instance := range reservation.Instances {
			if instance.State != nil && instance.State.Name != ec2types.InstanceStateNameTerminated {
				return true, nil
			}
		}
	}
	return false, nil
}

// remaining is the time left until ctx ends; what has no deadline gets an hour.
func remaining(ctx context.Context) time.Duration {
	if deadline, ok := ctx.Deadline(); ok {
		return max(time.Until(deadline), time.Millisecond)
	}
	return time.Hour
}
