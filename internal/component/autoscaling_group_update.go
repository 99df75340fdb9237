package component

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

// metricsGranularity is the only one there is:
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_EnableMetricsCollection.html
const metricsGranularity = "1Minute"

// How often a delete looks whether the group and its instances are gone. An
// instance takes from seconds to minutes to terminate.
const (
	goneMinDelay = 500 * time.Millisecond
	goneMaxDelay = 15 * time.Second
)

func (g *AutoScalingGroup) update(ctx context.Context, status Status) error {
	if status.Has("Going") {
		return g.replace(ctx)
	}
	if status.Has("MinSize", "MaxSize", "Subnets", "TerminationPolicies", "HealthCheckType", "HealthCheckGrace", "DefaultCooldown", "LaunchTemplate", "TemplateVersion") {
		if err := g.putSettings(ctx, status); err != nil {
			return fmt.Errorf("updating Auto Scaling group %s: %w", *g.name(), err)
		}
	}
	if status.Has("EnabledMetrics") {
		if err := g.putMetrics(ctx); err != nil {
			return err
		}
	}
	if status.Has("Tags") {
		if err := g.putTags(ctx); err != nil {
			return fmt.Errorf("tagging Auto Scaling group %s: %w", *g.name(), err)
		}
	}
	if status.Has("PoolState") {
		return g.MarkComplete(ctx)
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

// putSettings sends what differs: a setting that is not sent stays as it is.
func (g *AutoScalingGroup) putSettings(ctx context.Context, status Status) error {
	s := g.Settings
	in := &autoscaling.UpdateAutoScalingGroupInput{AutoScalingGroupName: g.name()}
	if status.Has("MinSize", "MaxSize") { // together: AWS checks one against the other
		in.MinSize, in.MaxSize = aws.Int32(s.MinSize), aws.Int32(s.MaxSize)
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
	if status.Has("LaunchTemplate", "TemplateVersion") {
		in.LaunchTemplate = g.specification()
	}
	_, err := g.API.UpdateAutoScalingGroup(ctx, in, func(o *autoscaling.Options) {
		g.awaitProfile(o)
		o.Retryer = patiently(o.Retryer, "ScalingActivityInProgress", "ResourceContention")
	})
	return err
}

// FollowTemplate moves a group that is otherwise as it should be to the version
// that Template has now.
func (g *AutoScalingGroup) FollowTemplate(ctx context.Context) error {
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
func (g *AutoScalingGroup) MarkComplete(ctx context.Context) error { return g.mark(ctx, PoolComplete) }

// MarkDeleting tags the group as that of a pool that is being deleted.
func (g *AutoScalingGroup) MarkDeleting(ctx context.Context) error { return g.mark(ctx, PoolDeleting) }

func (g *AutoScalingGroup) mark(ctx context.Context, state string) error {
	tag := g.tag(TagPoolState, state)
	tag.PropagateAtLaunch = aws.Bool(false)
	if _, err := g.API.CreateOrUpdateTags(ctx, &autoscaling.CreateOrUpdateTagsInput{Tags: []types.Tag{tag}}); err != nil {
		return fmt.Errorf("tagging Auto Scaling group %s as %s: %w", *g.name(), state, err)
	}
	return nil
}

// Delete implements Component: the group goes with its instances, and it returns
// when they are terminated, so that nothing of them is in the way of whoever
// deletes the subnets and security groups next.
func (g *AutoScalingGroup) Delete(ctx context.Context) error {
	if g.Known == "" {
		return nil
	}
	name := g.Known
	instances, err := g.forceDelete(ctx)
	if err != nil {
		return fmt.Errorf("deleting Auto Scaling group %s: %w", name, err)
	}
	if err := g.waitTerminated(ctx, instances); err != nil {
		return fmt.Errorf("waiting for the instances of Auto Scaling group %s to terminate: %w", name, err)
	}
	g.Known, g.seen = "", nil
	return nil
}

// forceDelete deletes the group, waits until it is gone and returns the ids of
// the instances it had.
func (g *AutoScalingGroup) forceDelete(ctx context.Context) ([]string, error) {
	describe := g.describe()
	out, err := g.API.DescribeAutoScalingGroups(ctx, describe)
	if err != nil || len(out.AutoScalingGroups) == 0 {
		return nil, err
	}
	var instances []string
	for _, i := range out.AutoScalingGroups[0].Instances {
		instances = append(instances, aws.ToString(i.InstanceId))
	}
	if out.AutoScalingGroups[0].Status == nil {
		_, err = g.API.DeleteAutoScalingGroup(ctx, &autoscaling.DeleteAutoScalingGroupInput{
			AutoScalingGroupName: aws.String(g.Known), ForceDelete: aws.Bool(true),
		}, func(o *autoscaling.Options) {
			o.Retryer = patiently(o.Retryer, "ScalingActivityInProgress", "ResourceInUse", "ResourceContention")
		})
		if err != nil && !g.gone(ctx, err) {
			return nil, err
		}
	}
	return instances, g.awaitGone(ctx)
}

func (g *AutoScalingGroup) awaitGone(ctx context.Context) error {
	waiter := autoscaling.NewGroupNotExistsWaiter(g.API, func(o *autoscaling.GroupNotExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = goneMinDelay, goneMaxDelay
	})
	return waiter.Wait(ctx, g.describe(), remaining(ctx))
}

// gone tells whether err, of a delete, is about a group that is gone or going:
// Auto Scaling says ValidationError then, such as when an earlier attempt whose
// answer was lost has deleted it.
func (g *AutoScalingGroup) gone(ctx context.Context, err error) bool {
	if awserr.Code(err) != "ValidationError" {
		return false
	}
	out, err := g.API.DescribeAutoScalingGroups(ctx, g.describe())
	return err == nil && (len(out.AutoScalingGroups) == 0 || out.AutoScalingGroups[0].Status != nil)
}

func (g *AutoScalingGroup) waitTerminated(ctx context.Context, instances []string) error {
	if len(instances) == 0 {
		return nil
	}
	waiter := ec2.NewInstanceTerminatedWaiter(g.EC2, func(o *ec2.InstanceTerminatedWaiterOptions) {
		o.MinDelay, o.MaxDelay = goneMinDelay, goneMaxDelay
		o.Retryable = stillThere
	})
	err := waiter.Wait(ctx, &ec2.DescribeInstancesInput{InstanceIds: instances}, remaining(ctx))
	return absentIsFine(err)
}

// stillThere replaces the waiter's own judgment, which gives up on an instance
// that was still starting when its group was deleted.
func stillThere(_ context.Context, _ *ec2.DescribeInstancesInput, out *ec2.DescribeInstancesOutput, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	for _, reservation := range out.Reservations {
		for _, instance := range reservation.Instances {
			if instance.State != nil && instance.State.Name != ec2types.InstanceStateNameTerminated {
				return true, nil
			}
		}
	}
	return false, nil
}

// remaining is the time left until ctx ends; what has no deadline gets an hour.
func remaining(ctx context.Context) time.Duration {
	if deadline, ok := ctx.Deadline(); ok {
		return max(time.Until(deadline), time.Millisecond)
	}
	return time.Hour
}
