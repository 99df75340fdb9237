// Package workerpool is the resource spacelift_ec2_workerpool: everything on AWS
// that a Spacelift worker pool on EC2 needs.
package workerpool

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"
)

var (
	_ resource.ResourceWithConfigure      = (*workerPool)(nil)
	_ resource.ResourceWithIdentity       = (*workerPool)(nil)
	_ resource.ResourceWithImportState    = (*workerPool)(nil)
	_ resource.ResourceWithModifyPlan     = (*workerPool)(nil)
	_ resource.ResourceWithValidateConfig = (*workerPool)(nil)
)

type workerPool struct {
	data *ProviderData // nil until the provider is configured
}

// NewResource makes the resource.
func NewResource() resource.Resource { return &workerPool{} }

func (r *workerPool) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_workerpool"
}

func (r *workerPool) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	if req.ProviderData == nil {
		return // the framework validates before it configures the provider
	}
	data, ok := req.ProviderData.(*ProviderData)
	if !ok {
		resp.Diagnostics.AddError("Provider data of a wrong type",
			fmt.Sprintf("Configuring spacelift_ec2_workerpool took *workerpool.ProviderData and got %T. This is a bug of the provider: please report it.", req.ProviderData))
		return
	}
	r.data = data
}
