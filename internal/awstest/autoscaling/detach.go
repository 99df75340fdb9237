package autoscaling

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// maxDetached: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DetachInstances.html
const maxDetached = 20

// DetachInstances takes instances out of their group and leaves them running; no
// hook is asked. Without the decrement they are replaced.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DetachInstances.html
func (g *Groups) DetachInstances(in *autoscaling.DetachInstancesInput) (*autoscaling.DetachInstancesOutput, error) {
	defer g.enter()()
	found, err := g.lookupLiving(in.AutoScalingGroupName)
	if err != nil {
		return nil, err
	}
	leaving, err := found.inService(in.InstanceIds, maxDetached)
	if err != nil {
		return nil, err
	}
	if value(in.ShouldDecrementDesiredCapacity) {
		if err := found.shrink(len(leaving)); err != nil {
			return nil, err
		}
	}
	var activities []types.Activity
	for _, one := range leaving {
		one.activity = g.begin(found, "Detaching EC2 instance: "+one.id, "instance "+one.id+" was detached in response to a user request.")
		activities = append(activities, *one.activity)
		found.instances = slices.DeleteFunc(found.instances, func(other *instance) bool { return other == one })
		g.finish(found, one)
	}
	g.level(found, replaced)
	return &autoscaling.DetachInstancesOutput{Activities: activities}, nil
}

// shrink lowers the desired capacity, not below the minimum.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-capacity-limits.html
func (g *group) shrink(by int) error {
	r := &g.record
	desired := value(r.DesiredCapacity) - int32(by)
	if desired < value(r.MinSize) {
		return invalid("Currently, desiredSize equals minSize (%d). Terminating instance without replacement will violate group's min size constraint. "+
			"Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.", value(r.MinSize))
	}
	r.DesiredCapacity = ptr(desired)
	return nil
}
