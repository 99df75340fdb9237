package workerpool

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// expandCredentials has the secret that the state may hold; fillSecrets knows the
// other one.
func expandCredentials(m model) *stack.APICredentials {
	c := m.APICredentials
	if c.IsNull() || c.IsUnknown() {
		return nil
	}
	return &stack.APICredentials{
		KeyID:    member[types.String](c, "api_key_id").ValueString(),
		Endpoint: strings.TrimRight(member[types.String](c, "api_key_endpoint").ValueString(), "/"),
		Secret:   member[types.String](c, "api_key_secret").ValueString(),
		Version:  member[types.Int64](c, "api_key_secret_wo_version").ValueInt64Pointer(),
		Existing: expandExistingParameter(m.BYOSSM),
	}
}

func expandExistingParameter(parameter types.Object) *stack.ExistingParameter {
	if parameter.IsNull() || parameter.IsUnknown() {
		return nil
	}
	return &stack.ExistingParameter{
		Name: member[types.String](parameter, "name").ValueString(),
		ARN:  member[types.String](parameter, "arn").ValueString(),
	}
}

func expandAutoscaling(m model) *stack.Autoscaling {
	a := m.Autoscaling
	if a.IsNull() || a.IsUnknown() {
		return nil
	}
	number := func(name string) int32 { return member[types.Int32](a, name).ValueInt32() }
	return &stack.Autoscaling{
		Architecture:       member[types.String](a, "architecture").ValueString(),
		ScheduleExpression: member[types.String](a, "schedule_expression").ValueString(),
		Timeout:            number("timeout"),
		MemorySize:         number("memory_size"),
		Package:            expandPackage(member[types.Object](a, "s3_package")),
		ExtraEnv:           textMap(m.AutoscalerExtraEnv),
		MaxCreate:          number("max_create"),
		MaxTerminate:       number("max_terminate"),
		ScaleDownDelay:     number("scale_down_delay"),
		PollingInterval:    number("polling_interval"),
		MinIdleWorkers:     number("min_idle_workers"),
		TargetUtilization:  number("target_utilization"),
		ScaleOutCooldown:   number("scale_out_cooldown"),
		ScaleInCooldown:    number("scale_in_cooldown"),
		BootTimeout:        number("boot_timeout"),
		LogLevel:           member[types.String](a, "log_level").ValueString(),
		DryRun:             member[types.Bool](a, "dry_run").ValueBool(),
	}
}

func expandPackage(zip types.Object) *stack.FunctionPackage {
	if zip.IsNull() || zip.IsUnknown() {
		return nil
	}
	return &stack.FunctionPackage{
		Bucket:        member[types.String](zip, "bucket").ValueString(),
		Key:           member[types.String](zip, "key").ValueString(),
		ObjectVersion: member[types.String](zip, "object_version").ValueString(),
	}
}

func expandLifecycle(m model) stack.Lifecycle {
	return stack.Lifecycle{
		HookTimeout: m.LifecycleHookTimeout.ValueInt32(), DrainTimeout: m.DrainTimeout.ValueInt32(), OnDrainTimeout: m.OnDrainTimeout.ValueString(),
	}
}

func expandFunctions(m model) stack.Functions {
	functions := stack.Functions{TracingMode: m.TracingMode.ValueString(), CABundle: m.CABundle.ValueString()}
	if vpc := (stack.FunctionVPC{Subnets: sorted(m.FunctionSubnets), SecurityGroups: sorted(m.FunctionGroups)}); len(vpc.Subnets) > 0 || len(vpc.SecurityGroups) > 0 {
		functions.VPC = &vpc
	}
	return functions
}

func expandMonitoring(monitoring types.Object) stack.Monitoring {
	return stack.Monitoring{
		Dashboard:    member[types.Bool](monitoring, "dashboard").ValueBool(),
		AlarmActions: sorted(member[types.Set](monitoring, "alarm_actions")),
	}
}
