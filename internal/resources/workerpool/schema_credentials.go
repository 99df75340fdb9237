package workerpool

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// credentialsAttributes are the functions' access to Spacelift.
func credentialsAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"spacelift_api_credentials": schema.SingleNestedAttribute{
			Optional:  true,
			Sensitive: true,
			MarkdownDescription: "API key of Spacelift for the pool's Lambda functions, which use it for as long as the pool exists. With it the pool has a lifecycle manager: " +
				"whatever ends an instance, its worker is drained first and its run awaited. `autoscaling_configuration` and `instance_refresh` take it. The key needs the " +
				"actions `Space:Read` and `Worker Pool:Drain Worker` in the pool's space. The provider's own `spacelift` argument is another thing: with that key the provider itself, " +
				"while Terraform runs, waits for workers and drains them before a destroy; it is stored nowhere, and the functions do not have it. The two may be the same key. " +
				"Default: none, and no functions. An update that removes them waits, within `timeouts.update`, until no run is left on an instance that is being terminated or retained, " +
				"before it removes the functions.",
			Attributes: map[string]schema.Attribute{
				"api_key_id": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Id of the API key.",
					Validators:          []validator.String{keyName},
				},
				"api_key_endpoint": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "URL of the Spacelift account, such as `https://acme.app.spacelift.io`.",
					Validators:          []validator.String{accountURL},
				},
				"api_key_secret": schema.StringAttribute{
					Optional:  true,
					Sensitive: true,
					MarkdownDescription: "Secret of the API key. It is stored in the SSM parameter `/<base_name>/api-secret-<worker_pool_id>`, a SecureString. It is part of the " +
						"Terraform state and of saved plans, of which the plan warns: `api_key_secret_wo` keeps it out. Excludes `api_key_secret_wo` and `byo_ssm`, one of " +
						"which is required instead.",
					Validators: []validator.String{secretText},
				},
				"api_key_secret_wo": schema.StringAttribute{
					Optional:  true,
					Sensitive: true,
					WriteOnly: true,
					MarkdownDescription: "The same as `api_key_secret`, but it passes through Terraform without ever being part of its state or of a saved plan: a " +
						"[write-only argument](https://developer.hashicorp.com/terraform/language/manage-sensitive-data/write-only), for Terraform or OpenTofu 1.11 and later. " +
						"It may come from an ephemeral variable or resource. A new value is stored when `api_key_secret_wo_version` changes, and when the parameter was changed or " +
						"deleted outside Terraform. Requires `api_key_secret_wo_version`.",
					Validators: []validator.String{secretText},
				},
				"api_key_secret_wo_version": schema.Int64Attribute{
					Optional: true,
					MarkdownDescription: "Any whole number, to be changed together with `api_key_secret_wo`: as Terraform does not remember the secret, it cannot see that it has " +
						"changed. Requires `api_key_secret_wo`.",
				},
			},
		},
		"byo_ssm": schema.SingleNestedAttribute{
			Optional: true,
			MarkdownDescription: "An existing SSM parameter of the pool's account and region with the secret of the API key in it, a SecureString. The parameter itself is not managed. " +
				"One that is encrypted by a KMS key of your own takes a key policy that leaves its use to IAM, as AWS's default policy does. It goes with `spacelift_api_credentials`, and excludes " +
				"the secrets in it. Default: none.",
			Attributes: map[string]schema.Attribute{
				"name": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Name of the parameter, such as `/spacelift/api-secret`.",
					Validators:          []validator.String{parameterName},
				},
				"arn": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "ARN of the parameter.",
					Validators:          []validator.String{parameterARN},
				},
			},
		},
	}
}
