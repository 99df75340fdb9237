package workerpool

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ModifyPlan completes the plan with values that follow from the configuration
// and the state, and refuses what AWS would refuse. It runs in the plan and again
// in the apply: values that AWS alone knows stay unknown, or come from the state
// where the refresh has put them, so that both runs agree.
func (r *workerPool) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(r.warnOfDestroy(stateOf(ctx, req.State, &resp.Diagnostics))...)
		return
	}
	var config, plan model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	state := stateOf(ctx, req.State, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	r.planIdentity(config, &plan, state)
	resp.RequiresReplace = append(resp.RequiresReplace, replacements(plan, state)...)
	planImage(config, &plan, state)
	planRebalance(config, &plan)
	if state != nil {
		r.remember(*state)
	}
	tags, diags := r.tagging(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if state != nil && len(resp.RequiresReplace) == 0 {
		if !r.planUpdate(ctx, req, resp, &plan, *state, tags) {
			return // nothing to do, hence nothing to check
		}
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if state != nil && len(resp.RequiresReplace) > 0 {
		resp.Diagnostics.Append(r.warnOfDestroy(state)...)
		return // Terraform plans the new pool next
	}
	resp.Diagnostics.Append(r.check(ctx, config, plan, state, tags.wanted)...)
}

// planUpdate makes unknown what an update may change, and tells whether there is
// anything to do.
func (r *workerPool) planUpdate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, plan *model, state model, tags tagging) bool {
	keepMeaning(plan, state)
	keepOutputs(plan, state)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, *plan)...)
	if resp.Diagnostics.HasError() || (resp.Plan.Raw.Equal(req.State.Raw) && !tags.outdated(*plan)) {
		return false
	}
	c := planOutputs(plan, state, tags, fullyKnown(req.Config))
	resp.Diagnostics.Append(c.warnOfCode()...)
	resp.Diagnostics.Append(c.warnOfUnhooking()...)
	resp.Diagnostics.Append(r.warnOfRefresh(*plan, state, c, resp.Plan.Raw, req.State.Raw)...)
	return true
}

// stateOf returns nil when there is no state.
func stateOf(ctx context.Context, raw tfsdk.State, diags diagnostics) *model {
	if raw.Raw.IsNull() {
		return nil
	}
	var state model
	diags.Append(raw.Get(ctx, &state)...)
	return &state
}

// planIdentity fills in what names and places the pool.
func (r *workerPool) planIdentity(config model, plan *model, state *model) {
	switch {
	case !config.Region.IsNull():
		plan.Region = config.Region
	case r.data != nil && r.data.Factory != nil:
		plan.Region = types.StringValue(r.data.Factory.Config.Region)
	case state != nil:
		plan.Region = state.Region
	default:
		plan.Region = types.StringUnknown()
	}
	switch {
	case !config.BaseName.IsNull():
		plan.BaseName = config.BaseName
	case config.WorkerPoolID.IsUnknown():
		plan.BaseName = types.StringUnknown()
	default:
		plan.BaseName = types.StringValue("sp5ft-" + config.WorkerPoolID.ValueString())
	}
	plan.ID = plan.BaseName
}

// replacements are the arguments whose change takes another pool. No plan modifier
// in the schema says so: ModifyPlan would not know of it.
func replacements(plan model, state *model) path.Paths {
	var paths path.Paths
	if state != nil && !plan.Region.Equal(state.Region) {
		paths = append(paths, path.Root("region"))
	}
	if state != nil && !plan.BaseName.Equal(state.BaseName) {
		paths = append(paths, path.Root("base_name"))
	}
	if state != nil && !plan.WorkerPoolID.Equal(state.WorkerPoolID) {
		paths = append(paths, path.Root("worker_pool_id"))
	}
	return paths
}

// planImage moves a pool without ami_id to the newest image that the refresh has
// seen. A new pool, or one for another architecture, looks for it in the apply.
func planImage(config model, plan *model, state *model) {
	switch {
	case !config.AMIID.IsNull():
		plan.AMIID = config.AMIID
	case state == nil || !plan.AMIArchitecture.Equal(state.AMIArchitecture):
		plan.AMIID = types.StringUnknown()
	case !state.LatestAMIID.IsNull():
		plan.AMIID = state.LatestAMIID
	default:
		plan.AMIID = orUnknown(state.AMIID)
	}
}

// orUnknown returns a text that the state has, or unknown.
func orUnknown(text types.String) types.String {
	if text.IsNull() {
		return types.StringUnknown()
	}
	return text
}

// notYet tells that a plan does not know a value, or has none.
func notYet(value attr.Value) bool { return value.IsUnknown() || value.IsNull() }
