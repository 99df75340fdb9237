package workerpool

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int32validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int32default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Limits of an instance refresh:
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AlarmSpecification.html
const (
	defaultMinHealthy  = 90     // percent
	maxHealthySpan     = 100    // points between the two percentages
	maxRefreshPause    = 172800 // seconds
	maxRefreshAlarms   = 10
	defaultHeldChoice  = "Ignore"
	rollingReplacement = "Rolling"
)

// maxHealthy is what max_healthy_percentage takes.
var maxHealthy = interval{100, 200}

// refreshAttributes say when and how running instances are replaced.
func refreshAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"instance_refresh": schema.SingleNestedAttribute{
			Optional: true,
			MarkdownDescription: "Replaces running instances, a few at a time, when what they are made of changes: an apply that makes a new version of " +
				"the launch template (and the group uses it), that changes `mixed_instances`, or one of `triggers`, starts an " +
				"[instance refresh](https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh.html); its plan says so. To set " +
				"or change this argument alone starts none. A refresh that did not succeed shows in `drift`, and the next apply starts another " +
				"one. Default: instances stay as they are until something else replaces them.",
			Attributes: map[string]schema.Attribute{
				"strategy": schema.StringAttribute{
					Optional:            true,
					Computed:            true,
					Default:             stringdefault.StaticString(rollingReplacement),
					MarkdownDescription: "How instances are replaced; `Rolling` is the only way. Default: `Rolling`.",
					Validators:          []validator.String{stringvalidator.OneOf(rollingReplacement)},
				},
				"triggers": schema.SetAttribute{
					Optional:    true,
					ElementType: types.StringType,
					MarkdownDescription: "Names of further arguments of this resource whose change starts a refresh, such as `secure_env_vars`, whose new " +
						"values reach only instances that boot afterwards. `tag` stands for `additional_tags`. Default: none.",
				},
				"wait_for_completion": schema.BoolAttribute{
					Optional: true,
					Computed: true,
					Default:  booldefault.StaticBool(false),
					MarkdownDescription: "Whether the apply waits until the refresh has ended, for as long as `timeouts.update` allows, and fails when the " +
						"refresh does. Otherwise it returns as soon as the refresh has begun. Default: `false`.",
				},
				"preferences": preferencesAttribute(),
			},
		},
	}
}

func preferencesAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "How fast and how carefully it goes, in the terms of " +
			"[AWS](https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html). Default: the defaults of each of them.",
		Attributes: map[string]schema.Attribute{
			"min_healthy_percentage": schema.Int32Attribute{
				Optional: true,
				Computed: true,
				Default:  int32default.StaticInt32(defaultMinHealthy),
				MarkdownDescription: "Share of the desired capacity that stays in service, 0 to 100 percent. `0` replaces all instances at once, `100` starts " +
					"each new instance before an old one goes. Default: `90`.",
				Validators: []validator.Int32{int32validator.Between(0, 100)},
			},
			"max_healthy_percentage": schema.Int32Attribute{
				Optional: true,
				MarkdownDescription: "Share of the desired capacity that the group may grow to, 100 to 200 percent, at most 100 above " +
					"`min_healthy_percentage`. Default: not set, and the group never grows beyond its desired capacity unless `min_healthy_percentage` is 100.",
				Validators: []validator.Int32{int32validator.Between(maxHealthy.least, maxHealthy.most)},
			},
			"instance_warmup": schema.Int32Attribute{
				Optional:            true,
				MarkdownDescription: "Seconds from when a new instance is in service until it counts as ready. Default: the group's health check grace period, 30.",
				Validators:          []validator.Int32{int32validator.AtLeast(0)},
			},
			"skip_matching": schema.BoolAttribute{
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(false),
				MarkdownDescription: "Whether instances that have the wanted launch template version and one of the wanted types already are left alone. With " +
					"it, a refresh that one of `triggers` starts may replace nothing. Default: `false`.",
			},
			"auto_rollback": schema.BoolAttribute{
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(false),
				MarkdownDescription: "Whether a refresh that fails brings the instances back to the launch template version that the group had before. The group " +
					"itself moves to the new version when the refresh has succeeded. Not with `launch_template_version` `$Latest` or `$Default`. Default: `false`.",
			},
			"checkpoint_percentages": schema.ListAttribute{
				Optional:    true,
				ElementType: types.Int32Type,
				MarkdownDescription: "Percentages of replaced instances, ascending, 1 to 100, at which the refresh pauses for `checkpoint_delay`. It ends at the " +
					"last one, so that the others stay as they are unless that is 100. Default: no checkpoints.",
				Validators: []validator.List{listvalidator.SizeAtLeast(1), listvalidator.ValueInt32sAre(int32validator.Between(1, 100))},
			},
			"checkpoint_delay": schema.Int32Attribute{
				Optional:            true,
				MarkdownDescription: "Seconds of the pause at a checkpoint, 0 to 172800 (two days). Requires `checkpoint_percentages`. Default: AWS's, which is an hour.",
				Validators:          []validator.Int32{int32validator.Between(0, maxRefreshPause)},
			},
			"scale_in_protected_instances": schema.StringAttribute{
				Optional: true,
				Computed: true,
				Default:  stringdefault.StaticString(defaultHeldChoice),
				MarkdownDescription: "What to do with instances that are protected from scale in: `Refresh` replaces them, `Ignore` leaves them, `Wait` waits " +
					"an hour for their protection to be removed and then fails. Default: `Ignore`.",
				Validators: []validator.String{stringvalidator.OneOf("Refresh", defaultHeldChoice, "Wait")},
			},
			"standby_instances": schema.StringAttribute{
				Optional: true,
				Computed: true,
				Default:  stringdefault.StaticString(defaultHeldChoice),
				MarkdownDescription: "What to do with instances in standby: `Terminate` ends them, `Ignore` leaves them, `Wait` waits an hour for them to return " +
					"and then fails. Default: `Ignore`.",
				Validators: []validator.String{stringvalidator.OneOf("Terminate", defaultHeldChoice, "Wait")},
			},
			"alarms": schema.SetAttribute{
				Optional:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "Names of CloudWatch alarms, 1 to 10, any of which makes the refresh fail when it goes off. Default: none.",
				Validators:          []validator.Set{setvalidator.SizeBetween(1, maxRefreshAlarms), noNulls{}, setvalidator.ValueStringsAre(stringvalidator.LengthBetween(1, 255))},
			},
			"bake_time": schema.Int32Attribute{
				Optional: true,
				MarkdownDescription: "Seconds for which the refresh watches the new instances (and `alarms`) after it has replaced all, 0 to 172800 (two days). " +
					"Default: AWS's, which is 0.",
				Validators: []validator.Int32{int32validator.Between(0, maxRefreshPause)},
			},
		},
	}
}
