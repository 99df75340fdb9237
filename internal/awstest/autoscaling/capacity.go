package autoscaling

import (
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// SetDesiredCapacity changes the desired capacity within the group's bounds.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetDesiredCapacity.html
func (g *Groups) SetDesiredCapacity(in *autoscaling.SetDesiredCapacityInput) (*autoscaling.SetDesiredCapacityOutput, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	found, err := g.lookup(in.AutoScalingGroupName)
	if err != nil {
		return nil, err
	}
	wanted, r := value(in.DesiredCapacity), &found.record
	switch {
	case wanted > value(r.MaxSize):
		return nil, invalid("New SetDesiredCapacity value %d is above max value %d for the AutoScalingGroup.", wanted, value(r.MaxSize))
	case wanted < value(r.MinSize):
		return nil, invalid("New SetDesiredCapacity value %d is below min value %d for the AutoScalingGroup.", wanted, value(r.MinSize))
	case value(in.HonorCooldown) && g.now().Before(found.cooldown):
		return nil, busy("Scaling activity %s is in progress and blocking this action", found.name())
	}
	r.DesiredCapacity = ptr(wanted)
	g.level(found, "a user request explicitly set group desired capacity to %d.")
	return &autoscaling.SetDesiredCapacityOutput{}, nil
}

// TerminateInstanceInAutoScalingGroup ends one instance, protected or not, and
// replaces it unless the desired capacity is to shrink as well.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_TerminateInstanceInAutoScalingGroup.html
func (g *Groups) TerminateInstanceInAutoScalingGroup(in *autoscaling.TerminateInstanceInAutoScalingGroupInput) (*autoscaling.TerminateInstanceInAutoScalingGroupOutput, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	id := value(in.InstanceId)
	found, _ := g.owner(id)
	if found == nil {
		return nil, invalid("Instance Id not found - No managed instance found for instance ID: %s", id)
	}
	r := &found.record
	if value(in.ShouldDecrementDesiredCapacity) {
		if value(r.DesiredCapacity) <= value(r.MinSize) {
			return nil, invalid("Currently, desiredSize equals minSize (%d). Terminating instance without replacement will violate group's min size constraint. "+
				"Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.", value(r.MinSize))
		}
		r.DesiredCapacity = ptr(value(r.DesiredCapacity) - 1)
	}
	if err := g.terminate(found, []string{id}, "instance "+id+" was taken out of service in response to a user request."); err != nil {
		return nil, err
	}
	activity := found.activities[0]
	g.level(found, "an instance was launched in response to a difference between desired and actual capacity, increasing the capacity to %d.")
	return &autoscaling.TerminateInstanceInAutoScalingGroupOutput{Activity: &activity}, nil
}

// level starts or ends instances until the group has what it desires. cause
// says why, with a place for the desired capacity. What fails shows up in the
// group's activities, as with AWS.
func (g *Groups) level(found *group, cause string) {
	wanted := int(value(found.record.DesiredCapacity))
	why := fmt.Sprintf(cause, wanted)
	for len(found.record.Instances) < wanted && !suspended(found, "Launch") {
		if err := g.launch(found, why); err != nil {
			g.note(found, "Launching a new EC2 instance.", why, err)
			return
		}
	}
	surplus := len(found.record.Instances) - wanted
	if surplus <= 0 || suspended(found, "Terminate") {
		return
	}
	var leaving []string
	for i := range found.record.Instances { // oldest first
		if one := &found.record.Instances[i]; len(leaving) < surplus && !value(one.ProtectedFromScaleIn) {
			leaving = append(leaving, value(one.InstanceId))
		}
	}
	if err := g.terminate(found, leaving, why); err != nil {
		g.note(found, "Terminating EC2 instances.", why, err)
	}
}

// launch starts one instance in the zone that has the fewest.
func (g *Groups) launch(found *group, why string) error {
	template, err := g.resolve(&found.record)
	if err != nil {
		return err
	}
	subnets := found.subnets()
	zones, err := g.machines.Zones(subnets)
	if err != nil {
		return err
	}
	count := map[string]int{}
	for i := range found.record.Instances {
		count[value(found.record.Instances[i].AvailabilityZone)]++
	}
	best := subnets[0]
	for _, subnet := range subnets {
		if count[zones[subnet]] < count[zones[best]] {
			best = subnet
		}
	}
	launch := Launch{Template: template, Subnet: best, Zone: zones[best]}
	launch.Tags = launchTags(found, template)
	if policy := found.record.MixedInstancesPolicy; policy != nil && len(policy.LaunchTemplate.Overrides) > 0 {
		if kind := value(policy.LaunchTemplate.Overrides[0].InstanceType); kind != "" {
			launch.InstanceType = kind
		}
	}
	id, err := g.machines.Run(launch)
	if err != nil {
		return err
	}
	found.record.Instances = append(slices.Clone(found.record.Instances), newInstance(found, id, launch))
	g.note(found, "Launching a new EC2 instance: "+id, why, nil)
	return nil
}

func newInstance(found *group, id string, launch Launch) types.Instance {
	return types.Instance{
		InstanceId: ptr(id), AvailabilityZone: ptr(launch.Zone), InstanceType: ptr(launch.InstanceType),
		HealthStatus: ptr("Healthy"), LifecycleState: types.LifecycleStateInService,
		ProtectedFromScaleIn: ptr(value(found.record.NewInstancesProtectedFromScaleIn)),
		LaunchTemplate: &types.LaunchTemplateSpecification{
			LaunchTemplateId: ptr(launch.ID), LaunchTemplateName: ptr(launch.Name), Version: ptr(launch.Version),
		},
	}
}

// terminate ends instances of a group.
func (g *Groups) terminate(found *group, leaving []string, why string) error {
	if len(leaving) == 0 {
		return nil
	}
	if err := g.machines.Terminate(leaving); err != nil {
		return err
	}
	var stay []types.Instance
	for _, one := range found.record.Instances {
		if !oneOf(value(one.InstanceId), leaving...) {
			stay = append(stay, one)
		}
	}
	found.record.Instances = stay
	for _, id := range leaving {
		g.note(found, "Terminating EC2 instance: "+id, why, nil)
	}
	return nil
}

// note records a scaling activity and starts the cooldown after one that worked.
func (g *Groups) note(found *group, description, why string, failure error) {
	g.serial++
	now := g.now()
	activity := types.Activity{
		ActivityId:           ptr(fmt.Sprintf("%08d-0000-4000-8000-000000000000", g.serial)),
		AutoScalingGroupName: ptr(found.name()), AutoScalingGroupARN: found.record.AutoScalingGroupARN,
		Description: ptr(description), Cause: ptr("At " + now.UTC().Format(time.RFC3339) + " " + why),
		StartTime: ptr(now), EndTime: ptr(now), Progress: ptr(int32(100)),
		StatusCode: types.ScalingActivityStatusCodeSuccessful,
	}
	if failure != nil {
		activity.StatusCode, activity.StatusMessage = types.ScalingActivityStatusCodeFailed, ptr(failure.Error())
	} else {
		found.cooldown = now.Add(time.Duration(value(found.record.DefaultCooldown)) * time.Second)
	}
	found.activities = append([]types.Activity{activity}, found.activities...)
}
