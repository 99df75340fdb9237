package component

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
)

func TestGroupFollowsTheTemplate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ensure(t, w.behind(t, keyGroup))
	clear(w.ready)
	w.change = func(kit map[string]Component) { kit[keyTemplate].(*LaunchTemplate).Settings.InstanceType = "m5.large" }
	w.repairs(t, keyGroup, drift{fields: []string{"TemplateVersion"}, says: `launch template version is "1", not 2`, change: func(*testing.T, *world) {}})
	group := w.fresh(t, keyGroup).(*AutoScalingGroup)
	if !group.Template.Renewed() {
		t.Error("a template with a new version is not renewed")
	}
}

func TestGroupIsDeletedWithItsInstances(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.change = func(kit map[string]Component) { kit[keyGroup].(*AutoScalingGroup).Settings.MinSize = 1 }
	group := w.fresh(t, keyGroup)
	w.ensure(t, group)
	describe := &autoscaling.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{"pool"}}
	out, err := w.Direct().AutoScaling.DescribeAutoScalingGroups(w.ctx, describe)
	done(t, out, err)
	if len(out.AutoScalingGroups[0].Instances) != 1 {
		t.Fatalf("%d instances", len(out.AutoScalingGroups[0].Instances))
	}
	if err := group.Delete(w.ctx); err != nil {
		t.Fatal(err)
	}
	all, err := w.Objects(w.ctx)
	done(t, all, err)
	for _, object := range all {
		if strings.HasPrefix(object, "ec2:instance") || strings.HasPrefix(object, "autoscaling") {
			t.Errorf("%s is left", object)
		}
	}
}

func TestGroupThatCannotBeDeletedIsAnError(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	group := w.fresh(t, keyGroup)
	w.ensure(t, group)
	w.Inject(awstest.FailAction("autoscaling", "DeleteAutoScalingGroup", "ValidationError", 0))
	if err := group.Delete(w.ctx); awserr.Code(err) != "ValidationError" || group.ID() == "" {
		t.Errorf("got %v, id %q", err, group.ID())
	}
}

func TestPoolState(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	group := w.fresh(t, keyGroup).(*AutoScalingGroup)
	w.ensure(t, group)
	steps := []struct {
		mark func() error
		want string
	}{
		{func() error { return nil }, ""},
		{func() error { return group.MarkComplete(w.ctx) }, marks.Complete},
		{func() error { return group.MarkDeleting(w.ctx) }, marks.Deleting},
		{func() error { return group.Ensure(w.ctx) }, marks.Complete},
	}
	for _, step := range steps {
		if err := step.mark(); err != nil {
			t.Fatal(err)
		}
		seen := w.fresh(t, keyGroup).(*AutoScalingGroup)
		if _, err := seen.Read(w.ctx); err != nil {
			t.Fatal(err)
		}
		if state, ours := seen.PoolState(); state != step.want || !ours {
			t.Errorf("state %q, ours %t; want %q", state, ours, step.want)
		}
		for _, tag := range seen.seen.Tags {
			if aws.ToString(tag.Key) == marks.PoolState && aws.ToBool(tag.PropagateAtLaunch) {
				t.Error("instances get the pool's state")
			}
		}
	}
}

func TestGroupOfALaunchConfiguration(t *testing.T) {
	t.Parallel() // the emulated Auto Scaling has no launch configurations
	group := &AutoScalingGroup{Template: &LaunchTemplate{}, seen: &types.AutoScalingGroup{
		LaunchConfigurationName: aws.String("old"), VPCZoneIdentifier: aws.String(""),
	}}
	if text := Sentence(group.differences()); !strings.Contains(text, "it uses a launch configuration") {
		t.Errorf("differences %q", text)
	}
}
