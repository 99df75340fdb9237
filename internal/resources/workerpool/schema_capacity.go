package workerpool

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int32validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int32default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// defaultOnDemandPercentage is AWS's:
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html
const defaultOnDemandPercentage = 100

// maxInstanceTypes is how many types a group takes:
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchTemplateOverrides.html
const maxInstanceTypes = 40

// Limits of the instance lifetime, in seconds: a day and 365 days.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-max-instance-lifetime.html
const (
	minLifetime = 86400
	maxLifetime = 31536000
)

// capacityAttributes say which instances the group starts, and for how long they
// live.
func capacityAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"mixed_instances": mixedAttribute(),
		"capacity_rebalance": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			MarkdownDescription: "Whether the group replaces a spot instance as soon as AWS sees it at risk, before it is taken back " +
				"([capacity rebalancing](https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-capacity-rebalancing.html)). " +
				"Default: the pool's kind decides, `true` with `instance_market_options` or a share of spot instances in `mixed_instances`, " +
				"else `false`.",
		},
		"max_instance_lifetime": schema.Int32Attribute{
			Optional: true,
			Computed: true,
			Default:  int32default.StaticInt32(0),
			MarkdownDescription: "Seconds after which the group " +
				"[replaces an instance](https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-max-instance-lifetime.html), from a day " +
				"(86400) to 365 days (31536000); `0` lets instances live for ever. Default: `0`.",
			Validators: []validator.Int32{int32validator.Between(0, maxLifetime)},
		},
	}
}

func mixedAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "Starts [several types of instances](https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups.html), " +
			"on-demand and spot. Setting, changing and removing it never replaces the group, but where the shares of on-demand and spot " +
			"instances change AWS replaces instances until the shares are right. Excludes `instance_market_options`. Default: all instances are of " +
			"`ec2_instance_type`.",
		Attributes: map[string]schema.Attribute{
			"instance_types": schema.ListAttribute{
				Required:    true,
				ElementType: types.StringType,
				MarkdownDescription: "Instance types, 1 to 40 different ones, each of the architecture that `ami_architecture` names. On-demand " +
					"instances are of the first type that AWS has capacity for. They take the place of `ec2_instance_type`, which is started " +
					"only if it is among them.",
				Validators: []validator.List{listvalidator.SizeBetween(1, maxInstanceTypes), listvalidator.ValueStringsAre(instanceType)},
			},
			"on_demand_base_capacity": schema.Int32Attribute{
				Optional:            true,
				Computed:            true,
				Default:             int32default.StaticInt32(0),
				MarkdownDescription: "Number of on-demand instances that the group starts before any spot instance, 0 or more. Default: `0`.",
				Validators:          []validator.Int32{int32validator.AtLeast(0)},
			},
			"on_demand_percentage_above_base_capacity": schema.Int32Attribute{
				Optional: true,
				Computed: true,
				Default:  int32default.StaticInt32(defaultOnDemandPercentage),
				MarkdownDescription: "Share of on-demand instances among those above `on_demand_base_capacity`, 0 to 100 percent, rounded up to " +
					"whole instances; the rest are spot instances. Default: `100`.",
				Validators: []validator.Int32{int32validator.Between(0, 100)},
			},
			"spot_allocation_strategy": schema.StringAttribute{
				Optional: true,
				Computed: true,
				Default:  stringdefault.StaticString("price-capacity-optimized"),
				MarkdownDescription: "How AWS chooses among the types for spot instances: `price-capacity-optimized`, `capacity-optimized`, " +
					"`capacity-optimized-prioritized` (prefers the first types) or `lowest-price` " +
					"([source](https://docs.aws.amazon.com/autoscaling/ec2/userguide/allocation-strategies.html)). " +
					"Default: `price-capacity-optimized`.",
				Validators: []validator.String{
					stringvalidator.OneOf("price-capacity-optimized", "capacity-optimized", "capacity-optimized-prioritized", "lowest-price"),
				},
			},
		},
	}
}
