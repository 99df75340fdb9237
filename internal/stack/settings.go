package stack

import (
	"maps"
	"slices"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/userdata"
)

// templateSettings are the launch settings of spec.
func templateSettings(spec Spec) component.LaunchTemplateSettings {
	v := spec.Instance.Volume
	settings := component.LaunchTemplateSettings{
		ImageID: spec.Instance.AMIID, InstanceType: spec.Instance.Type, SecurityGroups: sorted(spec.SecurityGroups),
		Monitoring: spec.Instance.Monitoring, HopLimit: spec.Instance.HopLimit,
		Volume: component.VolumeSettings{
			Type: v.Type, Size: v.Size, IOPS: v.IOPS, Throughput: v.Throughput, Encrypted: v.Encrypted, KMSKeyID: v.KMSKeyID,
		},
		TagSpecifications: map[string]map[string]string{"volume": tagsOf(spec)},
	}
	if m := spec.Instance.Market; m != nil {
		market := component.MarketSettings(*m)
		settings.Market = &market
	}
	for _, ts := range spec.LaunchTemplate.TagSpecifications {
		tags := settings.TagSpecifications[ts.ResourceType]
		if tags == nil {
			tags = map[string]string{}
			settings.TagSpecifications[ts.ResourceType] = tags
		}
		maps.Copy(tags, ts.Tags)
	}
	return settings
}

func bootSecret(spec Spec, arn string) *userdata.Secret {
	if arn == "" {
		return nil
	}
	secret := &userdata.Secret{ARN: arn}
	if spec.Secret.Existing != nil {
		secret.Keys = sorted(spec.Secret.Existing.Keys)
	}
	return secret
}

// staleTags are the keys that an earlier configuration set and this one does not.
func staleTags(before, now map[string]string) (keys []string) {
	for key := range before {
		if _, ok := now[key]; !ok {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }
