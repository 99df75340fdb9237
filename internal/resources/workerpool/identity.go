package workerpool

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// identity is what tells a pool from all others: names are unique in an account
// and region. The id of the worker pool is as well, unless several groups serve it.
type identity struct {
	AccountID    types.String `tfsdk:"account_id"`
	Region       types.String `tfsdk:"region"`
	WorkerPoolID types.String `tfsdk:"worker_pool_id"`
	BaseName     types.String `tfsdk:"base_name"`
}

func (r *workerPool) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"worker_pool_id": identityschema.StringAttribute{
			OptionalForImport: true,
			Description:       "Id of the worker pool at Spacelift. An import takes this or base_name, or both.",
		},
		"base_name": identityschema.StringAttribute{
			OptionalForImport: true,
			Description:       "Base name of the pool. An import takes this or worker_pool_id, or both.",
		},
		"region": identityschema.StringAttribute{
			OptionalForImport: true,
			Description:       "AWS region of the pool. Default: the provider's region.",
		},
		"account_id": identityschema.StringAttribute{
			OptionalForImport: true,
			Description:       "AWS account of the pool, twelve digits. Default: the provider's account.",
		},
	}}
}

// identify tells Terraform the identity of the pool of m. It never changes: one
// that Terraform has stays, even should the account not have been known then.
func (r *workerPool) identify(ctx context.Context, into *tfsdk.ResourceIdentity, m model) diag.Diagnostics {
	if into == nil || !into.Raw.IsFullyNull() {
		return nil
	}
	return into.Set(ctx, r.identityOf(m))
}

func (r *workerPool) identityOf(m model) identity {
	is := identity{AccountID: types.StringNull(), Region: m.Region, WorkerPoolID: m.WorkerPoolID, BaseName: m.BaseName}
	if r.data != nil && r.data.Factory != nil {
		is.AccountID = textOrNull(r.data.Factory.AccountID)
	}
	return is
}
