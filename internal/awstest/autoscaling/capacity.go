package autoscaling

import (
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// SetDesiredCapacity changes the desired capacity within the group's bounds.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetDesiredCapacity.html
func (g *Groups) SetDesiredCapacity(in *autoscaling.SetDesiredCapacityInput) (*autoscaling.SetDesiredCapacityOutput, error) {
	defer g.enter()()
	found, err := g.lookupLiving(in.AutoScalingGroupName)
	if err != nil {
		return nil, err
	}
	wanted, r := value(in.DesiredCapacity), &found.record
	switch {
	case wanted > value(r.MaxSize):
		return nil, invalid("New SetDesiredCapacity value %d is above max value %d for the AutoScalingGroup.", wanted, value(r.MaxSize))
	case wanted < value(r.MinSize):
		return nil, invalid("New SetDesiredCapacity value %d is below min value %d for the AutoScalingGroup.", wanted, value(r.MinSize))
	case value(in.HonorCooldown) && g.moment.Before(found.cooldown):
		return nil, busy("Scaling activity %s is in progress and blocking this action", found.name())
	}
	r.DesiredCapacity = ptr(wanted)
	g.level(found, "a user request explicitly set group desired capacity to %d.")
	return &autoscaling.SetDesiredCapacityOutput{}, nil
}

// TerminateInstanceInAutoScalingGroup ends one instance, protected or not, and
// replaces it unless the desired capacity is to shrink as well: one request that
// does both or neither. It is also the end of a retained instance, which goes
// through the hooks again; as it does not count, nothing can shrink by it.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_TerminateInstanceInAutoScalingGroup.html
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/manage-retained-instances.html
func (g *Groups) TerminateInstanceInAutoScalingGroup(in *autoscaling.TerminateInstanceInAutoScalingGroupInput) (*autoscaling.TerminateInstanceInAutoScalingGroupOutput, error) {
	defer g.enter()()
	id, shrink := value(in.InstanceId), value(in.ShouldDecrementDesiredCapacity)
	found, one := g.owner(id)
	if found == nil {
		return nil, unknownInstance(id)
	}
	switch retained := one.state == types.LifecycleStateTerminatingRetained; {
	case !one.counts() && !retained:
		return nil, busy("The instance %s is being terminated already.", id)
	case retained && shrink:
		return nil, invalid("The desired capacity cannot be decremented by instance %s, which is in Terminating:Retained.", id)
	case shrink:
		if err := found.shrink(1); err != nil {
			return nil, err
		}
	}
	g.end(found, []*instance{one}, "instance "+id+" was taken out of service in response to a user request.", ending{})
	activity := *found.activities[len(found.activities)-1]
	g.level(found, replaced)
	return &autoscaling.TerminateInstanceInAutoScalingGroupOutput{Activity: &activity}, nil
}
