package workerpool

import (
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// Workers are those of the Spacelift account that the provider has an API key of,
// nil without one. One client serves all resources, so that they share a session.
func (d *ProviderData) Workers() *spacelift.Client {
	if d.Spacelift == nil {
		return nil
	}
	d.connect.Do(func() {
		d.client = spacelift.New(spacelift.Options{Endpoint: d.Spacelift.Endpoint, KeyID: d.Spacelift.KeyID, KeySecret: d.Spacelift.KeySecret})
	})
	return d.client
}

// withWorkers gives s the access to workers that the provider has.
func (r *workerPool) withWorkers(s *stack.Stack) *stack.Stack {
	client := r.data.Workers()
	if client == nil {
		return s
	}
	return s.With(client, r.data.Spacelift.KeySecret)
}

// lacksKey tells that the provider is known to have no Spacelift API key.
func (r *workerPool) lacksKey() bool {
	return r.data != nil && r.data.Spacelift == nil && !r.data.Unknown
}

// setApart words the error of a wait for workers, or that of an instance refresh,
// with which the pool itself is as planned, and returns any other error as it is.
func setApart(err error, operation stack.Operation) (diag.Diagnostics, error) {
	var (
		wait    *stack.WaitError
		refresh *stack.RefreshError
	)
	if !errors.As(err, &wait) && !errors.As(err, &refresh) {
		return nil, err
	}
	return problems(stack.Explain(err, operation)), nil
}

// warnOfDestroy says in the plan of a destroy that workers are not drained.
func (r *workerPool) warnOfDestroy(state *model) diag.Diagnostics {
	if state == nil || !r.lacksKey() || state.ForceDestroy.ValueBool() {
		return nil
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic("Workers are not drained",
		"The provider has no Spacelift API key, so it can neither drain the workers of pool "+state.WorkerPoolID.ValueString()+" nor see whether they are busy: "+
			"runs on them are cut off when the pool is destroyed. Set the provider's spacelift argument or the SPACELIFT_API_KEY_* variables to have the workers "+
			"drained first. If cutting runs off is fine, force_destroy = true, applied before, says so and silences this warning.")}
}

// checkWorkers looks at wait_for_workers, beside the group's bounds and the
// provider's API key.
func (r *workerPool) checkWorkers(plan model) diag.Diagnostics {
	p := path.Root("wait_for_workers")
	wanted := plan.WaitForWorkers.ValueInt32()
	if wanted == 0 {
		return nil
	}
	var diags diag.Diagnostics
	if r.lacksKey() {
		diags.Append(invalid(p, "is set, but the provider has no Spacelift API key to ask for workers with",
			"Set the provider's spacelift argument or the SPACELIFT_API_KEY_* variables, or remove wait_for_workers."))
	}
	if given(plan.MinSize) && given(plan.MaxSize) && wanted > plan.MinSize.ValueInt32() && wanted <= plan.MaxSize.ValueInt32() {
		diags.AddAttributeWarning(p, "More workers awaited than instances start",
			"wait_for_workers is larger than min_size, with which a new group starts: the apply waits until something else scales the group, and fails "+
				"when nothing does. Raise min_size, or lower wait_for_workers.")
	}
	return diags
}
