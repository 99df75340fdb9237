package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func (p *ec2Provider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	attributes := map[string]schema.Attribute{}
	for _, group := range []map[string]schema.Attribute{
		credentialsSchema(), connectionSchema(), checksSchema(),
	} {
		for name, attribute := range group {
			attributes[name] = attribute
		}
	}
	attributes["assume_role"] = assumeRoleSchema()
	attributes["assume_role_with_web_identity"] = webIdentitySchema()
	attributes["default_tags"] = defaultTagsSchema()
	attributes["endpoints"] = endpointsSchema()
	attributes["spacelift"] = spaceliftSchema()

	resp.Schema = schema.Schema{
		MarkdownDescription: "Runs Spacelift worker pools on EC2. The AWS arguments have the names and meanings they have in the `hashicorp/aws` provider; " +
			"nested objects are written as attributes (`assume_role = [{ ... }]`), not as blocks.",
		Attributes: attributes,
	}
}

func credentialsSchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"access_key": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "AWS access key id. Needs `secret_key`. Default: environment variable `AWS_ACCESS_KEY_ID`, then the shared credentials and configuration files, " +
				"then container, web identity and instance metadata credentials.",
			Validators: []validator.String{notEmpty},
		},
		"secret_key": schema.StringAttribute{
			Optional:            true,
			Sensitive:           true,
			MarkdownDescription: "AWS secret access key. Needs `access_key`. Default: environment variable `AWS_SECRET_ACCESS_KEY`, then as for `access_key`.",
			Validators:          []validator.String{secret(notEmpty)},
		},
		"token": schema.StringAttribute{
			Optional:            true,
			Sensitive:           true,
			MarkdownDescription: "Session token that belongs to a temporary `access_key`. Default: environment variable `AWS_SESSION_TOKEN`.",
			Validators:          []validator.String{secret(notEmpty)},
		},
		"profile": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Profile of the shared configuration and credentials files. Default: environment variable `AWS_PROFILE`, then `default`.",
			Validators:          []validator.String{notEmpty},
		},
		"shared_config_files": schema.ListAttribute{
			ElementType:         types.StringType,
			Optional:            true,
			MarkdownDescription: "Paths of shared configuration files, later ones winning. `~` is the home directory. Default: environment variable `AWS_CONFIG_FILE`, then `~/.aws/config`.",
			Validators:          []validator.List{listvalidator.ValueStringsAre(notEmpty)},
		},
		"shared_credentials_files": schema.ListAttribute{
			ElementType:         types.StringType,
			Optional:            true,
			MarkdownDescription: "Paths of shared credentials files, later ones winning. `~` is the home directory. Default: environment variable `AWS_SHARED_CREDENTIALS_FILE`, then `~/.aws/credentials`.",
			Validators:          []validator.List{listvalidator.ValueStringsAre(notEmpty)},
		},
	}
}

func connectionSchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"region": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "AWS region, such as `eu-west-1`, of every worker pool that does not set its own. " +
				"Default: environment variable `AWS_REGION`, then `AWS_DEFAULT_REGION`, then the region of the profile.",
			Validators: []validator.String{notEmpty},
		},
		"sts_region": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "AWS region of the calls to the Security Token Service. Default: `region`.",
			Validators:          []validator.String{notEmpty},
		},
		"custom_ca_bundle": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Path of a PEM file with the certificate authorities to trust. Default: environment variable `AWS_CA_BUNDLE`, then the profile's `ca_bundle`, then the system's.",
			Validators:          []validator.String{notEmpty},
		},
		"http_proxy": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "URL of the proxy for HTTP requests to AWS, such as `http://proxy.example.com:3128`; also for HTTPS ones unless `https_proxy` or the environment variable `HTTPS_PROXY` is set. " +
				"Default: environment variable `HTTP_PROXY`.",
			Validators: []validator.String{proxyURL},
		},
		"https_proxy": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "URL of the proxy for HTTPS requests to AWS. `\"\"` means no proxy. Default: environment variable `HTTPS_PROXY`, then `http_proxy`.",
			Validators:          []validator.String{proxyURL},
		},
		"no_proxy": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Hosts to reach without a proxy: comma-separated names, domains (`.example.com`), addresses or CIDR ranges. Default: environment variable `NO_PROXY`.",
		},
		"insecure": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Do not verify TLS certificates. Default: `false`.",
		},
		"max_retries": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: "How often an AWS call is repeated when it is throttled or fails in a way that may pass. `0` means never. " +
				"Default: environment variable `AWS_MAX_ATTEMPTS` or the profile's `max_attempts`, both of which count the first call too, then `25`.",
			Validators: []validator.Int64{int64validator.Between(0, 1000)},
		},
		"retry_mode": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "`standard`, or `adaptive`, which also slows calls down while AWS throttles. Default: environment variable `AWS_RETRY_MODE`, then the profile's `retry_mode`, then `standard`.",
			Validators:          []validator.String{oneOf("standard", "adaptive")},
		},
		"use_dualstack_endpoint": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Use endpoints that answer over IPv6 as well as IPv4. Default: environment variable `AWS_USE_DUALSTACK_ENDPOINT`, then `false`.",
		},
		"use_fips_endpoint": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Use FIPS 140 validated endpoints. Default: environment variable `AWS_USE_FIPS_ENDPOINT`, then `false`.",
		},
		"ec2_metadata_service_endpoint": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "URL of the instance metadata service, a source of credentials on EC2. Default: environment variable `AWS_EC2_METADATA_SERVICE_ENDPOINT`.",
			Validators:          []validator.String{httpURL},
		},
		"ec2_metadata_service_endpoint_mode": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "`IPv4` or `IPv6`: how to reach the instance metadata service. Default: environment variable `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE`, then `IPv4`.",
			Validators:          []validator.String{oneOf("IPv4", "IPv6")},
		},
		"user_agent": schema.ListAttribute{
			ElementType: types.StringType,
			Optional:    true,
			MarkdownDescription: "Products to append to the `User-Agent` of AWS calls, each `name/version (comment)` with version and comment optional. " +
				"The environment variable `TF_APPEND_USER_AGENT` is appended too.",
			Validators: []validator.List{listvalidator.ValueStringsAre(notEmpty)},
		},
	}
}

func checksSchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"allowed_account_ids": schema.SetAttribute{
			ElementType:         types.StringType,
			Optional:            true,
			MarkdownDescription: "Ids of the only AWS accounts, twelve digits each, that this provider may work in. Conflicts with `forbidden_account_ids`.",
			Validators:          []validator.Set{setvalidator.ValueStringsAre(accountID)},
		},
		"forbidden_account_ids": schema.SetAttribute{
			ElementType:         types.StringType,
			Optional:            true,
			MarkdownDescription: "Ids of AWS accounts, twelve digits each, that this provider must not work in. Conflicts with `allowed_account_ids`.",
			Validators:          []validator.Set{setvalidator.ValueStringsAre(accountID)},
		},
		"skip_credentials_validation": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Do not check the credentials with the Security Token Service before they are used. For AWS look-alikes without it. Default: `false`.",
		},
		"skip_metadata_api_check": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "`true`: do not look for credentials or a region in the instance metadata service. `false`: do, even if the environment variable `AWS_EC2_METADATA_DISABLED` forbids it. Default: what that variable says.",
		},
		"skip_region_validation": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Accept regions that this version of the provider does not know. Default: `false`.",
		},
		"skip_requesting_account_id": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Do not ask AWS for the account id. For AWS look-alikes that cannot tell it. " +
				"Without effect unless `skip_credentials_validation` is `true` as well, or when `allowed_account_ids` or `forbidden_account_ids` is set. Default: `false`.",
		},
	}
}
