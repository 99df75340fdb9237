package component

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
)

// metricsGranularity is the only one there is:
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_EnableMetricsCollection.html
const metricsGranularity = "1Minute"

func (g *AutoScalingGroup) differences() []Difference {
	var d differences
	got, ok := g.Seen()
	if !ok {
		return nil
	}
	if g.Going() {
		return []Difference{{"Going", "it is being deleted"}}
	}
	want := g.Settings
	low, high := g.Sizes()
	d.add(got.MinSize != low, "MinSize", "min size is %d, not %d", got.MinSize, low)
	d.add(got.MaxSize != high, "MaxSize", "max size is %d, not %d", got.MaxSize, high)
	d.add(!sameSet(got.Subnets, want.Subnets), "Subnets", "subnets are %v, not %v", got.Subnets, want.Subnets)
	d.add(!slices.Equal(got.TerminationPolicies, want.TerminationPolicies), "TerminationPolicies", "termination policies are %v, not %v", got.TerminationPolicies, want.TerminationPolicies)
	d.add(got.HealthCheckType != want.HealthCheckType, "HealthCheckType", "health check type is %s, not %s", got.HealthCheckType, want.HealthCheckType)
	d.add(got.HealthCheckGrace != want.HealthCheckGrace, "HealthCheckGrace", "health check grace period is %d s, not %d s", got.HealthCheckGrace, want.HealthCheckGrace)
	d.add(got.DefaultCooldown != want.DefaultCooldown, "DefaultCooldown", "default cooldown is %d s, not %d s", got.DefaultCooldown, want.DefaultCooldown)
	d.add(!sameSet(got.EnabledMetrics, want.EnabledMetrics), "EnabledMetrics", "enabled metrics are %v, not %v", got.EnabledMetrics, want.EnabledMetrics)
	d.add(got.CapacityRebalance != want.CapacityRebalance, "CapacityRebalance", "capacity rebalancing is %t, not %t", got.CapacityRebalance, want.CapacityRebalance)
	d.add(got.MaxInstanceLifetime != want.MaxInstanceLifetime, "MaxInstanceLifetime", "max instance lifetime is %d s, not %d s", got.MaxInstanceLifetime, want.MaxInstanceLifetime)
	d.add(aws.ToBool(g.seen.NewInstancesProtectedFromScaleIn), "NewInstancesProtected", "new instances are protected from scale in")
	d.add(got.Retain != want.Retain, "Retain", "an instance whose termination hook was abandoned is %s, not %s", fate(got.Retain), fate(want.Retain))
	g.compareProcesses(&d)
	g.compareLaunches(got, &d)
	g.compareRefresh(&d)
	g.Tags.compare(tagMap(g.seen.Tags, groupPair), &d)
	for _, tag := range g.seen.Tags {
		_, own := g.Tags.Want[deref(tag.Key)]
		d.add(own && !aws.ToBool(tag.PropagateAtLaunch), "Tags", "tag %s is not propagated to instances", deref(tag.Key))
	}
	state, _ := g.PoolState()
	d.add(state == marks.Deleting, "PoolState", "its deletion was begun and not finished")
	d.add(g.Complete && state == "", "PoolState", "tag %s is missing", marks.PoolState)
	d.add(state != marks.Deleting && len(g.noted()) > 0, "PoolState", "tag %s of a deletion is left over: %s are suspended", TagSuspended, strings.Join(g.noted(), ", "))
	return d
}

// compareLaunches compares what instances are made of.
func (g *AutoScalingGroup) compareLaunches(got GroupSettings, d *differences) {
	d.add(g.seen.LaunchConfigurationName != nil, "LaunchTemplate", "it uses a launch configuration")
	template := ""
	if seen := g.seenTemplate(); seen != nil {
		template = deref(seen.LaunchTemplateId)
	}
	d.add(g.Template.ID() == "", "LaunchTemplate", "its launch template does not exist any more")
	d.add(g.Template.ID() != "" && template != g.Template.ID(), "LaunchTemplate", "launch template is %q, not %s", template, g.Template.ID())
	d.add(g.Template.ID() != "" && got.TemplateVersion != g.version(), "TemplateVersion", "launch template version is %q, not %s", got.TemplateVersion, g.version())
	compareMixed(got.Mixed, g.Settings.Mixed, d)
	compareMixedFixed(g.seen.MixedInstancesPolicy, d)
}

func (g *AutoScalingGroup) update(ctx context.Context, status Status) error {
	if status.Has("Going") {
		return g.replace(ctx)
	}
	if status.Has(groupFields...) {
		if err := g.putSettings(ctx, status); err != nil {
			return fmt.Errorf("updating Auto Scaling group %s: %w", *g.name(), err)
		}
	}
	if status.Has("EnabledMetrics") {
		if err := g.putMetrics(ctx); err != nil {
			return err
		}
	}
	if status.Has("Processes") {
		if err := g.putProcesses(ctx); err != nil {
			return err
		}
	}
	if status.Has("Tags") {
		if err := g.putTags(ctx); err != nil {
			return fmt.Errorf("tagging Auto Scaling group %s: %w", *g.name(), err)
		}
	}
	if status.Has(FieldRefreshMark) {
		if err := g.setRefreshMark(ctx, ""); err != nil {
			return err
		}
	}
	if status.Has("PoolState") {
		return g.resume(ctx)
	}
	return nil
}

// replace waits until a group that is being deleted is gone, and makes it again.
func (g *AutoScalingGroup) replace(ctx context.Context) error {
	if err := g.awaitGone(ctx); err != nil {
		return fmt.Errorf("waiting for the deletion of Auto Scaling group %s, which is under way: %w", *g.name(), err)
	}
	g.Known = ""
	if err := g.create(ctx); err != nil {
		return err
	}
	g.created, g.renewed = true, true
	return converge(ctx, g)
}

// launchFields and groupFields are what UpdateAutoScalingGroup changes.
var (
	launchFields = []string{"LaunchTemplate", "TemplateVersion", "Mixed", "MixedFixed"}
	groupFields  = append([]string{
		"MinSize", "MaxSize", "Subnets", "TerminationPolicies", "HealthCheckType", "HealthCheckGrace", "DefaultCooldown",
		"CapacityRebalance", "MaxInstanceLifetime", "NewInstancesProtected", "Retain",
	}, launchFields...)
)

// putSettings sends what differs: a setting that is not sent stays as it is.
func (g *AutoScalingGroup) putSettings(ctx context.Context, status Status) error {
	status, err := g.relaunch(ctx, status)
	if err != nil || !status.Has(groupFields...) {
		return err
	}
	in := g.settingsToPut(status)
	for again := true; again; {
		_, err = g.API.UpdateAutoScalingGroup(ctx, in, func(o *autoscaling.Options) {
			g.awaitProfile(o)
			o.Retryer = patiently(o.Retryer, "ScalingActivityInProgress", "ResourceContention")
		})
		if err == nil || !status.Has(launchFields...) {
			return err
		}
		again, err = g.unblocked(ctx, err)
	}
	return err
}

func (g *AutoScalingGroup) settingsToPut(status Status) *autoscaling.UpdateAutoScalingGroupInput {
	s := g.Settings
	in := &autoscaling.UpdateAutoScalingGroupInput{AutoScalingGroupName: g.name()}
	if status.Has("MinSize", "MaxSize") { // together: AWS checks one against the other
		low, high := g.Sizes()
		in.MinSize, in.MaxSize = aws.Int32(low), aws.Int32(high)
	}
	if status.Has("Subnets") {
		in.VPCZoneIdentifier = aws.String(g.subnets())
	}
	if status.Has("TerminationPolicies") {
		in.TerminationPolicies = s.TerminationPolicies
	}
	if status.Has("HealthCheckType", "HealthCheckGrace") {
		in.HealthCheckType, in.HealthCheckGracePeriod = aws.String(s.HealthCheckType), aws.Int32(s.HealthCheckGrace)
	}
	if status.Has("DefaultCooldown") {
		in.DefaultCooldown = aws.Int32(s.DefaultCooldown)
	}
	if status.Has("CapacityRebalance") {
		in.CapacityRebalance = aws.Bool(s.CapacityRebalance)
	}
	if status.Has("MaxInstanceLifetime") {
		in.MaxInstanceLifetime = aws.Int32(s.MaxInstanceLifetime) // 0 removes it
	}
	if status.Has("NewInstancesProtected") {
		in.NewInstancesProtectedFromScaleIn = aws.Bool(false)
	}
	if status.Has("Retain") {
		in.InstanceLifecyclePolicy = s.retention()
	}
	if status.Has(launchFields...) {
		in.LaunchTemplate, in.MixedInstancesPolicy = g.launches()
	}
	return in
}

// FollowTemplate moves a group that is otherwise as it should be to the version
// that Template has now. One with a version of its own, or that of AWS's choice,
// stays.
func (g *AutoScalingGroup) FollowTemplate(ctx context.Context) error {
	if g.Settings.TemplateVersion != "" || !g.Template.affects("") {
		return nil
	}
	err := g.putSettings(ctx, Status{State: Drifted, Differences: []Difference{{Field: "TemplateVersion"}}})
	if err != nil {
		return fmt.Errorf("moving Auto Scaling group %s to version %s of its launch template: %w", *g.name(), g.version(), err)
	}
	return nil
}

func (g *AutoScalingGroup) putMetrics(ctx context.Context) error {
	got, _ := g.Seen()
	var enable, disable []string
	for _, m := range g.Settings.EnabledMetrics {
		if !slices.Contains(got.EnabledMetrics, m) {
			enable = append(enable, m)
		}
	}
	for _, m := range got.EnabledMetrics {
		if !slices.Contains(g.Settings.EnabledMetrics, m) {
			disable = append(disable, m)
		}
	}
	if len(disable) > 0 {
		_, err := g.API.DisableMetricsCollection(ctx, &autoscaling.DisableMetricsCollectionInput{AutoScalingGroupName: g.name(), Metrics: disable})
		if err != nil {
			return fmt.Errorf("disabling metrics of Auto Scaling group %s: %w", *g.name(), err)
		}
	}
	return g.enableMetrics(ctx, enable)
}

func (g *AutoScalingGroup) enableMetrics(ctx context.Context, metrics []string) error {
	if len(metrics) == 0 {
		return nil
	}
	_, err := g.API.EnableMetricsCollection(ctx, &autoscaling.EnableMetricsCollectionInput{
		AutoScalingGroupName: g.name(), Granularity: aws.String(metricsGranularity), Metrics: metrics,
	})
	if err != nil {
		return fmt.Errorf("enabling metrics of Auto Scaling group %s: %w", *g.name(), err)
	}
	return nil
}

func (g *AutoScalingGroup) putTags(ctx context.Context) error {
	_, remove := g.Tags.changes(tagMap(g.seen.Tags, groupPair))
	for some := range slices.Chunk(remove, maxTagsPerCall) {
		tags := tagKeys(some, func(key string) types.Tag {
			return types.Tag{Key: aws.String(key), ResourceId: g.name(), ResourceType: aws.String("auto-scaling-group")}
		})
		if _, err := g.API.DeleteTags(ctx, &autoscaling.DeleteTagsInput{Tags: tags}); err != nil {
			return err
		}
	}
	for some := range slices.Chunk(g.tagsToSet(), maxTagsPerCall) {
		if _, err := g.API.CreateOrUpdateTags(ctx, &autoscaling.CreateOrUpdateTagsInput{Tags: some}); err != nil {
			return err
		}
	}
	return nil
}

// tagsToSet are the tags that are missing, have another value or are not
// propagated to instances.
func (g *AutoScalingGroup) tagsToSet() []types.Tag {
	right := map[string]string{}
	for _, tag := range g.seen.Tags {
		if aws.ToBool(tag.PropagateAtLaunch) {
			right[deref(tag.Key)] = deref(tag.Value)
		}
	}
	set, _ := g.Tags.changes(right)
	return tagList(set, g.tag)
}

// MarkComplete tags the group as that of a whole pool, which no other create may
// take over.
func (g *AutoScalingGroup) MarkComplete(ctx context.Context) error {
	return g.mark(ctx, marks.Complete)
}

// MarkDeleting tags the group as that of a pool that is being deleted.
func (g *AutoScalingGroup) MarkDeleting(ctx context.Context) error {
	return g.mark(ctx, marks.Deleting)
}

func (g *AutoScalingGroup) mark(ctx context.Context, state string) error {
	tags := []types.Tag{g.ownTag(marks.PoolState, state)}
	if _, err := g.API.CreateOrUpdateTags(ctx, &autoscaling.CreateOrUpdateTagsInput{Tags: tags}); err != nil {
		return fmt.Errorf("tagging Auto Scaling group %s as %s: %w", *g.name(), state, err)
	}
	return nil
}
