package datasources

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func (d *pool) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	count := func(description string) schema.Int64Attribute {
		return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
	}
	flag := func(description string) schema.BoolAttribute {
		return schema.BoolAttribute{Computed: true, MarkdownDescription: description}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A worker pool that exists, whoever manages it: what it consists of, its size, its instances and, where the provider has a Spacelift API " +
			"key, its workers.",
		Attributes: map[string]schema.Attribute{
			"worker_pool_id": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Id of the worker pool at Spacelift. This or `base_name` says which pool.",
			},
			"base_name": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Base name of the pool, or the name of its Auto Scaling group. This or `worker_pool_id` says which pool.",
			},
			"region": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "AWS region of the pool, such as `eu-west-1`. Default: the provider's region.",
			},
			"autoscaling_group_name":         computed("Name of the Auto Scaling group."),
			"autoscaling_group_arn":          computed("ARN of the Auto Scaling group."),
			"launch_template_id":             computed("Id of the launch template."),
			"launch_template_latest_version": count("Number of the launch template's newest version."),
			"ami_id":                         computed("Id of the machine image in the newest version of the launch template."),
			"instances_role_arn":             computed("ARN of the instances' IAM role."),
			"instances_role_name":            computed("Name of the instances' IAM role."),
			"instance_profile_arn":           computed("ARN of the instance profile."),
			"secretsmanager_secret_arn":      computed("ARN of the secret that the pool owns; null for none."),
			"components": schema.MapAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "What the pool consists of: each component's name or id on AWS.",
			},
			"min_size":         count("Least number of instances."),
			"max_size":         count("Largest number of instances."),
			"desired_capacity": count("Number of instances that the group is to have now."),
			"instances": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The instances of the group, sorted by id.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id":                      computed("Id of the instance."),
					"state":                   computed("[Lifecycle state](https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html), such as `InService`."),
					"healthy":                 flag("Whether the group takes it for healthy."),
					"availability_zone":       computed("Availability zone."),
					"instance_type":           computed("Instance type."),
					"launch_template_version": computed("Number of the launch template's version that it was launched with."),
				}},
			},
			"pending_runs": count("Number of runs that wait for a worker; null when the provider has no Spacelift API key."),
			"workers": schema.ListNestedAttribute{
				Computed: true,
				MarkdownDescription: "The workers that have registered with the worker pool at Spacelift, sorted by id, those of its other groups included; null when the " +
					"provider has no Spacelift API key.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id":                     computed("Id of the worker at Spacelift."),
					"busy":                   flag("Whether it has a run."),
					"drained":                flag("Whether it is drained: it gets no further runs."),
					"created_at":             computed("When it registered, such as `2023-11-14T22:13:20Z`."),
					"instance_id":            computed("Id of its EC2 instance, as it says itself; null when it does not."),
					"autoscaling_group_name": computed("Name of its Auto Scaling group, as it says itself; null when it does not."),
					"ami_id":                 computed("Id of its machine image, as it says itself; null when it does not."),
				}},
			},
		},
	}
}
