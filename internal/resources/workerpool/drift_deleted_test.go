package workerpool_test

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

// drifts are those of a pool with everything, step by step: what excludes each
// other is in different steps.
func (c *cloud) drifts(key, logKey, other thing) [][]drift {
	return [][]drift{
		slices.Concat(c.groupDrifts(), scheduleDrifts(), c.templateDrifts(key), roleDrifts(), c.secretDrifts(key, other), c.logDrifts()),
		slices.Concat(c.otherTemplateDrifts(), otherRoleDrifts(), otherLogDrifts(logKey), []drift{
			{of: "a tag that the group lacks", component: "autoscaling_group", says: "tag Team is missing", change: untagGroup("Team")},
			{of: "a deletion that was given up", component: "autoscaling_group", says: "its deletion was begun and not finished", change: tagGroup("WorkerPoolState", "deleting", false)},
		}),
		{
			deleted("autoscaling_group", deleteGroup), deleted("schedules", nil), deleted("secret", deleteSecret), deleted("secret_version", nil),
			deleted("log_group_info", deleteLogGroup(infoLog)), deleted("log_group_errors", deleteLogGroup(errorLog)),
		},
		{
			deleted("autoscaling_group", deleteGroup), deleted("schedules", nil), deleted("launch_template", deleteTemplate),
			{of: "a secret that waits for its deletion", component: "secret", says: "deleted outside Terraform", change: scheduleSecret},
			deleted("secret_version", nil),
		},
		{
			{of: "an empty profile", component: "instance_profile", change: emptyProfile},
			deleted("instance_profile", deleteProfile),
			{of: "a role without policies", component: "instances_role", change: detachPolicies},
			{of: "a role without inline policies", component: "instances_role", change: deleteInlinePolicies},
			deleted("instances_role", deleteRole),
		},
	}
}

// deleted is the drift of a component that somebody deleted.
func deleted(component string, change meddling) drift {
	return drift{of: deletion(component), component: component, says: "deleted outside Terraform", change: change}
}

func deletion(component string) string { return "deletion of " + component }

func deleteGroup(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.AutoScaling.DeleteAutoScalingGroup(ctx, &autoscaling.DeleteAutoScalingGroupInput{AutoScalingGroupName: ptr(baseName), ForceDelete: ptr(true)})
	return err
}

func deleteSecret(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.SecretsManager.DeleteSecret(ctx, &secretsmanager.DeleteSecretInput{SecretId: ptr(baseName + "-secret"), ForceDeleteWithoutRecovery: ptr(true)})
	return err
}

func scheduleSecret(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.SecretsManager.DeleteSecret(ctx, &secretsmanager.DeleteSecretInput{SecretId: ptr(baseName + "-secret"), RecoveryWindowInDays: ptr[int64](7)})
	return err
}

func deleteProfile(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.IAM.DeleteInstanceProfile(ctx, &iam.DeleteInstanceProfileInput{InstanceProfileName: roleOf(clients)})
	return err
}

func deleteRole(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.IAM.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: roleOf(clients)})
	return err
}
