package workerpool_test

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

type templateData = types.RequestLaunchTemplateData

// templateSentence and templateArgument are drifts that one version of the launch
// template makes.
func templateSentence(of, says string, change func(*templateData)) drift {
	return drift{of: of, template: change, component: "launch_template", says: says}
}

func templateArgument(of, argument, from, to string, change func(*templateData)) drift {
	return drift{of: of, template: change, argument: argument, from: from, to: to}
}

func volumeArgument(of, argument, from, to string, change func(*types.LaunchTemplateEbsBlockDeviceRequest)) drift {
	return templateArgument(of, argument, from, to, func(d *templateData) { change(d.BlockDeviceMappings[0].Ebs) })
}

func marketArgument(of, option, from, to string, change func(*types.LaunchTemplateSpotMarketOptionsRequest)) drift {
	return templateArgument(of, "instance_market_options.spot_options."+option, from, to, func(d *templateData) { change(d.InstanceMarketOptions.SpotOptions) })
}

func (c *cloud) templateDrifts(key thing) []drift {
	groups := slices.Sorted(slices.Values(c.Network().SecurityGroupIDs))
	return []drift{
		templateArgument("LaunchTemplateSettings.ImageID", "ami_id", awstest.ImageNewerX86, awstest.ImageOlderX86,
			func(d *templateData) { d.ImageId = ptr(awstest.ImageNewerX86) }),
		templateArgument("LaunchTemplateSettings.InstanceType", "ec2_instance_type", "t3.large", "t3.micro", func(d *templateData) { d.InstanceType = "t3.large" }),
		templateArgument("LaunchTemplateSettings.SecurityGroups", "security_groups", fmt.Sprint(groups[:1]), fmt.Sprint(groups),
			func(d *templateData) { d.SecurityGroupIds = groups[:1] }),
		templateArgument("LaunchTemplateSettings.Monitoring", "enable_monitoring", "false", "true", func(d *templateData) { d.Monitoring.Enabled = ptr(false) }),
		templateArgument("LaunchTemplateSettings.HopLimit", "disable_container_credentials", "false", "true",
			func(d *templateData) { d.MetadataOptions.HttpPutResponseHopLimit = ptr[int32](2) }),
		templateSentence("LaunchTemplateSettings.TagSpecifications", "tag specifications were changed", func(d *templateData) { d.TagSpecifications = d.TagSpecifications[:1] }),
		volumeArgument("VolumeSettings.Type", "volume_type", "io2", "gp3", func(v *types.LaunchTemplateEbsBlockDeviceRequest) { v.VolumeType = "io2" }),
		volumeArgument("VolumeSettings.Size", "volume_size", "60", "40", func(v *types.LaunchTemplateEbsBlockDeviceRequest) { v.VolumeSize = ptr[int32](60) }),
		volumeArgument("VolumeSettings.IOPS", "volume_iops", "5000", "4000", func(v *types.LaunchTemplateEbsBlockDeviceRequest) { v.Iops = ptr[int32](5000) }),
		volumeArgument("VolumeSettings.Throughput", "volume_throughput", "<nil>", "200", func(v *types.LaunchTemplateEbsBlockDeviceRequest) { v.Throughput = nil }),
		volumeArgument("VolumeSettings.Encrypted", "volume_encryption", "false", "true", func(v *types.LaunchTemplateEbsBlockDeviceRequest) { v.Encrypted = nil }),
		volumeArgument("VolumeSettings.KMSKeyID", "volume_encryption_kms_key_id", "<nil>", key.arn, func(v *types.LaunchTemplateEbsBlockDeviceRequest) { v.KmsKeyId = nil }),
		marketArgument("MarketSettings.MaxPrice", "max_price", "0.900000", "0.05", func(s *types.LaunchTemplateSpotMarketOptionsRequest) { s.MaxPrice = ptr("0.900000") }),
		marketArgument("MarketSettings.SpotInstanceType", "spot_instance_type", "persistent", "one-time",
			func(s *types.LaunchTemplateSpotMarketOptionsRequest) { s.SpotInstanceType = "persistent" }),
		marketArgument("MarketSettings.InterruptionBehavior", "instance_interruption_behavior", "stop", "terminate",
			func(s *types.LaunchTemplateSpotMarketOptionsRequest) { s.InstanceInterruptionBehavior = "stop" }),
		marketArgument("MarketSettings.BlockDurationMinutes", "block_duration_minutes", "60", "<nil>",
			func(s *types.LaunchTemplateSpotMarketOptionsRequest) { s.BlockDurationMinutes = ptr[int32](60) }),
		templateSentence("a volume that stays", "the root volume outlives its instance", func(d *templateData) { d.BlockDeviceMappings[0].Ebs.DeleteOnTermination = ptr(false) }),
		templateSentence("the boot script", "user data (the boot script) differs", func(d *templateData) { d.UserData = ptr("IyEvYmluL2Jhc2gK") }),
		templateSentence("the profile of the template", `instance profile is "evil", not "`+baseName, func(d *templateData) { d.IamInstanceProfile.Name = ptr("evil") }),
		templateSentence("IMDSv2", "IMDSv2 is not required", func(d *templateData) { d.MetadataOptions.HttpTokens = "optional" }),
		templateSentence("IMDS", "the instance metadata service is not enabled", func(d *templateData) { d.MetadataOptions.HttpEndpoint = "disabled" }),
		templateSentence("a key pair", "key pair evil was added", func(d *templateData) { d.KeyName = ptr("evil") }),
		templateSentence("network interfaces", "1 network interfaces were added", func(d *templateData) {
			d.NetworkInterfaces = []types.LaunchTemplateInstanceNetworkInterfaceSpecificationRequest{{DeviceIndex: ptr[int32](0)}}
		}),
		{of: "a tag of the template", change: c.tagTemplate("Team", "other"), component: "launch_template", says: `tag Team is "other", not "a"`},
		// A version that somebody made is newer than the one that the group uses.
		{of: "GroupSettings.TemplateVersion", component: "autoscaling_group", says: `launch template version is "1", not 2`},
	}
}

// otherTemplateDrifts are those that exclude one of the above.
func (c *cloud) otherTemplateDrifts() []drift {
	return []drift{
		templateArgument("MarketSettings.Type", "instance_market_options", "<nil>",
			"map[market_type:spot spot_options:map[block_duration_minutes:<nil> instance_interruption_behavior:terminate max_price:0.05 spot_instance_type:one-time]]",
			func(d *templateData) { d.InstanceMarketOptions = nil }),
		templateSentence("a hop limit that no argument says", "metadata hop limit is 3, not 1", func(d *templateData) { d.MetadataOptions.HttpPutResponseHopLimit = ptr[int32](3) }),
		templateSentence("a second volume", "it has 2 block devices, not one root volume", func(d *templateData) {
			second := d.BlockDeviceMappings[0]
			second.DeviceName = ptr("/dev/sdb")
			d.BlockDeviceMappings = append(d.BlockDeviceMappings, second)
		}),
		{of: "the default version", change: setDefaultVersion, argument: "launch_template_default_version", from: "2", to: "1"},
		{of: "the version in use", component: "autoscaling_group", says: `launch template version is "$Latest", not `, group: func(in *groupInput) { in.LaunchTemplate = templateOf("$Latest") }},
	}
}

func setDefaultVersion(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.EC2.ModifyLaunchTemplate(ctx, &ec2.ModifyLaunchTemplateInput{LaunchTemplateName: ptr(baseName), DefaultVersion: ptr("2")})
	return err
}

func (c *cloud) tagTemplate(key, value string) meddling {
	return func(ctx context.Context, clients *awsapi.Clients) error {
		out, err := clients.EC2.DescribeLaunchTemplateVersions(ctx, &ec2.DescribeLaunchTemplateVersionsInput{LaunchTemplateName: ptr(baseName)})
		if err != nil {
			return err
		}
		_, err = clients.EC2.CreateTags(ctx, &ec2.CreateTagsInput{
			Resources: []string{*out.LaunchTemplateVersions[0].LaunchTemplateId}, Tags: []types.Tag{{Key: &key, Value: &value}},
		})
		return err
	}
}

func deleteTemplate(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.EC2.DeleteLaunchTemplate(ctx, &ec2.DeleteLaunchTemplateInput{LaunchTemplateName: ptr(baseName)})
	return err
}
