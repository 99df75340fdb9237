package component

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
)

var groupDrifts = []drift{
	{"max size", []string{"MaxSize"}, "max size is 5, not 2", updateGroup(func(in *autoscaling.UpdateAutoScalingGroupInput) { in.MaxSize = aws.Int32(5) })},
	{"min size", []string{"MinSize"}, "min size is 1, not 0", updateGroup(func(in *autoscaling.UpdateAutoScalingGroupInput) { in.MinSize = aws.Int32(1) })},
	{"subnets", []string{"Subnets"}, "subnets are [subnet-", func(t *testing.T, w *world) {
		updateGroup(func(in *autoscaling.UpdateAutoScalingGroupInput) {
			in.VPCZoneIdentifier = aws.String(w.Network().SubnetIDs[1])
		})(t, w)
	}},
	{
		"termination policies",
		[]string{"TerminationPolicies"},
		"termination policies are [OldestInstance OldestLaunchTemplate], not [OldestLaunchTemplate OldestInstance]",
		updateGroup(func(in *autoscaling.UpdateAutoScalingGroupInput) {
			in.TerminationPolicies = []string{"OldestInstance", "OldestLaunchTemplate"} // their order counts
		}),
	},
	{
		"health check type",
		[]string{"HealthCheckType"},
		"health check type is ELB, not EC2",
		updateGroup(func(in *autoscaling.UpdateAutoScalingGroupInput) { in.HealthCheckType = aws.String("ELB") }),
	},
	{
		"health check grace",
		[]string{"HealthCheckGrace"},
		"health check grace period is 5 s, not 30 s",
		updateGroup(func(in *autoscaling.UpdateAutoScalingGroupInput) { in.HealthCheckGracePeriod = aws.Int32(5) }),
	},
	{
		"cooldown",
		[]string{"DefaultCooldown"},
		"default cooldown is 300 s, not 10 s",
		updateGroup(func(in *autoscaling.UpdateAutoScalingGroupInput) { in.DefaultCooldown = aws.Int32(300) }),
	},
	{"template version", []string{"TemplateVersion"}, `launch template version is "$Latest", not 1`, func(t *testing.T, w *world) {
		updateGroup(func(in *autoscaling.UpdateAutoScalingGroupInput) {
			in.LaunchTemplate = &types.LaunchTemplateSpecification{LaunchTemplateId: aws.String(w.known[keyTemplate]), Version: aws.String("$Latest")}
		})(t, w)
	}},
	{"another template", []string{"LaunchTemplate"}, `launch template is "lt-`, func(t *testing.T, w *world) {
		spec := otherTemplate(t, w, "other")
		updateGroup(func(in *autoscaling.UpdateAutoScalingGroupInput) { in.LaunchTemplate = spec })(t, w)
	}},
	{"mixed instances", []string{"LaunchTemplate", "Mixed"}, "it has a mixed instances policy", func(t *testing.T, w *world) {
		spec := otherTemplate(t, w, "mixed")
		updateGroup(func(in *autoscaling.UpdateAutoScalingGroupInput) {
			in.MixedInstancesPolicy = &types.MixedInstancesPolicy{LaunchTemplate: &types.LaunchTemplate{LaunchTemplateSpecification: spec}}
		})(t, w)
	}},
	{
		"capacity rebalancing",
		[]string{"CapacityRebalance"},
		"capacity rebalancing is true, not false",
		updateGroup(func(in *autoscaling.UpdateAutoScalingGroupInput) { in.CapacityRebalance = aws.Bool(true) }),
	},
	{
		"max instance lifetime",
		[]string{"MaxInstanceLifetime"},
		"max instance lifetime is 86400 s, not 0 s",
		updateGroup(func(in *autoscaling.UpdateAutoScalingGroupInput) { in.MaxInstanceLifetime = aws.Int32(86400) }),
	},
	{
		"retention",
		[]string{"Retain"},
		"an instance whose termination hook was abandoned is retained, not terminated",
		updateGroup(func(in *autoscaling.UpdateAutoScalingGroupInput) {
			in.InstanceLifecyclePolicy = GroupSettings{Retain: true}.retention()
		}),
	},
	{
		"new instances protected",
		[]string{"NewInstancesProtected"},
		"new instances are protected from scale in",
		updateGroup(func(in *autoscaling.UpdateAutoScalingGroupInput) {
			in.NewInstancesProtectedFromScaleIn = aws.Bool(true)
		}),
	},
	{"metric off", []string{"EnabledMetrics"}, "enabled metrics are [GroupMaxSize], not [GroupMaxSize GroupMinSize]", func(t *testing.T, w *world) {
		out, err := w.Direct().AutoScaling.DisableMetricsCollection(w.ctx, &autoscaling.DisableMetricsCollectionInput{
			AutoScalingGroupName: aws.String("pool"), Metrics: []string{"GroupMinSize"},
		})
		done(t, out, err)
	}},
	{"metric on", []string{"EnabledMetrics"}, "GroupTotalInstances", func(t *testing.T, w *world) {
		out, err := w.Direct().AutoScaling.EnableMetricsCollection(w.ctx, &autoscaling.EnableMetricsCollectionInput{
			AutoScalingGroupName: aws.String("pool"), Granularity: aws.String("1Minute"), Metrics: []string{"GroupTotalInstances"},
		})
		done(t, out, err)
	}},
	{"tag missing", []string{"Tags"}, "tag Team is missing", func(t *testing.T, w *world) {
		out, err := w.Direct().AutoScaling.DeleteTags(w.ctx, &autoscaling.DeleteTagsInput{Tags: []types.Tag{groupTag("Team", "blue", true)}})
		done(t, out, err)
	}},
	{"tag changed", []string{"Tags"}, `tag Team is "red", not "blue"`, tagGroup("Team", "red", true)},
	{"tag left over", []string{"Tags"}, "tag Stale is left over", tagGroup("Stale", "x", true)},
	{"tag not propagated", []string{"Tags"}, "tag Team is not propagated to instances", tagGroup("Team", "blue", false)},
	{"deletion begun", []string{"PoolState"}, "its deletion was begun and not finished", tagGroup(marks.PoolState, marks.Deleting, false)},
}

func updateGroup(change func(*autoscaling.UpdateAutoScalingGroupInput)) func(*testing.T, *world) {
	return func(t *testing.T, w *world) {
		t.Helper()
		in := &autoscaling.UpdateAutoScalingGroupInput{AutoScalingGroupName: aws.String("pool")}
		change(in)
		out, err := w.Direct().AutoScaling.UpdateAutoScalingGroup(w.ctx, in)
		done(t, out, err)
	}
}

func otherTemplate(t *testing.T, w *world, name string) *types.LaunchTemplateSpecification {
	t.Helper()
	out, err := w.Direct().EC2.CreateLaunchTemplate(w.ctx, &ec2.CreateLaunchTemplateInput{
		LaunchTemplateName: aws.String(name),
		LaunchTemplateData: &ec2types.RequestLaunchTemplateData{ImageId: aws.String(awstest.ImageOlderX86), InstanceType: "t3.micro"},
	})
	done(t, out, err)
	return &types.LaunchTemplateSpecification{LaunchTemplateId: out.LaunchTemplate.LaunchTemplateId, Version: aws.String("1")}
}

func groupTag(key, value string, propagate bool) types.Tag {
	return types.Tag{
		Key: aws.String(key), Value: aws.String(value), PropagateAtLaunch: aws.Bool(propagate),
		ResourceId: aws.String("pool"), ResourceType: aws.String("auto-scaling-group"),
	}
}

func tagGroup(key, value string, propagate bool) func(*testing.T, *world) {
	return func(t *testing.T, w *world) {
		t.Helper()
		out, err := w.Direct().AutoScaling.CreateOrUpdateTags(w.ctx, &autoscaling.CreateOrUpdateTagsInput{Tags: []types.Tag{groupTag(key, value, propagate)}})
		done(t, out, err)
	}
}

// TestGroupProcesses has a group with an autoscaler, and one that had one.
func TestGroupProcesses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.change = func(kit map[string]Component) {
		settings := &kit[keyGroup].(*AutoScalingGroup).Settings
		settings.Suspend, settings.Resume = []string{"AZRebalance"}, []string{"AlarmNotification"}
	}
	w.ensure(t, w.behind(t, keyGroup))
	for _, d := range []drift{
		{"process running", []string{"Processes"}, "process AZRebalance is not suspended", func(t *testing.T, w *world) {
			out, err := w.Direct().AutoScaling.ResumeProcesses(w.ctx, &autoscaling.ResumeProcessesInput{AutoScalingGroupName: aws.String("pool"), ScalingProcesses: []string{"AZRebalance"}})
			done(t, out, err)
		}},
		{"process suspended", []string{"Processes"}, "process AlarmNotification is still suspended", func(t *testing.T, w *world) {
			out, err := w.Direct().AutoScaling.SuspendProcesses(w.ctx, &autoscaling.SuspendProcessesInput{AutoScalingGroupName: aws.String("pool"), ScalingProcesses: []string{"AlarmNotification"}})
			done(t, out, err)
		}},
	} {
		w.repairs(t, keyGroup, d)
	}
}
