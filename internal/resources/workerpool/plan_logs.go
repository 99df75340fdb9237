package workerpool

import (
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// logClassStandard is the class of log groups that are made without one:
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
const logClassStandard = "STANDARD"

// checkLogGroups looks at what an update does to log groups that exist.
func checkLogGroups(plan model, state *model) diag.Diagnostics {
	if state == nil || !state.ManageLogGroups.ValueBool() || plan.ManageLogGroups.IsUnknown() {
		return nil
	}
	have := textMap(state.Components)
	if !slices.ContainsFunc([]string{stack.ComponentInfoLog, stack.ComponentErrorLog}, func(name string) bool { return have[name] != "" }) {
		return nil
	}
	var diags diag.Diagnostics
	p := path.Root("manage_log_groups")
	switch before, after := logClassOf(state.LogGroupClass), logClassOf(plan.LogGroupClass); {
	case !plan.ManageLogGroups.ValueBool() && !plan.CloudWatchSkipDestroy.ValueBool():
		diags.AddAttributeWarning(p, "Log groups may be deleted",
			fmt.Sprintf("%s becomes false: the pool lets go of the log groups, and those that this provider made are deleted with all their events if no "+
				"other pool uses them. Set cloudwatch_skip_destroy = true in the same apply to keep them.", p))
	case plan.ManageLogGroups.ValueBool() && !plan.LogGroupClass.IsUnknown() && before != after:
		diags.Append(invalid(path.Root("cloudwatch_log_group_class"), fmt.Sprintf("is to become %s, but the log groups exist with %s, and AWS cannot change "+
			"the class of a log group", after, before), fmt.Sprintf("Keep %s. Or, if their events may be lost, apply once with manage_log_groups = false, which "+
			"deletes the log groups if no other pool uses them, and then again with the new class.", before)))
	}
	return diags
}

func logClassOf(class types.String) string {
	if class.ValueString() == "" {
		return logClassStandard
	}
	return class.ValueString()
}
