package model

import (
	"context"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/fleet"
)

var (
	_ fleet.AutoScaling = (*invocation)(nil)
	_ fleet.EC2         = (*invocation)(nil)
)

// DescribeAutoScalingGroups implements fleet.AutoScaling.
func (v *invocation) DescribeAutoScalingGroups(context.Context, *autoscaling.DescribeAutoScalingGroupsInput, ...func(*autoscaling.Options)) (*autoscaling.DescribeAutoScalingGroupsOutput, error) {
	v.reads.Add(1)
	return v.group, nil
}

// DescribeInstances implements fleet.EC2.
func (v *invocation) DescribeInstances(context.Context, *ec2.DescribeInstancesInput, ...func(*ec2.Options)) (*ec2.DescribeInstancesOutput, error) {
	v.reads.Add(1)
	return v.machines, nil
}

// SetDesiredCapacity implements fleet.AutoScaling.
func (v *invocation) SetDesiredCapacity(_ context.Context, in *autoscaling.SetDesiredCapacityInput, _ ...func(*autoscaling.Options)) (*autoscaling.SetDesiredCapacityOutput, error) {
	capacity := int(*in.DesiredCapacity)
	return &autoscaling.SetDesiredCapacityOutput{}, v.aws("SetDesiredCapacity", strconv.Itoa(capacity), func() error {
		return v.w.setDesired(capacity)
	})
}

// TerminateInstanceInAutoScalingGroup implements fleet.AutoScaling.
func (v *invocation) TerminateInstanceInAutoScalingGroup(_ context.Context, in *autoscaling.TerminateInstanceInAutoScalingGroupInput, _ ...func(*autoscaling.Options)) (*autoscaling.TerminateInstanceInAutoScalingGroupOutput, error) {
	return &autoscaling.TerminateInstanceInAutoScalingGroupOutput{}, v.aws("Terminate", *in.InstanceId, func() error {
		return v.w.terminate(*in.InstanceId, aws.ToBool(in.ShouldDecrementDesiredCapacity))
	})
}

// CreateOrUpdateTags implements fleet.AutoScaling.
func (v *invocation) CreateOrUpdateTags(_ context.Context, in *autoscaling.CreateOrUpdateTagsInput, _ ...func(*autoscaling.Options)) (*autoscaling.CreateOrUpdateTagsOutput, error) {
	return &autoscaling.CreateOrUpdateTagsOutput{}, v.aws("TagGroup", *in.Tags[0].Key, func() error {
		for _, tag := range in.Tags {
			v.w.groupTags[*tag.Key] = *tag.Value
		}
		return nil
	})
}

// RecordLifecycleActionHeartbeat implements fleet.AutoScaling.
func (v *invocation) RecordLifecycleActionHeartbeat(_ context.Context, in *autoscaling.RecordLifecycleActionHeartbeatInput, _ ...func(*autoscaling.Options)) (*autoscaling.RecordLifecycleActionHeartbeatOutput, error) {
	return &autoscaling.RecordLifecycleActionHeartbeatOutput{}, v.hook("Heartbeat", *in.InstanceId, func(one *instance) {
		one.deadline = v.w.now.Add(v.w.Heartbeat)
		if one.deadline.After(one.last) {
			one.deadline = one.last
		}
		v.w.expire(one, one.deadline)
	})
}

// CompleteLifecycleAction implements fleet.AutoScaling.
func (v *invocation) CompleteLifecycleAction(_ context.Context, in *autoscaling.CompleteLifecycleActionInput, _ ...func(*autoscaling.Options)) (*autoscaling.CompleteLifecycleActionOutput, error) {
	return &autoscaling.CompleteLifecycleActionOutput{}, v.hook(*in.LifecycleActionResult, *in.InstanceId, func(one *instance) {
		if *in.LifecycleActionResult == fleet.Abandon {
			v.w.abandon(one)
		} else {
			v.w.end(one, fleet.Continue)
		}
	})
}

// hook is what can be done with an instance that waits for the hook.
func (v *invocation) hook(what, id string, do func(*instance)) error {
	return v.aws(what, id, func() error {
		one := v.w.instance(id)
		if one == nil || one.state != waiting {
			return invalid("No active Lifecycle Action found with instance ID %s", id)
		}
		do(one)
		return nil
	})
}

// CreateTags implements fleet.EC2.
func (v *invocation) CreateTags(_ context.Context, in *ec2.CreateTagsInput, _ ...func(*ec2.Options)) (*ec2.CreateTagsOutput, error) {
	return &ec2.CreateTagsOutput{}, v.tags("Tag "+*in.Tags[0].Key, in.Resources[0], func(tags map[string]string) {
		for _, tag := range in.Tags {
			tags[*tag.Key] = *tag.Value
		}
	})
}

// DeleteTags implements fleet.EC2. A tag that is named with a value is deleted only
// if it has that value:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html
func (v *invocation) DeleteTags(_ context.Context, in *ec2.DeleteTagsInput, _ ...func(*ec2.Options)) (*ec2.DeleteTagsOutput, error) {
	return &ec2.DeleteTagsOutput{}, v.tags("Untag "+*in.Tags[0].Key, in.Resources[0], func(tags map[string]string) {
		for _, tag := range in.Tags {
			if tag.Value == nil || *tag.Value == tags[*tag.Key] {
				delete(tags, *tag.Key)
			}
		}
	})
}

func (v *invocation) tags(what, id string, do func(map[string]string)) error {
	return v.aws(what, id, func() error {
		one := v.w.instance(id)
		if one == nil {
			return invalid("The ID '%s' is not valid", id)
		}
		do(one.tags)
		return nil
	})
}

func (v *invocation) aws(what, target string, do func() error) error {
	return v.change(what, target, &v.w.Figures.AWS, do)
}
