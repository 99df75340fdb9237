package component

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
)

func TestSuspension(t *testing.T) {
	t.Parallel()
	all := []string{"Launch", "Terminate", "ScheduledActions", "AlarmNotification"}
	for name, test := range map[string]struct{ suspended, noted, suspend, note []string }{
		"everything runs":          {nil, nil, all, all},
		"an operator's own":        {[]string{"Terminate", "AZRebalance"}, nil, []string{"Launch", "ScheduledActions", "AlarmNotification"}, []string{"Launch", "ScheduledActions", "AlarmNotification"}},
		"all an operator's":        {all, nil, nil, nil},
		"a second delete":          {all, all, nil, all},
		"a delete killed between":  {nil, all, all, all},
		"a second, and operator's": {all, []string{"Launch"}, nil, []string{"Launch"}},
		"one resumed by hand":      {[]string{"Terminate", "ScheduledActions", "AlarmNotification"}, all, []string{"Launch"}, all},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			suspend, note := suspension(test.suspended, test.noted)
			if diff := cmp.Diff([][]string{test.suspend, test.note}, [][]string{suspend, note}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestHaltedGroupIsResumed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	group := w.fresh(t, keyGroup).(*AutoScalingGroup)
	w.ensure(t, group)
	_, err := w.Direct().AutoScaling.SuspendProcesses(w.ctx, &autoscaling.SuspendProcessesInput{AutoScalingGroupName: group.name(), ScalingProcesses: []string{"AZRebalance"}})
	done(t, err, err)
	reread := func() *AutoScalingGroup {
		seen := w.fresh(t, keyGroup).(*AutoScalingGroup)
		_, err := seen.Read(w.ctx)
		done(t, seen, err)
		return seen
	}
	done(t, group, reread().Halt(w.ctx))
	done(t, group, reread().Halt(w.ctx))
	halted := reread()
	if len(halted.suspended()) != 5 || len(halted.noted()) != 4 {
		t.Fatalf("suspended are %v, noted %v", halted.suspended(), halted.noted())
	}
	halted.Release = func(context.Context) error { return errors.New("not yet") }
	if err := halted.Ensure(w.ctx); err == nil || len(reread().suspended()) != 5 {
		t.Errorf("error %v, suspended are %v", err, reread().suspended())
	}
	released := false
	halted.Release = func(context.Context) error {
		released = true
		return nil
	}
	w.ensure(t, halted)
	resumed := reread()
	if state, _ := resumed.PoolState(); state != marks.Complete || !released || len(resumed.noted()) > 0 {
		t.Errorf("state %q, released %t, noted %v", state, released, resumed.noted())
	}
	if diff := cmp.Diff([]string{"AZRebalance"}, resumed.suspended()); diff != "" {
		t.Errorf("suspended:\n%s", diff)
	}
}

// A create that takes over what a delete has left resumes it, and does not call the
// pool whole before it is.
func TestLeftoverOfADeleteIsResumed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	group := w.fresh(t, keyGroup).(*AutoScalingGroup)
	w.ensure(t, group)
	done(t, group, group.Halt(w.ctx))
	untag := func(g *AutoScalingGroup, key string) {
		tag := types.Tag{Key: &key, ResourceId: g.name(), ResourceType: aws.String("auto-scaling-group")}
		_, err := w.Direct().AutoScaling.DeleteTags(w.ctx, &autoscaling.DeleteTagsInput{Tags: []types.Tag{tag}})
		done(t, g, err)
	}
	untag(group, marks.PoolState)
	again := w.fresh(t, keyGroup).(*AutoScalingGroup)
	again.Known, again.Complete, again.Leftover = "", false, true
	w.ensure(t, again)
	_, err := again.Read(w.ctx)
	done(t, again, err)
	if state, _ := again.PoolState(); state != "" || len(again.suspended()) > 0 || len(again.noted()) > 0 {
		t.Errorf("state %q, suspended %v, noted %v", state, again.suspended(), again.noted())
	}
}

// Instances come and go while they are marked.
func TestMarksOfInstances(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.change = func(kit map[string]Component) { kit[keyGroup].(*AutoScalingGroup).Settings.MinSize = 2 }
	group := w.fresh(t, keyGroup).(*AutoScalingGroup)
	w.ensure(t, group)
	_, err := group.Read(w.ctx)
	done(t, group, err)
	instances := group.Instances()
	if len(instances) != 2 {
		t.Fatalf("instances: %v", instances)
	}
	const gone = "i-0123456789abcdef0"
	want := map[string]string{}
	some := []string{gone}
	for _, instance := range instances {
		some = append(some, instance.ID)
		want[instance.ID] = "now and why"
	}
	done(t, group, group.Mark(w.ctx, some, "now and why"))
	marks, err := group.Marks(w.ctx)
	done(t, marks, err)
	if diff := cmp.Diff(want, marks); diff != "" {
		t.Error(diff)
	}
	launched, err := group.Launched(w.ctx, some)
	done(t, launched, err)
	if len(launched) != 2 || launched[instances[0].ID].IsZero() {
		t.Errorf("launched: %v", launched)
	}
	done(t, group, group.Unmark(w.ctx, some))
	if marks, err = group.Marks(w.ctx); err != nil || len(marks) > 0 {
		t.Errorf("marks: %v, %v", marks, err)
	}
}
