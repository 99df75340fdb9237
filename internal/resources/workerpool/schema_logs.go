package workerpool

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int32validator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int32default"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// retentionDays are the retention periods that AWS takes; 0 is our word for no
// retention policy, with which events never expire:
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
var retentionDays = []int32{
	0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}

// logGroupAttributes are the settings of the worker image's log groups.
func logGroupAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"manage_log_groups": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			Default:  booldefault.StaticBool(true),
			MarkdownDescription: "Whether the log groups `spacelift-info.log` and `spacelift-errors.log` are managed. The worker image fixes these " +
				"names, so all pools of an account and region share them: groups that exist are used as they are, and only groups that this " +
				"provider made are changed, and deleted by the last pool that uses them. A pool that is changed to `false` lets go of them, which " +
				"deletes them with their events if no other pool uses them, unless `cloudwatch_skip_destroy` keeps them. Default: `true`.",
		},
		"cloudwatch_log_group_retention": schema.Int32Attribute{
			Optional: true,
			Computed: true,
			Default:  int32default.StaticInt32(60),
			MarkdownDescription: "Days after which log events expire: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, " +
				"2192, 2557, 2922, 3288 or 3653 ([source](https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html)); " +
				"0 keeps them for ever. Default: `60`.",
			Validators: []validator.Int32{int32validator.OneOf(retentionDays...)},
		},
		"cloudwatch_kms_key_id": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "ARN of the KMS key that encrypts the log groups; its policy has to " +
				"[allow CloudWatch Logs](https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html). Default: none, " +
				"CloudWatch's own encryption.",
			Validators: []validator.String{kmsKeyARN},
		},
		"cloudwatch_log_group_class": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "[Class](https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html) of log groups " +
				"that are made: `STANDARD` or `INFREQUENT_ACCESS`. (A group of class `DELIVERY` takes " +
				"[no retention](https://github.com/hashicorp/terraform-provider-aws/issues/42657).) AWS cannot change the class of a log group " +
				"that exists: the plan refuses it. Default: AWS's, which is `STANDARD`.",
			Validators: []validator.String{logClass},
		},
		"cloudwatch_skip_destroy": schema.BoolAttribute{
			Optional:            true,
			Computed:            true,
			Default:             booldefault.StaticBool(false),
			MarkdownDescription: "Whether the log groups outlive the pool. Default: `false`, the last pool deletes them.",
		},
	}
}
