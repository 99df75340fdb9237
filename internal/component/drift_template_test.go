package component

import (
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

var templateDrifts = []drift{
	version("image", "ImageID", "image is "+awstest.ImageOlderX86+", not "+awstest.ImageNewerX86, func(d *types.RequestLaunchTemplateData) {
		d.ImageId = aws.String(awstest.ImageOlderX86)
	}),
	version("instance type", "InstanceType", "instance type is m5.large, not c5.xlarge", func(d *types.RequestLaunchTemplateData) { d.InstanceType = "m5.large" }),
	version("security groups", "SecurityGroups", "security groups are [sg-", func(d *types.RequestLaunchTemplateData) { d.SecurityGroupIds = d.SecurityGroupIds[:1] }),
	version("monitoring", "Monitoring", "detailed monitoring is false, not true", func(d *types.RequestLaunchTemplateData) {
		d.Monitoring = &types.LaunchTemplatesMonitoringRequest{Enabled: aws.Bool(false)}
	}),
	version("hop limit", "HopLimit", "metadata hop limit is 2, not 1", func(d *types.RequestLaunchTemplateData) {
		d.MetadataOptions.HttpPutResponseHopLimit = aws.Int32(2)
	}),
	version("volume type", "VolumeType", "volume type is gp2, not gp3", volume(func(v *types.LaunchTemplateEbsBlockDeviceRequest) { v.VolumeType = "gp2" })),
	version("volume size", "VolumeSize", "volume size is 8 GiB, not 40 GiB", volume(func(v *types.LaunchTemplateEbsBlockDeviceRequest) { v.VolumeSize = aws.Int32(8) })),
	version("volume IOPS", "VolumeIOPS", "volume IOPS are 3000, not 4000", volume(func(v *types.LaunchTemplateEbsBlockDeviceRequest) { v.Iops = aws.Int32(3000) })),
	version("volume throughput", "VolumeThroughput", "volume throughput is 0, not 200 MiB/s", volume(func(v *types.LaunchTemplateEbsBlockDeviceRequest) { v.Throughput = nil })),
	version("volume encryption", "VolumeEncrypted", "volume encryption is false, not true", volume(func(v *types.LaunchTemplateEbsBlockDeviceRequest) { v.Encrypted = aws.Bool(false) })),
	version("volume KMS key", "VolumeKMSKeyID", `volume KMS key is "`+otherKey+`", not "`+secretKey+`"`, volume(func(v *types.LaunchTemplateEbsBlockDeviceRequest) { v.KmsKeyId = aws.String(otherKey) })),
	version("volume kept", "BlockDevices", "the root volume outlives its instance", volume(func(v *types.LaunchTemplateEbsBlockDeviceRequest) { v.DeleteOnTermination = aws.Bool(false) })),
	version("second volume", "BlockDevices,VolumeEncrypted,VolumeIOPS,VolumeKMSKeyID,VolumeSize,VolumeThroughput,VolumeType", "it has 2 block devices, not one root volume",
		func(d *types.RequestLaunchTemplateData) {
			second := d.BlockDeviceMappings[0]
			second.DeviceName = aws.String("/dev/sdb")
			d.BlockDeviceMappings = append(d.BlockDeviceMappings, second)
		}),
	version("market", "Market", "instance market options were changed", func(d *types.RequestLaunchTemplateData) {
		d.InstanceMarketOptions.SpotOptions.MaxPrice = aws.String("0.9")
	}),
	version("no market", "Market", "instance market options were changed", func(d *types.RequestLaunchTemplateData) { d.InstanceMarketOptions = nil }),
	version("tag specifications", "TagSpecifications", "tag specifications were changed", func(d *types.RequestLaunchTemplateData) {
		d.TagSpecifications = d.TagSpecifications[:1]
	}),
	version("user data", "UserData", "user data (the boot script) differs", func(d *types.RequestLaunchTemplateData) { d.UserData = aws.String("ZXZpbA==") }),
	version("profile", "Profile", `instance profile is "evil", not "pool"`, func(d *types.RequestLaunchTemplateData) { d.IamInstanceProfile.Name = aws.String("evil") }),
	version("no profile", "Profile", `instance profile is "", not "pool"`, func(d *types.RequestLaunchTemplateData) { d.IamInstanceProfile = nil }),
	version("IMDSv1", "HTTPTokens", "IMDSv2 is not required", func(d *types.RequestLaunchTemplateData) { d.MetadataOptions.HttpTokens = "optional" }),
	version("no IMDS", "HTTPEndpoint", "the instance metadata service is not enabled", func(d *types.RequestLaunchTemplateData) { d.MetadataOptions.HttpEndpoint = "disabled" }),
	version("no metadata options", "HTTPEndpoint,HTTPTokens,HopLimit", "IMDSv2 is not required", func(d *types.RequestLaunchTemplateData) { d.MetadataOptions = nil }),
	version("key pair", "KeyName", "key pair evil was added", func(d *types.RequestLaunchTemplateData) { d.KeyName = aws.String("evil") }),
	version("network interface", "NetworkInterfaces", "1 network interfaces were added", func(d *types.RequestLaunchTemplateData) {
		d.NetworkInterfaces = []types.LaunchTemplateInstanceNetworkInterfaceSpecificationRequest{{DeviceIndex: aws.Int32(0)}}
	}),
	{"version made by hand", []string{"Version"}, "was made outside Terraform", func(t *testing.T, w *world) { addVersion(t, w, "by hand", nil) }},
	{"default version", []string{"DefaultVersion"}, "default version is 1, not ", func(t *testing.T, w *world) {
		out, err := w.Direct().EC2.ModifyLaunchTemplate(w.ctx, &ec2.ModifyLaunchTemplateInput{
			LaunchTemplateId: aws.String(w.known[keyTemplate]), DefaultVersion: aws.String("1"),
		})
		done(t, out, err)
	}},
	{"tag missing", []string{"Tags"}, "tag Team is missing", func(t *testing.T, w *world) {
		out, err := w.Direct().EC2.DeleteTags(w.ctx, &ec2.DeleteTagsInput{Resources: []string{w.known[keyTemplate]}, Tags: []types.Tag{{Key: aws.String("Team")}}})
		done(t, out, err)
	}},
	{"tag changed", []string{"Tags"}, `tag Team is "red", not "blue"`, tagTemplate("Team", "red")},
	{"tag left over", []string{"Tags"}, "tag Stale is left over", tagTemplate("Stale", "x")},
}

// version is the drift by a new version that differs from ours in one thing.
// It becomes the default one, as ours does.
func version(name, fields, says string, change func(*types.RequestLaunchTemplateData)) drift {
	return drift{name, strings.Split(fields, ","), says, func(t *testing.T, w *world) { addVersion(t, w, versionDescription, change) }}
}

func addVersion(t *testing.T, w *world, description string, change func(*types.RequestLaunchTemplateData)) {
	t.Helper()
	template := w.behind(t, keyTemplate).(*LaunchTemplate)
	var err error
	template.wantBIN, err = template.UserData()
	done(t, template, err)
	data, err := template.data(w.ctx)
	done(t, data, err)
	if change != nil {
		change(data)
	}
	made, err := w.Direct().EC2.CreateLaunchTemplateVersion(w.ctx, &ec2.CreateLaunchTemplateVersionInput{
		LaunchTemplateId: aws.String(template.Known), LaunchTemplateData: data, VersionDescription: aws.String(description),
	})
	done(t, made, err)
	number := strconv.FormatInt(*made.LaunchTemplateVersion.VersionNumber, 10)
	out, err := w.Direct().EC2.ModifyLaunchTemplate(w.ctx, &ec2.ModifyLaunchTemplateInput{
		LaunchTemplateId: aws.String(template.Known), DefaultVersion: aws.String(number),
	})
	done(t, out, err)
}

func volume(change func(*types.LaunchTemplateEbsBlockDeviceRequest)) func(*types.RequestLaunchTemplateData) {
	return func(d *types.RequestLaunchTemplateData) { change(d.BlockDeviceMappings[0].Ebs) }
}

func tagTemplate(key, value string) func(*testing.T, *world) {
	return func(t *testing.T, w *world) {
		t.Helper()
		out, err := w.Direct().EC2.CreateTags(w.ctx, &ec2.CreateTagsInput{Resources: []string{w.known[keyTemplate]}, Tags: []types.Tag{ec2Tag(key, value)}})
		done(t, out, err)
	}
}
