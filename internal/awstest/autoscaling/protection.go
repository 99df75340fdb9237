package autoscaling

import (
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// maxProtected: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetInstanceProtection.html
const maxProtected = 50

// SetInstanceProtection protects instances in service from scale in, or no more.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetInstanceProtection.html
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-protection.html
func (g *Groups) SetInstanceProtection(in *autoscaling.SetInstanceProtectionInput) (*autoscaling.SetInstanceProtectionOutput, error) {
	defer g.enter()()
	found, err := g.lookupLiving(in.AutoScalingGroupName)
	if err != nil {
		return nil, err
	}
	if in.ProtectedFromScaleIn == nil {
		return nil, invalid("ProtectedFromScaleIn is required")
	}
	chosen, err := found.inService(in.InstanceIds, maxProtected)
	if err != nil {
		return nil, err
	}
	for _, one := range chosen {
		one.protected = *in.ProtectedFromScaleIn
	}
	// What a scale in wanted to end may have become free to be ended.
	g.level(found, "a difference between desired and actual capacity, changing the capacity to %d.")
	return &autoscaling.SetInstanceProtectionOutput{}, nil
}

// inService finds instances of the group by id, all of them in service.
func (g *group) inService(ids []string, most int) ([]*instance, error) {
	if len(ids) == 0 || len(ids) > most {
		return nil, invalid("1 validation error detected: 'instanceIds' must have between 1 and %d members", most)
	}
	var chosen []*instance
	for _, id := range ids {
		one := g.instance(id)
		if one == nil {
			return nil, invalid("The instance %s is not part of Auto Scaling group %s.", id, g.name())
		}
		if one.state != types.LifecycleStateInService {
			return nil, invalid("The instance %s is not in InService or Standby.", id)
		}
		chosen = append(chosen, one)
	}
	return chosen, nil
}

func (g *group) instance(id string) *instance {
	for _, one := range g.instances {
		if one.id == id {
			return one
		}
	}
	return nil
}
