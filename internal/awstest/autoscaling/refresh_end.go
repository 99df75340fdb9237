package autoscaling

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// CancelInstanceRefresh ends a refresh, or the rollback of one. What has been
// replaced stays so.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CancelInstanceRefresh.html
func (g *Groups) CancelInstanceRefresh(in *autoscaling.CancelInstanceRefreshInput) (*autoscaling.CancelInstanceRefreshOutput, error) {
	defer g.enter()()
	found, r, err := g.running(in.AutoScalingGroupName)
	if err != nil {
		return nil, err
	}
	r.record.Status, r.acted, r.resume = types.InstanceRefreshStatusCancelling, g.moment, time.Time{}
	if in.WaitForTransitioningInstances != nil && !*in.WaitForTransitioningInstances {
		c := count{}
		g.step(found, r, r.canceled(step{reached: r.reached}, c, g.moment))
	}
	return &autoscaling.CancelInstanceRefreshOutput{InstanceRefreshId: r.record.InstanceRefreshId}, nil
}

// RollbackInstanceRefresh brings a group back to what it was before its refresh.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RollbackInstanceRefresh.html
func (g *Groups) RollbackInstanceRefresh(in *autoscaling.RollbackInstanceRefreshInput) (*autoscaling.RollbackInstanceRefreshOutput, error) {
	defer g.enter()()
	found, r, err := g.running(in.AutoScalingGroupName)
	switch {
	case err != nil:
		return nil, err
	case r.record.DesiredConfiguration == nil:
		return nil, irreversible("The instance refresh has no desired configuration.")
	case !reversible(found):
		return nil, irreversible("The Auto Scaling group uses the version $Latest or $Default of its launch template.")
	}
	g.rollBack(found, r, "The rollback was requested by a user.")
	return &autoscaling.RollbackInstanceRefreshOutput{InstanceRefreshId: r.record.InstanceRefreshId}, nil
}

// running is the active refresh of a group.
func (g *Groups) running(name *string) (*group, *refresh, error) {
	found, err := g.lookup(name)
	if err != nil {
		return nil, nil, err
	}
	if r := found.refreshing(); r != nil {
		return found, r, nil
	}
	return nil, nil, &types.ActiveInstanceRefreshNotFoundFault{Message: ptr("No in progress or pending Instance Refresh found for Auto Scaling group " + found.name())}
}

// reversible says whether a group's launch template has a numbered version, to
// which a rollback can return.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html
func reversible(found *group) bool {
	record := found.record
	spec, err := templateOf(&record)
	return err == nil && value(spec.Version) != "" && !strings.HasPrefix(value(spec.Version), "$")
}

// rollBack turns a refresh around: it replaces what the refresh has made.
func (g *Groups) rollBack(found *group, r *refresh, why string) {
	percent, left := r.progress(g.see(found), g.moment)
	r.record.Status, r.record.StatusReason = types.InstanceRefreshStatusRollbackInProgress, ptr(why)
	r.record.RollbackDetails = &types.RollbackDetails{
		InstancesToUpdateOnRollback: left, PercentageCompleteOnRollback: percent, RollbackReason: ptr(why), RollbackStartTime: ptr(g.moment),
	}
	r.old = map[*instance]bool{}
	for _, one := range found.active() {
		if !r.before[one] {
			r.old[one] = true
		}
	}
	r.total, r.gone, r.reached, r.resume, r.acted, r.surge = len(r.old), 0, 0, time.Time{}, g.moment, 0
}

// progress is how far a refresh is. In a rollback the percentage goes back to zero,
// and the number stays what it was at its start.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRefresh.html
func (r *refresh) progress(v view, now time.Time) (percent, left *int32) {
	done := r.done(r.count(v, now))
	part := 100
	if r.total > 0 {
		part = done * 100 / r.total
	}
	if before := r.record.RollbackDetails; before != nil {
		return ptr(value(before.PercentageCompleteOnRollback) * int32(100-part) / 100), before.InstancesToUpdateOnRollback
	}
	return ptr(int32(part)), ptr(int32(r.total - done))
}
