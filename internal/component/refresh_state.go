package component

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

// Refreshing tells whether a refresh of this status is under way.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/check-status-instance-refresh.html
func Refreshing(status types.InstanceRefreshStatus) bool {
	switch status {
	case types.InstanceRefreshStatusSuccessful, types.InstanceRefreshStatusFailed, types.InstanceRefreshStatusCancelled,
		types.InstanceRefreshStatusRollbackSuccessful, types.InstanceRefreshStatusRollbackFailed:
		return false
	}
	return true
}

// CancelRefresh stops the group's instance refresh, or its rollback; none is fine.
// It does not wait for instances that are on their way: a worker at work may hold
// one for hours.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CancelInstanceRefresh.html
func (g *AutoScalingGroup) CancelRefresh(ctx context.Context) error {
	_, err := g.API.CancelInstanceRefresh(ctx, &autoscaling.CancelInstanceRefreshInput{
		AutoScalingGroupName: g.name(), WaitForTransitioningInstances: aws.Bool(false),
	}, func(o *autoscaling.Options) { o.Retryer = patiently(o.Retryer, "ResourceContention") })
	if err != nil && !awserr.NoRefresh(err) {
		return fmt.Errorf("canceling the instance refresh of Auto Scaling group %s: %w", *g.name(), err)
	}
	return nil
}

// StopRefresh cancels the refresh that this pool has started, if the last Read saw
// it under way.
func (g *AutoScalingGroup) StopRefresh(ctx context.Context) error {
	if g.refresh == nil || !Refreshing(g.refresh.Status) {
		return nil
	}
	return g.CancelRefresh(ctx)
}

// EndRefresh cancels the group's instance refresh if this pool has started it, going by
// the mark that the last Read saw, and returns the id of the one that is under way,
// whoever started it, "" for none.
func (g *AutoScalingGroup) EndRefresh(ctx context.Context) (id string, err error) {
	all, err := g.refreshes(ctx, &autoscaling.DescribeInstanceRefreshesInput{})
	if err != nil || len(all) == 0 || !Refreshing(all[0].Status) {
		return "", err
	}
	id = refreshID(&all[0])
	if refreshID(parseMark(g.refreshMark()).refreshOf(all)) == id && all[0].Status != types.InstanceRefreshStatusCancelling {
		err = g.CancelRefresh(ctx)
	}
	return id, err
}

// awaitRefresh returns when a running refresh has ended, however.
func (g *AutoScalingGroup) awaitRefresh(ctx context.Context, running *types.InstanceRefresh) error {
	for pause := refreshMinPause; running != nil && Refreshing(running.Status); pause = min(2*pause, refreshMaxPause) {
		if err := wait(ctx, pause); err != nil {
			return fmt.Errorf("waiting for the end of instance refresh %s of Auto Scaling group %s, which is %s at %d %% (cancel it to go on sooner): %w",
				refreshID(running), *g.name(), running.Status, aws.ToInt32(running.PercentageComplete), err)
		}
		var err error
		if running, err = g.refreshOf(ctx, refreshID(running)); err != nil {
			return err
		}
	}
	return nil
}

// unblocked waits for the end of somebody's refresh that makes AWS refuse other
// launch settings, if that is what err, of an update with such, is about. AWS has no
// code of its own for it.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html#instance-refresh-limitations
func (g *AutoScalingGroup) unblocked(ctx context.Context, err error) (again bool, failure error) {
	if awserr.Code(err) != "ValidationError" {
		return false, err
	}
	running, lookErr := g.newestRefresh(ctx)
	if lookErr != nil || running == nil || running.DesiredConfiguration == nil || !Refreshing(running.Status) {
		return false, err
	}
	if refreshID(running) == parseMark(g.refreshMark()).after { // ours, from when there was an instance refresh
		if err := g.CancelRefresh(ctx); err != nil {
			return false, err
		}
	}
	err = g.awaitRefresh(ctx, running)
	return err == nil, err
}

// newestRefresh is the group's newest instance refresh, whoever started it, nil for
// none.
func (g *AutoScalingGroup) newestRefresh(ctx context.Context) (*types.InstanceRefresh, error) {
	all, err := g.refreshes(ctx, &autoscaling.DescribeInstanceRefreshesInput{MaxRecords: aws.Int32(1)})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

func (g *AutoScalingGroup) refreshOf(ctx context.Context, id string) (*types.InstanceRefresh, error) {
	all, err := g.refreshes(ctx, &autoscaling.DescribeInstanceRefreshesInput{InstanceRefreshIds: []string{id}})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

func (g *AutoScalingGroup) refreshes(ctx context.Context, in *autoscaling.DescribeInstanceRefreshesInput) ([]types.InstanceRefresh, error) {
	in.AutoScalingGroupName = g.name()
	out, err := g.API.DescribeInstanceRefreshes(ctx, in)
	if err != nil {
		return nil, fmt.Errorf("reading the instance refreshes of Auto Scaling group %s: %w", *g.name(), err)
	}
	return out.InstanceRefreshes, nil
}

func refreshID(refresh *types.InstanceRefresh) string {
	if refresh == nil {
		return ""
	}
	return aws.ToString(refresh.InstanceRefreshId)
}

// refreshReason is why a refresh is where it is: AWS's words, or "".
func refreshReason(refresh *types.InstanceRefresh) string {
	if details := refresh.RollbackDetails; details != nil {
		return aws.ToString(details.RollbackReason)
	}
	return aws.ToString(refresh.StatusReason)
}

// refreshMark is the value of TagPoolRefresh, "" for none.
func (g *AutoScalingGroup) refreshMark() string {
	if g.seen == nil {
		return ""
	}
	return tagMap(g.seen.Tags, groupPair)[TagPoolRefresh]
}

// setRefreshMark sets TagPoolRefresh, or removes it.
func (g *AutoScalingGroup) setRefreshMark(ctx context.Context, mark string) error {
	tag := g.tag(TagPoolRefresh, mark)
	tag.PropagateAtLaunch = aws.Bool(false)
	var err error
	if mark == "" {
		tag.Value, tag.PropagateAtLaunch = nil, nil
		_, err = g.API.DeleteTags(ctx, &autoscaling.DeleteTagsInput{Tags: []types.Tag{tag}})
	} else {
		_, err = g.API.CreateOrUpdateTags(ctx, &autoscaling.CreateOrUpdateTagsInput{Tags: []types.Tag{tag}})
	}
	if err != nil {
		return fmt.Errorf("noting on Auto Scaling group %s what its instance refresh is: %w", *g.name(), err)
	}
	return nil
}

// loadRefresh looks at the group's newest refresh and at the one that its mark tells
// of. While that brings a desired configuration, the group counts as having it
// already. Fifty refreshes are looked at, the newest first: one behind them is over.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeInstanceRefreshes.html
func (g *AutoScalingGroup) loadRefresh(ctx context.Context) error {
	g.newest, g.refresh, g.refreshDue = nil, nil, false
	if g.Refresh == nil || g.Going() {
		return nil
	}
	all, err := g.refreshes(ctx, &autoscaling.DescribeInstanceRefreshesInput{})
	if err != nil {
		return err
	}
	if len(all) > 0 {
		g.newest = &all[0]
	}
	mark := parseMark(g.refreshMark())
	g.refresh = mark.refreshOf(all)
	g.refreshDue = mark.due && g.refresh == nil
	if g.refresh != nil && Refreshing(g.refresh.Status) && g.refresh.DesiredConfiguration != nil && g.refresh.Status != types.InstanceRefreshStatusRollbackInProgress {
		g.seen.LaunchTemplate, g.seen.MixedInstancesPolicy = g.refresh.DesiredConfiguration.LaunchTemplate, g.refresh.DesiredConfiguration.MixedInstancesPolicy
	}
	return nil
}

// compareRefresh says what is wrong with the group's refresh.
func (g *AutoScalingGroup) compareRefresh(d *differences) {
	switch r := g.refresh; {
	case g.Refresh == nil:
		d.add(g.refreshMark() != "", FieldRefreshMark, "tag %s is left over", TagPoolRefresh)
	case g.refreshDue:
		d.add(true, FieldRefresh, "an instance refresh is due: an apply that should have started it was interrupted, or failed")
	case r != nil && r.Status == types.InstanceRefreshStatusRollbackInProgress:
		d.add(true, FieldRefresh, "instance refresh %s is being rolled back: %s", refreshID(r), refreshReason(r))
	case r != nil && !Refreshing(r.Status) && r.Status != types.InstanceRefreshStatusSuccessful:
		text := fmt.Sprintf("instance refresh %s, begun %s, ended as %s at %d %%", refreshID(r), aws.ToTime(r.StartTime).UTC().Format(time.RFC3339), r.Status, aws.ToInt32(r.PercentageComplete))
		if reason := refreshReason(r); reason != "" {
			text += " (" + reason + ")"
		}
		d.add(true, FieldRefresh, "%s", text)
	}
}

// Fields of Difference that are about an instance refresh.
const (
	FieldRefresh     = "Refresh"     // it is due, or did not succeed
	FieldRefreshMark = "RefreshMark" // the tag of one, although none is wanted any more
)
