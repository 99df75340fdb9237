// Package datasources are the data sources of the provider: what it looks up
// without managing it.
package datasources

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/resources/workerpool"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// source is what the data sources have in common.
type source struct {
	data *workerpool.ProviderData // nil until the provider is configured
}

func (s *source) configure(req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	if req.ProviderData == nil {
		return // the framework validates before it configures the provider
	}
	data, ok := req.ProviderData.(*workerpool.ProviderData)
	if !ok {
		resp.Diagnostics.AddError("Provider data of a wrong type",
			fmt.Sprintf("Configuring a data source took *workerpool.ProviderData and got %T. This is a bug of the provider: please report it.", req.ProviderData))
		return
	}
	s.data = data
}

// clients are those of the region that a data source names, or the provider's.
func (s *source) clients(region types.String) (*awsapi.Clients, diag.Diagnostics) {
	var diags diag.Diagnostics
	if s.data == nil || s.data.Factory == nil {
		diags.AddError("Provider not configured", "Reading a data source takes a provider whose configuration is known, but a part of it depends on values that "+
			"only another apply will know. Apply those first (terraform apply -target=…), or write the values down.")
		return nil, diags
	}
	if name := region.ValueString(); name != "" && s.data.CheckRegion != nil {
		if err := s.data.CheckRegion(name); err != nil {
			diags.AddAttributeError(path.Root("region"), "Invalid value of region", fmt.Sprintf("region is %q, which is not the name of an AWS region such as \"eu-west-1\". "+
				"Correct it. If the region is newer than this provider, set skip_region_validation = true in the provider's configuration.\n\nError: %s", name, err))
			return nil, diags
		}
	}
	return s.data.Factory.In(region.ValueString()), diags
}

// explain words an error of the stack.
func explain(err error) (diags diag.Diagnostics) {
	for _, problem := range stack.Explain(err, stack.Reading) {
		diags.AddError(problem.Summary, problem.Detail)
	}
	return diags
}

func textOrNull(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}
