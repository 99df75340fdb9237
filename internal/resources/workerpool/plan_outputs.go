package workerpool

import (
	"maps"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// keepOutputs plans that nothing of what the pool tells about itself changes.
func keepOutputs(plan *model, state model) {
	plan.ID = state.ID
	plan.LatestAMIID = state.LatestAMIID
	plan.AutoScalingGroupARN = state.AutoScalingGroupARN
	plan.AutoScalingGroupName = state.AutoScalingGroupName
	plan.LaunchTemplateID = state.LaunchTemplateID
	plan.LaunchTemplateLatestVersion = state.LaunchTemplateLatestVersion
	plan.InstancesRoleARN = state.InstancesRoleARN
	plan.InstancesRoleName = state.InstancesRoleName
	plan.InstanceProfileARN = state.InstanceProfileARN
	plan.SecretARN = state.SecretARN
	plan.LogGroupARNs = state.LogGroupARNs
	plan.APIKeyParameterName = state.APIKeyParameterName
	plan.AutoscalerFunctionARN = state.AutoscalerFunctionARN
	plan.AutoscalerLogGroupName = state.AutoscalerLogGroupName
	plan.LifecycleFunctionARN = state.LifecycleFunctionARN
	plan.LifecycleQueueURL = state.LifecycleQueueURL
	plan.DashboardURL = state.DashboardURL
	plan.Components = state.Components
}

// change is an update of a pool, to tell which outputs it may change.
type change struct {
	before, after stack.Spec
	have          map[string]string // components that exist
	drift         map[string]string
	known         bool // everything in the configuration is known
	tagsKnown     bool // the provider's default_tags are known
}

// planOutputs makes unknown what an update may change: Terraform refuses an apply
// whose result differs from a known planned value.
func planOutputs(plan *model, state model, tags tagging, known bool) change {
	c := change{
		before: expandState(state, tags.applied), after: expand(*plan, tags.wanted),
		have: textMap(state.Components), drift: textMap(state.Drift), known: known, tagsKnown: tags.known,
	}
	plan.AutoScalingGroupARN = orUnknown(plan.AutoScalingGroupARN)
	plan.AutoScalingGroupName = orUnknown(plan.AutoScalingGroupName)
	plan.LaunchTemplateID = orUnknown(plan.LaunchTemplateID)
	plan.InstanceProfileARN = orUnknown(plan.InstanceProfileARN)
	if plan.LatestAMIID.IsNull() || plan.AMIArchitecture.IsUnknown() || c.before.Instance.Architecture != c.after.Instance.Architecture {
		plan.LatestAMIID = types.StringUnknown()
	}
	if plan.LaunchTemplateLatestVersion.IsNull() || plan.AMIID.IsUnknown() || c.newTemplateVersion() {
		plan.LaunchTemplateLatestVersion = types.Int64Unknown()
	}
	if plan.InstancesRoleARN.IsNull() || c.otherRole() {
		plan.InstancesRoleARN, plan.InstancesRoleName = types.StringUnknown(), types.StringUnknown()
	}
	if c.otherSecret() {
		plan.SecretARN = types.StringUnknown()
	}
	if c.otherLogGroups() {
		plan.LogGroupARNs = types.MapUnknown(types.StringType)
	}
	c.planFunctions(plan)
	if c.otherComponents() {
		plan.Components = types.MapUnknown(types.StringType)
	}
	return c
}

// missing tells whether one of the components is to be made. A repair changes
// neither names nor ARNs, so that what depends on those is not replaced.
func (c change) missing(names ...string) bool {
	wanted := c.after.Components()
	return slices.ContainsFunc(names, func(name string) bool {
		return slices.Contains(wanted, name) && c.have[name] == ""
	})
}

// newTemplateVersion tells whether something that a launch template holds may
// become another. Sizes of the group, log groups or the value of the secret are
// no part of it.
func (c change) newTemplateVersion() bool {
	type content struct {
		instance       stack.Instance
		securityGroups []string
		boot           stack.Boot
		tags           map[string]string
		specifications []stack.TagSpecification
		managedSecret  bool
		existingSecret *stack.ExistingSecret
		customRole     string
		baseName       string
	}
	of := func(s stack.Spec) content {
		return content{
			s.Instance, s.SecurityGroups, s.Boot, s.Tags, s.LaunchTemplate.TagSpecifications,
			s.Secret.Stored(), s.Secret.Existing, s.Role.CustomName, s.BaseName,
		}
	}
	_, drifted := c.drift[stack.ComponentLaunchTemplate]
	return !c.known || !c.tagsKnown || drifted || !reflect.DeepEqual(of(c.before), of(c.after)) ||
		c.missing(stack.ComponentLaunchTemplate, stack.ComponentProfile, stack.ComponentRole, stack.ComponentSecret)
}

func (c change) otherRole() bool {
	return !c.known || c.before.Role.CustomName != c.after.Role.CustomName || c.missing(stack.ComponentRole)
}

func (c change) otherSecret() bool {
	return !c.known || c.before.Secret.Stored() != c.after.Secret.Stored() || c.missing(stack.ComponentSecret)
}

func (c change) otherLogGroups() bool {
	return !c.known || c.before.LogGroups.Managed != c.after.LogGroups.Managed || c.missing(stack.ComponentInfoLog, stack.ComponentErrorLog, stack.ComponentAutoscalerLog, stack.ComponentLifecycleLog) ||
		hasAutoscaler(c.before) != hasAutoscaler(c.after) || hasKey(c.before) != hasKey(c.after)
}

// otherComponents tells whether the inventory may change: what is made, repaired
// or removed, and the versions of values that are stored.
func (c change) otherComponents() bool {
	wanted := slices.Sorted(slices.Values(c.after.Components()))
	return !c.known || len(c.drift) > 0 || !slices.Equal(wanted, slices.Sorted(maps.Keys(c.have))) ||
		!slices.Equal(c.before.ScheduleNames(), c.after.ScheduleNames()) ||
		!reflect.DeepEqual(c.before.Secret, c.after.Secret) || c.otherAPISecret() || c.otherBundle() || c.otherNetwork() ||
		c.before.Role.CustomName != c.after.Role.CustomName
}
