package stack

import (
	"maps"
	"slices"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/userdata"
)

// Group settings that are not arguments. They are those of the worker pools in
// use today: old launch templates leave first, and a group that is scaled by the
// length of a queue must not wait for AWS's default cooldown of 300 s.
const (
	healthCheckType  = "EC2"
	healthCheckGrace = 30 // seconds
	defaultCooldown  = 10 // seconds
)

func terminationPolicies() []string { return []string{"OldestLaunchTemplate", "OldestInstance"} }

// groupSettings are the group's settings of spec.
func groupSettings(spec Spec) component.GroupSettings {
	settings := component.GroupSettings{
		MinSize: spec.MinSize, MaxSize: spec.MaxSize, Subnets: sorted(spec.Subnets), EnabledMetrics: sorted(spec.EnabledMetrics),
		TemplateVersion:     spec.LaunchTemplate.Version,
		TerminationPolicies: terminationPolicies(), HealthCheckType: healthCheckType,
		HealthCheckGrace: healthCheckGrace, DefaultCooldown: defaultCooldown,
		CapacityRebalance: spec.CapacityRebalance, MaxInstanceLifetime: spec.MaxInstanceLifetime,
	}
	settings.Retain = spec.wantsFunctions() // what the termination hook abandons
	if spec.wantsAutoscaler() {
		settings.Suspend = balancing
	}
	if spec.Mixed != nil {
		mixed := component.MixedSettings(*spec.Mixed)
		settings.Mixed = &mixed
	}
	return settings
}

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
