package datasources

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

var _ datasource.DataSourceWithConfigure = (*workerImage)(nil)

// workerImage is the newest machine image that Spacelift publishes.
type workerImage struct{ source }

// NewWorkerImage makes the data source.
func NewWorkerImage() datasource.DataSource { return &workerImage{} }

type workerImageModel struct {
	Architecture   types.String `tfsdk:"architecture"`
	Region         types.String `tfsdk:"region"`
	ID             types.String `tfsdk:"id"`
	Name           types.String `tfsdk:"name"`
	CreationDate   types.String `tfsdk:"creation_date"`
	RootDeviceName types.String `tfsdk:"root_device_name"`
}

func (d *workerImage) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_worker_image"
}

func (d *workerImage) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.configure(req, resp)
}

func (d *workerImage) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The newest [Spacelift worker image](https://github.com/spacelift-io/spacelift-worker-image/releases) of an architecture and region: " +
			"what a `spacelift_ec2_workerpool` without `ami_id` uses.",
		Attributes: map[string]schema.Attribute{
			"architecture": schema.StringAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: "Processor architecture, `x86_64` or `arm64`. Default: `x86_64`.",
				Validators:          []validator.String{stringvalidator.OneOf("x86_64", "arm64")},
			},
			"region": schema.StringAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: "AWS region, such as `eu-west-1`. Default: the provider's region.",
			},
			"id":               computed("Id of the image."),
			"name":             computed("Name of the image, such as `spacelift-1700000000-x86_64`: the number is the Unix time of its build."),
			"creation_date":    computed("When the image was made in this region, such as `2023-11-14T22:13:20Z`."),
			"root_device_name": computed("Name of the root device, such as `/dev/xvda`."),
		},
	}
}

func computed(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

func (d *workerImage) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m workerImageModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	clients, diags := d.clients(m.Region)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if m.Architecture.IsNull() {
		m.Architecture = types.StringValue("x86_64")
	}
	image, err := stack.NewestImage(ctx, clients, m.Architecture.ValueString())
	if err != nil {
		resp.Diagnostics.Append(explain(err)...)
		return
	}
	m.Region = types.StringValue(clients.Region)
	m.ID, m.Name, m.RootDeviceName = types.StringValue(image.ID), types.StringValue(image.Name), textOrNull(image.RootDevice)
	m.CreationDate = timeOrNull(image.Created)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// timeOrNull is a time as RFC 3339 has it, in UTC.
func timeOrNull(t time.Time) types.String {
	if t.IsZero() {
		return types.StringNull()
	}
	return types.StringValue(t.UTC().Format(time.RFC3339))
}
