package autoscaling

import (
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// StartInstanceRefresh begins to replace the instances of a group. Only the
// strategy Rolling is played.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_StartInstanceRefresh.html
func (g *Groups) StartInstanceRefresh(in *autoscaling.StartInstanceRefreshInput) (*autoscaling.StartInstanceRefreshOutput, error) {
	defer g.enter()()
	found, err := g.lookupLiving(in.AutoScalingGroupName)
	if err != nil {
		return nil, err
	}
	if found.refreshing() != nil {
		return nil, &types.InstanceRefreshInProgressFault{Message: ptr("An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.")}
	}
	if err := checkRefresh(found, in); err != nil {
		return nil, err
	}
	target := found.record
	if in.DesiredConfiguration != nil {
		configure(&target, in.DesiredConfiguration)
		complete(&target, nil)
		if err := check(&target); err != nil {
			return nil, err
		}
		if err := checkTemplate(&target); err != nil {
			return nil, err
		}
	}
	template, err := g.resolve(&target)
	if err != nil {
		return nil, err
	}
	r := g.newRefresh(found, in)
	if wanted := in.DesiredConfiguration; wanted != nil { // completed by resolve
		r.record.DesiredConfiguration = &types.DesiredConfiguration{LaunchTemplate: target.LaunchTemplate, MixedInstancesPolicy: target.MixedInstancesPolicy}
	}
	for _, one := range found.instances {
		if one.counts() || one.state == types.LifecycleStateStandby {
			r.before[one] = true
			r.old[one] = !value(r.preferences().SkipMatching) || !matches(one, template, &target)
			if r.old[one] && !r.ignores(one) {
				r.total++
			}
		}
	}
	found.refreshes = append([]*refresh{r}, found.refreshes...)
	return &autoscaling.StartInstanceRefreshOutput{InstanceRefreshId: r.record.InstanceRefreshId}, nil
}

// newRefresh fills in the defaults:
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/understand-instance-refresh-default-values.html
func (g *Groups) newRefresh(found *group, in *autoscaling.StartInstanceRefreshInput) *refresh {
	p := types.RefreshPreferences{}
	if in.Preferences != nil {
		p = *in.Preferences
	}
	if p.MinHealthyPercentage == nil {
		p.MinHealthyPercentage = ptr(int32(90))
		if policy := found.record.InstanceMaintenancePolicy; policy != nil {
			p.MinHealthyPercentage, p.MaxHealthyPercentage = policy.MinHealthyPercentage, policy.MaxHealthyPercentage
		}
	}
	if len(p.CheckpointPercentages) > 0 && p.CheckpointDelay == nil {
		p.CheckpointDelay = ptr(int32(3600))
	}
	if p.ScaleInProtectedInstances == "" {
		p.ScaleInProtectedInstances = types.ScaleInProtectedInstancesWait
	}
	if p.StandbyInstances == "" {
		p.StandbyInstances = types.StandbyInstancesWait
	}
	g.serial++
	return &refresh{before: map[*instance]bool{}, old: map[*instance]bool{}, acted: g.moment, record: types.InstanceRefresh{
		InstanceRefreshId:    ptr(fmt.Sprintf("%08d-0000-4000-8000-0000000000ef", g.serial)),
		AutoScalingGroupName: ptr(found.name()), Strategy: types.RefreshStrategyRolling,
		Status: types.InstanceRefreshStatusPending, StartTime: ptr(g.moment), Preferences: &p,
	}}
}

// matches says whether an instance is what the refresh would make of it: "skips
// replacing instances that already use the specified launch template and instance
// types".
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh-skip-matching.html
func matches(one *instance, template Template, target *types.AutoScalingGroup) bool {
	if value(one.template.LaunchTemplateId) != template.ID || value(one.template.Version) != template.Version {
		return false
	}
	policy := target.MixedInstancesPolicy
	if policy == nil || len(policy.LaunchTemplate.Overrides) == 0 {
		return one.kind == template.InstanceType
	}
	return slices.ContainsFunc(policy.LaunchTemplate.Overrides, func(o types.LaunchTemplateOverrides) bool { return value(o.InstanceType) == one.kind })
}

// DescribeInstanceRefreshes lists a group's refreshes, newest first.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeInstanceRefreshes.html
func (g *Groups) DescribeInstanceRefreshes(in *autoscaling.DescribeInstanceRefreshesInput) (*autoscaling.DescribeInstanceRefreshesOutput, error) {
	defer g.enter()()
	found, err := g.lookup(in.AutoScalingGroupName)
	if err != nil {
		return nil, err
	}
	var all []types.InstanceRefresh
	for _, r := range found.refreshes {
		if len(in.InstanceRefreshIds) == 0 || oneOf(*r.record.InstanceRefreshId, in.InstanceRefreshIds...) {
			all = append(all, r.show(g.see(found), g.moment))
		}
	}
	refreshes, next, err := page(all, in.MaxRecords, in.NextToken, 50, 100)
	if err != nil {
		return nil, err
	}
	return &autoscaling.DescribeInstanceRefreshesOutput{InstanceRefreshes: refreshes, NextToken: next}, nil
}

// show is the refresh as Describe has it.
func (r *refresh) show(v view, now time.Time) types.InstanceRefresh {
	record := r.record
	if !r.active() {
		return record
	}
	record.PercentageComplete, record.InstancesToUpdate = r.progress(v, now)
	return record
}
