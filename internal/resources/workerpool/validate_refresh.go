package workerpool

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// tagTrigger is what other providers call the tags of a group among triggers.
const tagTrigger = "tag"

// idleTriggers are arguments whose change starts no refresh: those that replace the
// pool, and those that are about operations.
var idleTriggers = []string{"worker_pool_id", "base_name", "region", "instance_refresh", "wait_for_workers", "force_destroy"}

// triggerNames are the arguments that may be among triggers, sorted.
func triggerNames() []string {
	names := []string{tagTrigger}
	for name, attribute := range workerPoolSchema(context.Background()).Attributes {
		if (attribute.IsRequired() || attribute.IsOptional()) && !attribute.IsWriteOnly() && !slices.Contains(idleTriggers, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// validateRefresh checks instance_refresh, with AWS's rules:
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
func validateRefresh(m model) diag.Diagnostics {
	if !given(m.InstanceRefresh) {
		return nil
	}
	at := path.Root("instance_refresh")
	diags := validateTriggers(at.AtName("triggers"), member[types.Set](m.InstanceRefresh, "triggers"))
	preferences := member[types.Object](m.InstanceRefresh, "preferences")
	if !given(preferences) {
		return diags
	}
	at = at.AtName("preferences")
	diags.Append(validateHealthy(at, preferences)...)
	diags.Append(validateCheckpoints(at, preferences)...)
	if version := m.LaunchTemplateVersion.ValueString(); strings.HasPrefix(version, "$") && member[types.Bool](preferences, "auto_rollback").ValueBool() {
		diags.Append(invalid(at.AtName("auto_rollback"), fmt.Sprintf("is true while launch_template_version is %s, but AWS rolls back to numbered versions only", version),
			"Leave launch_template_version out, write a number, or remove auto_rollback."))
	}
	return diags
}

func validateTriggers(at path.Path, triggers types.Set) diag.Diagnostics {
	var diags diag.Diagnostics
	names := triggerNames()
	for _, element := range triggers.Elements() {
		name, ok := element.(types.String)
		if !ok || name.IsUnknown() || slices.Contains(names, name.ValueString()) {
			continue
		}
		diags.Append(invalid(at, fmt.Sprintf("holds %q, which is no argument of this resource whose change can start a refresh", name.ValueString()),
			"Choose from "+strings.Join(names, ", ")+"."))
	}
	return diags
}

func validateHealthy(at path.Path, preferences types.Object) diag.Diagnostics {
	low, high := member[types.Int32](preferences, "min_healthy_percentage"), member[types.Int32](preferences, "max_healthy_percentage")
	if low.IsUnknown() || !given(high) {
		return nil
	}
	least := int32(defaultMinHealthy)
	if !low.IsNull() {
		least = low.ValueInt32()
	}
	if !maxHealthy.has(high) || high.ValueInt32()-least <= maxHealthySpan {
		return nil
	}
	return diag.Diagnostics{invalid(at.AtName("max_healthy_percentage"), fmt.Sprintf("is %d, which is more than %d above min_healthy_percentage, %d", high.ValueInt32(), maxHealthySpan, least),
		"Lower it or raise min_healthy_percentage.")}
}

func validateCheckpoints(at path.Path, preferences types.Object) diag.Diagnostics {
	list, delay := member[types.List](preferences, "checkpoint_percentages"), member[types.Int32](preferences, "checkpoint_delay")
	if given(delay) && list.IsNull() {
		return diag.Diagnostics{invalid(at.AtName("checkpoint_delay"), "is set, but there are no checkpoints to pause at", "Set checkpoint_percentages, or remove it.")}
	}
	before := int32(0)
	for i, element := range list.Elements() {
		percentage, ok := element.(types.Int32)
		if !ok || !given(percentage) {
			return nil
		}
		if percentage.ValueInt32() <= before {
			return diag.Diagnostics{invalid(at.AtName("checkpoint_percentages").AtListIndex(i), fmt.Sprintf("is %d after %d, but AWS takes ascending numbers only", percentage.ValueInt32(), before),
				"Sort them, and leave out those that are there twice.")}
		}
		before = percentage.ValueInt32()
	}
	return nil
}
