package workerpool

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// defaultTracing is the tracing mode of functions of which nothing is said.
const defaultTracing = "Active"

// Limits of the termination hook, in seconds. AWS takes a heartbeat from 30 on; one
// of less than three minutes could be missed by a function that looks every minute.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html
var heartbeats = interval{180, 7200}

// Limits of a lifecycle hook as a whole:
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html
const (
	longestHook   = 172_800 // seconds, whatever the heartbeat
	mostHeartbeat = 100     // times the heartbeat timeout

	// lastWord is how long before AWS would end the wait, in seconds, the lifecycle manager
	// has ended it: AWS counts from the moment at which the wait began, and retains the
	// instance whatever on_drain_timeout says; the lifecycle manager counts from its first
	// look, which is up to a minute later.
	lastWord     = 120
	longestDrain = longestHook - lastWord
)

// What a function takes at most:
// https://docs.aws.amazon.com/lambda/latest/api/API_VpcConfig.html
const (
	maxFunctionSubnets = 16
	maxFunctionGroups  = 5
)

// functionAttributes are what both Lambda functions have in common.
func functionAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"autoscaling_vpc_subnets": schema.SetAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Ids of subnets in which both Lambda functions run, for Spacelift installations or AWS endpoints that only a VPC reaches. From there " +
				"they need a way to Spacelift and to the APIs of Auto Scaling, EC2, SSM and CloudWatch Logs. At most 16. Requires `autoscaling_vpc_sg_ids`. Default: they run in no VPC of yours.",
			Validators: []validator.Set{setvalidator.SizeBetween(1, maxFunctionSubnets), noNulls{}, setvalidator.ValueStringsAre(subnetID)},
		},
		"autoscaling_vpc_sg_ids": schema.SetAttribute{
			Optional:            true,
			ElementType:         types.StringType,
			MarkdownDescription: "Ids of the security groups of both Lambda functions, which let HTTPS out; at most 5. Requires `autoscaling_vpc_subnets`, of the same VPC. Default: none.",
			Validators:          []validator.Set{setvalidator.SizeBetween(1, maxFunctionGroups), noNulls{}, setvalidator.ValueStringsAre(securityGroupID)},
		},
		"autoscaling_tracing_mode": schema.StringAttribute{
			Optional: true,
			Computed: true,
			Default:  stringdefault.StaticString(defaultTracing),
			MarkdownDescription: "How both Lambda functions are [traced by X-Ray](https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html): `Active`, or " +
				"`PassThrough`, only when called by something that is traced. Default: `" + defaultTracing + "`.",
			Validators: []validator.String{stringvalidator.OneOf(defaultTracing, "PassThrough")},
		},
		"ca_bundle": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Certificates (PEM) of authorities that both Lambda functions trust besides the public ones, such as that of a self-hosted Spacelift or of a " +
				"proxy. Workers have theirs in `selfhosted_configuration.ca_certificates`. Default: none.",
			Validators: []validator.String{certificate},
		},
	}
}

// drainingAttributes say how workers are drained before their instances end.
func drainingAttributes() map[string]schema.Attribute {
	standard := stack.DefaultLifecycle()
	return map[string]schema.Attribute{
		"lifecycle_hook_timeout": numberSetting(standard.HookTimeout, heartbeats, "Heartbeat of the termination hook in seconds: for how long an instance that is to end is "+
			"held when the lifecycle manager does not report. An instance whose heartbeat stops is kept, with its run. Takes `spacelift_api_credentials`."),
		"drain_timeout": numberSetting(standard.DrainTimeout, interval{0, longestDrain}, "Seconds for which a busy worker is protected after its instance was to end, whatever "+
			"caused that. At most 100 times `lifecycle_hook_timeout`, which is what AWS grants, less two minutes. Takes `spacelift_api_credentials`."),
		"on_drain_timeout": textSetting(standard.OnDrainTimeout, "What becomes of a worker that is busy for longer than `drain_timeout`: `terminate` ends its instance, and the run with it; "+
			"`retain` keeps the instance, outside the group and billed, until the run has ended. Takes `spacelift_api_credentials`.", "terminate", "retain"),
	}
}

// monitoringAttributes are about what shows and reports how the pool does.
func monitoringAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"monitoring": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "Dashboard and alarms of the pool in CloudWatch. Default: none.",
			Attributes: map[string]schema.Attribute{
				"dashboard": boolSetting(false, "Whether the pool has a CloudWatch dashboard: runs that wait, workers and instances, what the functions do. AWS bills it by the month."),
				"alarm_actions": schema.SetAttribute{
					Optional:    true,
					ElementType: types.StringType,
					MarkdownDescription: "ARNs of what the alarms call, such as SNS topics, in the pool's region; at most 5 " +
						"([source](https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html)). The alarms are: a queue that is not served, " +
						"instances without a worker, retained instances, errors of the functions. They take `spacelift_api_credentials`. Default: none, and no alarms.",
					Validators: []validator.Set{setvalidator.SizeBetween(1, maxAlarmActions), noNulls{}, setvalidator.ValueStringsAre(alarmAction)},
				},
			},
		},
	}
}

// maxAlarmActions is how many actions an alarm takes for a state:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
const maxAlarmActions = 5
