package workerpool_test

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	secrets "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

const (
	powerUser = "arn:aws:iam::aws:policy/PowerUserAccess"
	readOnly  = "arn:aws:iam::aws:policy/ReadOnlyAccess"
	agent     = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"
	ownPolicy = "spacelift-worker"
)

func roleOf(clients *awsapi.Clients) *string { return aws.String(baseName + "-" + clients.Region) }

// roleSentence is a drift of the role in words.
func roleSentence(of, says string, change func(context.Context, awsapi.IAM, *string) error) drift {
	return drift{of: of, component: "instances_role", says: says, change: onRole(change)}
}

func onRole(change func(context.Context, awsapi.IAM, *string) error) meddling {
	return func(ctx context.Context, clients *awsapi.Clients) error {
		return change(ctx, clients.IAM, roleOf(clients))
	}
}

func roleDrifts() []drift {
	return []drift{
		roleSentence("RoleSettings.TrustPolicy", "its trust policy was changed", func(ctx context.Context, api awsapi.IAM, role *string) error {
			_, err := api.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: role, PolicyDocument: ptr(
				`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`,
			)})
			return err
		}),
		roleSentence("RoleSettings.Description", "its description was changed", func(ctx context.Context, api awsapi.IAM, role *string) error {
			_, err := api.UpdateRoleDescription(ctx, &iam.UpdateRoleDescriptionInput{RoleName: role, Description: ptr("theirs")})
			return err
		}),
		roleSentence("RoleSettings.ManagedPolicies", "policy "+agent+" is not attached", func(ctx context.Context, api awsapi.IAM, role *string) error {
			_, err := api.DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: role, PolicyArn: ptr(agent)})
			return err
		}),
		roleSentence("a policy that somebody attached", "policy "+readOnly+" was attached outside Terraform", func(ctx context.Context, api awsapi.IAM, role *string) error {
			_, err := api.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: role, PolicyArn: ptr(readOnly)})
			return err
		}),
		roleSentence("the inline policy", "inline policy "+ownPolicy+" was changed", putInlinePolicy(ownPolicy)),
		roleSentence("an inline policy that somebody added", "inline policy other was added outside Terraform", putInlinePolicy("other")),
		roleSentence("a tag of the role", `tag Team is "other", not "a"`, tagRole("Team", "other")),
		{
			of: "RoleSettings.PermissionsBoundary", argument: "iam_permissions_boundary", from: readOnly, to: powerUser,
			change: onRole(func(ctx context.Context, api awsapi.IAM, role *string) error {
				_, err := api.PutRolePermissionsBoundary(ctx, &iam.PutRolePermissionsBoundaryInput{RoleName: role, PermissionsBoundary: ptr(readOnly)})
				return err
			}),
		},
		{of: "a tag of the profile", component: "instance_profile", says: `tag Team is "other", not "a"`, change: onRole(func(ctx context.Context, api awsapi.IAM, profile *string) error {
			_, err := api.TagInstanceProfile(ctx, &iam.TagInstanceProfileInput{InstanceProfileName: profile, Tags: []iamtypes.Tag{{Key: ptr("Team"), Value: ptr("other")}}})
			return err
		})},
	}
}

// otherRoleDrifts are those that exclude one of the above.
func otherRoleDrifts() []drift {
	return []drift{
		{of: "the inline policy that is gone", component: "instances_role", says: "inline policy " + ownPolicy + " is missing", change: deleteInlinePolicies},
		{of: "no boundary", argument: "iam_permissions_boundary", from: "<nil>", to: powerUser, change: onRole(func(ctx context.Context, api awsapi.IAM, role *string) error {
			_, err := api.DeleteRolePermissionsBoundary(ctx, &iam.DeleteRolePermissionsBoundaryInput{RoleName: role})
			return err
		})},
		{of: "the role of the profile", component: "instance_profile", says: "it holds role other, not " + baseName, change: func(ctx context.Context, clients *awsapi.Clients) error {
			if err := emptyProfile(ctx, clients); err != nil {
				return err
			}
			_, err := clients.IAM.AddRoleToInstanceProfile(ctx, &iam.AddRoleToInstanceProfileInput{RoleName: ptr("other"), InstanceProfileName: roleOf(clients)})
			return err
		}},
	}
}

func putInlinePolicy(name string) func(context.Context, awsapi.IAM, *string) error {
	return func(ctx context.Context, api awsapi.IAM, role *string) error {
		_, err := api.PutRolePolicy(ctx, &iam.PutRolePolicyInput{
			RoleName: role, PolicyName: &name, PolicyDocument: ptr(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`),
		})
		return err
	}
}

func tagRole(key, value string) func(context.Context, awsapi.IAM, *string) error {
	return func(ctx context.Context, api awsapi.IAM, role *string) error {
		_, err := api.TagRole(ctx, &iam.TagRoleInput{RoleName: role, Tags: []iamtypes.Tag{{Key: &key, Value: &value}}})
		return err
	}
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

func (c *cloud) secretDrifts(key, other thing) []drift {
	return []drift{
		{of: "the value of the secret", component: "secret_version", says: "its value was changed outside Terraform (version ", change: changeSecret},
		{of: "the key of the secret", argument: "secure_env_vars_kms_key_id", from: other.arn, to: key.arn, change: func(ctx context.Context, clients *awsapi.Clients) error {
			_, err := clients.SecretsManager.UpdateSecret(ctx, &secretsmanager.UpdateSecretInput{SecretId: ptr(baseName + "-secret"), KmsKeyId: &other.arn})
			return err
		}},
		{of: "a tag of the secret", component: "secret", says: `tag Team is "other", not "a"`, change: tagSecret("Team", "other")},
	}
}

func changeSecret(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.SecretsManager.PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{SecretId: ptr(baseName + "-secret"), SecretString: ptr(`{"A":"b"}`)})
	return err
}

func tagSecret(key, value string) meddling {
	return func(ctx context.Context, clients *awsapi.Clients) error {
		_, err := clients.SecretsManager.TagResource(ctx, &secretsmanager.TagResourceInput{
			SecretId: ptr(baseName + "-secret"), Tags: []secrets.Tag{{Key: &key, Value: &value}},
		})
		return err
	}
}
