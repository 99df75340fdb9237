package autoscaling

import (
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// DeleteAutoScalingGroup removes a group without instances, or with ForceDelete
// its instances as well.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteAutoScalingGroup.html
func (g *Groups) DeleteAutoScalingGroup(in *autoscaling.DeleteAutoScalingGroupInput) (*autoscaling.DeleteAutoScalingGroupOutput, error) {
	defer g.enter()()
	found, err := g.lookup(in.AutoScalingGroupName)
	if err != nil {
		return nil, err
	}
	force := value(in.ForceDelete)
	// https://docs.aws.amazon.com/autoscaling/ec2/userguide/resource-deletion-protection.html
	protection := found.record.DeletionProtection
	switch {
	case protection == types.DeletionProtectionPreventAllDeletion,
		protection == types.DeletionProtectionPreventForceDeletion && force:
		return nil, inUse("You cannot delete an AutoScalingGroup while its deletion protection is %s.", protection)
	case force && retains(found):
		// Not documented, but reported of AWS: the policy has to be changed to terminate first.
		return nil, invalid("You cannot force delete an AutoScalingGroup while its instance lifecycle policy retains instances.")
	case len(found.instances) > 0 && !force && len(found.active()) == 0:
		return nil, busy("You cannot delete an AutoScalingGroup while there are scaling activities in progress for that group.")
	case len(found.instances) > 0 && !force:
		return nil, inUse("You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.")
	}
	if len(found.instances) == 0 {
		delete(g.groups, found.name())
		return &autoscaling.DeleteAutoScalingGroupOutput{}, nil
	}
	// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AutoScalingGroup.html
	found.record.Status = ptr("Delete in progress")
	found.record.DesiredCapacity, found.record.MinSize = ptr(int32(0)), ptr(int32(0))
	g.end(found, found.instances, "the AutoScalingGroup was deleted", ending{force: true})
	return &autoscaling.DeleteAutoScalingGroupOutput{}, nil
}
