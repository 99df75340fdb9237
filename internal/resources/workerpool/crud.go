package workerpool

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// Default timeouts. Removing a pool includes the termination of its instances,
// which may be at work.
const (
	createTimeout = 20 * time.Minute
	readTimeout   = 5 * time.Minute
	updateTimeout = 30 * time.Minute
	deleteTimeout = 120 * time.Minute
)

func (r *workerPool) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := plan.Timeouts.Create(ctx, createTimeout)
	resp.Diagnostics.Append(diags...)
	clients, diags := r.clients(plan)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	tags := r.data.DefaultTags
	spec := expand(plan, tags)
	resp.Diagnostics.Append(fillSecrets(ctx, &spec, req.Config)...)
	done, diags := r.data.claim(clients.Region, spec.BaseName)
	defer done()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	bounded, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	observed, err := r.withWorkers(stack.New(clients, spec, stack.Observed{})).Create(bounded)
	diags, err = setApart(err, stack.Creating)
	resp.Diagnostics.Append(diags...)
	plan.Region = types.StringValue(clients.Region)
	if err != nil {
		resp.Diagnostics.Append(explain(bounded, err, "create", timeout)...)
		if len(observed.Components) == 0 {
			return // all of it was removed again
		}
		flatten(&plan, observed, tags)
	} else {
		settle(&plan, observed)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(r.identify(ctx, resp.Identity, plan)...)
	resp.Diagnostics.Append(saveDefaultTags(ctx, resp.Private, tags)...)
}

func (r *workerPool) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(r.identify(ctx, resp.Identity, state)...)
	if r.data != nil && r.data.Unknown && r.data.Factory == nil {
		r.remember(state)
		resp.Diagnostics.AddWarning("Worker pool not refreshed", notRefreshed(state))
		return
	}
	c, diags := r.begin(ctx, state, req.Private, state.Timeouts.Read, readTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.remember(state)
	bounded, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	observed, err := stack.New(c.clients, expandState(state, c.tags.wanted), c.prior).Read(bounded)
	if err != nil {
		resp.Diagnostics.Append(explain(bounded, err, "read", c.timeout)...)
		return
	}
	if len(observed.Components) == 0 {
		resp.State.RemoveResource(ctx)
		return
	}
	r.data.saw(state, observed.Outlook)
	flatten(&state, observed, c.tags.wanted)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

func (r *workerPool) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(r.identify(ctx, resp.Identity, state)...)
	c, diags := r.begin(ctx, state, req.Private, plan.Timeouts.Update, updateTimeout)
	resp.Diagnostics.Append(diags...)
	spec := expand(plan, c.tags.wanted)
	resp.Diagnostics.Append(fillSecrets(ctx, &spec, req.Config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if spec.InstanceRefresh != nil {
		spec.InstanceRefresh.Triggered = triggered(plan.InstanceRefresh, req.Plan.Raw, req.State.Raw)
	}
	bounded, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	observed, err := r.withWorkers(stack.New(c.clients, spec, c.prior)).Update(bounded)
	diags, err = setApart(err, stack.Updating)
	resp.Diagnostics.Append(diags...)
	if err != nil {
		resp.Diagnostics.Append(explain(bounded, err, "update", c.timeout)...)
		flatten(&state, observed, c.tags.applied)
		state.keep(plan)
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
		return
	}
	settle(&plan, observed)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(saveDefaultTags(ctx, resp.Private, c.tags.wanted)...)
}

func (r *workerPool) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	c, diags := r.begin(ctx, state, req.Private, state.Timeouts.Delete, deleteTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	bounded, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	observed, err := r.withWorkers(stack.New(c.clients, expandState(state, c.tags.applied), c.prior)).Destroy(bounded)
	if err != nil {
		resp.Diagnostics.Append(explain(bounded, err, "delete", c.timeout)...)
		flatten(&state, observed, c.tags.applied)
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	}
}

// call is what an operation on a pool that exists works with.
type call struct {
	clients *awsapi.Clients
	timeout time.Duration
	tags    tagging
	prior   stack.Observed // what the state says
}

// begin prepares an operation on the pool of state.
func (r *workerPool) begin(ctx context.Context, state model, private privateReader,
	timeoutOf func(context.Context, time.Duration) (time.Duration, diag.Diagnostics), standard time.Duration,
) (call, diag.Diagnostics) {
	timeout, diags := timeoutOf(ctx, standard)
	clients, found := r.clients(state)
	diags.Append(found...)
	tags, found := r.tagging(ctx, private)
	diags.Append(found...)
	return call{clients: clients, timeout: timeout, tags: tags, prior: observe(state, tags.applied)}, diags
}

// settle completes a plan that was carried out: arguments are as planned, the
// rest is what AWS says.
func settle(plan *model, observed stack.Observed) {
	if plan.AMIID.IsUnknown() {
		plan.AMIID = textOrNull(observed.Spec.Instance.AMIID)
	}
	flattenOutputs(plan, observed)
}

// keep takes from the plan of an update that failed what nothing but the state
// knows. A destroy reads it there, and may be the only way on: by force, where
// workers cannot be undrained any more.
func (m *model) keep(plan model) { m.ForceDestroy, m.Timeouts = plan.ForceDestroy, plan.Timeouts }

// clients are those of the pool's region.
func (r *workerPool) clients(m model) (*awsapi.Clients, diag.Diagnostics) {
	if r.data == nil || r.data.Factory == nil {
		return nil, diag.Diagnostics{diag.NewErrorDiagnostic("Provider not configured",
			fmt.Sprintf("Reaching AWS for worker pool %s takes a provider whose configuration is known, but a part of it depends on values that only "+
				"another apply will know. Apply those first (terraform apply -target=…), or write the values down.", m.WorkerPoolID.ValueString()))}
	}
	return r.data.Factory.In(m.Region.ValueString()), nil
}

// remember notes a pool that is in a state.
func (r *workerPool) remember(m model) {
	if r.data != nil {
		r.data.met(m)
	}
}

func notRefreshed(m model) string {
	return fmt.Sprintf("A part of the provider's configuration depends on values that only the apply will know, so AWS could not be asked about worker pool %s. "+
		"The plan starts from what the state says: what was changed outside Terraform since the last refresh shows in the next plan.", m.WorkerPoolID.ValueString())
}
