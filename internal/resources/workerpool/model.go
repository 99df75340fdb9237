package workerpool

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// model is the resource as Terraform has it: configuration, plan or state.
type model struct {
	WorkerPoolID   types.String `tfsdk:"worker_pool_id"`
	BaseName       types.String `tfsdk:"base_name"`
	Region         types.String `tfsdk:"region"`
	AdditionalTags types.Map    `tfsdk:"additional_tags"`

	VPCSubnets     types.Set   `tfsdk:"vpc_subnets"`
	SecurityGroups types.Set   `tfsdk:"security_groups"`
	MinSize        types.Int32 `tfsdk:"min_size"`
	MaxSize        types.Int32 `tfsdk:"max_size"`
	EnabledMetrics types.Set   `tfsdk:"enabled_metrics"`

	MixedInstances      types.Object `tfsdk:"mixed_instances"`
	CapacityRebalance   types.Bool   `tfsdk:"capacity_rebalance"`
	MaxInstanceLifetime types.Int32  `tfsdk:"max_instance_lifetime"`
	Schedules           types.List   `tfsdk:"schedules"`

	AMIID                       types.String `tfsdk:"ami_id"`
	AMIArchitecture             types.String `tfsdk:"ami_architecture"`
	InstanceType                types.String `tfsdk:"ec2_instance_type"`
	EnableMonitoring            types.Bool   `tfsdk:"enable_monitoring"`
	DisableContainerCredentials types.Bool   `tfsdk:"disable_container_credentials"`
	InstanceMarketOptions       types.Object `tfsdk:"instance_market_options"`

	VolumeType       types.String `tfsdk:"volume_type"`
	VolumeSize       types.Int32  `tfsdk:"volume_size"`
	VolumeIOPS       types.Int32  `tfsdk:"volume_iops"`
	VolumeThroughput types.Int32  `tfsdk:"volume_throughput"`
	VolumeEncryption types.Bool   `tfsdk:"volume_encryption"`
	VolumeKMSKeyID   types.String `tfsdk:"volume_encryption_kms_key_id"`

	InstanceRefresh types.Object `tfsdk:"instance_refresh"`

	LaunchTemplateVersion              types.String `tfsdk:"launch_template_version"`
	LaunchTemplateDefaultVersion       types.Int64  `tfsdk:"launch_template_default_version"`
	LaunchTemplateUpdateDefaultVersion types.Bool   `tfsdk:"launch_template_update_default_version"`
	TagSpecifications                  types.List   `tfsdk:"tag_specifications"`

	SecureEnvVars          types.Map    `tfsdk:"secure_env_vars"`
	SecureEnvVarsWO        types.Map    `tfsdk:"secure_env_vars_wo"` // null but in the configuration
	SecureEnvVarsWOVersion types.Int64  `tfsdk:"secure_env_vars_wo_version"`
	SecureEnvVarsKMSKeyID  types.String `tfsdk:"secure_env_vars_kms_key_id"`
	BYOSecretsManager      types.Object `tfsdk:"byo_secretsmanager"`

	CreateIAMRole          types.Bool   `tfsdk:"create_iam_role"`
	CustomIAMRoleName      types.String `tfsdk:"custom_iam_role_name"`
	IAMPermissionsBoundary types.String `tfsdk:"iam_permissions_boundary"`
	ExtraIAMStatements     types.List   `tfsdk:"extra_iam_statements"`

	Configuration          types.String `tfsdk:"configuration"`
	BootHooks              types.Object `tfsdk:"boot_hooks"`
	DomainName             types.String `tfsdk:"domain_name"`
	PoweroffDelay          types.Int64  `tfsdk:"poweroff_delay"`
	DisableCloudWatchAgent types.Bool   `tfsdk:"disable_cloudwatch_agent"`
	SelfHosted             types.Object `tfsdk:"selfhosted_configuration"`

	ManageLogGroups       types.Bool   `tfsdk:"manage_log_groups"`
	LogGroupRetention     types.Int32  `tfsdk:"cloudwatch_log_group_retention"`
	CloudWatchKMSKeyID    types.String `tfsdk:"cloudwatch_kms_key_id"`
	LogGroupClass         types.String `tfsdk:"cloudwatch_log_group_class"`
	CloudWatchSkipDestroy types.Bool   `tfsdk:"cloudwatch_skip_destroy"`

	Autoscaling          types.Object `tfsdk:"autoscaling_configuration"`
	AutoscalerExtraEnv   types.Map    `tfsdk:"autoscaler_extra_env"`
	FunctionSubnets      types.Set    `tfsdk:"autoscaling_vpc_subnets"`
	FunctionGroups       types.Set    `tfsdk:"autoscaling_vpc_sg_ids"`
	TracingMode          types.String `tfsdk:"autoscaling_tracing_mode"`
	CABundle             types.String `tfsdk:"ca_bundle"`
	APICredentials       types.Object `tfsdk:"spacelift_api_credentials"`
	BYOSSM               types.Object `tfsdk:"byo_ssm"`
	LifecycleHookTimeout types.Int32  `tfsdk:"lifecycle_hook_timeout"`
	DrainTimeout         types.Int32  `tfsdk:"drain_timeout"`
	OnDrainTimeout       types.String `tfsdk:"on_drain_timeout"`
	Monitoring           types.Object `tfsdk:"monitoring"`

	WaitForWorkers types.Int32 `tfsdk:"wait_for_workers"`
	ForceDestroy   types.Bool  `tfsdk:"force_destroy"`

	ID                          types.String `tfsdk:"id"`
	LatestAMIID                 types.String `tfsdk:"latest_ami_id"`
	AutoScalingGroupARN         types.String `tfsdk:"autoscaling_group_arn"`
	AutoScalingGroupName        types.String `tfsdk:"autoscaling_group_name"`
	LaunchTemplateID            types.String `tfsdk:"launch_template_id"`
	LaunchTemplateLatestVersion types.Int64  `tfsdk:"launch_template_latest_version"`
	InstancesRoleARN            types.String `tfsdk:"instances_role_arn"`
	InstancesRoleName           types.String `tfsdk:"instances_role_name"`
	InstanceProfileARN          types.String `tfsdk:"instance_profile_arn"`
	SecretARN                   types.String `tfsdk:"secretsmanager_secret_arn"`
	LogGroupARNs                types.Map    `tfsdk:"log_group_arns"`
	APIKeyParameterName         types.String `tfsdk:"api_key_ssm_parameter_name"`
	AutoscalerFunctionARN       types.String `tfsdk:"autoscaler_function_arn"`
	AutoscalerLogGroupName      types.String `tfsdk:"autoscaler_log_group_name"`
	LifecycleFunctionARN        types.String `tfsdk:"lifecycle_manager_function_arn"`
	LifecycleQueueURL           types.String `tfsdk:"lifecycle_queue_url"`
	DashboardURL                types.String `tfsdk:"dashboard_url"`
	Components                  types.Map    `tfsdk:"components"`
	Drift                       types.Map    `tfsdk:"drift"`

	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// The types of the nested objects.
var (
	marketTypes = map[string]attr.Type{
		"market_type":  types.StringType,
		"spot_options": types.ObjectType{AttrTypes: spotTypes},
	}
	spotTypes = map[string]attr.Type{
		"max_price":                      types.StringType,
		"spot_instance_type":             types.StringType,
		"instance_interruption_behavior": types.StringType,
		"block_duration_minutes":         types.Int32Type,
	}
	mixedTypes = map[string]attr.Type{
		"instance_types":                           types.ListType{ElemType: types.StringType},
		"on_demand_base_capacity":                  types.Int32Type,
		"on_demand_percentage_above_base_capacity": types.Int32Type,
		"spot_allocation_strategy":                 types.StringType,
	}
	scheduleTypes = map[string]attr.Type{
		"name":       types.StringType,
		"recurrence": types.StringType,
		"time_zone":  types.StringType,
		"min_size":   types.Int32Type,
		"max_size":   types.Int32Type,
	}
	tagSpecificationTypes = map[string]attr.Type{
		"resource_type": types.StringType,
		"tags":          types.MapType{ElemType: types.StringType},
	}
	byoSecretTypes = map[string]attr.Type{
		"name": types.StringType,
		"arn":  types.StringType,
		"keys": types.SetType{ElemType: types.StringType},
	}
	bootHookTypes = map[string]attr.Type{
		"pre":  types.StringType,
		"post": types.StringType,
	}
	autoscalingTypes = map[string]attr.Type{
		"architecture":        types.StringType,
		"schedule_expression": types.StringType,
		"max_create":          types.Int32Type,
		"max_terminate":       types.Int32Type,
		"timeout":             types.Int32Type,
		"memory_size":         types.Int32Type,
		"scale_down_delay":    types.Int32Type,
		"polling_interval":    types.Int32Type,
		"min_idle_workers":    types.Int32Type,
		"target_utilization":  types.Int32Type,
		"scale_out_cooldown":  types.Int32Type,
		"scale_in_cooldown":   types.Int32Type,
		"boot_timeout":        types.Int32Type,
		"log_level":           types.StringType,
		"dry_run":             types.BoolType,
		"s3_package":          types.ObjectType{AttrTypes: packageTypes},
	}
	packageTypes = map[string]attr.Type{
		"bucket":         types.StringType,
		"key":            types.StringType,
		"object_version": types.StringType,
	}
	credentialsTypes = map[string]attr.Type{
		"api_key_id":                types.StringType,
		"api_key_endpoint":          types.StringType,
		"api_key_secret":            types.StringType,
		"api_key_secret_wo":         types.StringType, // null but in the configuration
		"api_key_secret_wo_version": types.Int64Type,
	}
	byoSSMTypes = map[string]attr.Type{
		"name": types.StringType,
		"arn":  types.StringType,
	}
	monitoringTypes = map[string]attr.Type{
		"dashboard":     types.BoolType,
		"alarm_actions": types.SetType{ElemType: types.StringType},
	}
	selfHostedTypes = map[string]attr.Type{
		"s3_uri":                         types.StringType,
		"run_launcher_as_spacelift_user": types.BoolType,
		"http_proxy_config":              types.StringType,
		"https_proxy_config":             types.StringType,
		"no_proxy_config":                types.StringType,
		"ca_certificates":                types.ListType{ElemType: types.StringType},
		"power_off_on_error":             types.BoolType,
	}
)

// member returns an attribute of a nested object; of a null or unknown object it
// is the zero value, which is null.
func member[T attr.Value](object types.Object, name string) T {
	value, _ := object.Attributes()[name].(T)
	return value
}

// texts returns the known elements of a set or list of strings.
func texts(elements []attr.Value) []string {
	var known []string
	for _, element := range elements {
		if text, ok := element.(types.String); ok && !text.IsNull() && !text.IsUnknown() {
			known = append(known, text.ValueString())
		}
	}
	return known
}

// textMap returns the known elements of a map of strings, nil when there are none.
func textMap(m types.Map) map[string]string {
	known := map[string]string{}
	for key, element := range m.Elements() {
		if text, ok := element.(types.String); ok && !text.IsNull() && !text.IsUnknown() {
			known[key] = text.ValueString()
		}
	}
	if len(known) == 0 {
		return nil
	}
	return known
}
