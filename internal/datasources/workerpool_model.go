package datasources

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// poolModel is the data source as Terraform has it.
type poolModel struct {
	WorkerPoolID types.String `tfsdk:"worker_pool_id"`
	BaseName     types.String `tfsdk:"base_name"`
	Region       types.String `tfsdk:"region"`

	AutoScalingGroupName        types.String `tfsdk:"autoscaling_group_name"`
	AutoScalingGroupARN         types.String `tfsdk:"autoscaling_group_arn"`
	LaunchTemplateID            types.String `tfsdk:"launch_template_id"`
	LaunchTemplateLatestVersion types.Int64  `tfsdk:"launch_template_latest_version"`
	AMIID                       types.String `tfsdk:"ami_id"`
	InstancesRoleARN            types.String `tfsdk:"instances_role_arn"`
	InstancesRoleName           types.String `tfsdk:"instances_role_name"`
	InstanceProfileARN          types.String `tfsdk:"instance_profile_arn"`
	SecretARN                   types.String `tfsdk:"secretsmanager_secret_arn"`
	Components                  types.Map    `tfsdk:"components"`

	MinSize         types.Int64 `tfsdk:"min_size"`
	MaxSize         types.Int64 `tfsdk:"max_size"`
	DesiredCapacity types.Int64 `tfsdk:"desired_capacity"`
	Instances       types.List  `tfsdk:"instances"`

	PendingRuns types.Int64 `tfsdk:"pending_runs"`
	Workers     types.List  `tfsdk:"workers"`
}

// The types of the nested objects.
var (
	instanceTypes = map[string]attr.Type{
		"id": types.StringType, "state": types.StringType, "healthy": types.BoolType, "availability_zone": types.StringType,
		"instance_type": types.StringType, "launch_template_version": types.StringType,
	}
	workerTypes = map[string]attr.Type{
		"id": types.StringType, "busy": types.BoolType, "drained": types.BoolType, "created_at": types.StringType,
		"instance_id": types.StringType, "autoscaling_group_name": types.StringType, "ami_id": types.StringType,
	}
)

// flatten says what AWS has of the pool.
func (m *poolModel) flatten(found stack.Observed, fleet stack.Fleet) {
	m.WorkerPoolID, m.BaseName = types.StringValue(found.Spec.WorkerPoolID), types.StringValue(found.Spec.BaseName)
	m.AutoScalingGroupName, m.AutoScalingGroupARN = textOrNull(found.AutoScalingGroupName), textOrNull(found.AutoScalingGroupARN)
	m.LaunchTemplateID, m.AMIID = textOrNull(found.LaunchTemplateID), textOrNull(found.Spec.Instance.AMIID)
	m.LaunchTemplateLatestVersion = types.Int64Null()
	if found.LaunchTemplateLatestVersion > 0 {
		m.LaunchTemplateLatestVersion = types.Int64Value(found.LaunchTemplateLatestVersion)
	}
	m.InstancesRoleARN, m.InstancesRoleName = textOrNull(found.InstancesRoleARN), textOrNull(found.InstancesRoleName)
	m.InstanceProfileARN, m.SecretARN = textOrNull(found.InstanceProfileARN), textOrNull(found.SecretARN)
	components := map[string]attr.Value{}
	for name, id := range found.Components {
		components[name] = types.StringValue(id)
	}
	m.Components = types.MapValueMust(types.StringType, components)
	m.MinSize, m.MaxSize = types.Int64Value(int64(found.Spec.MinSize)), types.Int64Value(int64(found.Spec.MaxSize))
	m.DesiredCapacity = types.Int64Value(int64(fleet.Desired))
	instances := []attr.Value{}
	for _, i := range fleet.Instances {
		instances = append(instances, types.ObjectValueMust(instanceTypes, map[string]attr.Value{
			"id": types.StringValue(i.ID), "state": types.StringValue(i.State), "healthy": types.BoolValue(i.Healthy), "availability_zone": textOrNull(i.Zone),
			"instance_type": textOrNull(i.Type), "launch_template_version": textOrNull(i.TemplateVersion),
		}))
	}
	m.Instances = types.ListValueMust(types.ObjectType{AttrTypes: instanceTypes}, instances)
}

func workerList(workers []spacelift.Worker) types.List {
	list := []attr.Value{}
	for _, w := range workers {
		list = append(list, types.ObjectValueMust(workerTypes, map[string]attr.Value{
			"id": types.StringValue(w.ID), "busy": types.BoolValue(w.Busy), "drained": types.BoolValue(w.Drained), "created_at": timeOrNull(w.CreatedAt),
			"instance_id": textOrNull(w.Metadata.InstanceID), "autoscaling_group_name": textOrNull(w.Metadata.GroupName), "ami_id": textOrNull(w.Metadata.AMIID),
		}))
	}
	return types.ListValueMust(types.ObjectType{AttrTypes: workerTypes}, list)
}
