package workerpool

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/userdata"
)

// Hop limits of instance metadata responses: one hop reaches the instance, a
// second one the containers on it.
const (
	hopLimitInstance   = 1
	hopLimitContainers = 2
)

// expand says in plain Go what m wants. It is total: what is null or unknown
// becomes the zero value, so the caller minds what a plan does not know yet.
func expand(m model, defaultTags map[string]string) stack.Spec {
	return stack.Spec{
		WorkerPoolID:        m.WorkerPoolID.ValueString(),
		BaseName:            m.BaseName.ValueString(),
		Tags:                mergeTags(defaultTags, textMap(m.AdditionalTags)),
		SecurityGroups:      sorted(m.SecurityGroups),
		Subnets:             sorted(m.VPCSubnets),
		MinSize:             m.MinSize.ValueInt32(),
		MaxSize:             m.MaxSize.ValueInt32(),
		EnabledMetrics:      sorted(m.EnabledMetrics),
		Mixed:               expandMixed(m.MixedInstances),
		CapacityRebalance:   m.CapacityRebalance.ValueBool(),
		MaxInstanceLifetime: m.MaxInstanceLifetime.ValueInt32(),
		Schedules:           expandSchedules(m.Schedules),
		Instance:            expandInstance(m),
		LaunchTemplate: stack.LaunchTemplate{
			Version:              m.LaunchTemplateVersion.ValueString(),
			DefaultVersion:       m.LaunchTemplateDefaultVersion.ValueInt64Pointer(),
			UpdateDefaultVersion: m.LaunchTemplateUpdateDefaultVersion.ValueBool(),
			TagSpecifications:    expandTagSpecifications(m.TagSpecifications),
		},
		Secret: stack.Secret{
			Values:   textMap(m.SecureEnvVars),
			Version:  m.SecureEnvVarsWOVersion.ValueInt64Pointer(),
			KMSKeyID: m.SecureEnvVarsKMSKeyID.ValueString(),
			Existing: expandExistingSecret(m.BYOSecretsManager),
		},
		APICredentials:  expandCredentials(m),
		Autoscaling:     expandAutoscaling(m),
		Lifecycle:       expandLifecycle(m),
		Functions:       expandFunctions(m),
		Monitoring:      expandMonitoring(m.Monitoring),
		Role:            expandRole(m),
		LogGroups:       expandLogGroups(m),
		Boot:            expandBoot(m),
		InstanceRefresh: expandRefresh(m.InstanceRefresh),
		WaitForWorkers:  m.WaitForWorkers.ValueInt32(), ForceDestroy: m.ForceDestroy.ValueBool(),
	}
}

// expandState is expand for what is known of a pool that exists. Values of its
// secrets that an import has found are in no state.
func expandState(m model, defaultTags map[string]string) stack.Spec {
	spec := expand(m, defaultTags)
	spec.Secret.Unread = !spec.Secret.Stored() && spec.Secret.Existing == nil && textMap(m.Components)[stack.ComponentSecret] != ""
	if c := spec.APICredentials; c != nil {
		c.Unread = c.Secret == "" && c.Version == nil && c.Existing == nil && textMap(m.Components)[stack.ComponentParameter] != ""
	}
	return spec
}

func expandRole(m model) stack.Role {
	return stack.Role{
		CustomName:          m.CustomIAMRoleName.ValueString(),
		PermissionsBoundary: m.IAMPermissionsBoundary.ValueString(),
		ExtraStatements:     texts(m.ExtraIAMStatements.Elements()),
	}
}

func expandLogGroups(m model) stack.LogGroups {
	return stack.LogGroups{
		Managed:     m.ManageLogGroups.ValueBool(),
		Retention:   m.LogGroupRetention.ValueInt32(),
		KMSKeyID:    m.CloudWatchKMSKeyID.ValueString(),
		Class:       m.LogGroupClass.ValueString(),
		SkipDestroy: m.CloudWatchSkipDestroy.ValueBool(),
	}
}

func expandBoot(m model) stack.Boot {
	return stack.Boot{
		Configuration:          m.Configuration.ValueString(),
		DomainName:             m.DomainName.ValueString(),
		PoweroffDelay:          m.PoweroffDelay.ValueInt64(),
		DisableCloudWatchAgent: m.DisableCloudWatchAgent.ValueBool(),
		PreHook:                member[types.String](m.BootHooks, "pre").ValueString(),
		PostHook:               member[types.String](m.BootHooks, "post").ValueString(),
		SelfHosted:             expandSelfHosted(m.SelfHosted),
	}
}

func expandInstance(m model) stack.Instance {
	instance := stack.Instance{
		AMIID:        m.AMIID.ValueString(),
		Architecture: m.AMIArchitecture.ValueString(),
		Type:         m.InstanceType.ValueString(),
		Monitoring:   m.EnableMonitoring.ValueBool(),
		HopLimit:     hopLimitContainers,
		Volume: stack.Volume{
			Type:       m.VolumeType.ValueString(),
			Size:       m.VolumeSize.ValueInt32(),
			IOPS:       m.VolumeIOPS.ValueInt32Pointer(),
			Throughput: m.VolumeThroughput.ValueInt32Pointer(),
			Encrypted:  m.VolumeEncryption.ValueBool(),
			KMSKeyID:   m.VolumeKMSKeyID.ValueString(),
		},
		Market: expandMarket(m.InstanceMarketOptions),
	}
	if m.DisableContainerCredentials.ValueBool() {
		instance.HopLimit = hopLimitInstance
	}
	return instance
}

func expandMarket(options types.Object) *stack.Market {
	if options.IsNull() || options.IsUnknown() {
		return nil
	}
	spot := member[types.Object](options, "spot_options")
	return &stack.Market{
		Type:                 member[types.String](options, "market_type").ValueString(),
		MaxPrice:             member[types.String](spot, "max_price").ValueString(),
		SpotInstanceType:     member[types.String](spot, "spot_instance_type").ValueString(),
		InterruptionBehavior: member[types.String](spot, "instance_interruption_behavior").ValueString(),
		BlockDurationMinutes: member[types.Int32](spot, "block_duration_minutes").ValueInt32Pointer(),
	}
}

func expandMixed(mixed types.Object) *stack.MixedInstances {
	if mixed.IsNull() || mixed.IsUnknown() {
		return nil
	}
	return &stack.MixedInstances{
		InstanceTypes:      texts(member[types.List](mixed, "instance_types").Elements()),
		OnDemandBase:       member[types.Int32](mixed, "on_demand_base_capacity").ValueInt32(),
		OnDemandPercentage: member[types.Int32](mixed, "on_demand_percentage_above_base_capacity").ValueInt32(),
		SpotStrategy:       member[types.String](mixed, "spot_allocation_strategy").ValueString(),
	}
}

func expandSchedules(list types.List) []stack.Schedule {
	var schedules []stack.Schedule
	for _, element := range list.Elements() {
		object, ok := element.(types.Object)
		if !ok || object.IsUnknown() {
			continue
		}
		schedules = append(schedules, stack.Schedule{
			Name:       member[types.String](object, "name").ValueString(),
			Recurrence: member[types.String](object, "recurrence").ValueString(),
			TimeZone:   member[types.String](object, "time_zone").ValueString(),
			MinSize:    member[types.Int32](object, "min_size").ValueInt32Pointer(),
			MaxSize:    member[types.Int32](object, "max_size").ValueInt32Pointer(),
		})
	}
	return schedules
}

func expandTagSpecifications(list types.List) []stack.TagSpecification {
	var specifications []stack.TagSpecification
	for _, element := range list.Elements() {
		object, ok := element.(types.Object)
		if !ok || object.IsUnknown() {
			continue
		}
		specifications = append(specifications, stack.TagSpecification{
			ResourceType: member[types.String](object, "resource_type").ValueString(),
			Tags:         textMap(member[types.Map](object, "tags")),
		})
	}
	return specifications
}

func expandExistingSecret(secret types.Object) *stack.ExistingSecret {
	if secret.IsNull() || secret.IsUnknown() {
		return nil
	}
	return &stack.ExistingSecret{
		Name: member[types.String](secret, "name").ValueString(),
		ARN:  member[types.String](secret, "arn").ValueString(),
		Keys: sorted(member[types.Set](secret, "keys")),
	}
}

func expandSelfHosted(configuration types.Object) *userdata.SelfHosted {
	if configuration.IsNull() || configuration.IsUnknown() {
		return nil
	}
	return &userdata.SelfHosted{
		S3URI:              member[types.String](configuration, "s3_uri").ValueString(),
		RunAsSpaceliftUser: member[types.Bool](configuration, "run_launcher_as_spacelift_user").ValueBool(),
		HTTPProxy:          member[types.String](configuration, "http_proxy_config").ValueString(),
		HTTPSProxy:         member[types.String](configuration, "https_proxy_config").ValueString(),
		NoProxy:            member[types.String](configuration, "no_proxy_config").ValueString(),
		CACertificates:     texts(member[types.List](configuration, "ca_certificates").Elements()),
		PowerOffOnError:    member[types.Bool](configuration, "power_off_on_error").ValueBool(),
	}
}

// mergeTags puts the pool's own tags over the provider's.
func mergeTags(defaults, own map[string]string) map[string]string {
	if len(defaults)+len(own) == 0 {
		return nil
	}
	merged := map[string]string{}
	maps.Copy(merged, defaults)
	maps.Copy(merged, own)
	return merged
}

// sorted returns the elements of a set of strings, in a fixed order: what is made
// from them is then always the same.
func sorted(set types.Set) []string {
	elements := texts(set.Elements())
	slices.Sort(elements)
	return elements
}
