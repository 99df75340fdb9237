package component

import (
	"bytes"
	"context"
	"encoding/base64"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// UserDataDiffers is what a Difference says of another boot script, which takes a new
// version of the launch template whatever else there is.
const UserDataDiffers = "user data (the boot script) differs"

// data is the request for a version with the wanted settings.
func (t *LaunchTemplate) data(ctx context.Context) (*types.RequestLaunchTemplateData, error) {
	image := Image{ID: t.Settings.ImageID, RootDevice: t.rootDevice()}
	if image.RootDevice == "" {
		var err error
		if image, err = t.Image(ctx); err != nil {
			return nil, err
		}
	}
	s := t.Settings
	data := &types.RequestLaunchTemplateData{
		ImageId:             aws.String(image.ID),
		InstanceType:        types.InstanceType(s.InstanceType),
		SecurityGroupIds:    slices.Sorted(slices.Values(s.SecurityGroups)),
		IamInstanceProfile:  &types.LaunchTemplateIamInstanceProfileSpecificationRequest{Name: aws.String(t.Profile.ID())},
		Monitoring:          &types.LaunchTemplatesMonitoringRequest{Enabled: aws.Bool(s.Monitoring)},
		UserData:            aws.String(base64.StdEncoding.EncodeToString(t.wantBIN)),
		BlockDeviceMappings: []types.LaunchTemplateBlockDeviceMappingRequest{s.Volume.request(image.RootDevice)},
		// IMDSv2 only: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
		MetadataOptions: &types.LaunchTemplateInstanceMetadataOptionsRequest{
			HttpEndpoint:            types.LaunchTemplateInstanceMetadataEndpointStateEnabled,
			HttpTokens:              types.LaunchTemplateHttpTokensStateRequired,
			HttpPutResponseHopLimit: aws.Int32(s.HopLimit),
		},
		InstanceMarketOptions: s.Market.request(),
	}
	for _, kind := range slices.Sorted(maps.Keys(s.TagSpecifications)) {
		data.TagSpecifications = append(data.TagSpecifications, types.LaunchTemplateTagSpecificationRequest{
			ResourceType: types.ResourceType(kind), Tags: tagList(s.TagSpecifications[kind], ec2Tag),
		})
	}
	return data, nil
}

// rootDevice is the root device's name as long as the image stays the same. A
// version that somebody else made may name any device.
func (t *LaunchTemplate) rootDevice() string {
	if t.seen.data == nil || t.seen.description != versionDescription || t.Settings.ImageID == "" || deref(t.seen.data.ImageId) != t.Settings.ImageID || len(t.seen.data.BlockDeviceMappings) != 1 {
		return ""
	}
	return deref(t.seen.data.BlockDeviceMappings[0].DeviceName)
}

func (v VolumeSettings) request(device string) types.LaunchTemplateBlockDeviceMappingRequest {
	return types.LaunchTemplateBlockDeviceMappingRequest{
		DeviceName: aws.String(device),
		Ebs: &types.LaunchTemplateEbsBlockDeviceRequest{
			DeleteOnTermination: aws.Bool(true),
			Encrypted:           v.encrypted(),
			KmsKeyId:            optional(v.KMSKeyID),
			VolumeType:          types.VolumeType(v.Type),
			VolumeSize:          aws.Int32(v.Size),
			Iops:                v.IOPS,
			Throughput:          v.Throughput,
		},
	}
}

// encrypted is left out when not asked for: a volume made from an encrypted
// snapshot is always encrypted, and EC2 refuses to be told otherwise.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LaunchTemplateEbsBlockDeviceRequest.html
func (v VolumeSettings) encrypted() *bool {
	if !v.Encrypted {
		return nil
	}
	return aws.Bool(true)
}

func (m *MarketSettings) request() *types.LaunchTemplateInstanceMarketOptionsRequest {
	if m == nil {
		return nil
	}
	return &types.LaunchTemplateInstanceMarketOptionsRequest{
		MarketType: types.MarketType(m.Type),
		SpotOptions: &types.LaunchTemplateSpotMarketOptionsRequest{
			MaxPrice:                     optional(m.MaxPrice),
			SpotInstanceType:             types.SpotInstanceType(m.SpotInstanceType),
			InstanceInterruptionBehavior: types.InstanceInterruptionBehavior(m.InterruptionBehavior),
			BlockDurationMinutes:         m.BlockDurationMinutes,
		},
	}
}

// Seen returns the settings of the newest version, and ok when there is one.
func (t *LaunchTemplate) Seen() (settings LaunchTemplateSettings, defaultVersion int64, ok bool) {
	d := t.seen.data
	if d == nil {
		return settings, 0, false
	}
	settings = LaunchTemplateSettings{
		ImageID:           deref(d.ImageId),
		InstanceType:      string(d.InstanceType),
		SecurityGroups:    d.SecurityGroupIds,
		Monitoring:        d.Monitoring != nil && aws.ToBool(d.Monitoring.Enabled),
		Market:            marketOf(d.InstanceMarketOptions),
		TagSpecifications: map[string]map[string]string{},
	}
	if d.MetadataOptions != nil {
		settings.HopLimit = deref(d.MetadataOptions.HttpPutResponseHopLimit)
	}
	if len(d.BlockDeviceMappings) == 1 && d.BlockDeviceMappings[0].Ebs != nil {
		settings.Volume = volumeOf(d.BlockDeviceMappings[0].Ebs)
	}
	for _, spec := range d.TagSpecifications {
		if spec.ResourceType != types.ResourceTypeLaunchTemplate { // tags of the template itself
			settings.TagSpecifications[string(spec.ResourceType)] = tagMap(spec.Tags, ec2Pair)
		}
	}
	return settings, t.seen.defaultVersion, true
}

func volumeOf(ebs *types.LaunchTemplateEbsBlockDevice) VolumeSettings {
	return VolumeSettings{
		Type:       string(ebs.VolumeType),
		Size:       deref(ebs.VolumeSize),
		IOPS:       ebs.Iops,
		Throughput: ebs.Throughput,
		Encrypted:  aws.ToBool(ebs.Encrypted),
		KMSKeyID:   deref(ebs.KmsKeyId),
	}
}

func marketOf(options *types.LaunchTemplateInstanceMarketOptions) *MarketSettings {
	if options == nil || options.MarketType == "" {
		return nil
	}
	m := &MarketSettings{Type: string(options.MarketType)}
	if spot := options.SpotOptions; spot != nil {
		m.MaxPrice = deref(spot.MaxPrice)
		m.SpotInstanceType = string(spot.SpotInstanceType)
		m.InterruptionBehavior = string(spot.InstanceInterruptionBehavior)
		m.BlockDurationMinutes = spot.BlockDurationMinutes
	}
	return m
}

func (t *LaunchTemplate) differences() []Difference {
	var d differences
	if got, _, ok := t.Seen(); ok {
		t.compareSettings(got, &d)
		t.compareFixed(&d)
	}
	want := t.wantDefault()
	d.add(want != t.seen.defaultVersion, "DefaultVersion", "default version is %d, not %d", t.seen.defaultVersion, want)
	t.Tags.compare(t.seen.tags, &d)
	return d
}

// compareSettings compares what the user can set.
func (t *LaunchTemplate) compareSettings(got LaunchTemplateSettings, d *differences) {
	want := t.Settings
	d.add(want.ImageID != "" && got.ImageID != want.ImageID, "ImageID", "image is %s, not %s", got.ImageID, want.ImageID)
	d.add(got.InstanceType != want.InstanceType, "InstanceType", "instance type is %s, not %s", got.InstanceType, want.InstanceType)
	d.add(!sameSet(got.SecurityGroups, want.SecurityGroups), "SecurityGroups", "security groups are %v, not %v", got.SecurityGroups, want.SecurityGroups)
	d.add(got.Monitoring != want.Monitoring, "Monitoring", "detailed monitoring is %t, not %t", got.Monitoring, want.Monitoring)
	d.add(got.HopLimit != want.HopLimit, "HopLimit", "metadata hop limit is %d, not %d", got.HopLimit, want.HopLimit)
	v, w := got.Volume, want.Volume
	d.add(v.Type != w.Type, "VolumeType", "volume type is %s, not %s", v.Type, w.Type)
	d.add(v.Size != w.Size, "VolumeSize", "volume size is %d GiB, not %d GiB", v.Size, w.Size)
	d.add(deref(v.IOPS) != deref(w.IOPS), "VolumeIOPS", "volume IOPS are %d, not %d", deref(v.IOPS), deref(w.IOPS))
	d.add(deref(v.Throughput) != deref(w.Throughput), "VolumeThroughput", "volume throughput is %d, not %d MiB/s", deref(v.Throughput), deref(w.Throughput))
	d.add(v.Encrypted != w.Encrypted, "VolumeEncrypted", "volume encryption is %t, not %t", v.Encrypted, w.Encrypted)
	d.add(!SameKey(w.KMSKeyID, v.KMSKeyID), "VolumeKMSKeyID", "volume KMS key is %q, not %q", v.KMSKeyID, w.KMSKeyID)
	d.add(!SameMarket(got.Market, want.Market), "Market", "instance market options were changed")
	d.add(!maps.EqualFunc(got.TagSpecifications, want.TagSpecifications, maps.Equal), "TagSpecifications", "tag specifications were changed")
}

// compareFixed compares what the user cannot set.
func (t *LaunchTemplate) compareFixed(d *differences) {
	data := t.seen.data
	d.add(t.seen.description != versionDescription, "Version", "version %d was made outside Terraform", t.latest)
	bin, err := base64.StdEncoding.DecodeString(deref(data.UserData))
	d.add(err != nil || !bytes.Equal(bin, t.wantBIN), "UserData", UserDataDiffers)
	profile := t.SeenProfile()
	want := *t.Profile.name() // a profile that was deleted comes back under its name
	d.add(profile != want, "Profile", "instance profile is %q, not %q", profile, want)
	m := data.MetadataOptions
	d.add(m == nil || m.HttpTokens != types.LaunchTemplateHttpTokensStateRequired, "HTTPTokens", "IMDSv2 is not required")
	d.add(m == nil || m.HttpEndpoint != types.LaunchTemplateInstanceMetadataEndpointStateEnabled, "HTTPEndpoint", "the instance metadata service is not enabled")
	one := len(data.BlockDeviceMappings) == 1 && data.BlockDeviceMappings[0].Ebs != nil
	d.add(!one, "BlockDevices", "it has %d block devices, not one root volume", len(data.BlockDeviceMappings))
	d.add(one && !aws.ToBool(data.BlockDeviceMappings[0].Ebs.DeleteOnTermination), "BlockDevices", "the root volume outlives its instance")
	extra := deref(data.KeyName)
	d.add(extra != "", "KeyName", "key pair %s was added", extra)
	d.add(len(data.NetworkInterfaces) > 0, "NetworkInterfaces", "%d network interfaces were added", len(data.NetworkInterfaces))
}

// SameMarket compares prices as numbers: EC2 answers with "0.050000" where
// "0.05" was given.
func SameMarket(a, b *MarketSettings) bool {
	if a == nil || b == nil {
		return a == b
	}
	x, y := *a, *b
	p, err := strconv.ParseFloat(x.MaxPrice, 64)
	q, err2 := strconv.ParseFloat(y.MaxPrice, 64)
	if err == nil && err2 == nil && p == q {
		x.MaxPrice = y.MaxPrice
	}
	return reflect.DeepEqual(x, y)
}

// sameSet compares lists without regard to order.
func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// tagKeys makes a list of tags from keys only.
func tagKeys[T any](keys []string, tag func(key string) T) []T {
	list := make([]T, 0, len(keys))
	for _, key := range keys {
		list = append(list, tag(key))
	}
	return list
}

func ec2Pair(t types.Tag) (key, value *string) { return t.Key, t.Value }
