package workerpool

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// launchTemplateAttributes say how versions of the launch template are used, and
// what else a launch tags.
func launchTemplateAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"launch_template_version": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Version of the launch template that new instances use: a number, `$Latest` or `$Default`. Default: the newest " +
				"version that this resource made.",
			Validators: []validator.String{templateVersion},
		},
		"launch_template_default_version": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: "Number of the version that is the launch template's default. Excludes " +
				"`launch_template_update_default_version`. Default: left as it is (AWS starts with 1).",
			Validators: []validator.Int64{int64validator.AtLeast(1)},
		},
		"launch_template_update_default_version": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			Default:  booldefault.StaticBool(false),
			MarkdownDescription: "Whether each new version becomes the launch template's default. Excludes `launch_template_default_version`. " +
				"Default: `false`.",
		},
		"tag_specifications": schema.ListNestedAttribute{
			Optional: true,
			MarkdownDescription: "More tags for what a launch creates. `additional_tags` are on instances and volumes already. Of tags with the same key, " +
				"those of an entry for `volume` win, while an entry for `instance` only adds: there the " +
				"[group's tags](https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html) win. At most one entry for " +
				"each resource type, and 40 tags on an object together with the others. Default: none.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"resource_type": schema.StringAttribute{
					Required: true,
					MarkdownDescription: "`instance`, `volume`, `network-interface` or `spot-instances-request` " +
						"([source](https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LaunchTemplateTagSpecificationRequest.html)).",
					Validators: []validator.String{stringvalidator.OneOf("instance", "volume", "network-interface", "spot-instances-request")},
				},
				"tags": schema.MapAttribute{
					Required:            true,
					ElementType:         types.StringType,
					MarkdownDescription: "Tags for these objects, under the same rules as `additional_tags`.",
					Validators:          []validator.Map{userTags},
				},
			}},
		},
	}
}
