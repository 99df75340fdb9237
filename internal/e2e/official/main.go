// Command official stands in for the Spacelift provider, which the tests cannot
// download: it serves what the examples use of it, with the schema that
// https://registry.terraform.io/providers/spacelift-io/spacelift/latest/docs/resources/worker_pool
// documents, and values of the form that Spacelift gives. It talks to nobody.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

func main() {
	err := providerserver.Serve(context.Background(), func() provider.Provider { return spacelift{} }, providerserver.ServeOpts{
		Address: "registry.terraform.io/spacelift-io/spacelift",
	})
	if err != nil {
		log.Fatal(err)
	}
}

var _ provider.Provider = spacelift{}

type spacelift struct{}

// Metadata implements provider.Provider.
func (spacelift) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "spacelift"
}

// Schema implements provider.Provider: the examples leave everything to the environment.
func (spacelift) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

// Configure implements provider.Provider.
func (spacelift) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

// Resources implements provider.Provider.
func (spacelift) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return workerPool{} }}
}

// DataSources implements provider.Provider.
func (spacelift) DataSources(context.Context) []func() datasource.DataSource { return nil }
