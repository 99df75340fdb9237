package workerpool

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int32validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int32default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// instanceAttributes say what a worker runs on.
func instanceAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"ami_id": schema.StringAttribute{
			Optional: true,
			Computed: true,
			MarkdownDescription: "Id of the machine image. Without it the pool uses the newest " +
				"[Spacelift worker image](https://github.com/spacelift-io/spacelift-worker-image/releases) of `ami_architecture`, and moves to " +
				"a newer one with the first apply after its release: the plan shows the new id. Required in partitions where Spacelift " +
				"publishes no image (all but AWS commercial and GovCloud). Default: `latest_ami_id`.",
			Validators: []validator.String{imageID},
		},
		"ami_architecture": schema.StringAttribute{
			Optional: true,
			Computed: true,
			Default:  stringdefault.StaticString("x86_64"),
			MarkdownDescription: "Processor architecture of the machine image, `x86_64` or `arm64`; `ec2_instance_type` has to fit. " +
				"Default: `x86_64`.",
			Validators: []validator.String{stringvalidator.OneOf("x86_64", "arm64")},
		},
		"ec2_instance_type": schema.StringAttribute{
			Optional: true,
			Computed: true,
			Default:  stringdefault.StaticString("t3.micro"),
			MarkdownDescription: "[Instance type](https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-types.html) of the workers, of " +
				"the architecture that `ami_architecture` names. Default: `t3.micro`.",
			Validators: []validator.String{instanceType},
		},
		"enable_monitoring": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			Default:  booldefault.StaticBool(true),
			MarkdownDescription: "Whether instances report their metrics every minute " +
				"([detailed monitoring](https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/manage-detailed-monitoring.html)) instead of every " +
				"five. Default: `true`.",
		},
		"disable_container_credentials": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			Default:  booldefault.StaticBool(true),
			MarkdownDescription: "Whether runs, which execute in containers, are kept from the instance role's credentials: the " +
				"[hop limit](https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html) of the instance " +
				"metadata service is 1, otherwise 2. Only IMDSv2 is answered in either case. Default: `true`.",
		},
	}
}

// marketAttributes say how instances are bought.
func marketAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"instance_market_options": schema.SingleNestedAttribute{
			Optional: true,
			MarkdownDescription: "Makes the workers [spot instances](https://docs.aws.amazon.com/autoscaling/ec2/userguide/launch-template-spot-instances.html). " +
				"They cost far less, but AWS takes them back with two minutes' notice. Default: on-demand instances.",
			Attributes: map[string]schema.Attribute{
				"market_type": schema.StringAttribute{
					Optional:            true,
					Computed:            true,
					Default:             stringdefault.StaticString("spot"),
					MarkdownDescription: "Kind of market; `spot` is the only one. Default: `spot`.",
					Validators:          []validator.String{stringvalidator.OneOf("spot")},
				},
				"spot_options": schema.SingleNestedAttribute{
					Optional:            true,
					MarkdownDescription: "Details of the spot request, for which AWS's defaults are right in most cases.",
					Attributes: map[string]schema.Attribute{
						"max_price": schema.StringAttribute{
							Optional: true,
							MarkdownDescription: "Highest price of an instance in US dollars an hour, such as `0.05`, above 0.001. A low limit makes " +
								"interruptions more frequent. Default: the on-demand price.",
							Validators: []validator.String{spotPrice},
						},
						"spot_instance_type": schema.StringAttribute{
							Optional:            true,
							MarkdownDescription: "`one-time`; a group takes no persistent requests. Default: AWS's, which is `one-time`.",
							Validators:          []validator.String{oneTime},
						},
						"instance_interruption_behavior": schema.StringAttribute{
							Optional: true,
							MarkdownDescription: "`terminate`; to stop or hibernate an instance takes a persistent request. Default: AWS's, which is " +
								"`terminate`.",
							Validators: []validator.String{terminateOnly},
						},
						"block_duration_minutes": schema.Int32Attribute{
							Optional: true,
							MarkdownDescription: "Minutes for which a spot instance is safe from interruption: 60, 120, 180, 240, 300 or 360. AWS " +
								"deprecates it and refuses it in newer accounts. Default: not set.",
							Validators: []validator.Int32{int32validator.OneOf(60, 120, 180, 240, 300, 360)},
						},
					},
				},
			},
		},
	}
}

// volumeAttributes are the settings of the root volume.
func volumeAttributes() map[string]schema.Attribute {
	const source = "([source](https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LaunchTemplateEbsBlockDeviceRequest.html))"
	return map[string]schema.Attribute{
		"volume_type": schema.StringAttribute{
			Optional: true,
			Computed: true,
			Default:  stringdefault.StaticString(defaultVolumeType),
			MarkdownDescription: "[Type](https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html) of the root volume, one that " +
				"can boot: `gp3`, `gp2`, `io2`, `io1` or `standard`. Default: `gp3`.",
			Validators: []validator.String{stringvalidator.OneOf("gp3", "gp2", "io2", "io1", "standard")},
		},
		"volume_size": schema.Int32Attribute{
			Optional: true,
			Computed: true,
			Default:  int32default.StaticInt32(defaultVolumeSize),
			MarkdownDescription: "Size of the root volume in GiB, at least that of the machine image's root snapshot. At most 65536 for `gp3` and " +
				"`io2`, 16384 for `gp2` and `io1`, 1024 for `standard` " + source + ". Default: `40`.",
			Validators: []validator.Int32{int32validator.Between(volumeSizes.least, volumeSizes.most)},
		},
		"volume_iops": schema.Int32Attribute{
			Optional: true,
			MarkdownDescription: "I/O operations per second of the root volume: 3000–80000 for `gp3`, required and 100–64000 for `io1`, required " +
				"and 100–256000 for `io2`, not for other types " + source + ". Default for `gp3`: AWS's, 3000.",
			Validators: []validator.Int32{int32validator.Between(volumeIOPS.least, volumeIOPS.most)},
		},
		"volume_throughput": schema.Int32Attribute{
			Optional:            true,
			MarkdownDescription: "Throughput of a `gp3` root volume in MiB/s, 125–2000 " + source + ". Default: AWS's, 125.",
			Validators:          []validator.Int32{int32validator.Between(125, 2000)},
		},
		"volume_encryption": schema.BoolAttribute{
			Optional:            true,
			Computed:            true,
			Default:             booldefault.StaticBool(false),
			MarkdownDescription: "Whether the root volume is encrypted. (An account may encrypt all volumes anyway.) Default: `false`.",
		},
		"volume_encryption_kms_key_id": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "KMS key of the encrypted root volume: key id, key ARN, alias (`alias/…`) or alias ARN. The Auto Scaling " +
				"service-linked role needs " +
				"[rights on a customer managed key](https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html). " +
				"Requires `volume_encryption = true`. Default: the account's key for volumes.",
			Validators: []validator.String{kmsKey},
		},
	}
}
