package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ resource.Resource = workerPool{}

// workerPool is spacelift_worker_pool. What Spacelift makes of it stays as it is.
type workerPool struct{}

type model struct {
	ID          types.String `tfsdk:"id"`
	Name        types.String `tfsdk:"name"`
	Description types.String `tfsdk:"description"`
	CSR         types.String `tfsdk:"csr"`
	Labels      types.Set    `tfsdk:"labels"`
	SpaceID     types.String `tfsdk:"space_id"`
	Config      types.String `tfsdk:"config"`
	PrivateKey  types.String `tfsdk:"private_key"`
}

// Metadata implements resource.Resource.
func (workerPool) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_worker_pool"
}

// Schema implements resource.Resource.
func (workerPool) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	kept := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"id":          schema.StringAttribute{Computed: true, PlanModifiers: kept},
		"name":        schema.StringAttribute{Required: true},
		"description": schema.StringAttribute{Optional: true},
		"csr":         schema.StringAttribute{Optional: true, Computed: true, Sensitive: true, PlanModifiers: kept},
		"labels":      schema.SetAttribute{Optional: true, ElementType: types.StringType},
		"space_id":    schema.StringAttribute{Optional: true, Computed: true, PlanModifiers: kept},
		"config":      schema.StringAttribute{Computed: true, Sensitive: true, PlanModifiers: kept},
		"private_key": schema.StringAttribute{Computed: true, Sensitive: true, PlanModifiers: kept},
	}}
}

// Create implements resource.Resource. All that Spacelift makes is known only now.
func (workerPool) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var m model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	m.ID, m.Config, m.PrivateKey = types.StringValue(ulid()), types.StringValue(secret()), types.StringValue("")
	if m.CSR.IsUnknown() { // not given: Spacelift makes the key
		m.CSR, m.PrivateKey = types.StringValue(secret()), types.StringValue(secret())
	}
	if m.SpaceID.IsUnknown() {
		m.SpaceID = types.StringValue("root")
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// ulid is an id of the form that Spacelift gives: https://github.com/ulid/spec
func ulid() string {
	const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	random := make([]byte, 26)
	_, _ = rand.Read(random) // never fails
	for i := range random {
		random[i] = digits[random[i]%32]
	}
	return "01" + string(random[2:])
}

// secret is what stands for a certificate or a key, in base64.
func secret() string {
	random := make([]byte, 48)
	_, _ = rand.Read(random)
	return base64.StdEncoding.EncodeToString(random)
}

// Read implements resource.Resource: nobody changes the pool.
func (workerPool) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update implements resource.Resource.
func (workerPool) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}

// Delete implements resource.Resource.
func (workerPool) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
