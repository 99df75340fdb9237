package autoscaling

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/google/go-cmp/cmp"
)

func mixed(distribution *types.InstancesDistribution) *types.MixedInstancesPolicy {
	return &types.MixedInstancesPolicy{
		InstancesDistribution: distribution,
		LaunchTemplate: &types.LaunchTemplate{
			LaunchTemplateSpecification: &types.LaunchTemplateSpecification{LaunchTemplateId: ptr("lt-1"), Version: ptr("1")},
			Overrides:                   []types.LaunchTemplateOverrides{{InstanceType: ptr("m5.large")}},
		},
	}
}

func TestCreateRefuses(t *testing.T) {
	t.Parallel()
	type in = autoscaling.CreateAutoScalingGroupInput
	cases := map[string]func(*in){
		"colon in name":         func(in *in) { in.AutoScalingGroupName = ptr("a:b") },
		"space in name":         func(in *in) { in.AutoScalingGroupName = ptr("a b") },
		"long name":             func(in *in) { in.AutoScalingGroupName = ptr(strings.Repeat("a", 256)) },
		"min above max":         func(in *in) { in.MinSize = ptr(int32(6)); in.DesiredCapacity = nil },
		"negative min":          func(in *in) { in.MinSize = ptr(int32(-1)) },
		"desired above max":     func(in *in) { in.DesiredCapacity = ptr(int32(6)) },
		"desired below min":     func(in *in) { in.MinSize = ptr(int32(3)) },
		"no subnet":             func(in *in) { in.VPCZoneIdentifier = nil },
		"empty subnets":         func(in *in) { in.VPCZoneIdentifier = ptr("") },
		"unknown subnet":        func(in *in) { in.VPCZoneIdentifier = ptr("subnet-a,subnet-z") },
		"no launch template":    func(in *in) { in.LaunchTemplate = nil },
		"template id and name":  func(in *in) { in.LaunchTemplate.LaunchTemplateName = ptr("template") },
		"template and mixed":    func(in *in) { in.MixedInstancesPolicy = mixed(nil) },
		"unknown template":      func(in *in) { in.LaunchTemplate.LaunchTemplateId = ptr("lt-2") },
		"unknown version":       func(in *in) { in.LaunchTemplate.Version = ptr("3") },
		"unknown termination":   func(in *in) { in.TerminationPolicies = []string{"Oldest"} },
		"unknown health check":  func(in *in) { in.HealthCheckType = ptr("PING") },
		"negative grace period": func(in *in) { in.HealthCheckGracePeriod = ptr(int32(-1)) },
		"short lifetime":        func(in *in) { in.MaxInstanceLifetime = ptr(int32(86399)) },
		"long lifetime":         func(in *in) { in.MaxInstanceLifetime = ptr(int32(31536001)) },
		"reserved tag":          func(in *in) { in.Tags = []types.Tag{{Key: ptr("aws:x")}} },
		"long tag key":          func(in *in) { in.Tags = []types.Tag{{Key: ptr(strings.Repeat("k", 129))}} },
		"long tag value":        func(in *in) { in.Tags = []types.Tag{{Key: ptr("k"), Value: ptr(strings.Repeat("v", 257))}} },
		"half a maintenance": func(in *in) {
			in.InstanceMaintenancePolicy = &types.InstanceMaintenancePolicy{MinHealthyPercentage: ptr(int32(90))}
		},
		"wide maintenance": func(in *in) {
			in.InstanceMaintenancePolicy = &types.InstanceMaintenancePolicy{MinHealthyPercentage: ptr(int32(50)), MaxHealthyPercentage: ptr(int32(200))}
		},
		"percentage above 100": func(in *in) {
			in.LaunchTemplate, in.MixedInstancesPolicy = nil, mixed(&types.InstancesDistribution{OnDemandPercentageAboveBaseCapacity: ptr(int32(101))})
		},
		"pools without lowest-price": func(in *in) {
			in.LaunchTemplate, in.MixedInstancesPolicy = nil, mixed(&types.InstancesDistribution{SpotAllocationStrategy: ptr("capacity-optimized"), SpotInstancePools: ptr(int32(2))})
		},
		"mixed without template": func(in *in) { in.LaunchTemplate, in.MixedInstancesPolicy = nil, &types.MixedInstancesPolicy{} },
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			_, err := w.CreateAutoScalingGroup(input(change))
			refused(t, err, "ValidationError")
			if len(w.groups) != 0 || w.farm.started != 0 {
				t.Error("the refused group left something")
			}
		})
	}
}

func TestCreateRefusesUnusableProfile(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.farm.profiles = nil
	_, err := w.CreateAutoScalingGroup(input(func(in *autoscaling.CreateAutoScalingGroupInput) { in.LaunchTemplate.Version = ptr("2") }))
	refused(t, err, "ValidationError")
	if !strings.Contains(err.Error(), "Invalid IAM Instance Profile") {
		t.Errorf("the message is %v", err)
	}
}

func TestCreateRefusesTakenName(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t)
	_, err := w.CreateAutoScalingGroup(input())
	refused(t, err, "AlreadyExists")
}

func TestCreateFillsInDefaults(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t, func(in *autoscaling.CreateAutoScalingGroupInput) { in.DesiredCapacity, in.MinSize = nil, ptr(int32(1)) })
	got := w.read(t)
	if len(got.Instances) != 1 || w.farm.started != 1 {
		t.Errorf("%d instances, want MinSize", len(got.Instances))
	}
	got.Instances = nil
	want := types.AutoScalingGroup{
		AutoScalingGroupName: ptr("group"), MinSize: ptr(int32(1)), MaxSize: ptr(int32(5)), DesiredCapacity: ptr(int32(1)),
		AutoScalingGroupARN:              ptr("arn:aws:autoscaling:us-east-1:000000000001:autoScalingGroup:00000001-0000-4000-8000-000000000000:autoScalingGroupName/group"),
		AvailabilityZones:                []string{"us-east-1a", "us-east-1b"},
		CreatedTime:                      &w.now,
		DefaultCooldown:                  ptr(int32(300)),
		HealthCheckGracePeriod:           ptr(int32(0)),
		HealthCheckType:                  ptr("EC2"),
		LaunchTemplate:                   &types.LaunchTemplateSpecification{LaunchTemplateId: ptr("lt-1"), LaunchTemplateName: ptr("template"), Version: ptr("$Default")},
		NewInstancesProtectedFromScaleIn: ptr(false),
		ServiceLinkedRoleARN:             ptr("arn:aws:iam::000000000001:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"),
		TerminationPolicies:              []string{"Default"},
		VPCZoneIdentifier:                ptr("subnet-a,subnet-b"),
	}
	if diff := cmp.Diff(want, got, ignoreUnexported); diff != "" {
		t.Error(diff)
	}
}

func TestInstancesAreMadeOfTemplateAndTags(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t, func(in *autoscaling.CreateAutoScalingGroupInput) {
		in.LaunchTemplate, in.MixedInstancesPolicy = nil, mixed(nil)
		in.Tags = []types.Tag{{Key: ptr("from"), Value: ptr("group"), PropagateAtLaunch: ptr(true)}, {Key: ptr("kept"), Value: ptr("back")}}
	})
	zones := map[string]int{}
	for _, launch := range w.farm.running {
		zones[launch.Zone]++
		want := map[string]string{
			"own": "x", "from": "group", "aws:autoscaling:groupName": "group",
			"aws:ec2launchtemplate:id": "lt-1", "aws:ec2launchtemplate:version": "1",
		}
		if diff := cmp.Diff(want, launch.Tags); diff != "" || launch.InstanceType != "m5.large" || launch.Image != "ami-1" {
			t.Errorf("launched %+v\n%s", launch, diff)
		}
	}
	if diff := cmp.Diff(map[string]int{"us-east-1a": 1, "us-east-1b": 1}, zones); diff != "" {
		t.Error(diff)
	}
}
