package workerpool

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// validateKeyUse refuses what takes an API key where there is none.
func validateKeyUse(m model) diag.Diagnostics {
	if !m.APICredentials.IsNull() {
		return nil
	}
	const fix = "Set spacelift_api_credentials, or remove "
	var diags diag.Diagnostics
	if given(m.Autoscaling) {
		diags.Append(invalid(path.Root("autoscaling_configuration"), "is set, but spacelift_api_credentials is not, without which the autoscaler could not see the queue",
			fix+"autoscaling_configuration."))
	}
	if given(m.InstanceRefresh) {
		diags.Append(invalid(path.Root("instance_refresh"), "is set, but spacelift_api_credentials is not, without which nothing drains the workers that a refresh replaces",
			fix+"instance_refresh."))
	}
	return diags
}

// validateFunctionNetwork checks that the functions' subnets come with security
// groups.
func validateFunctionNetwork(m model) diag.Diagnostics {
	missing := func(name, other string) diag.Diagnostics {
		return diag.Diagnostics{invalid(path.Root(name), "is not set, but "+other+" is, and Lambda takes both or none", "Set "+name+", or remove "+other+".")}
	}
	switch {
	case given(m.FunctionSubnets) && m.FunctionGroups.IsNull():
		return missing("autoscaling_vpc_sg_ids", "autoscaling_vpc_subnets")
	case given(m.FunctionGroups) && m.FunctionSubnets.IsNull():
		return missing("autoscaling_vpc_subnets", "autoscaling_vpc_sg_ids")
	}
	return nil
}

// validateDraining checks for how long AWS lets an instance wait.
func validateDraining(m model) diag.Diagnostics {
	if unknown(m.LifecycleHookTimeout, m.DrainTimeout) {
		return nil
	}
	standard := stack.DefaultLifecycle()
	heartbeat, wait := orDefault(m.LifecycleHookTimeout, standard.HookTimeout), orDefault(m.DrainTimeout, standard.DrainTimeout)
	most := min(longestHook, mostHeartbeat*heartbeat)
	if wait <= most-lastWord || !heartbeats.has(types.Int32Value(heartbeat)) || wait > longestDrain {
		return nil // or the schema refuses it
	}
	return diag.Diagnostics{invalid(path.Root("drain_timeout"), fmt.Sprintf("is %d s, but AWS holds an instance for at most %d times lifecycle_hook_timeout, %d s, of which the lifecycle manager takes up to %d s to end the wait itself",
		wait, mostHeartbeat, most, lastWord),
		fmt.Sprintf("Lower it to %d or less, or raise lifecycle_hook_timeout to %d or more.", most-lastWord, (wait+lastWord+mostHeartbeat-1)/mostHeartbeat))}
}

func orDefault(value types.Int32, standard int32) int32 {
	if value.IsNull() {
		return standard
	}
	return value.ValueInt32()
}

// validateAutoscaling checks the autoscaler's settings against each other and
// against the group's bounds.
func validateAutoscaling(m model) diag.Diagnostics {
	if !given(m.Autoscaling) {
		return nil
	}
	standard := stack.DefaultAutoscaling()
	at := path.Root("autoscaling_configuration")
	interval, timeout := member[types.Int32](m.Autoscaling, "polling_interval"), member[types.Int32](m.Autoscaling, "timeout")
	idle := member[types.Int32](m.Autoscaling, "min_idle_workers")
	var diags diag.Diagnostics
	if every, life := orDefault(interval, standard.PollingInterval), orDefault(timeout, standard.Timeout); !unknown(interval, timeout) && every > life &&
		functionTimeouts.has(types.Int32Value(every)) && functionTimeouts.has(types.Int32Value(life)) {
		diags.Append(invalid(at.AtName("polling_interval"), fmt.Sprintf("is %d s, but a call of the function ends after %d s, its timeout: the second look would never come", every, life),
			"Lower polling_interval, or raise timeout. With the same number it looks once a call."))
	}
	if largest := orDefault(m.MaxSize, defaultMaxSize); given(idle) && !m.MaxSize.IsUnknown() && idle.ValueInt32() > largest && idleWorkers.has(idle) {
		diags.Append(invalid(at.AtName("min_idle_workers"), fmt.Sprintf("is %d, but max_size is %d: so many workers there never are", idle.ValueInt32(), largest),
			"Lower min_idle_workers or raise max_size."))
	}
	return diags
}

// warnOfPackage warns of what an autoscaler that the user brings may do.
func warnOfPackage(m model) diag.Diagnostics {
	if !given(member[types.Object](m.Autoscaling, "s3_package")) {
		return nil
	}
	p := path.Root("autoscaling_configuration").AtName("s3_package")
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(p, "Instances may end without the termination hook",
		fmt.Sprintf("%s brings an autoscaler of your own, whose role may detach and terminate instances of the group. The one that the Terraform module deploys "+
			"(https://github.com/spacelift-io/ec2-workerpool-autoscaler) does so in two requests, which bypass the termination hook: the lifecycle manager neither drains "+
			"these workers nor waits for them, and an instance lives on outside the group when the second request fails. Leave s3_package out to use the autoscaler of this provider.", p))}
}

// tellingName is that of a variable whose value is a secret.
var tellingName = regexp.MustCompile(`(?i)(secret|token|passw(or)?d|private_?key|credential)`)

// namesOfSecrets are variables whose name tells, but whose value is none.
var namesOfSecrets = regexp.MustCompile(`(?i)_(name|arn|id)$`)

// warnOfExtraSecrets warns of secrets in the environment of the autoscaler.
func warnOfExtraSecrets(m model) diag.Diagnostics {
	var telling []string
	for _, key := range keysOf(m.AutoscalerExtraEnv) {
		if tellingName.MatchString(key) && !namesOfSecrets.MatchString(key) {
			telling = append(telling, key)
		}
	}
	if len(telling) == 0 {
		return nil
	}
	p := path.Root("autoscaler_extra_env")
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(p, "Credential in plain text",
		fmt.Sprintf("%s sets %s. It ends up readable in the function's configuration and in the state. Keep secrets in SSM or Secrets Manager, and give the function their name.",
			p, strings.Join(telling, ", ")))}
}

// warnOfLackingMetrics warns of log groups from which CloudWatch takes no metrics, where
// a dashboard or alarms would show them.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html
func warnOfLackingMetrics(m model) diag.Diagnostics {
	dashboard := member[types.Bool](m.Monitoring, "dashboard").ValueBool()
	alarms := given(member[types.Set](m.Monitoring, "alarm_actions"))
	if m.LogGroupClass.ValueString() != "INFREQUENT_ACCESS" || !dashboard && !alarms || m.APICredentials.IsNull() {
		return nil
	}
	p := path.Root("cloudwatch_log_group_class")
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(p, "Metrics will be lacking",
		fmt.Sprintf("%s is INFREQUENT_ACCESS. The functions write their metrics into their logs, and CloudWatch takes none from log groups of that class: the alarms on them "+
			"never go off, and most graphs of the dashboard stay empty. Use STANDARD, or do without monitoring.", p))}
}

// warnOfIdleArguments warns of what says how something works that the pool does not
// have.
func warnOfIdleArguments(m model) diag.Diagnostics {
	var diags diag.Diagnostics
	warn := func(p path.Path, value attr.Value, lacking string) {
		if given(value) {
			diags.AddAttributeWarning(p, "Argument without effect", fmt.Sprintf("%s is set, but it has no effect without %s. Set that, or remove it.", p, lacking))
		}
	}
	if m.Autoscaling.IsNull() {
		warn(path.Root("autoscaler_extra_env"), m.AutoscalerExtraEnv, "autoscaling_configuration")
	}
	if !m.APICredentials.IsNull() {
		return diags
	}
	for _, idle := range []struct {
		name  string
		value attr.Value
	}{
		{"autoscaling_vpc_subnets", m.FunctionSubnets},
		{"autoscaling_tracing_mode", m.TracingMode},
		{"ca_bundle", m.CABundle},
		{"lifecycle_hook_timeout", m.LifecycleHookTimeout},
		{"drain_timeout", m.DrainTimeout},
		{"on_drain_timeout", m.OnDrainTimeout},
	} {
		warn(path.Root(idle.name), idle.value, "spacelift_api_credentials")
	}
	warn(path.Root("monitoring").AtName("alarm_actions"), member[types.Set](m.Monitoring, "alarm_actions"), "spacelift_api_credentials")
	return diags
}
