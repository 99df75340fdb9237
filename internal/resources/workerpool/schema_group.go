package workerpool

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int32validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int32default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// defaultMetrics are the group metrics collected unless the user says otherwise.
var defaultMetrics = []string{
	"GroupDesiredCapacity", "GroupInServiceInstances", "GroupMaxSize", "GroupMinSize",
	"GroupPendingInstances", "GroupStandbyInstances", "GroupTerminatingInstances", "GroupTotalInstances",
}

// allMetrics are the group metrics that AWS knows:
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_EnableMetricsCollection.html
var allMetrics = append([]string{
	"GroupInServiceCapacity", "GroupPendingCapacity", "GroupStandbyCapacity", "GroupTerminatingCapacity", "GroupTotalCapacity",
	"WarmPoolDesiredCapacity", "WarmPoolWarmedCapacity", "WarmPoolPendingCapacity", "WarmPoolTerminatingCapacity", "WarmPoolTotalCapacity",
	"GroupAndWarmPoolDesiredCapacity", "GroupAndWarmPoolTotalCapacity",
}, defaultMetrics...)

// groupAttributes are the settings of the Auto Scaling group.
func groupAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"vpc_subnets": schema.SetAttribute{
			Required:            true,
			ElementType:         types.StringType,
			MarkdownDescription: "Ids of the subnets in which instances start, at least one, all of one VPC.",
			Validators:          []validator.Set{setvalidator.SizeAtLeast(1), noNulls{}, setvalidator.ValueStringsAre(subnetID)},
		},
		"security_groups": schema.SetAttribute{
			Required:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Ids of the security groups of the instances, at least one, of the VPC of `vpc_subnets`. A worker needs outgoing " +
				"HTTPS only.",
			Validators: []validator.Set{setvalidator.SizeAtLeast(1), noNulls{}, setvalidator.ValueStringsAre(securityGroupID)},
		},
		"min_size": schema.Int32Attribute{
			Optional:            true,
			Computed:            true,
			Default:             int32default.StaticInt32(0),
			MarkdownDescription: "Least number of instances, from 0 to `max_size`. Default: `0`.",
			Validators:          []validator.Int32{int32validator.AtLeast(0)},
		},
		"max_size": schema.Int32Attribute{
			Optional: true,
			Computed: true,
			Default:  int32default.StaticInt32(defaultMaxSize),
			MarkdownDescription: "Largest number of instances, at least `min_size`. The desired number in between is not managed: a new pool " +
				"starts with `min_size`, and whatever scales it afterwards is left alone. Default: `10`.",
			Validators: []validator.Int32{int32validator.AtLeast(0)},
		},
		"enabled_metrics": schema.SetAttribute{
			Optional:    true,
			Computed:    true,
			ElementType: types.StringType,
			Default:     setdefault.StaticValue(types.SetValueMust(types.StringType, stringValues(defaultMetrics))),
			MarkdownDescription: "CloudWatch metrics that the group collects, out of " +
				"[those that AWS offers](https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_EnableMetricsCollection.html); `[]` " +
				"collects none. Default: `" + strings.Join(defaultMetrics, "`, `") + "`.",
			Validators: []validator.Set{setvalidator.ValueStringsAre(stringvalidator.OneOf(allMetrics...))},
		},
	}
}

func stringValues(texts []string) []attr.Value {
	values := make([]attr.Value, 0, len(texts))
	for _, text := range texts {
		values = append(values, types.StringValue(text))
	}
	return values
}
