package workerpool

import (
	"fmt"
	"strings"

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
	if state == nil || plan.ManageLogGroups.IsUnknown() {
		return nil
	}
	have := textMap(state.Components)
	shared := namesIn(have, stack.ComponentInfoLog, stack.ComponentErrorLog)
	if !plan.ManageLogGroups.ValueBool() {
		return append(warnOfLettingGo(plan, state, shared), refuseClass(plan, state, keptLogs(plan, have))...)
	}
	return refuseClass(plan, state, append(shared, keptLogs(plan, have)...))
}

// warnOfLettingGo warns of log groups of the workers that the pool no longer manages.
func warnOfLettingGo(plan model, state *model, shared []string) diag.Diagnostics {
	if len(shared) == 0 || !state.ManageLogGroups.ValueBool() || plan.CloudWatchSkipDestroy.ValueBool() {
		return nil
	}
	p := path.Root("manage_log_groups")
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(p, "Log groups may be deleted",
		fmt.Sprintf("%s becomes false: the pool lets go of the log groups, and those that this provider made are deleted with all their events if no "+
			"other pool uses them. Set cloudwatch_skip_destroy = true in the same apply to keep them.", p))}
}

// keptLogs are the names of the log groups of the functions that the plan leaves.
func keptLogs(plan model, have map[string]string) (names []string) {
	if !plan.APICredentials.IsNull() {
		names = append(names, namesIn(have, stack.ComponentLifecycleLog)...)
		if !plan.Autoscaling.IsNull() {
			names = append(names, namesIn(have, stack.ComponentAutoscalerLog)...)
		}
	}
	return names
}

// refuseClass refuses another class of log groups that exist.
func refuseClass(plan model, state *model, names []string) diag.Diagnostics {
	before, after := logClassOf(state.LogGroupClass), logClassOf(plan.LogGroupClass)
	if len(names) == 0 || plan.LogGroupClass.IsUnknown() || before == after {
		return nil
	}
	return diag.Diagnostics{invalid(path.Root("cloudwatch_log_group_class"),
		fmt.Sprintf("is to become %s, but log groups exist with %s, and AWS cannot change the class of a log group: %s", after, before, strings.Join(names, ", ")),
		fmt.Sprintf("Keep %s. Or, if their events may be lost, delete these log groups (aws logs delete-log-group --log-group-name NAME), and apply "+
			"at once: they are made again with the new class.", before))}
}

// namesIn are the ids of those components that there are.
func namesIn(have map[string]string, components ...string) (ids []string) {
	for _, name := range components {
		if id := have[name]; id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

func logClassOf(class types.String) string {
	if class.ValueString() == "" {
		return logClassStandard
	}
	return class.ValueString()
}
