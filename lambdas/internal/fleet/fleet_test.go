package fleet_test

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/autoscaling"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/fleet"
)

// world is a group of three with a termination hook, in memory.
func world(t *testing.T) *fleet.Fleet {
	t.Helper()
	groups, machines, err := autoscaling.NewLocalGroup(time.Now, 3, func(in *sdk.CreateAutoScalingGroupInput) {
		in.MinSize = aws.Int32(1)
		in.LifecycleHookSpecificationList = []types.LifecycleHookSpecification{{
			LifecycleHookName: aws.String("hook"), LifecycleTransition: aws.String("autoscaling:EC2_INSTANCE_TERMINATING"), HeartbeatTimeout: aws.Int32(300),
		}}
	})
	must(t, err)
	return &fleet.Fleet{Scaling: groups.Client(), EC2: machines, Group: "group"}
}

// look is a Look that works.
func look(t *testing.T, f *fleet.Fleet) fleet.Group {
	t.Helper()
	group, err := f.Look(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return group
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestLook(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := world(t)
		first := look(t, f)
		id := first.Instances[0].ID
		mark := marks.Mark{At: time.Now(), Reason: marks.ScaleIn}
		must(t, f.Tag(t.Context(), id, marks.Drain, mark.String()))
		must(t, f.Tag(t.Context(), id, marks.Termination, marks.Format(time.Now())))
		must(t, f.TagGroup(t.Context(), marks.ScaledOut, marks.Format(time.Now())))
		must(t, f.TagGroup(t.Context(), marks.ScaledIn, marks.Format(time.Now().Add(-time.Hour))))
		must(t, f.TagGroup(t.Context(), marks.PoolState, marks.Deleting))

		now := time.Now().UTC().Truncate(time.Second)
		want := fleet.Group{Min: 1, Max: 2000, Desired: 3, Deleting: true, ScaledOut: now, ScaledIn: now.Add(-time.Hour)}
		for _, one := range first.Instances {
			want.Instances = append(want.Instances, fleet.Instance{ID: one.ID, State: "InService", Launched: now})
		}
		want.Instances[0].Mark, want.Instances[0].Termination = &mark, now
		if diff := cmp.Diff(want, look(t, f)); diff != "" {
			t.Errorf("Look (-want +got):\n%s", diff)
		}
		if _, err := f.EC2.(*autoscaling.Fleet).TerminateInstances(t.Context(), &ec2.TerminateInstancesInput{InstanceIds: []string{id}}); err != nil {
			t.Fatal(err)
		}
		if got := look(t, f).Instances; !got[0].Ended || got[1].Ended {
			t.Errorf("after its machine has ended: %+v", got)
		}
		must(t, f.Untag(t.Context(), id, marks.Drain))
		if got := look(t, f).Instances[0]; got.Mark != nil || got.Termination.IsZero() {
			t.Errorf("after Untag: %+v", got)
		}
	})
}

// Learn takes any number, and is not put off by instances that EC2 does not know.
func TestLearn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := world(t)
		must(t, f.SetDesired(t.Context(), 450))
		group, err := f.Describe(t.Context())
		must(t, err)
		instances := slices.Concat(group.Instances, []fleet.Instance{{ID: "i-unknown"}})
		must(t, f.Learn(t.Context(), instances))
		for i, one := range instances {
			if known := one.ID != "i-unknown"; known == one.Launched.IsZero() {
				t.Errorf("instance %d of %d: %+v", i, len(instances), one)
			}
		}
	})
}

func TestTerminate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := world(t)
		group := look(t, f)
		must(t, f.Terminate(t.Context(), group.Instances[0].ID, true))
		must(t, f.Terminate(t.Context(), group.Instances[1].ID, false))
		after := look(t, f)
		if after.Desired != 2 || after.Missing() != 0 || !after.Instances[0].Waits() || !after.Instances[1].Waits() || !after.Instances[2].InService() {
			t.Errorf("after both: %+v", after)
		}
		if err := f.Terminate(t.Context(), group.Instances[0].ID, true); !errors.Is(err, fleet.ErrLeaving) {
			t.Errorf("once more: %v", err)
		}
		must(t, f.Terminate(t.Context(), group.Instances[2].ID, true))
		err := f.Terminate(t.Context(), after.Instances[3].ID, true) // desired capacity is at min size
		if err == nil || errors.Is(err, fleet.ErrLeaving) {
			t.Errorf("below min size: %v", err)
		}
	})
}

func TestHook(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := world(t)
		id := look(t, f).Instances[0].ID
		for name, err := range map[string]error{
			"heartbeat": f.Heartbeat(t.Context(), "hook", id), "completion": f.Complete(t.Context(), "hook", id, fleet.Continue),
		} {
			if !errors.Is(err, fleet.ErrNotWaiting) {
				t.Errorf("%s of an instance that does not wait: %v", name, err)
			}
		}
		must(t, f.Terminate(t.Context(), id, true))
		must(t, f.Heartbeat(t.Context(), "hook", id))
		must(t, f.Complete(t.Context(), "hook", id, fleet.Continue))
	})
}

func TestNoSuchGroup(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := world(t)
		f.Group = "other"
		if _, err := f.Look(t.Context()); err == nil {
			t.Error("no error for a group that is not there")
		}
	})
}
