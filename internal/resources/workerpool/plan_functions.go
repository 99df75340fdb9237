package workerpool

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

func hasKey(spec stack.Spec) bool        { return spec.APICredentials != nil }
func hasAutoscaler(spec stack.Spec) bool { return hasKey(spec) && spec.Autoscaling != nil }
func hasDashboard(spec stack.Spec) bool  { return spec.Monitoring.Dashboard }

// parameterOf is where the functions find the secret of the API key: the user's
// parameter, or "own"; "" for nowhere.
func parameterOf(spec stack.Spec) string {
	switch {
	case !hasKey(spec):
		return ""
	case spec.APICredentials.Existing != nil:
		return "existing " + spec.APICredentials.Existing.Name
	}
	return "own"
}

// planFunctions makes unknown what an update may change of the functions' outputs:
// what comes or goes, and what was deleted outside, which comes back.
func (c change) planFunctions(plan *model) {
	for _, output := range []struct {
		value *types.String
		has   func(stack.Spec) bool
	}{
		{&plan.AutoscalerFunctionARN, hasAutoscaler},
		{&plan.AutoscalerLogGroupName, hasAutoscaler},
		{&plan.LifecycleFunctionARN, hasKey},
		{&plan.LifecycleQueueURL, hasKey},
		{&plan.APIKeyParameterName, hasKey},
		{&plan.DashboardURL, hasDashboard},
	} {
		if !c.known || output.has(c.before) != output.has(c.after) || (output.has(c.after) && output.value.IsNull()) {
			*output.value = types.StringUnknown()
		}
	}
	if parameterOf(c.before) != parameterOf(c.after) {
		plan.APIKeyParameterName = types.StringUnknown()
	}
}

// otherAPISecret tells whether the secret of the API key is stored anew.
func (c change) otherAPISecret() bool {
	secretOf := func(spec stack.Spec) stack.APICredentials {
		if spec.APICredentials == nil {
			return stack.APICredentials{}
		}
		return stack.APICredentials{Secret: spec.APICredentials.Secret, Version: spec.APICredentials.Version, Unread: spec.APICredentials.Unread}
	}
	return !reflect.DeepEqual(secretOf(c.before), secretOf(c.after))
}

// otherBundle tells whether a CA bundle is stored anew: one that is too long for the
// environment.
func (c change) otherBundle() bool {
	return c.before.Functions.CABundle != c.after.Functions.CABundle && slices.Contains(c.after.Components(), stack.ComponentBundle)
}

// otherNetwork tells whether the functions get other security groups, by which the
// inventory has their network.
func (c change) otherNetwork() bool {
	return !slices.Equal(groupsOf(c.before), groupsOf(c.after))
}

func groupsOf(spec stack.Spec) []string {
	if spec.Functions.VPC == nil || !hasKey(spec) {
		return nil
	}
	return spec.Functions.VPC.SecurityGroups
}

// warnOfCode says in the plan which functions get other code, and why: as a rule since
// the provider is another version than the one that deployed them.
func (c change) warnOfCode() diag.Diagnostics {
	var names []string
	for _, function := range []string{stack.ComponentAutoscaler, stack.ComponentLifecycle} {
		own := function == stack.ComponentAutoscaler && c.after.Autoscaling != nil && c.after.Autoscaling.Package != nil
		if !own && strings.Contains(c.drift[function], stack.CodeDiffers) && slices.Contains(c.after.Components(), function) {
			names = append(names, c.have[function])
		}
	}
	if len(names) == 0 {
		return nil
	}
	which := "Lambda function " + names[0] + ", which has"
	if len(names) > 1 {
		which = "the Lambda functions " + strings.Join(names, " and ") + ", which have"
	}
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("drift"), "Functions will be updated",
		"The apply puts the code of this version of the provider into "+which+" other code: that of another version, or somebody's. "+
			"No instance is touched by that. A call that fails in the seconds which it takes is made up for by the next one.")}
}

// warnOfUnhooking says in the plan what becomes of runs when the pool loses its
// termination hook, and that the apply may take its time.
func (c change) warnOfUnhooking() diag.Diagnostics {
	if !c.known || !hasKey(c.before) || hasKey(c.after) {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("spacelift_api_credentials"), "Runs will be protected no more",
		"Without spacelift_api_credentials nothing drains a worker before its instance ends: whatever ends the instance, ends the run. This apply itself cuts none short: "+
			"it waits, within timeouts.update, until no instance waits for the termination hook or is retained, and then takes the hook and the functions away.")}
}

// checkExistingParameter refuses a parameter that the functions could not read by
// its name: theirs are those of the pool's region and account.
func (r *workerPool) checkExistingParameter(plan model) diag.Diagnostics {
	arn := member[types.String](plan.BYOSSM, "arn")
	parts := strings.Split(arn.ValueString(), ":")
	const region, account, all = 3, 4, 6
	if len(parts) != all || notYet(plan.Region) {
		return nil
	}
	p := path.Root("byo_ssm").AtName("arn")
	if parts[region] != plan.Region.ValueString() {
		return diag.Diagnostics{invalid(p, fmt.Sprintf("is of region %s, but the pool and its functions are in %s", parts[region], plan.Region.ValueString()),
			"Make the parameter in the pool's region.")}
	}
	if r.data != nil && r.data.Factory != nil && r.data.Factory.AccountID != "" && parts[account] != r.data.Factory.AccountID {
		return diag.Diagnostics{invalid(p, fmt.Sprintf("is of account %s, but the pool and its functions are in %s", parts[account], r.data.Factory.AccountID),
			"Make the parameter in the pool's account.")}
	}
	return nil
}

// checkAlarmActions refuses what is of another region, which CloudWatch does not call.
func checkAlarmActions(plan model) diag.Diagnostics {
	actions := member[types.Set](plan.Monitoring, "alarm_actions")
	if notYet(plan.Region) || !given(actions) {
		return nil
	}
	var diags diag.Diagnostics
	for _, action := range sorted(actions) {
		if parsed, err := arn.Parse(action); err == nil && parsed.Region != "" && parsed.Region != plan.Region.ValueString() {
			diags.Append(invalid(path.Root("monitoring").AtName("alarm_actions"), fmt.Sprintf("has %s of region %s, but the alarms are in %s, and call what is there",
				action, parsed.Region, plan.Region.ValueString()), "Name one in the pool's region."))
		}
	}
	return diags
}
