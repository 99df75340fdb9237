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
// does both or neither. It also ends a retained instance, which did not count.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_TerminateInstanceInAutoScalingGroup.html
func (g *Groups) TerminateInstanceInAutoScalingGroup(in *autoscaling.TerminateInstanceInAutoScalingGroupInput) (*autoscaling.TerminateInstanceInAutoScalingGroupOutput, error) {
	defer g.enter()()
	id := value(in.InstanceId)
	found, one := g.owner(id)
	if found == nil {
		return nil, unknownInstance(id)
	}
	retained := one.state == types.LifecycleStateTerminatingRetained
	if !one.counts() && !retained {
		return nil, busy("The instance %s is being terminated already.", id)
	}
	if value(in.ShouldDecrementDesiredCapacity) {
		if err := found.shrink(1); err != nil {
			return nil, err
		}
	}
	why := "instance " + id + " was taken out of service in response to a user request."
	if retained {
		one.activity = g.begin(found, "Terminating EC2 instance: "+id, why)
	}
	g.end(found, []*instance{one}, why, ending{force: retained})
	activity := *found.activities[len(found.activities)-1]
	g.level(found, replaced)
	return &autoscaling.TerminateInstanceInAutoScalingGroupOutput{Activity: &activity}, nil
}
