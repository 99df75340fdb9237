package workerpool

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// flatten brings m to what AWS has. An argument whose meaning is still the same
// stays as the user wrote it: null instead of its default, JSON with its spaces.
func flatten(m *model, observed stack.Observed, defaultTags map[string]string) {
	flattenArguments(m, observed.Spec, defaultTags)
	flattenOutputs(m, observed)
}

func flattenArguments(m *model, spec stack.Spec, defaultTags map[string]string) {
	required(&m.WorkerPoolID, spec.WorkerPoolID)
	required(&m.BaseName, spec.BaseName)
	flattenTags(&m.AdditionalTags, spec.Tags, defaultTags)
	set(&m.SecurityGroups, spec.SecurityGroups)
	set(&m.VPCSubnets, spec.Subnets)
	int32Of(&m.MinSize, spec.MinSize)
	int32Of(&m.MaxSize, spec.MaxSize)
	set(&m.EnabledMetrics, spec.EnabledMetrics)
	flattenMixed(&m.MixedInstances, spec.Mixed)
	m.CapacityRebalance = types.BoolValue(spec.CapacityRebalance)
	int32Of(&m.MaxInstanceLifetime, spec.MaxInstanceLifetime)
	flattenSchedules(&m.Schedules, spec.Schedules)

	flattenInstance(m, spec.Instance)

	optional(&m.LaunchTemplateVersion, spec.LaunchTemplate.Version)
	m.LaunchTemplateDefaultVersion = types.Int64PointerValue(spec.LaunchTemplate.DefaultVersion)
	m.LaunchTemplateUpdateDefaultVersion = types.BoolValue(spec.LaunchTemplate.UpdateDefaultVersion)
	flattenTagSpecifications(&m.TagSpecifications, spec.LaunchTemplate.TagSpecifications)

	// Secret values and the number of write-only ones are what the state says: they
	// are never read from AWS.
	optional(&m.SecureEnvVarsKMSKeyID, spec.Secret.KMSKeyID)
	flattenExistingSecret(&m.BYOSecretsManager, spec.Secret.Existing)

	m.CreateIAMRole = types.BoolValue(spec.Role.CustomName == "")
	optional(&m.CustomIAMRoleName, spec.Role.CustomName)
	optional(&m.IAMPermissionsBoundary, spec.Role.PermissionsBoundary)
	flattenStatements(&m.ExtraIAMStatements, spec.Role.ExtraStatements)

	m.ManageLogGroups = types.BoolValue(spec.LogGroups.Managed)
	int32Of(&m.LogGroupRetention, spec.LogGroups.Retention)
	optional(&m.CloudWatchKMSKeyID, spec.LogGroups.KMSKeyID)
	optional(&m.LogGroupClass, spec.LogGroups.Class)
	m.CloudWatchSkipDestroy = types.BoolValue(spec.LogGroups.SkipDestroy)

	flattenBoot(m, spec.Boot)
	flattenFunctions(m, spec)
	int32Of(&m.WaitForWorkers, spec.WaitForWorkers)
	m.ForceDestroy = types.BoolValue(spec.ForceDestroy)
}

func flattenInstance(m *model, instance stack.Instance) {
	optional(&m.AMIID, instance.AMIID)
	required(&m.AMIArchitecture, instance.Architecture)
	required(&m.InstanceType, instance.Type)
	m.EnableMonitoring = types.BoolValue(instance.Monitoring)
	m.DisableContainerCredentials = types.BoolValue(instance.HopLimit == hopLimitInstance)
	required(&m.VolumeType, instance.Volume.Type)
	int32Of(&m.VolumeSize, instance.Volume.Size)
	m.VolumeIOPS = types.Int32PointerValue(instance.Volume.IOPS)
	m.VolumeThroughput = types.Int32PointerValue(instance.Volume.Throughput)
	m.VolumeEncryption = types.BoolValue(instance.Volume.Encrypted)
	optional(&m.VolumeKMSKeyID, instance.Volume.KMSKeyID)
	flattenMarket(&m.InstanceMarketOptions, instance.Market)
}

func flattenBoot(m *model, boot stack.Boot) {
	optional(&m.Configuration, boot.Configuration)
	required(&m.DomainName, boot.DomainName)
	m.PoweroffDelay = types.Int64Value(boot.PoweroffDelay)
	m.DisableCloudWatchAgent = types.BoolValue(boot.DisableCloudWatchAgent)
	flattenBootHooks(&m.BootHooks, boot.PreHook, boot.PostHook)
	flattenSelfHosted(&m.SelfHosted, boot.SelfHosted)
}

func flattenOutputs(m *model, observed stack.Observed) {
	m.ID = m.BaseName
	m.LatestAMIID = textOrNull(observed.LatestAMIID)
	m.AutoScalingGroupARN = textOrNull(observed.AutoScalingGroupARN)
	m.AutoScalingGroupName = textOrNull(observed.AutoScalingGroupName)
	m.LaunchTemplateID = textOrNull(observed.LaunchTemplateID)
	m.LaunchTemplateLatestVersion = types.Int64Null()
	if version := observed.LaunchTemplateLatestVersion; version != 0 {
		m.LaunchTemplateLatestVersion = types.Int64Value(version)
	}
	m.InstancesRoleARN = textOrNull(observed.InstancesRoleARN)
	m.InstancesRoleName = textOrNull(observed.InstancesRoleName)
	m.InstanceProfileARN = textOrNull(observed.InstanceProfileARN)
	m.SecretARN = textOrNull(observed.SecretARN)
	m.LogGroupARNs = types.MapNull(types.StringType)
	if len(observed.LogGroupARNs) > 0 {
		m.LogGroupARNs = mapOf(observed.LogGroupARNs)
	}
	m.APIKeyParameterName = textOrNull(observed.APIKeyParameterName)
	m.AutoscalerFunctionARN = textOrNull(observed.AutoscalerFunctionARN)
	m.AutoscalerLogGroupName = textOrNull(observed.AutoscalerLogGroupName)
	m.LifecycleFunctionARN = textOrNull(observed.LifecycleFunctionARN)
	m.LifecycleQueueURL = textOrNull(observed.LifecycleQueueURL)
	m.DashboardURL = textOrNull(observed.DashboardURL)
	m.Components = mapOf(observed.Components)
	m.Drift = mapOf(observed.Drift)
}

// observe is the reverse of flattenOutputs: what the state knows to exist.
func observe(m model, defaultTags map[string]string) stack.Observed {
	return stack.Observed{
		Spec: expandState(m, defaultTags),
		Outputs: stack.Outputs{
			LatestAMIID:                 m.LatestAMIID.ValueString(),
			AutoScalingGroupARN:         m.AutoScalingGroupARN.ValueString(),
			AutoScalingGroupName:        m.AutoScalingGroupName.ValueString(),
			LaunchTemplateID:            m.LaunchTemplateID.ValueString(),
			LaunchTemplateLatestVersion: m.LaunchTemplateLatestVersion.ValueInt64(),
			InstancesRoleARN:            m.InstancesRoleARN.ValueString(),
			InstancesRoleName:           m.InstancesRoleName.ValueString(),
			InstanceProfileARN:          m.InstanceProfileARN.ValueString(),
			SecretARN:                   m.SecretARN.ValueString(),
			LogGroupARNs:                textMap(m.LogGroupARNs),
			APIKeyParameterName:         m.APIKeyParameterName.ValueString(),
			AutoscalerFunctionARN:       m.AutoscalerFunctionARN.ValueString(),
			AutoscalerLogGroupName:      m.AutoscalerLogGroupName.ValueString(),
			LifecycleFunctionARN:        m.LifecycleFunctionARN.ValueString(),
			LifecycleQueueURL:           m.LifecycleQueueURL.ValueString(),
			DashboardURL:                m.DashboardURL.ValueString(),
		},
		Components: stack.Inventory(textMap(m.Components)),
		Drift:      textMap(m.Drift),
	}
}

// required refreshes a text that is never null in the state.
func required(argument *types.String, value string) {
	if argument.IsNull() || argument.IsUnknown() || argument.ValueString() != value {
		*argument = types.StringValue(value)
	}
}

// optional refreshes a text for which null and empty mean the same.
func optional(argument *types.String, value string) {
	if argument.IsUnknown() || argument.ValueString() != value {
		*argument = textOrNull(value)
	}
}

func int32Of(argument *types.Int32, value int32) { *argument = types.Int32Value(value) }

func set(argument *types.Set, value []string) {
	wanted := slices.Sorted(slices.Values(value))
	if argument.IsNull() || argument.IsUnknown() || !slices.Equal(sorted(*argument), wanted) {
		*argument = types.SetValueMust(types.StringType, stringValues(wanted))
	}
}

func textOrNull(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}

func mapOf(texts map[string]string) types.Map {
	values := make(map[string]attr.Value, len(texts))
	for key, text := range texts {
		values[key] = types.StringValue(text)
	}
	return types.MapValueMust(types.StringType, values)
}
