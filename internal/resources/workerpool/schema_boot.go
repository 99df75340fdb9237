package workerpool

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// bootAttributes say what an instance does when it boots.
func bootAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"configuration": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Shell text (bash, run as root) inserted in the boot script: what it exports reaches the launcher. It is readable " +
				"in the launch template, hence no place for secrets: the plan warns when it exports `SPACELIFT_TOKEN` or " +
				"`SPACELIFT_POOL_PRIVATE_KEY`. The whole boot script is at most " +
				"[16 KiB](https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html), compressed where needed. " +
				"Default: none.",
			Validators: []validator.String{shellText},
		},
		"boot_hooks": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "Shell text (bash, run as root) for two more moments of the boot. An error in it stops the boot. Default: none.",
			Attributes: map[string]schema.Attribute{
				"pre": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Run first, before secrets are read and the launcher is fetched.",
					Validators:          []validator.String{shellText},
				},
				"post": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Run last, right before the launcher starts.",
					Validators:          []validator.String{shellText},
				},
			},
		},
		"domain_name": schema.StringAttribute{
			Optional: true,
			Computed: true,
			Default:  stringdefault.StaticString("spacelift.io"),
			MarkdownDescription: "Domain of Spacelift: the launcher is downloaded from `https://downloads.<domain_name>/`, unless it is " +
				"self-hosted. Default: `spacelift.io`.",
			Validators: []validator.String{domainName},
		},
		"poweroff_delay": schema.Int64Attribute{
			Optional: true,
			Computed: true,
			Default:  int64default.StaticInt64(15),
			MarkdownDescription: "Seconds between the end of the launcher, or a failed boot, and the instance powering itself off; time for the " +
				"CloudWatch agent to send the last lines. From 0 to 86400. Default: `15`.",
			Validators: []validator.Int64{int64validator.Between(0, 86400)},
		},
		"disable_cloudwatch_agent": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			Default:  booldefault.StaticBool(false),
			MarkdownDescription: "Whether the CloudWatch agent is stopped at boot, so that the worker's logs stay on the instance; the pool's role " +
				"then goes without the agent's policy. Default: `false`.",
		},
		"selfhosted_configuration": selfHostedAttribute(),
	}
}

func selfHostedAttribute() schema.Attribute {
	const proxyPassword = "A user and password in it are readable in the launch template and the state, of which the plan warns: " +
		"rather let the proxy know the instances by their network."
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "For workers of a self-hosted Spacelift, whose launcher comes from an S3 bucket; the pool's role may read that " +
			"bucket. Only for `ami_architecture = \"x86_64\"`. Default: none, the workers are of Spacelift's own service.",
		Attributes: map[string]schema.Attribute{
			"s3_uri": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Where the launcher is: `s3://<bucket>/<key>`.",
				Validators:          []validator.String{s3URI},
			},
			"run_launcher_as_spacelift_user": schema.BoolAttribute{
				Optional:            true,
				Computed:            true,
				Default:             booldefault.StaticBool(true),
				MarkdownDescription: "Whether the launcher runs as the user `spacelift` (uid 1983) instead of root. Default: `true`.",
			},
			"http_proxy_config": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "URL of the proxy for HTTP: `HTTP_PROXY` of docker and the launcher. " + proxyPassword + " Default: none.",
				Validators:          []validator.String{proxyURL},
			},
			"https_proxy_config": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "URL of the proxy for HTTPS: `HTTPS_PROXY` of docker and the launcher. " + proxyPassword + " Default: none.",
				Validators:          []validator.String{proxyURL},
			},
			"no_proxy_config": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Hosts, comma separated, that are reached without a proxy: `NO_PROXY` of docker and the launcher. Default: none.",
				Validators:          []validator.String{oneLine},
			},
			"ca_certificates": schema.ListAttribute{
				Optional:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "Certificates (PEM) of authorities that the instance trusts besides the public ones. Default: none.",
				Validators:          []validator.List{listvalidator.ValueStringsAre(certificate)},
			},
			"power_off_on_error": schema.BoolAttribute{
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(true),
				MarkdownDescription: "Whether an instance powers itself off when its boot fails or the launcher ends with an error, so that the group " +
					"replaces it. `false` keeps it for debugging. Default: `true`.",
			},
		},
	}
}
