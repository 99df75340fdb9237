package stack

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
)

// Names of the components, as they appear in the inventory and in errors.
const (
	ComponentRole           = "instances_role"
	ComponentProfile        = "instance_profile"
	ComponentSecret         = "secret"
	ComponentSecretVersion  = "secret_version"
	ComponentInfoLog        = "log_group_info"
	ComponentErrorLog       = "log_group_errors"
	ComponentLaunchTemplate = "launch_template"
	ComponentGroup          = "autoscaling_group"
	ComponentSchedules      = "schedules"

	ComponentParameter        = "api_key_parameter"
	ComponentParameterVersion = "api_key_parameter_version"
	ComponentBundle           = "ca_bundle"
	ComponentBundleVersion    = "ca_bundle_version"

	ComponentAutoscalerRole       = "autoscaler_role"
	ComponentAutoscalerLog        = "autoscaler_log_group"
	ComponentAutoscaler           = "autoscaler_function"
	ComponentAutoscalerRule       = "autoscaler_rule"
	ComponentAutoscalerPermission = "autoscaler_permission"

	ComponentLifecycleRole       = "lifecycle_role"
	ComponentLifecycleLog        = "lifecycle_log_group"
	ComponentLifecycle           = "lifecycle_function"
	ComponentLifecycleRule       = "lifecycle_rule"
	ComponentLifecyclePermission = "lifecycle_permission"
	ComponentNetwork             = "function_network"
	ComponentHookRole            = "lifecycle_hook_role"
	ComponentQueue               = "lifecycle_queue"
	ComponentMapping             = "lifecycle_queue_mapping"
	ComponentHook                = "lifecycle_hook"

	ComponentDashboard       = "dashboard"
	ComponentAlarmQueue      = "alarm_runs_waiting"
	ComponentAlarmStrays     = "alarm_stray_instances"
	ComponentAlarmRetained   = "alarm_retained_instances"
	ComponentAlarmAutoscaler = "alarm_autoscaler_errors"
	ComponentAlarmLifecycle  = "alarm_lifecycle_errors"
)

// Names of the log groups that the agent on the worker image writes to:
// https://github.com/spacelift-io/spacelift-worker-image
const (
	infoLogGroup  = "spacelift-info.log"
	errorLogGroup = "spacelift-errors.log"
)

// functionLogs is what the names of the log groups of functions begin with, unless
// they are told otherwise:
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
const functionLogs = "/aws/lambda/"

// inlinePolicyName is the name of the role's one inline policy.
const inlinePolicyName = "spacelift-worker"

// Likewise of the roles of the functions, and of that of the termination hook.
const (
	functionPolicyName = "spacelift-function"
	hookPolicyName     = "spacelift-hook"
)

// The longest names AWS takes, in characters:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html
const (
	maxRoleName           = 64 // of a function as well: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
	maxLaunchTemplateName = 128
)

// Names are the physical names of the objects that a pool would make.
type Names struct {
	Group          string // also the launch template's
	LaunchTemplate string
	Role           string // IAM is global, so its names carry the region
	Profile        string
	Secret         string

	Bundle string // the secret with the CA bundle

	// Functions, and what is named after them: their rules, the queue of the lifecycle
	// manager.
	Autoscaler string
	Lifecycle  string

	AutoscalerRole string
	LifecycleRole  string
	HookRole       string

	Dashboard string // is global as well
}

// NamesOf makes the names of a pool.
func NamesOf(baseName, region string) Names {
	autoscaler := functionName(baseName, "-ec2-autoscaler")
	lifecycle := functionName(baseName, "-lifecycle-manager", "-lcm")
	return Names{
		Group:          baseName,
		LaunchTemplate: baseName,
		Role:           baseName + "-" + region,
		Profile:        baseName + "-" + region,
		Secret:         baseName + "-secret",
		Bundle:         baseName + "-ca-bundle",
		Autoscaler:     autoscaler,
		Lifecycle:      lifecycle,
		AutoscalerRole: fit(baseName, "-ec2-autoscaler-"+region),
		LifecycleRole:  fit(baseName, "-lifecycle-manager-"+region, "-lcm-"+region),
		HookRole:       fit(baseName, "-lifecycle-hook-"+region, "-hook-"+region),
		Dashboard:      functionName(baseName, "-"+region),
	}
}

// parameterName is the name of the SSM parameter of the secret of the API key.
func parameterName(spec Spec) string { return "/" + spec.BaseName + "/api-secret-" + spec.WorkerPoolID }

// noFunctionName are the characters that a base name may have, and the name of a
// function or a queue may not.
var noFunctionName = regexp.MustCompile(`[^A-Za-z0-9_-]`)

// functionName is the name of a function, which a queue may have as well: it takes
// more characters, and of the same kind.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
func functionName(base string, suffixes ...string) string {
	if clean := noFunctionName.ReplaceAllString(base, "-"); clean != base {
		base = clean + "-" + digest(base) // "a.b" and "a-b" are two pools
	}
	return fit(base, suffixes...)
}

// fit is base with the first of suffixes that is short enough for the name of a role
// or a function, else a shortened base with the last of them.
func fit(base string, suffixes ...string) string {
	for _, suffix := range suffixes {
		if len(base)+len(suffix) <= maxRoleName {
			return base + suffix
		}
	}
	suffix := "-" + digest(base) + suffixes[len(suffixes)-1]
	return base[:maxRoleName-len(suffix)] + suffix
}

// digest tells names apart that would be the same otherwise.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:3])
}

// MaxBaseName is the length of the longest base name whose names AWS takes in region.
func MaxBaseName(region string) int {
	return min(maxRoleName-len("-"+region), maxLaunchTemplateName)
}
