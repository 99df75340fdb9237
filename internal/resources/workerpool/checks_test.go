package workerpool_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

// add adds a check to a step: of its plan or of the state after it.
func add(step *resource.TestStep, check any) {
	switch check := check.(type) {
	case plancheck.PlanCheck:
		step.ConfigPlanChecks.PreApply = append(step.ConfigPlanChecks.PreApply, check)
	case statecheck.StateCheck:
		step.ConfigPlanChecks.PostApplyPostRefresh = append(step.ConfigPlanChecks.PostApplyPostRefresh, prior{check})
	case func():
		step.PreConfig = check
	default:
		panic(fmt.Sprintf("%T is no check", check))
	}
}

// prior checks the state that a plan starts from: the plan after an apply carries it anyway,
// and Terraform need not be started once more to show it.
type prior struct{ statecheck.StateCheck }

// CheckPlan implements plancheck.PlanCheck.
func (p prior) CheckPlan(ctx context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	text, err := json.Marshal(req.Plan.PriorState)
	if err != nil {
		resp.Error = err
		return
	}
	state, checked := &tfjson.State{}, statecheck.CheckStateResponse{}
	state.UseJSONNumber(true) // as the checks want it
	if resp.Error = state.UnmarshalJSON(text); resp.Error == nil {
		p.CheckState(ctx, statecheck.CheckStateRequest{State: state}, &checked)
		resp.Error = checked.Error
	}
}

// action is what the plan does with the pool.
func action(action plancheck.ResourceActionType) plancheck.PlanCheck {
	return plancheck.ExpectResourceAction(pool, action)
}

// has checks an attribute in the state.
func has(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(pool, tfjsonpath.New(attribute), value)
}

// text checks an attribute in the state.
func text(attribute, value string) statecheck.StateCheck {
	return has(attribute, knownvalue.StringExact(value))
}

// outputs are what an update may or may not change.
var outputs = []string{
	"id", "latest_ami_id", "autoscaling_group_arn", "autoscaling_group_name", "launch_template_id", "launch_template_latest_version",
	"instances_role_arn", "instances_role_name", "instance_profile_arn", "secretsmanager_secret_arn", "log_group_arns", "components", "drift",
	"api_key_ssm_parameter_name", "autoscaler_function_arn", "autoscaler_log_group_name", "lifecycle_manager_function_arn", "lifecycle_queue_url", "dashboard_url",
}

// changing checks that the plan makes exactly these outputs unknown.
type changing []string

// CheckPlan implements plancheck.PlanCheck.
func (c changing) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	var unknown []string
	for _, change := range req.Plan.ResourceChanges {
		after, ok := change.Change.AfterUnknown.(map[string]any)
		if change.Address != pool || !ok {
			continue
		}
		for _, output := range outputs {
			if after[output] == true {
				unknown = append(unknown, output)
			}
		}
	}
	slices.Sort(unknown)
	want := slices.Sorted(slices.Values(c))
	if !slices.Equal(unknown, want) {
		resp.Error = fmt.Errorf("the plan does not know %v, want %v", unknown, want)
	}
}

// drifted checks on which components the refresh before the plan found drift.
type drifted []string

// CheckPlan implements plancheck.PlanCheck.
func (d drifted) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, change := range req.Plan.ResourceChanges {
		before, ok := change.Change.Before.(map[string]any)
		if change.Address != pool || !ok {
			continue
		}
		drift, _ := before["drift"].(map[string]any)
		if got, want := slices.Sorted(maps.Keys(drift)), slices.Sorted(slices.Values(d)); !slices.Equal(got, want) {
			resp.Error = fmt.Errorf("drift is %v, want that of %v", drift, want)
		}
		return
	}
	resp.Error = fmt.Errorf("no change of %s is planned", pool)
}

func jsonPath(attribute string) tfjsonpath.Path { return tfjsonpath.New(attribute) }
