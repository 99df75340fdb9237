package workerpool_test

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	scaling "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

type groupInput = autoscaling.UpdateAutoScalingGroupInput

// groupSentence and groupArgument are drifts of the group that one update makes.
func groupSentence(of, says string, change func(*groupInput)) drift {
	return drift{of: of, group: change, component: "autoscaling_group", says: says}
}

func groupArgument(of, argument, from, to string, change func(*groupInput)) drift {
	return drift{of: of, group: change, argument: argument, from: from, to: to}
}

func (c *cloud) groupDrifts() []drift {
	subnets := slices.Sorted(slices.Values(c.Network().SubnetIDs))
	return []drift{
		groupArgument("GroupSettings.MinSize", "min_size", "1", "0", func(in *groupInput) { in.MinSize = ptr[int32](1) }),
		groupArgument("GroupSettings.MaxSize", "max_size", "7", "5", func(in *groupInput) { in.MaxSize = ptr[int32](7) }),
		groupArgument("GroupSettings.Subnets", "vpc_subnets", fmt.Sprint(subnets[:1]), fmt.Sprint(subnets),
			func(in *groupInput) { in.VPCZoneIdentifier = &subnets[0] }),
		groupArgument("GroupSettings.CapacityRebalance", "capacity_rebalance", "false", "true", func(in *groupInput) { in.CapacityRebalance = ptr(false) }),
		groupArgument("GroupSettings.MaxInstanceLifetime", "max_instance_lifetime", "172800", "86400",
			func(in *groupInput) { in.MaxInstanceLifetime = ptr[int32](172800) }),
		groupSentence("GroupSettings.TerminationPolicies", "termination policies are [NewestInstance], not [OldestLaunchTemplate OldestInstance]",
			func(in *groupInput) { in.TerminationPolicies = []string{"NewestInstance"} }),
		groupSentence("GroupSettings.HealthCheckType", "health check type is ELB, not EC2", func(in *groupInput) { in.HealthCheckType = ptr("ELB") }),
		groupSentence("GroupSettings.HealthCheckGrace", "health check grace period is 5 s, not 30 s", func(in *groupInput) { in.HealthCheckGracePeriod = ptr[int32](5) }),
		groupSentence("GroupSettings.DefaultCooldown", "default cooldown is 300 s, not 10 s", func(in *groupInput) { in.DefaultCooldown = ptr[int32](300) }),
		groupSentence("protection of new instances", "new instances are protected from scale in",
			func(in *groupInput) { in.NewInstancesProtectedFromScaleIn = ptr(true) }),
		{
			of: "GroupSettings.EnabledMetrics", change: dropMetrics, argument: "enabled_metrics", from: "[GroupMaxSize]",
			to: "[GroupDesiredCapacity GroupInServiceInstances GroupMaxSize GroupMinSize GroupPendingInstances GroupStandbyInstances GroupTerminatingInstances GroupTotalInstances]",
		},
		{of: "a tag of the group", change: tagGroup("Team", "other", true), component: "autoscaling_group", says: `tag Team is "other", not "a"`},
		{of: "a tag that stays on the group", change: tagGroup("WorkerPoolID", poolID, false), component: "autoscaling_group", says: "tag WorkerPoolID is not propagated to instances"},
	}
}

func dropMetrics(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.AutoScaling.DisableMetricsCollection(ctx, &autoscaling.DisableMetricsCollectionInput{AutoScalingGroupName: ptr(baseName), Metrics: []string{
		"GroupDesiredCapacity", "GroupInServiceInstances", "GroupMinSize", "GroupPendingInstances", "GroupStandbyInstances", "GroupTerminatingInstances", "GroupTotalInstances",
	}})
	return err
}

func tagGroup(key, value string, propagate bool) meddling {
	return func(ctx context.Context, clients *awsapi.Clients) error {
		_, err := clients.AutoScaling.CreateOrUpdateTags(ctx, &autoscaling.CreateOrUpdateTagsInput{Tags: []scaling.Tag{{
			ResourceType: ptr("auto-scaling-group"), ResourceId: ptr(baseName), Key: &key, Value: &value, PropagateAtLaunch: &propagate,
		}}})
		return err
	}
}

func untagGroup(key string) meddling {
	return func(ctx context.Context, clients *awsapi.Clients) error {
		_, err := clients.AutoScaling.DeleteTags(ctx, &autoscaling.DeleteTagsInput{Tags: []scaling.Tag{{
			ResourceType: ptr("auto-scaling-group"), ResourceId: ptr(baseName), Key: &key,
		}}})
		return err
	}
}

// templateOf is the specification of a version of the pool's launch template.
func templateOf(version string) *scaling.LaunchTemplateSpecification {
	return &scaling.LaunchTemplateSpecification{LaunchTemplateName: ptr(baseName), Version: &version}
}

// mixedDrifts are those of a pool with mixed instances that follows $Latest.
func mixedDrifts() [][]drift {
	policy := func(in *groupInput) {
		in.MixedInstancesPolicy = &scaling.MixedInstancesPolicy{
			LaunchTemplate: &scaling.LaunchTemplate{
				LaunchTemplateSpecification: templateOf("$Default"),
				Overrides:                   []scaling.LaunchTemplateOverrides{{InstanceType: ptr("t3.large"), WeightedCapacity: ptr("2")}},
			},
			InstancesDistribution: &scaling.InstancesDistribution{
				OnDemandBaseCapacity: ptr[int32](2), OnDemandPercentageAboveBaseCapacity: ptr[int32](50), SpotAllocationStrategy: ptr("capacity-optimized"), SpotMaxPrice: ptr("0.5"),
			},
		}
	}
	nothing := func(*groupInput) {}
	return [][]drift{
		{
			groupArgument("MixedSettings.InstanceTypes", "mixed_instances.instance_types", "[t3.large]", "[t3.medium t3a.medium]", policy),
			groupArgument("MixedSettings.OnDemandBase", "mixed_instances.on_demand_base_capacity", "2", "0", nothing),
			groupArgument("MixedSettings.OnDemandPercentage", "mixed_instances.on_demand_percentage_above_base_capacity", "50", "20", nothing),
			groupArgument("MixedSettings.SpotStrategy", "mixed_instances.spot_allocation_strategy", "capacity-optimized", "price-capacity-optimized", nothing),
			groupSentence("price of mixed instances", "spot instances have a maximum price of 0.5", nothing),
			groupSentence("weight of mixed instances", "instance type t3.large has the weight 2", nothing),
			groupArgument("version of mixed instances", "launch_template_version", "$Default", "$Latest", nothing),
		},
		{
			groupArgument("mixed instances", "mixed_instances", "<nil>", "map[instance_types:[t3.medium t3a.medium] on_demand_base_capacity:0 "+
				"on_demand_percentage_above_base_capacity:20 spot_allocation_strategy:price-capacity-optimized]", func(in *groupInput) { in.LaunchTemplate = templateOf("$Latest") }),
		},
	}
}
