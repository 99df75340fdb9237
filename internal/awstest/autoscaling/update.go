package autoscaling

import (
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
)

// UpdateAutoScalingGroup changes the given settings of a group and leaves the
// others. https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html
func (g *Groups) UpdateAutoScalingGroup(in *autoscaling.UpdateAutoScalingGroupInput) (*autoscaling.UpdateAutoScalingGroupOutput, error) {
	defer g.enter()()
	found, err := g.updatable(in)
	if err != nil {
		return nil, err
	}
	changed := *found
	changed.record = found.record
	merge(&changed.record, in)
	exchange(&changed, in)
	if in.TerminationPolicies != nil && len(in.TerminationPolicies) == 0 {
		changed.record.TerminationPolicies = []string{"Default"}
	}
	complete(&changed.record, found.record.MixedInstancesPolicy)
	clamp(&changed, in)
	remove(&changed)
	if err := check(&changed.record); err != nil {
		return nil, err
	}
	if in.LaunchTemplate != nil || in.MixedInstancesPolicy != nil {
		if err := checkTemplate(&changed.record); err != nil {
			return nil, err
		}
		if _, err = g.resolve(&changed.record); err != nil {
			return nil, err
		}
	}
	if in.VPCZoneIdentifier != nil {
		if err := g.locate(&changed.record); err != nil {
			return nil, err
		}
	}
	changed.reshaping = found.reshaping || in.MixedInstancesPolicy != nil
	*found = changed
	g.level(found, "a user request updated the AutoScalingGroup constraints, changing the desired capacity to %d.")
	return &autoscaling.UpdateAutoScalingGroupOutput{}, nil
}

// exchange lets a launch template take the place of a mixed instances policy, and
// the other way round.
func exchange(changed *group, in *autoscaling.UpdateAutoScalingGroupInput) {
	switch {
	case in.LaunchTemplate != nil && in.MixedInstancesPolicy != nil: // refused by resolve
	case in.LaunchTemplate != nil:
		changed.record.MixedInstancesPolicy = nil
	case in.MixedInstancesPolicy != nil:
		changed.record.LaunchTemplate = nil
	}
}

// clamp moves the desired capacity into new bounds, unless it was given itself:
// "If a new value for MinSize is specified without setting DesiredCapacity, and
// the new MinSize is larger than the current size of the group, this sets the
// group's DesiredCapacity to the new MinSize value", and so for MaxSize.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html
func clamp(changed *group, in *autoscaling.UpdateAutoScalingGroupInput) {
	if in.DesiredCapacity != nil {
		return
	}
	r := &changed.record
	if low := value(r.MinSize); value(r.DesiredCapacity) < low && in.MinSize != nil {
		r.DesiredCapacity = ptr(low)
	}
	if high := value(r.MaxSize); value(r.DesiredCapacity) > high && in.MaxSize != nil {
		r.DesiredCapacity = ptr(high)
	}
}

// remove takes away what was set to the value that means "none":
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceMaintenancePolicy.html
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-default-instance-warmup.html
func remove(changed *group) {
	r := &changed.record
	if value(r.DefaultInstanceWarmup) == -1 {
		r.DefaultInstanceWarmup = nil
	}
	if p := r.InstanceMaintenancePolicy; p != nil && value(p.MinHealthyPercentage) == -1 && value(p.MaxHealthyPercentage) == -1 {
		r.InstanceMaintenancePolicy = nil
	}
	if value(r.MaxInstanceLifetime) == 0 {
		r.MaxInstanceLifetime = nil
	}
	if value(r.PlacementGroup) == "" {
		r.PlacementGroup = nil
	}
}
