package datasources

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

var (
	_ datasource.DataSourceWithConfigure      = (*pool)(nil)
	_ datasource.DataSourceWithValidateConfig = (*pool)(nil)
)

// pool is a worker pool that exists, whoever manages it.
type pool struct{ source }

// NewWorkerPool makes the data source.
func NewWorkerPool() datasource.DataSource { return &pool{} }

func (d *pool) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_workerpool"
}

func (d *pool) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.configure(req, resp)
}

func (d *pool) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var m poolModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if m.WorkerPoolID.IsNull() == m.BaseName.IsNull() && !m.WorkerPoolID.IsUnknown() && !m.BaseName.IsUnknown() {
		resp.Diagnostics.AddAttributeError(path.Root("worker_pool_id"), "One of worker_pool_id and base_name",
			"A pool is looked up by its worker_pool_id or by its base_name. Set one of the two, the base_name where several pools serve the same worker pool.")
	}
}

func (d *pool) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m poolModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	clients, diags := d.clients(m.Region)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(m.readAWS(ctx, clients)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(m.readSpacelift(ctx, d.data.Workers())...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// readAWS fills in what the pool consists of.
func (m *poolModel) readAWS(ctx context.Context, clients *awsapi.Clients) diag.Diagnostics {
	key := cmp.Or(m.BaseName.ValueString(), m.WorkerPoolID.ValueString())
	found, err := stack.Find(ctx, clients, key, stack.Spec{})
	if err != nil {
		return explain(err)
	}
	fleet, err := stack.FleetOf(ctx, clients, found.AutoScalingGroupName)
	if err != nil {
		return explain(err)
	}
	m.Region = types.StringValue(clients.Region)
	m.flatten(found, fleet)
	return nil
}

// readSpacelift fills in what the workers are at; null without access.
func (m *poolModel) readSpacelift(ctx context.Context, client *spacelift.Client) (diags diag.Diagnostics) {
	m.PendingRuns, m.Workers = types.Int64Null(), types.ListNull(types.ObjectType{AttrTypes: workerTypes})
	if client == nil {
		return nil
	}
	seen, err := client.Pool(ctx, m.WorkerPoolID.ValueString())
	if err != nil {
		diags.AddError("Workers not read", "The workers of the pool were asked of Spacelift with the provider's API key. "+
			"Correct what the error says, or take the key out of the provider to do without workers.\n\nError: "+err.Error())
		return diags
	}
	slices.SortFunc(seen.Workers, func(a, b spacelift.Worker) int { return cmp.Compare(a.ID, b.ID) })
	m.PendingRuns, m.Workers = types.Int64Value(int64(seen.PendingRuns)), workerList(seen.Workers)
	return nil
}
