package stack

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
)

// unhook removes the termination hook where the pool is to have no functions any more.
// AWS lets all instances that wait for a hook end at once when it is deleted, busy or
// not, and without the lifecycle manager nobody would end those that are retained:
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteLifecycleHook.html
//
// So, before an update does anything else, the autoscaler is not invoked any more and
// what replaces instances has ended; then the lifecycle manager, of which nothing has
// been touched, lets the last runs end. A destroy has drained all workers itself.
func (s *Stack) unhook(ctx context.Context, p *pool, group *component.AutoScalingGroup) error {
	if s.spec.wantsFunctions() || p.hook.ID() == "" && p.lifecycle.function.ID() == "" {
		return nil
	}
	if err := p.unschedule(ctx); err != nil {
		return err
	}
	if err := s.awaitHeld(ctx, p, group); err != nil {
		return err
	}
	return p.hook.Delete(ctx)
}

// awaitHeld waits until no instance of the group is held. The error is a *HeldError
// when its time is over.
func (s *Stack) awaitHeld(ctx context.Context, p *pool, group *component.AutoScalingGroup) error {
	begun := time.Now()
	until := waitUntil(ctx, begun, s.removalTime())
	for n := 0; ; n++ {
		held, err := heldBy(ctx, group)
		if err != nil {
			return err
		}
		if len(held.Instances) == 0 && held.Refresh == "" {
			return nil
		}
		if !until.IsZero() && !time.Now().Before(until) {
			held.Waited, held.Function = time.Since(begun), p.lifecycle.function.ID()
			return held
		}
		tflog.Info(ctx, "Waiting for instances that are being terminated", map[string]any{
			"instances": len(held.Instances), "instance_refresh": held.Refresh, "waited_s": int(time.Since(begun).Seconds()),
		})
		if err := sleep(ctx, s.pace.within(n, until)); err != nil {
			return fmt.Errorf("waiting for instances that are being terminated: %w", err)
		}
	}
}

// heldBy looks at what keeps the group from losing its hook.
func heldBy(ctx context.Context, group *component.AutoScalingGroup) (*HeldError, error) {
	held := &HeldError{}
	if group.ID() == "" {
		return held, nil
	}
	status, err := group.Read(ctx)
	if err != nil || status.State == component.Absent || group.Going() {
		return held, err
	}
	if held.Refresh, err = group.EndRefresh(ctx); err != nil {
		return nil, err
	}
	for _, instance := range group.Instances() {
		if instance.Held() {
			held.Instances = append(held.Instances, instance)
		}
	}
	return held, nil
}
