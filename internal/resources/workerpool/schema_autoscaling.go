package workerpool

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/int32validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int32default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// What the autoscaler's numbers may be. Those of Lambda are from
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html; the others
// are what the function takes, see lambdaenv.
var (
	functionTimeouts = interval{1, 900}     // seconds
	functionMemory   = interval{128, 10240} // MiB
	fleetSteps       = interval{1, 100_000} // instances
	idleWorkers      = interval{0, 100_000} // workers
	percentages      = interval{1, 100}     //
	downDelays       = interval{0, 10_080}  // minutes, a week
	cooldowns        = interval{0, 604_800} // seconds, a week
	bootTimeouts     = interval{1, 604_800} // seconds, a week
)

// autoscalingAttributes say how the pool is scaled by its queue.
func autoscalingAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"autoscaling_configuration": schema.SingleNestedAttribute{
			Optional: true,
			MarkdownDescription: "Scales the pool by its queue, between `min_size` and `max_size`: the pool gets a Lambda function that adds instances for runs that " +
				"wait, and drains and ends those that are idle. `{}` takes all defaults. It takes `spacelift_api_credentials`, and suspends the group's process " +
				"`AZRebalance`, which would end instances whatever they do. Default: none, the group is scaled by nothing that this resource makes.",
			Attributes: autoscalingSettings(),
		},
		"autoscaler_extra_env": schema.MapAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Environment variables of the autoscaler besides those that this resource sets, over which they win. The plan refuses values that the " +
				"function would not take; one for a package of your own (`s3_package`) is taken as it is. They are readable in the function's configuration and " +
				"in the state, hence no place for secrets. Takes `autoscaling_configuration`. Default: none.",
			Validators: []validator.Map{functionVariables},
		},
	}
}

func autoscalingSettings() map[string]schema.Attribute {
	standard := stack.DefaultAutoscaling()
	return map[string]schema.Attribute{
		"architecture": textSetting(standard.Architecture, "Processor of the functions, that of the lifecycle manager too: `arm64`, which is cheaper, or `amd64`.", "arm64", "amd64"),
		"schedule_expression": schema.StringAttribute{
			Optional: true,
			Computed: true,
			Default:  stringdefault.StaticString(standard.ScheduleExpression),
			MarkdownDescription: "When the autoscaler is called, as a [schedule of EventBridge](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html) " +
				"in UTC: `rate(5 minutes)` or `cron(0/5 8-18 ? * MON-FRI *)`, at most once a minute. Within a call it looks every `polling_interval` seconds. " +
				"Default: `" + standard.ScheduleExpression + "`.",
			Validators: []validator.String{scheduleExpression},
		},
		"max_create":    numberSetting(standard.MaxCreate, fleetSteps, "How many instances one look at the queue may add."),
		"max_terminate": numberSetting(standard.MaxTerminate, fleetSteps, "How many instances one look may end."),
		"timeout": numberSetting(standard.Timeout, functionTimeouts, "Seconds for which one call of the function lives, of which it uses all. More than the time "+
			"between two calls makes calls overlap, which costs twice: no run is lost by it, but one may take back what the other has just added."),
		"memory_size":      numberSetting(standard.MemorySize, functionMemory, "Memory of the autoscaler in MiB."),
		"scale_down_delay": numberSetting(standard.ScaleDownDelay, downDelays, "Minutes that a worker has to be idle before its instance may end. Some time lets the next run reuse it instead of waiting for a boot."),
		"polling_interval": numberSetting(standard.PollingInterval, functionTimeouts, "Seconds from one look at the queue to the next within a call, at most `timeout`: with the same "+
			"number as `timeout` it looks once a call, which is the cheapest."),
		"min_idle_workers": numberSetting(standard.MinIdleWorkers, idleWorkers, "How many idle workers are kept beyond those that the queue needs, so that runs start at once. `max_size` is still the limit."),
		"target_utilization": numberSetting(standard.TargetUtilization, percentages, "Percentage of the workers that shall be busy: `80` keeps a fifth of them idle for what comes. "+
			"The pool gets as many workers as (busy workers + waiting runs) × 100 / this, and `min_idle_workers` more."),
		"scale_out_cooldown": numberSetting(standard.ScaleOutCooldown, cooldowns, "Least number of seconds between two additions of instances."),
		"scale_in_cooldown":  numberSetting(standard.ScaleInCooldown, cooldowns, "Least number of seconds between two removals of instances."),
		"boot_timeout":       numberSetting(standard.BootTimeout, bootTimeouts, "Seconds that an instance may take to register as a worker. Until then it counts as coming; afterwards it is replaced."),
		"log_level":          textSetting(standard.LogLevel, "What the functions log, that of the lifecycle manager too: `debug`, `info`, `warn` or `error`.", "debug", "info", "warn", "error"),
		"dry_run":            boolSetting(standard.DryRun, "Whether the autoscaler only logs what it would do."),
		"s3_package":         packageAttribute(),
	}
}

func packageAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "An autoscaler of your own, as a zip in an S3 bucket of the pool's region, for the runtime `provided.al2023` and `architecture`. It gets the same " +
			"environment. The [one that the Terraform module deploys](https://github.com/spacelift-io/ec2-workerpool-autoscaler) works as well, but ends instances " +
			"without the termination hook, of which the plan warns. Default: the function that comes with this provider.",
		Attributes: map[string]schema.Attribute{
			"bucket": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name of the bucket.",
				Validators:          []validator.String{bucketName},
			},
			"key": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Key of the zip in the bucket.",
				Validators:          []validator.String{stringvalidator.LengthBetween(1, 1024)},
			},
			"object_version": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Version of the object, in a bucket with versions. Without it a zip that is replaced under the same key is not seen. " +
					"Default: the newest one when the function is made or its package changes.",
				Validators: []validator.String{stringvalidator.LengthBetween(1, 1024)},
			},
		},
	}
}

// numberSetting is a number with a default, which its description says, as it does
// what the number may be.
func numberSetting(standard int32, allowed interval, description string) schema.Int32Attribute {
	return schema.Int32Attribute{
		Optional:            true,
		Computed:            true,
		Default:             int32default.StaticInt32(standard),
		MarkdownDescription: fmt.Sprintf("%s From %d to %d. Default: `%d`.", description, allowed.least, allowed.most, standard),
		Validators:          []validator.Int32{int32validator.Between(allowed.least, allowed.most)},
	}
}

// textSetting is one of some words, with a default.
func textSetting(standard, description string, words ...string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		Computed:            true,
		Default:             stringdefault.StaticString(standard),
		MarkdownDescription: fmt.Sprintf("%s Default: `%s`.", description, standard),
		Validators:          []validator.String{stringvalidator.OneOf(words...)},
	}
}

// boolSetting is a choice with a default.
func boolSetting(standard bool, description string) schema.BoolAttribute {
	return schema.BoolAttribute{
		Optional:            true,
		Computed:            true,
		Default:             booldefault.StaticBool(standard),
		MarkdownDescription: fmt.Sprintf("%s Default: `%t`.", description, standard),
	}
}
