package workerpool

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// secretAttributes say where workers get their secret variables from.
func secretAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"secure_env_vars": schema.MapAttribute{
			Optional:    true,
			Sensitive:   true,
			ElementType: types.StringType,
			MarkdownDescription: "Environment variables of the worker that are secret, such as `SPACELIFT_TOKEN` and " +
				"`SPACELIFT_POOL_PRIVATE_KEY`. They are stored in the Secrets Manager secret `<base_name>-secret`, which the workers read when " +
				"they boot; all of it together is at most " +
				"[64 KiB](https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html). Keys are names that a shell takes. " +
				"A new value reaches workers that boot afterwards. The values are part of the Terraform state and of saved plans: " +
				"`secure_env_vars_wo` keeps them out. Excludes `secure_env_vars_wo` and `byo_secretsmanager`; one of the three, or " +
				"`configuration`, is required. Default: none.",
			Validators: []validator.Map{shellNameKeys},
		},
		"secure_env_vars_wo": schema.MapAttribute{
			Optional:    true,
			Sensitive:   true,
			WriteOnly:   true,
			ElementType: types.StringType,
			MarkdownDescription: "The same as `secure_env_vars`, but the values pass through Terraform without ever being part of its state or of a " +
				"saved plan: a [write-only argument](https://developer.hashicorp.com/terraform/language/manage-sensitive-data/write-only), for " +
				"Terraform or OpenTofu 1.11 and later. They may come from ephemeral variables and resources. New values are stored when " +
				"`secure_env_vars_wo_version` changes, and when the secret was changed or deleted outside Terraform. Requires " +
				"`secure_env_vars_wo_version`. Excludes `secure_env_vars` and `byo_secretsmanager`. Default: none.",
			Validators: []validator.Map{shellNameKeys},
		},
		"secure_env_vars_wo_version": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: "Any whole number, to be changed together with `secure_env_vars_wo`: as Terraform does not remember these values, it " +
				"cannot see that they have changed. While the number stays, new values are not stored. Requires `secure_env_vars_wo`. " +
				"Default: none.",
		},
		"secure_env_vars_kms_key_id": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "KMS key of the secret: key id, key ARN, alias (`alias/…`) or alias ARN. The instance role is granted its use. " +
				"With `byo_secretsmanager`: the key that encrypts that secret. Requires a secret of either kind. Default: the account's key " +
				"`aws/secretsmanager`.",
			Validators: []validator.String{kmsKey},
		},
		"byo_secretsmanager": schema.SingleNestedAttribute{
			Optional: true,
			MarkdownDescription: "An existing Secrets Manager secret to take the secret environment variables from: a JSON object, key to value. " +
				"The secret itself is not managed. Excludes `secure_env_vars` and `secure_env_vars_wo`. Default: none.",
			Attributes: map[string]schema.Attribute{
				"name": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Name of the secret.",
					Validators:          []validator.String{secretName},
				},
				"arn": schema.StringAttribute{
					Required: true,
					MarkdownDescription: "ARN of the secret, which may be of another account or region: all of it, with the " +
						"[six random characters](https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html) at its end.",
					Validators: []validator.String{secretARN},
				},
				"keys": schema.SetAttribute{
					Required:            true,
					ElementType:         types.StringType,
					MarkdownDescription: "Keys of the secret's JSON object that are exported on the worker, at least one. Names that a shell takes.",
					Validators:          []validator.Set{setvalidator.SizeAtLeast(1), noNulls{}, setvalidator.ValueStringsAre(shellName)},
				},
			},
		},
	}
}

// roleAttributes say what the workers may do on AWS.
func roleAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"create_iam_role": schema.BoolAttribute{
			Optional:            true,
			Computed:            true,
			Default:             booldefault.StaticBool(true),
			MarkdownDescription: "Whether the pool gets an IAM role of its own; `false` takes `custom_iam_role_name`. Default: `true`.",
		},
		"custom_iam_role_name": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Name (no path, no ARN) of an existing IAM role for the instances, which is not changed. It needs the rights that the " +
				"pool's own role would have. Requires `create_iam_role = false`. Default: none.",
			Validators: []validator.String{roleName},
		},
		"iam_permissions_boundary": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "ARN of the IAM policy that is the " +
				"[permissions boundary](https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html) of the pool's role. " +
				"Requires `create_iam_role = true`. Default: none.",
			Validators: []validator.String{policyARN},
		},
		"extra_iam_statements": schema.ListAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "More rights for the pool's role, each entry as JSON: an IAM policy document (such as that of the data source " +
				"`aws_iam_policy_document`) or one statement. Each statement has a `Sid` of letters and digits, used once. All inline policies of " +
				"a role together are at most [10240 characters](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html) " +
				"without white space. Requires `create_iam_role = true`. Default: none.",
			Validators: []validator.List{policyStatements},
		},
	}
}
