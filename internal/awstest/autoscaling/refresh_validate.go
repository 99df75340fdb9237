package autoscaling

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// checkRefresh holds a request against AWS's rules:
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_StartInstanceRefresh.html
func checkRefresh(found *group, in *autoscaling.StartInstanceRefreshInput) error {
	if in.Strategy != "" && in.Strategy != types.RefreshStrategyRolling {
		return invalid("The strategy %s is not played here", in.Strategy)
	}
	wanted := in.DesiredConfiguration
	if wanted != nil && (wanted.LaunchTemplate == nil) == (wanted.MixedInstancesPolicy == nil) {
		return invalid("The desired configuration must specify either a LaunchTemplate or a MixedInstancesPolicy.")
	}
	p := in.Preferences
	if p == nil {
		return nil
	}
	for _, rule := range []func(*types.RefreshPreferences) error{checkPercentages, checkCheckpoints, checkTimes, checkChoices} {
		if err := rule(p); err != nil {
			return err
		}
	}
	// https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html#instance-refresh-rollback-considerations
	if value(p.AutoRollback) && wanted == nil {
		return invalid("AutoRollback cannot be set to true when no desired configuration is specified.")
	}
	if value(p.AutoRollback) && !reversible(found) {
		return invalid("AutoRollback cannot be set to true when the Auto Scaling group uses the $Latest or $Default version of its launch template.")
	}
	return nil
}

// checkPercentages: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
func checkPercentages(p *types.RefreshPreferences) error {
	low, high := p.MinHealthyPercentage, p.MaxHealthyPercentage
	switch {
	case low != nil && (*low < 0 || *low > 100):
		return invalid("MinHealthyPercentage must be between 0 and 100")
	case high != nil && (*high < 100 || *high > 200):
		return invalid("MaxHealthyPercentage must be between 100 and 200")
	case high != nil && low == nil:
		return invalid("If MaxHealthyPercentage is specified, MinHealthyPercentage must be specified too")
	case high != nil && *high-*low > 100:
		return invalid("The difference between MinHealthyPercentage and MaxHealthyPercentage cannot be greater than 100")
	}
	return nil
}

// checkCheckpoints: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
func checkCheckpoints(p *types.RefreshPreferences) error {
	before := int32(0)
	for _, percentage := range p.CheckpointPercentages {
		if percentage <= before || percentage > 100 {
			return invalid("CheckpointPercentages must be unique numbers from 1 to 100 in ascending order")
		}
		before = percentage
	}
	if p.CheckpointDelay != nil && len(p.CheckpointPercentages) == 0 {
		return invalid("If CheckpointDelay is specified, CheckpointPercentages must be specified too")
	}
	return nil
}

// checkTimes: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
func checkTimes(p *types.RefreshPreferences) error {
	const twoDays = 172800 // seconds
	switch {
	case value(p.InstanceWarmup) < 0:
		return invalid("InstanceWarmup must be 0 or greater")
	case value(p.CheckpointDelay) < 0 || value(p.CheckpointDelay) > twoDays:
		return invalid("CheckpointDelay must be between 0 and %d", twoDays)
	case value(p.BakeTime) < 0 || value(p.BakeTime) > twoDays:
		return invalid("BakeTime must be between 0 and %d", twoDays)
	}
	return nil
}

// checkChoices: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
func checkChoices(p *types.RefreshPreferences) error {
	const maxAlarms = 10 // https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AlarmSpecification.html
	switch {
	case p.ScaleInProtectedInstances != "" && !slices.Contains(p.ScaleInProtectedInstances.Values(), p.ScaleInProtectedInstances):
		return invalid("Invalid value '%s' for ScaleInProtectedInstances", p.ScaleInProtectedInstances)
	case p.StandbyInstances != "" && !slices.Contains(p.StandbyInstances.Values(), p.StandbyInstances):
		return invalid("Invalid value '%s' for StandbyInstances", p.StandbyInstances)
	case p.AlarmSpecification != nil && len(p.AlarmSpecification.Alarms) > maxAlarms:
		return invalid("AlarmSpecification can have at most %d alarms", maxAlarms)
	}
	return nil
}

// updatable is the group of an update. While an instance refresh with a desired
// configuration is active, what that configuration holds cannot be changed.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html#instance-refresh-limitations
func (g *Groups) updatable(in *autoscaling.UpdateAutoScalingGroupInput) (*group, error) {
	found, err := g.lookupLiving(in.AutoScalingGroupName)
	if err != nil {
		return nil, err
	}
	changes := in.LaunchTemplate != nil || in.MixedInstancesPolicy != nil || in.LaunchConfigurationName != nil
	if r := found.refreshing(); changes && r != nil && r.record.DesiredConfiguration != nil {
		return nil, invalid("An active instance refresh with a desired configuration exists. All configuration options derived from the desired " +
			"configuration are not available for update while the instance refresh is active.")
	}
	return found, nil
}
