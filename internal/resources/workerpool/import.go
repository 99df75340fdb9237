package workerpool

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// ImportState takes a pool into the state, as far as AWS tells what it is made
// of; the refresh that Terraform does next finds whatever is not as it should be.
// Pools of the Terraform module are taken as well: nothing is changed or replaced.
func (r *workerPool) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id, diags := r.importID(ctx, req)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	m, diags := defaultModel(ctx)
	resp.Diagnostics.Append(diags...)
	m.Region, m.WorkerPoolID = textOrNull(id.region), types.StringValue(id.pool)
	clients, diags := r.clients(m)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	bounded, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	observed, warnings, err := stack.Import(bounded, clients, id.pool, expand(m, nil))
	if err != nil {
		resp.Diagnostics.Append(explain(bounded, err, stack.Importing, readTimeout)...)
		return
	}
	resp.Diagnostics.Append(problems(warnings)...)
	resp.Diagnostics.Append(id.check(observed.Spec)...)
	if resp.Diagnostics.HasError() {
		return
	}
	m.Region = types.StringValue(clients.Region)
	tags := maps.Clone(r.data.DefaultTags)
	maps.DeleteFunc(tags, func(key, value string) bool { return observed.Spec.Tags[key] != value })
	flatten(&m, observed, tags)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, r.identityOf(m))...)
	resp.Diagnostics.Append(saveDefaultTags(ctx, resp.Private, tags)...)
}

// importedPool is what the user wants to import.
type importedPool struct {
	pool   string // its id at Spacelift, its base name or the name of its group
	region string // empty: the provider's
	serves string // the id that it has to have at Spacelift, empty: any
}

var errImportID = errors.New("not <worker pool id or base name>, with @<region> after it for another region than the provider's")

// parseImportID reads an id as hashicorp/aws has them: with the region behind it.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/enhanced-region-support
func parseImportID(id string) (importedPool, error) {
	name, region, regional := strings.Cut(id, "@")
	if name == "" || (regional && region == "") || strings.ContainsAny(id, " \t\r\n/") || strings.Contains(region, "@") {
		return importedPool{}, errImportID
	}
	return importedPool{pool: name, region: region}, nil
}

// importID is what the user gave: an id, or in an import block the identity.
func (r *workerPool) importID(ctx context.Context, req resource.ImportStateRequest) (pool importedPool, diags diag.Diagnostics) {
	if req.ID == "" && req.Identity != nil && !req.Identity.Raw.IsNull() {
		var is identity
		diags.Append(req.Identity.Get(ctx, &is)...)
		if diags.HasError() {
			return pool, diags
		}
		diags.Append(r.checkAccount(is.AccountID.ValueString())...)
		pool = importedPool{
			pool: cmp.Or(is.BaseName.ValueString(), is.WorkerPoolID.ValueString()), region: is.Region.ValueString(), serves: is.WorkerPoolID.ValueString(),
		}
		if pool.pool == "" {
			diags.AddError("Incomplete identity", "The identity names no pool. Set worker_pool_id in it, or base_name where several groups serve the worker pool.")
			return pool, diags
		}
	} else {
		var err error
		if pool, err = parseImportID(req.ID); err != nil {
			diags.AddError("Invalid import id", fmt.Sprintf("The id %q is %s. Give one such as 01HXYZABCDEFGHJKMNPQRSTVWX or workers@eu-west-1.", req.ID, err))
			return pool, diags
		}
	}
	if pool.region != "" && r.data != nil && r.data.CheckRegion != nil {
		if err := r.data.CheckRegion(pool.region); err != nil {
			diags.AddError("Invalid import id", fmt.Sprintf("%q is not the name of an AWS region such as eu-west-1. Correct it. If the region is newer than this provider, "+
				"set skip_region_validation = true in the provider's configuration.\n\nError: %s", pool.region, err))
		}
	}
	return pool, diags
}

// check refuses a pool of that name that serves another worker pool.
func (p importedPool) check(found stack.Spec) (diags diag.Diagnostics) {
	if p.serves != "" && p.serves != found.WorkerPoolID {
		diags.AddError("Another worker pool", fmt.Sprintf("The identity names the worker pool %s and the base name %s, but the pool of that name serves the worker pool %s. "+
			"Correct one of the two, or leave it out.", p.serves, p.pool, found.WorkerPoolID))
	}
	return diags
}

// checkAccount refuses an identity of another account than the provider's.
func (r *workerPool) checkAccount(account string) (diags diag.Diagnostics) {
	if account == "" || r.data == nil || r.data.Factory == nil || r.data.Factory.AccountID == "" || r.data.Factory.AccountID == account {
		return nil
	}
	diags.AddError("Another AWS account", fmt.Sprintf("The identity names AWS account %s, but the provider's credentials are of account %s. "+
		"Correct account_id, or use credentials of that account.", account, r.data.Factory.AccountID))
	return diags
}
