package workerpool_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	scaling "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

const baseName = "sp5ft-" + poolID

// meddling is what somebody does to a pool outside Terraform.
type meddling func(context.Context, *awsapi.Clients) error

// meddle is a step before which somebody changes things.
func (c *cloud) meddle(t *testing.T, step resource.TestStep, changes ...meddling) resource.TestStep {
	t.Helper()
	step.PreConfig = func() {
		for i, change := range changes {
			if err := change(context.WithoutCancel(t.Context()), c.Direct()); err != nil {
				t.Fatalf("change %d: %s", i, err)
			}
		}
	}
	return step
}

func deleteSecret(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.SecretsManager.DeleteSecret(ctx, &secretsmanager.DeleteSecretInput{SecretId: ptr(baseName + "-secret"), ForceDeleteWithoutRecovery: ptr(true)})
	return err
}

func changeSecret(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.SecretsManager.PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{SecretId: ptr(baseName + "-secret"), SecretString: ptr(`{"A":"b"}`)})
	return err
}

func tagSecret(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.SecretsManager.UntagResource(ctx, &secretsmanager.UntagResourceInput{SecretId: ptr(baseName + "-secret"), TagKeys: []string{"Team"}})
	return err
}

func deleteLogGroup(name string) meddling {
	return func(ctx context.Context, clients *awsapi.Clients) error {
		_, err := clients.Logs.DeleteLogGroup(ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: &name})
		return err
	}
}

func keepLogsForEver(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.Logs.DeleteRetentionPolicy(ctx, &cloudwatchlogs.DeleteRetentionPolicyInput{LogGroupName: ptr("spacelift-info.log")})
	return err
}

func deleteGroup(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.AutoScaling.DeleteAutoScalingGroup(ctx, &autoscaling.DeleteAutoScalingGroupInput{AutoScalingGroupName: ptr(baseName), ForceDelete: ptr(true)})
	return err
}

func resizeGroup(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.AutoScaling.UpdateAutoScalingGroup(ctx, &autoscaling.UpdateAutoScalingGroupInput{
		AutoScalingGroupName: ptr(baseName), MaxSize: ptr[int32](7), DefaultCooldown: ptr[int32](300),
	})
	return err
}

func tagGroup(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.AutoScaling.CreateOrUpdateTags(ctx, &autoscaling.CreateOrUpdateTagsInput{Tags: []scaling.Tag{{
		ResourceType: ptr("auto-scaling-group"), ResourceId: ptr(baseName), Key: ptr("Team"), Value: ptr("other"), PropagateAtLaunch: ptr(true),
	}}})
	return err
}

func deleteTemplate(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.EC2.DeleteLaunchTemplate(ctx, &ec2.DeleteLaunchTemplateInput{LaunchTemplateName: ptr(baseName)})
	return err
}

func otherTemplate(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.EC2.CreateLaunchTemplateVersion(ctx, &ec2.CreateLaunchTemplateVersionInput{
		LaunchTemplateName: ptr(baseName), LaunchTemplateData: &types.RequestLaunchTemplateData{
			ImageId: ptr("ami-0c0000000000000a1"), InstanceType: types.InstanceTypeT3Large, UserData: ptr("IyEvYmluL2Jhc2gK"),
		},
	})
	return err
}

func detachPolicies(ctx context.Context, clients *awsapi.Clients) error {
	role := roleOf(clients)
	out, err := clients.IAM.ListAttachedRolePolicies(ctx, &iam.ListAttachedRolePoliciesInput{RoleName: role})
	if err != nil {
		return err
	}
	for _, policy := range out.AttachedPolicies {
		if _, err := clients.IAM.DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: role, PolicyArn: policy.PolicyArn}); err != nil {
			return err
		}
	}
	return nil
}

func deleteInlinePolicies(ctx context.Context, clients *awsapi.Clients) error {
	role := roleOf(clients)
	out, err := clients.IAM.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: role})
	if err != nil {
		return err
	}
	for _, name := range out.PolicyNames {
		if _, err := clients.IAM.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: role, PolicyName: &name}); err != nil {
			return err
		}
	}
	return nil
}

func emptyProfile(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.IAM.RemoveRoleFromInstanceProfile(ctx, &iam.RemoveRoleFromInstanceProfileInput{RoleName: roleOf(clients), InstanceProfileName: roleOf(clients)})
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

func roleOf(clients *awsapi.Clients) *string { return aws.String(baseName + "-" + clients.Region) }

func TestDriftOfSettingsIsRepaired(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	config := c.config(c.minimal().with(arguments{"additional_tags": `{ Team = "a" }`, "max_size": "5"}))
	c.run(t,
		apply(config),
		c.meddle(t, apply(config, drifted{"secret", "secret_version", "instances_role", "autoscaling_group", "log_group_info"}, action(plancheck.ResourceActionUpdate),
			changing{"components"},
			plancheck.ExpectKnownValue(pool, jsonPath("max_size"), knownvalue.Int64Exact(5))),
			changeSecret, tagSecret, resizeGroup, tagGroup, detachPolicies, keepLogsForEver),
		c.meddle(t, apply(config, drifted{"instances_role", "instance_profile"}), deleteInlinePolicies, emptyProfile),
		// A version that somebody made is newer than the one that the group uses.
		c.meddle(t, apply(config, drifted{"launch_template", "autoscaling_group"}, text("ec2_instance_type", "t3.micro")), otherTemplate),
	)
}

func TestDeletedObjectsAreMadeAgain(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	config := c.config(c.minimal())
	updated := action(plancheck.ResourceActionUpdate)
	c.run(t,
		apply(config),
		c.meddle(t, apply(config, drifted{"autoscaling_group"}, updated, changing{"autoscaling_group_arn", "autoscaling_group_name", "components"}), deleteGroup),
		c.meddle(t, apply(config, drifted{"secret", "secret_version", "log_group_info"}, updated), deleteSecret, deleteLogGroup("spacelift-info.log")),
		c.meddle(t, apply(config, drifted{"autoscaling_group", "launch_template"}, updated), deleteGroup, deleteTemplate),
		c.meddle(t, apply(config, drifted{"instances_role", "instance_profile"}, updated), emptyProfile, detachPolicies, deleteInlinePolicies, deleteProfile, deleteRole),
		c.meddle(t, apply(config, action(plancheck.ResourceActionCreate)),
			deleteGroup, deleteTemplate, deleteSecret, emptyProfile, detachPolicies, deleteInlinePolicies, deleteProfile, deleteRole,
			deleteLogGroup("spacelift-info.log"), deleteLogGroup("spacelift-errors.log")),
	)
}
