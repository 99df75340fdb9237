package workerpool

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int32validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// maxSchedules is how many scheduled actions a group takes:
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-quotas.html
const maxSchedules = 125

// scheduleAttributes say when the group gets other bounds.
func scheduleAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"schedules": schema.ListNestedAttribute{
			Optional: true,
			MarkdownDescription: "Changes of the group's bounds at certain times " +
				"([scheduled scaling](https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html)), at most 125, in any order. " +
				"While a size of the group is one that a schedule sets, it is no drift: `min_size` and `max_size` stay as they are configured, and apply to a new " +
				"pool, when they are changed, and once there is no schedule for them any more. Scheduled actions that somebody else made are left alone. Default: none.",
			Validators: []validator.List{listvalidator.SizeAtMost(maxSchedules)},
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"name": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Name of the scheduled action: up to 255 letters, digits, `.`, `_` and `-`, different in each entry.",
					Validators:          []validator.String{scheduleName},
				},
				"recurrence": schema.StringAttribute{
					Required: true,
					MarkdownDescription: "When it runs, as a cron expression of five fields (minute, hour, day of month, month, day of week), such as `0 8 * * 1-5`. " +
						"Sunday is 0. No two schedules may run next at the same time.",
					Validators: []validator.String{recurrence},
				},
				"time_zone": schema.StringAttribute{
					Optional: true,
					Computed: true,
					Default:  stringdefault.StaticString("Etc/UTC"),
					MarkdownDescription: "[IANA time zone](https://en.wikipedia.org/wiki/List_of_tz_database_time_zones) of `recurrence`, such as " +
						"`Europe/Berlin`. Default: `Etc/UTC`.",
					Validators: []validator.String{timeZone},
				},
				"min_size": schema.Int32Attribute{
					Optional:            true,
					MarkdownDescription: "Least number of instances from then on. At least one of `min_size` and `max_size` has to be set; the other stays as it is.",
					Validators:          []validator.Int32{int32validator.AtLeast(0)},
				},
				"max_size": schema.Int32Attribute{
					Optional:            true,
					MarkdownDescription: "Largest number of instances from then on, at least `min_size`.",
					Validators:          []validator.Int32{int32validator.AtLeast(0)},
				},
			}},
		},
	}
}
