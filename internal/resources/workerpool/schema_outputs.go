package workerpool

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// outputAttributes are what the pool tells about itself.
func outputAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":            fixedOutput("The same as `base_name`."),
		"latest_ami_id": output("Id of the newest Spacelift worker image of `ami_architecture`, as of the last refresh."),

		"autoscaling_group_arn":  fixedOutput("ARN of the Auto Scaling group."),
		"autoscaling_group_name": fixedOutput("Name of the Auto Scaling group."),
		"launch_template_id":     fixedOutput("Id of the launch template."),
		"launch_template_latest_version": schema.Int64Attribute{
			Computed:            true,
			MarkdownDescription: "Number of the launch template's newest version.",
		},
		"instances_role_arn":        output("ARN of the instances' IAM role, the pool's own or the custom one."),
		"instances_role_name":       output("Name of the instances' IAM role, the pool's own or the custom one."),
		"instance_profile_arn":      fixedOutput("ARN of the instance profile."),
		"secretsmanager_secret_arn": output("ARN of the secret that holds `secure_env_vars` or `secure_env_vars_wo`; null without them."),
		"log_group_arns": schema.MapAttribute{
			Computed:            true,
			ElementType:         types.StringType,
			MarkdownDescription: "ARNs of the managed log groups, by name, those of the functions included; null when there are none.",
		},
		"api_key_ssm_parameter_name":     output("Name of the SSM parameter with the secret of the functions' API key, the pool's own or that of `byo_ssm`; null without `spacelift_api_credentials`."),
		"autoscaler_function_arn":        output("ARN of the autoscaler; null without `autoscaling_configuration`."),
		"autoscaler_log_group_name":      output("Name of the autoscaler's log group; null without `autoscaling_configuration`."),
		"lifecycle_manager_function_arn": output("ARN of the lifecycle manager; null without `spacelift_api_credentials`."),
		"lifecycle_queue_url":            output("URL of the SQS queue through which the group wakes the lifecycle manager; null without `spacelift_api_credentials`."),
		"dashboard_url":                  output("Where the dashboard is in the AWS console; null without `monitoring.dashboard`."),
		"components": schema.MapAttribute{
			Computed:            true,
			ElementType:         types.StringType,
			MarkdownDescription: "What the pool consists of: each component's name or id on AWS.",
		},
		"drift": schema.MapAttribute{
			Computed:    true,
			ElementType: types.StringType,
			Default:     mapdefault.StaticValue(types.MapValueMust(types.StringType, nil)),
			MarkdownDescription: "What was changed or deleted outside Terraform and is no argument: for each component a sentence. A plan empties " +
				"it, and its apply repairs the components. What is an argument shows as a change of that argument instead.",
		},
	}
}

func output(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

// fixedOutput is an output that stays for as long as the object exists.
func fixedOutput(description string) schema.StringAttribute {
	attribute := output(description)
	attribute.PlanModifiers = []planmodifier.String{stringplanmodifier.UseNonNullStateForUnknown()}
	return attribute
}
