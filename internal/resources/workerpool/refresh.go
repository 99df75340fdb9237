package workerpool

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// expandRefresh says how instances are replaced. AWS knows nothing of it between
// refreshes: the state has what the last apply was told.
func expandRefresh(refresh types.Object) *stack.InstanceRefresh {
	if refresh.IsNull() || refresh.IsUnknown() {
		return nil
	}
	r := &stack.InstanceRefresh{Wait: member[types.Bool](refresh, "wait_for_completion").ValueBool()}
	r.MinHealthyPercentage, r.ScaleInProtected, r.Standby = defaultMinHealthy, defaultHeldChoice, defaultHeldChoice
	p := member[types.Object](refresh, "preferences")
	if p.IsNull() || p.IsUnknown() {
		return r
	}
	r.MinHealthyPercentage = member[types.Int32](p, "min_healthy_percentage").ValueInt32()
	r.MaxHealthyPercentage = member[types.Int32](p, "max_healthy_percentage").ValueInt32Pointer()
	r.InstanceWarmup = member[types.Int32](p, "instance_warmup").ValueInt32Pointer()
	r.SkipMatching = member[types.Bool](p, "skip_matching").ValueBool()
	r.AutoRollback = member[types.Bool](p, "auto_rollback").ValueBool()
	for _, element := range member[types.List](p, "checkpoint_percentages").Elements() {
		if percentage, ok := element.(types.Int32); ok {
			r.CheckpointPercentages = append(r.CheckpointPercentages, percentage.ValueInt32())
		}
	}
	r.CheckpointDelay = member[types.Int32](p, "checkpoint_delay").ValueInt32Pointer()
	r.ScaleInProtected = member[types.String](p, "scale_in_protected_instances").ValueString()
	r.Standby = member[types.String](p, "standby_instances").ValueString()
	r.Alarms = sorted(member[types.Set](p, "alarms"))
	r.BakeTime = member[types.Int32](p, "bake_time").ValueInt32Pointer()
	return r
}

// triggered are those of the triggers that change from state to plan, sorted.
func triggered(refresh types.Object, plan, state tftypes.Value) []string {
	changed := changedArguments(plan, state)
	var names []string
	for _, name := range sorted(member[types.Set](refresh, "triggers")) {
		argument := name
		if name == tagTrigger {
			argument = "additional_tags"
		}
		if slices.Contains(changed, argument) && !slices.Contains(names, argument) {
			names = append(names, argument)
		}
	}
	return names
}

// changedArguments are the attributes that differ from state to plan, sorted.
func changedArguments(plan, state tftypes.Value) []string {
	var before, after map[string]tftypes.Value
	if state.As(&before) != nil || plan.As(&after) != nil {
		return nil
	}
	var changed []string
	for name, value := range after {
		if !value.Equal(before[name]) {
			changed = append(changed, name)
		}
	}
	slices.Sort(changed)
	return changed
}
