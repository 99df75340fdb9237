// Package provider is the Terraform provider: the schema of its configuration,
// its validation, and what resources get from it.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/datasources"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/resources/workerpool"
)

const typeName = "spacelift_ec2"

var (
	_ provider.Provider                   = (*ec2Provider)(nil)
	_ provider.ProviderWithValidateConfig = (*ec2Provider)(nil)
)

type ec2Provider struct {
	version string
}

// New returns the constructor of the provider. version, such as "1.2.3" or
// "dev", ends up in the User-Agent of every AWS call.
func New(version string) func() provider.Provider {
	return func() provider.Provider {
		return &ec2Provider{version: version}
	}
}

func (p *ec2Provider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = typeName
	resp.Version = p.version
}

func (p *ec2Provider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{workerpool.NewResource}
}

func (p *ec2Provider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{datasources.NewWorkerImage, datasources.NewWorkerPool}
}
