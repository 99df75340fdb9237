package workerpool

import (
	"fmt"
	"math/rand/v2"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

type generator struct{ *rand.Rand }

func (g generator) chance() bool { return g.IntN(2) == 0 }

func (g generator) pick(texts ...string) string { return texts[g.IntN(len(texts))] }

func (g generator) maybe(texts ...string) types.String {
	switch g.IntN(4) {
	case 0:
		return types.StringNull()
	case 1:
		return types.StringValue("")
	}
	return types.StringValue(g.pick(texts...))
}

func (g generator) number(from, to int32) types.Int32 {
	return types.Int32Value(from + g.Int32N(to-from+1))
}

func (g generator) maybeNumber(from, to int32) types.Int32 {
	if g.chance() {
		return types.Int32Null()
	}
	return g.number(from, to)
}

func (g generator) flag() types.Bool { return types.BoolValue(g.chance()) }

func (g generator) elements(format string) (elements []attr.Value) {
	for i := range g.IntN(4) {
		elements = append(elements, types.StringValue(fmt.Sprintf(format, i*7+g.IntN(7))))
	}
	return elements
}

func (g generator) set(format string) types.Set {
	return types.SetValueMust(types.StringType, g.elements(format))
}

func (g generator) list(format string) types.List {
	if g.chance() {
		return types.ListNull(types.StringType)
	}
	return types.ListValueMust(types.StringType, g.elements(format))
}

func (g generator) tags() types.Map {
	if g.chance() {
		return types.MapNull(types.StringType)
	}
	tags := map[string]attr.Value{}
	for _, key := range []string{"Team", "CostCenter", "App", "Env"} {
		if g.chance() {
			tags[key] = types.StringValue(g.pick("platform", "42", ""))
		}
	}
	return types.MapValueMust(types.StringType, tags)
}

func (g generator) object(attributes map[string]attr.Type, values func() map[string]attr.Value) types.Object {
	if g.chance() {
		return types.ObjectNull(attributes)
	}
	return types.ObjectValueMust(attributes, values())
}

func (g generator) model() model {
	m := model{
		WorkerPoolID: types.StringValue(g.pick(testPoolID, "01HZXK3J5T9V2QWERTY0123457")), BaseName: types.StringValue(g.pick("one", "two")),
		AdditionalTags: g.tags(), VPCSubnets: g.set("subnet-0000000%d"), SecurityGroups: g.set("sg-0000000%d"),
		MinSize: g.number(0, 3), MaxSize: g.number(3, 6), EnabledMetrics: g.set("Group%d"),
		CapacityRebalance: g.flag(), MaxInstanceLifetime: g.number(0, 1),
		AMIID: types.StringValue(g.pick("ami-01234567", "ami-76543210")), AMIArchitecture: types.StringValue(g.pick("x86_64", "arm64")),
		InstanceType: types.StringValue(g.pick("t3.micro", "t4g.micro")), EnableMonitoring: g.flag(), DisableContainerCredentials: g.flag(),
		VolumeType: types.StringValue(g.pick("gp3", "io2")), VolumeSize: g.number(8, 10), VolumeIOPS: g.maybeNumber(3000, 3001),
		VolumeThroughput: g.maybeNumber(125, 126), VolumeEncryption: g.flag(), VolumeKMSKeyID: g.maybe("alias/volume"),
		LaunchTemplateVersion: g.maybe("$Latest", "3"), LaunchTemplateUpdateDefaultVersion: g.flag(),
		SecureEnvVarsKMSKeyID: g.maybe("alias/secret"), IAMPermissionsBoundary: g.maybe("arn:aws:iam::aws:policy/A"),
		CustomIAMRoleName:  g.maybe("mine"),
		ExtraIAMStatements: g.list(`{"Sid": "A%d"}`), Configuration: g.maybe("export A=1"), DomainName: types.StringValue(g.pick("spacelift.io", "example.com")),
		PoweroffDelay: types.Int64Value(g.Int64N(20)), DisableCloudWatchAgent: g.flag(), ManageLogGroups: g.flag(),
		LogGroupRetention: g.number(0, 1), CloudWatchKMSKeyID: g.maybe("arn:aws:kms:x"), LogGroupClass: g.maybe("STANDARD"), CloudWatchSkipDestroy: g.flag(),
		WaitForWorkers: g.number(0, 2), ForceDestroy: g.flag(),
	}
	m.CreateIAMRole = types.BoolValue(m.CustomIAMRoleName.ValueString() == "")
	m.LaunchTemplateDefaultVersion = types.Int64Null()
	if g.chance() {
		m.LaunchTemplateDefaultVersion = types.Int64Value(g.Int64N(3))
	}
	m.SecureEnvVars = g.tags()
	m.SecureEnvVarsWO = types.MapNull(types.StringType) // never in a state
	flattenOutputs(&m, stack.Observed{})
	g.nested(&m)
	return m
}

func (g generator) nested(m *model) {
	m.InstanceMarketOptions = g.object(marketTypes, func() map[string]attr.Value {
		return map[string]attr.Value{
			"market_type": types.StringValue("spot"),
			"spot_options": g.object(spotTypes, func() map[string]attr.Value {
				return map[string]attr.Value{
					"max_price": g.maybe("0.05"), "spot_instance_type": g.maybe("one-time"),
					"instance_interruption_behavior": g.maybe("terminate"), "block_duration_minutes": g.maybeNumber(60, 61),
				}
			}),
		}
	})
	m.MixedInstances = g.object(mixedTypes, func() map[string]attr.Value {
		return map[string]attr.Value{
			"instance_types":          types.ListValueMust(types.StringType, stringValues([]string{"t3.micro", "t3.small"}[:1+g.IntN(2)])),
			"on_demand_base_capacity": g.number(0, 1), "on_demand_percentage_above_base_capacity": g.number(0, 1),
			"spot_allocation_strategy": types.StringValue(g.pick("lowest-price", "capacity-optimized")),
		}
	})
	m.Schedules = types.ListNull(types.ObjectType{AttrTypes: scheduleTypes})
	if g.chance() {
		var elements []attr.Value
		for _, name := range []string{"evening", "morning"}[:g.IntN(3)] {
			elements = append(elements, types.ObjectValueMust(scheduleTypes, map[string]attr.Value{
				"name": types.StringValue(name), "recurrence": types.StringValue(g.pick("0 8 * * *", "0  9 * * *")), "time_zone": types.StringValue(g.pick("Etc/UTC", "Europe/Berlin")),
				"min_size": g.maybeNumber(0, 1), "max_size": g.maybeNumber(0, 1),
			}))
		}
		m.Schedules = types.ListValueMust(types.ObjectType{AttrTypes: scheduleTypes}, elements)
	}
	m.BYOSecretsManager = g.object(byoSecretTypes, func() map[string]attr.Value {
		return map[string]attr.Value{"name": types.StringValue("mine"), "arn": types.StringValue(g.pick("arn:1", "arn:2")), "keys": g.set("K%d")}
	})
	m.BootHooks = g.object(bootHookTypes, func() map[string]attr.Value {
		return map[string]attr.Value{"pre": g.maybe("a"), "post": g.maybe("b")}
	})
	m.SelfHosted = g.object(selfHostedTypes, func() map[string]attr.Value {
		return map[string]attr.Value{
			"s3_uri": types.StringValue(g.pick("s3://a/b", "s3://c/d")), "run_launcher_as_spacelift_user": g.flag(), "http_proxy_config": g.maybe("http://a"),
			"https_proxy_config": g.maybe("http://b"), "no_proxy_config": g.maybe("c"), "ca_certificates": g.list("PEM%d"), "power_off_on_error": g.flag(),
		}
	})
	specification := types.ObjectType{AttrTypes: tagSpecificationTypes}
	m.TagSpecifications = types.ListNull(specification)
	g.functions(m)
	if g.chance() {
		var elements []attr.Value
		for _, kind := range []string{"volume", "instance"}[:g.IntN(3)] {
			elements = append(elements, types.ObjectValueMust(tagSpecificationTypes, map[string]attr.Value{
				"resource_type": types.StringValue(kind), "tags": types.MapValueMust(types.StringType, map[string]attr.Value{"a": types.StringValue(g.pick("b", "c"))}),
			}))
		}
		m.TagSpecifications = types.ListValueMust(specification, elements)
	}
}

// functions are those of a pool that may have an API key.
func (g generator) functions(m *model) {
	m.TracingMode, m.CABundle = types.StringValue(g.pick("Active", "PassThrough")), g.maybe("PEM")
	m.LifecycleHookTimeout, m.DrainTimeout, m.OnDrainTimeout = g.number(300, 301), g.number(0, 1), types.StringValue(g.pick("terminate", "retain"))
	m.FunctionSubnets, m.FunctionGroups = types.SetNull(types.StringType), types.SetNull(types.StringType)
	if g.chance() {
		m.FunctionSubnets, m.FunctionGroups = g.set("subnet-1000000%d"), g.set("sg-1000000%d")
	}
	m.Monitoring = g.object(monitoringTypes, func() map[string]attr.Value {
		return map[string]attr.Value{"dashboard": g.flag(), "alarm_actions": g.set("arn:%d")}
	})
	m.BYOSSM = types.ObjectNull(byoSSMTypes)
	m.APICredentials = g.object(credentialsTypes, func() map[string]attr.Value {
		values := map[string]attr.Value{
			"api_key_id": types.StringValue(g.pick("A", "B")), "api_key_endpoint": types.StringValue(g.pick("https://a", "https://a/", "https://b")),
			"api_key_secret": types.StringNull(), "api_key_secret_wo": types.StringNull(), "api_key_secret_wo_version": types.Int64Null(),
		}
		switch g.IntN(3) {
		case 0:
			values["api_key_secret"] = types.StringValue(g.pick("one", "two"))
		case 1:
			values["api_key_secret_wo_version"] = types.Int64Value(g.Int64N(3))
		default:
			m.BYOSSM = types.ObjectValueMust(byoSSMTypes, map[string]attr.Value{"name": types.StringValue(g.pick("/a", "/b")), "arn": types.StringValue("arn")})
		}
		return values
	})
	m.AutoscalerExtraEnv = types.MapNull(types.StringType)
	m.Autoscaling = g.object(autoscalingTypes, func() map[string]attr.Value {
		m.AutoscalerExtraEnv = g.tags()
		values := map[string]attr.Value{
			"architecture": types.StringValue(g.pick("arm64", "amd64")), "schedule_expression": types.StringValue(g.pick("rate(1 minute)", "rate(2 minutes)")),
			"log_level": types.StringValue(g.pick("info", "debug")), "dry_run": g.flag(),
			"s3_package": g.object(packageTypes, func() map[string]attr.Value {
				return map[string]attr.Value{"bucket": types.StringValue(g.pick("a", "b")), "key": types.StringValue("k"), "object_version": g.maybe("1", "2")}
			}),
		}
		for name, typ := range autoscalingTypes {
			if typ == types.Int32Type {
				values[name] = g.number(0, 1)
			}
		}
		return values
	})
}
