package fleet

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	autoscalingtypes "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
)

// SetDesired sets the group's desired capacity. Two who ask for the same get it
// once.
func (f *Fleet) SetDesired(ctx context.Context, capacity int) error {
	_, err := f.Scaling.SetDesiredCapacity(ctx, &autoscaling.SetDesiredCapacityInput{
		AutoScalingGroupName: &f.Group, DesiredCapacity: aws.Int32(int32(capacity)), //nolint:gosec // between min and max size, which are int32
	})
	if err != nil {
		return fmt.Errorf("setting desired capacity of Auto Scaling group %s to %d: %w", f.Group, capacity, err)
	}
	return nil
}

// ErrLeaving says that an instance is being terminated already, or that the group
// takes no such request at the moment.
var ErrLeaving = errors.New("the instance is leaving, or its group is busy")

// Terminate ends an instance through the group's termination hook. With shrink
// the desired capacity goes down by one in the same step, else the group replaces
// the instance. It fails with ErrLeaving.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_TerminateInstanceInAutoScalingGroup.html
func (f *Fleet) Terminate(ctx context.Context, instance string, shrink bool) error {
	_, err := f.Scaling.TerminateInstanceInAutoScalingGroup(ctx, &autoscaling.TerminateInstanceInAutoScalingGroupInput{
		InstanceId: &instance, ShouldDecrementDesiredCapacity: &shrink,
	})
	var busy *autoscalingtypes.ScalingActivityInProgressFault
	switch {
	case errors.As(err, &busy):
		return fmt.Errorf("terminating instance %s: %w: %w", instance, ErrLeaving, err)
	case err != nil:
		return fmt.Errorf("terminating instance %s: %w", instance, err)
	}
	return nil
}

// Tag sets a tag of an instance.
func (f *Fleet) Tag(ctx context.Context, instance, key, value string) error {
	_, err := f.EC2.CreateTags(ctx, &ec2.CreateTagsInput{Resources: []string{instance}, Tags: []types.Tag{{Key: &key, Value: &value}}})
	if err != nil {
		return fmt.Errorf("tagging instance %s with %s: %w", instance, key, err)
	}
	return nil
}

// Untag removes a tag of an instance, if it has it.
func (f *Fleet) Untag(ctx context.Context, instance, key string) error {
	_, err := f.EC2.DeleteTags(ctx, &ec2.DeleteTagsInput{Resources: []string{instance}, Tags: []types.Tag{{Key: &key}}})
	if err != nil {
		return fmt.Errorf("removing tag %s of instance %s: %w", key, instance, err)
	}
	return nil
}

// Unmark removes a mark of marks.Drain from an instance, unless somebody else has
// put theirs in its place.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html
func (f *Fleet) Unmark(ctx context.Context, instance string, mark marks.Mark) error {
	_, err := f.EC2.DeleteTags(ctx, &ec2.DeleteTagsInput{
		Resources: []string{instance}, Tags: []types.Tag{{Key: aws.String(marks.Drain), Value: aws.String(mark.String())}},
	})
	if err != nil {
		return fmt.Errorf("removing tag %s of instance %s: %w", marks.Drain, instance, err)
	}
	return nil
}

// TagGroup sets a tag of the group alone, which its instances do not get.
func (f *Fleet) TagGroup(ctx context.Context, key, value string) error {
	_, err := f.Scaling.CreateOrUpdateTags(ctx, &autoscaling.CreateOrUpdateTagsInput{Tags: []autoscalingtypes.Tag{{
		ResourceId: &f.Group, ResourceType: aws.String("auto-scaling-group"), Key: &key, Value: &value, PropagateAtLaunch: aws.Bool(false),
	}}})
	if err != nil {
		return fmt.Errorf("tagging Auto Scaling group %s with %s: %w", f.Group, key, err)
	}
	return nil
}

// Results of a wait for a termination hook.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CompleteLifecycleAction.html
const (
	Continue = "CONTINUE" // the instance ends
	Abandon  = "ABANDON"  // it ends, or is retained where the group's policy says so
)

// ErrNotWaiting says that an instance does not wait for the hook, any more.
var ErrNotWaiting = errors.New("the instance does not wait for the hook")

// Heartbeat lets an instance wait for one more heartbeat timeout of the hook. It
// fails with ErrNotWaiting.
func (f *Fleet) Heartbeat(ctx context.Context, hook, instance string) error {
	_, err := f.Scaling.RecordLifecycleActionHeartbeat(ctx, &autoscaling.RecordLifecycleActionHeartbeatInput{
		AutoScalingGroupName: &f.Group, LifecycleHookName: &hook, InstanceId: &instance,
	})
	if err != nil {
		return fmt.Errorf("recording heartbeat of instance %s for lifecycle hook %s: %w", instance, hook, notWaiting(err))
	}
	return nil
}

// Complete ends an instance's wait for the hook with a result. It fails with
// ErrNotWaiting.
func (f *Fleet) Complete(ctx context.Context, hook, instance, result string) error {
	_, err := f.Scaling.CompleteLifecycleAction(ctx, &autoscaling.CompleteLifecycleActionInput{
		AutoScalingGroupName: &f.Group, LifecycleHookName: &hook, InstanceId: &instance, LifecycleActionResult: &result,
	})
	if err != nil {
		return fmt.Errorf("completing lifecycle hook %s of instance %s with %s: %w", hook, instance, result, notWaiting(err))
	}
	return nil
}

// notWaiting names the one thing that these requests can be invalid for.
func notWaiting(err error) error {
	var refused smithy.APIError
	if errors.As(err, &refused) && refused.ErrorCode() == "ValidationError" {
		return fmt.Errorf("%w: %w", ErrNotWaiting, err)
	}
	return err
}
