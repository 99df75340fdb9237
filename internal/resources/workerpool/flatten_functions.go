package workerpool

import (
	"maps"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

func flattenFunctions(m *model, spec stack.Spec) {
	flattenCredentials(m, spec.APICredentials)
	flattenAutoscaling(m, spec.Autoscaling)
	int32Of(&m.LifecycleHookTimeout, spec.Lifecycle.HookTimeout)
	int32Of(&m.DrainTimeout, spec.Lifecycle.DrainTimeout)
	required(&m.OnDrainTimeout, spec.Lifecycle.OnDrainTimeout)
	required(&m.TracingMode, spec.Functions.TracingMode)
	optional(&m.CABundle, spec.Functions.CABundle)
	vpc := stack.FunctionVPC{}
	if spec.Functions.VPC != nil {
		vpc = *spec.Functions.VPC
	}
	optionalSet(&m.FunctionSubnets, vpc.Subnets)
	optionalSet(&m.FunctionGroups, vpc.SecurityGroups)
	flattenMonitoring(&m.Monitoring, spec.Monitoring)
}

// flattenCredentials leaves the secret and its number as the state has them: they
// are never read from AWS.
func flattenCredentials(m *model, credentials *stack.APICredentials) {
	if credentials == nil {
		m.APICredentials, m.BYOSSM = types.ObjectNull(credentialsTypes), types.ObjectNull(byoSSMTypes)
		return
	}
	known := expandCredentials(*m)
	if known == nil || known.KeyID != credentials.KeyID || known.Endpoint != credentials.Endpoint {
		values := map[string]attr.Value{
			"api_key_secret": types.StringNull(), "api_key_secret_wo": types.StringNull(), "api_key_secret_wo_version": types.Int64Null(),
		}
		maps.Copy(values, m.APICredentials.Attributes())
		values["api_key_id"], values["api_key_endpoint"] = types.StringValue(credentials.KeyID), types.StringValue(credentials.Endpoint)
		m.APICredentials = types.ObjectValueMust(credentialsTypes, values)
	}
	if m.BYOSSM.IsUnknown() || !reflect.DeepEqual(expandExistingParameter(m.BYOSSM), credentials.Existing) {
		m.BYOSSM = types.ObjectNull(byoSSMTypes)
		if existing := credentials.Existing; existing != nil {
			m.BYOSSM = types.ObjectValueMust(byoSSMTypes, map[string]attr.Value{"name": types.StringValue(existing.Name), "arn": types.StringValue(existing.ARN)})
		}
	}
}

// flattenAutoscaling leaves autoscaler_extra_env alone where there is no autoscaler
// that could have it.
func flattenAutoscaling(m *model, autoscaling *stack.Autoscaling) {
	if autoscaling == nil {
		m.Autoscaling = types.ObjectNull(autoscalingTypes)
		return
	}
	if m.AutoscalerExtraEnv.IsUnknown() || !maps.Equal(textMap(m.AutoscalerExtraEnv), autoscaling.ExtraEnv) {
		m.AutoscalerExtraEnv = types.MapNull(types.StringType)
		if len(autoscaling.ExtraEnv) > 0 {
			m.AutoscalerExtraEnv = mapOf(autoscaling.ExtraEnv)
		}
	}
	if !m.Autoscaling.IsUnknown() && reflect.DeepEqual(expandAutoscaling(*m), autoscaling) {
		return
	}
	m.Autoscaling = types.ObjectValueMust(autoscalingTypes, map[string]attr.Value{
		"architecture":        types.StringValue(autoscaling.Architecture),
		"schedule_expression": types.StringValue(autoscaling.ScheduleExpression),
		"max_create":          types.Int32Value(autoscaling.MaxCreate),
		"max_terminate":       types.Int32Value(autoscaling.MaxTerminate),
		"timeout":             types.Int32Value(autoscaling.Timeout),
		"memory_size":         types.Int32Value(autoscaling.MemorySize),
		"scale_down_delay":    types.Int32Value(autoscaling.ScaleDownDelay),
		"polling_interval":    types.Int32Value(autoscaling.PollingInterval),
		"min_idle_workers":    types.Int32Value(autoscaling.MinIdleWorkers),
		"target_utilization":  types.Int32Value(autoscaling.TargetUtilization),
		"scale_out_cooldown":  types.Int32Value(autoscaling.ScaleOutCooldown),
		"scale_in_cooldown":   types.Int32Value(autoscaling.ScaleInCooldown),
		"boot_timeout":        types.Int32Value(autoscaling.BootTimeout),
		"log_level":           types.StringValue(autoscaling.LogLevel),
		"dry_run":             types.BoolValue(autoscaling.DryRun),
		"s3_package":          flattenPackage(autoscaling.Package),
	})
}

func flattenPackage(zip *stack.FunctionPackage) types.Object {
	if zip == nil {
		return types.ObjectNull(packageTypes)
	}
	return types.ObjectValueMust(packageTypes, map[string]attr.Value{
		"bucket": types.StringValue(zip.Bucket), "key": types.StringValue(zip.Key), "object_version": textOrNull(zip.ObjectVersion),
	})
}

func flattenMonitoring(argument *types.Object, monitoring stack.Monitoring) {
	if !argument.IsUnknown() && reflect.DeepEqual(expandMonitoring(*argument), monitoring) {
		return
	}
	*argument = types.ObjectNull(monitoringTypes)
	if monitoring.Dashboard || len(monitoring.AlarmActions) > 0 {
		actions := types.SetNull(types.StringType)
		optionalSet(&actions, monitoring.AlarmActions)
		*argument = types.ObjectValueMust(monitoringTypes, map[string]attr.Value{"dashboard": types.BoolValue(monitoring.Dashboard), "alarm_actions": actions})
	}
}

// optionalSet refreshes a set for which null and empty mean the same.
func optionalSet(argument *types.Set, value []string) {
	wanted := slices.Sorted(slices.Values(value))
	switch {
	case !argument.IsUnknown() && slices.Equal(sorted(*argument), wanted):
	case len(wanted) == 0:
		*argument = types.SetNull(types.StringType)
	default:
		*argument = types.SetValueMust(types.StringType, stringValues(wanted))
	}
}
