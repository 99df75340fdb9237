package scaling_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
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
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/fleet"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/scaling"
)

// floor is a group of two instances whose workers, w-1 and w-2, are idle. It notes
// the changes that are asked for, and fails or alters those that it is told to.
type floor struct {
	*sdk.Client
	*autoscaling.Fleet

	pool  spacelift.Pool
	steps []string
	fails map[string]bool // by step
	sneak bool            // a run comes before the drain

	groups *autoscaling.Groups
	before func() // done before the next mark
}

var errBroken = errors.New("broken on purpose")

func (f *floor) step(name string) error {
	f.steps = append(f.steps, name)
	if f.fails[name] {
		return errBroken
	}
	return nil
}

func (f *floor) Pool(context.Context, string) (spacelift.Pool, error) { return f.pool, f.step("pool") }

func (f *floor) Drain(_ context.Context, _, id string) (spacelift.Worker, error) {
	return spacelift.Worker{ID: id, Drained: true, Busy: f.sneak}, f.step("drain " + id)
}

func (f *floor) Undrain(_ context.Context, _, id string) (spacelift.Worker, error) {
	return spacelift.Worker{ID: id}, f.step("undrain " + id)
}

func (f *floor) CreateTags(ctx context.Context, in *ec2.CreateTagsInput, _ ...func(*ec2.Options)) (*ec2.CreateTagsOutput, error) {
	if before := f.before; before != nil {
		f.before = nil
		before()
	}
	if err := f.step("mark " + string(marks.Parse(*in.Tags[0].Value).Reason)); err != nil {
		return nil, err
	}
	return f.Fleet.CreateTags(ctx, in)
}

func (f *floor) DeleteTags(ctx context.Context, in *ec2.DeleteTagsInput, _ ...func(*ec2.Options)) (*ec2.DeleteTagsOutput, error) {
	if err := f.step("unmark"); err != nil {
		return nil, err
	}
	return f.Fleet.DeleteTags(ctx, in)
}

func (f *floor) CreateOrUpdateTags(ctx context.Context, in *sdk.CreateOrUpdateTagsInput, _ ...func(*sdk.Options)) (*sdk.CreateOrUpdateTagsOutput, error) {
	if err := f.step("note " + *in.Tags[0].Key); err != nil {
		return nil, err
	}
	return f.Client.CreateOrUpdateTags(ctx, in)
}

func (f *floor) SetDesiredCapacity(ctx context.Context, in *sdk.SetDesiredCapacityInput, _ ...func(*sdk.Options)) (*sdk.SetDesiredCapacityOutput, error) {
	if err := f.step("desire"); err != nil {
		return nil, err
	}
	return f.Client.SetDesiredCapacity(ctx, in)
}

func (f *floor) TerminateInstanceInAutoScalingGroup(ctx context.Context, in *sdk.TerminateInstanceInAutoScalingGroupInput, _ ...func(*sdk.Options)) (*sdk.TerminateInstanceInAutoScalingGroupOutput, error) {
	if err := f.step("terminate"); err != nil {
		return nil, err
	}
	return f.Client.TerminateInstanceInAutoScalingGroup(ctx, in)
}

// newFloor makes a floor and the autoscaler that works on it. An hour has passed
// since its instances were launched.
func newFloor(t *testing.T, change ...func(*scaling.Limits)) (*floor, *scaling.Scaler) {
	t.Helper()
	groups, machines, err := autoscaling.NewLocalGroup(time.Now, 2, func(in *sdk.CreateAutoScalingGroupInput) { in.MaxSize = aws.Int32(5) })
	if err != nil {
		t.Fatal(err)
	}
	f := &floor{Client: groups.Client(), Fleet: machines, groups: groups, fails: map[string]bool{}}
	s := &scaling.Scaler{
		Pool: f, Fleet: &fleet.Fleet{Scaling: f, EC2: f, Group: "group"}, PoolID: "01HXYZABCDEFGHJKMNPQRSTVWX",
		Limits: limits(append(change, func(l *scaling.Limits) { l.MaxTerminate = 1 })...), Interval: 10 * time.Second, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	group, err := s.Fleet.Look(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, one := range group.Instances {
		f.pool.Workers = append(f.pool.Workers, spacelift.Worker{
			ID: "w-" + string(rune('1'+i)), CreatedAt: time.Now(), Metadata: spacelift.Metadata{InstanceID: one.ID, GroupName: "group"},
		})
	}
	time.Sleep(time.Hour) //nolint:forbidigo // in a bubble of synctest
	return f, s
}

// What a removal does, and what it takes back when a step does not work.
func TestRemoval(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fails   string
		sneak   bool
		want    []string
		desired int
	}{
		"all works":             {want: []string{"mark scale in", "drain w-1", "terminate"}, desired: 1},
		"the mark fails":        {fails: "mark scale in", want: []string{"mark scale in"}, desired: 2},
		"the drain fails":       {fails: "drain w-1", want: []string{"mark scale in", "drain w-1", "undrain w-1", "unmark"}, desired: 2},
		"a run came":            {sneak: true, want: []string{"mark scale in", "drain w-1", "undrain w-1", "unmark"}, desired: 2},
		"the termination fails": {fails: "terminate", want: []string{"mark scale in", "drain w-1", "terminate", "undrain w-1", "unmark"}, desired: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f, s := newFloor(t)
				f.fails[c.fails], f.sneak = true, c.sneak
				err := s.Poll(t.Context())
				if failed := err != nil; failed != (c.fails != "") || failed && !errors.Is(err, errBroken) {
					t.Errorf("Poll: %v", err)
				}
				if diff := cmp.Diff(append([]string{"pool"}, c.want...), f.steps); diff != "" {
					t.Errorf("steps (-want +got):\n%s", diff)
				}
				if group, err := s.Fleet.Describe(t.Context()); err != nil || group.Desired != c.desired {
					t.Errorf("afterwards %+v, %v", group, err)
				}
			})
		})
	}
}

// A worker that Spacelift has not drained, though it says so of no error, may get a
// run: it stays.
func TestRemovalOfAWorkerThatIsNotDrained(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, s := newFloor(t)
		s.Pool = undrainable{f}
		if err := s.Poll(t.Context()); err == nil || !strings.Contains(err.Error(), "not drained") {
			t.Errorf("Poll: %v", err)
		}
		if want := []string{"pool", "mark scale in", "undrain w-1", "unmark"}; !slices.Equal(f.steps, want) {
			t.Errorf("steps %q, want %q", f.steps, want)
		}
	})
}

// undrainable is a Spacelift whose workers stay as they are.
type undrainable struct{ *floor }

func (undrainable) Drain(_ context.Context, _, id string) (spacelift.Worker, error) {
	return spacelift.Worker{ID: id}, nil
}

// A stray that another invocation is ending, or that AWS does not end at the moment,
// is no error: what is left of it is seen by the next poll.
func TestStrayThatIsLeaving(t *testing.T) {
	t.Parallel()
	for name, pending := range map[string]int{"replace": 2, "discard": 0} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f, s := newFloor(t, func(l *scaling.Limits) { l.ScaleOutCooldown = time.Hour })
				stray := f.pool.Workers[0].Metadata.InstanceID
				f.pool.Workers, f.pool.PendingRuns = f.pool.Workers[1:], pending
				f.pool.Workers[0].Busy = true
				mark := marks.Mark{At: time.Now().Add(-5 * time.Minute), Reason: marks.NoWorker}
				if err := s.Fleet.Tag(t.Context(), stray, marks.Missing, mark.String()); err != nil {
					t.Fatal(err)
				}
				var log strings.Builder
				s.Log, s.Fleet.Scaling = slog.New(slog.NewJSONHandler(&log, nil)), occupied{f}
				if err := s.Poll(t.Context()); err != nil {
					t.Errorf("Poll: %v", err)
				}
				for _, want := range []string{`"Verb":"` + name, `"ReplacedStrays":0`} {
					if !strings.Contains(log.String(), want) {
						t.Errorf("%s is not in %s", want, log.String())
					}
				}
			})
		})
	}
}

// occupied is a group in which an activity is going on.
type occupied struct{ *floor }

func (occupied) TerminateInstanceInAutoScalingGroup(context.Context, *sdk.TerminateInstanceInAutoScalingGroupInput, ...func(*sdk.Options)) (*sdk.TerminateInstanceInAutoScalingGroupOutput, error) {
	return nil, &types.ScalingActivityInProgressFault{}
}

// Another invocation that is faster, between the look and the mark, has drained the
// worker for good: it is left so.
func TestRemovalThatAnotherHasDone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, s := newFloor(t)
		f.groups.Behave(func(b *autoscaling.Behavior) { b.TerminateTime = time.Minute })
		other := &scaling.Scaler{Pool: f, Fleet: &fleet.Fleet{Scaling: f.Client, EC2: f.Fleet, Group: "group"}, PoolID: s.PoolID, Limits: s.Limits, Log: s.Log}
		f.before = func() {
			if err := other.Poll(t.Context()); err != nil {
				t.Error(err)
			}
		}
		if err := s.Poll(t.Context()); err != nil {
			t.Error(err)
		}
		if want := []string{"pool", "pool", "drain w-1", "mark scale in", "drain w-1", "terminate"}; !slices.Equal(f.steps, want) {
			t.Errorf("steps %q, want %q", f.steps, want)
		}
		if group, err := s.Fleet.Describe(t.Context()); err != nil || group.Desired != 1 {
			t.Errorf("afterwards %+v, %v", group, err)
		}
	})
}

// Two invocations remove the same worker. One fails and takes back what it did; the
// other is killed after its own drain. Its mark is still there to tell of it.
func TestUndoLeavesTheMarkOfAnother(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, s := newFloor(t)
		group, err := s.Fleet.Look(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		another := marks.Mark{At: time.Now().Add(time.Millisecond), Reason: marks.ScaleIn}
		f.sneak = true // so that the drain is taken back
		s.Pool = &meanwhile{floor: f, do: func() {
			if err := s.Fleet.Tag(t.Context(), group.Instances[0].ID, marks.Drain, another.String()); err != nil {
				t.Error(err)
			}
		}}
		if err := s.Poll(t.Context()); err != nil {
			t.Fatal(err)
		}
		group, err = s.Fleet.Look(t.Context())
		if err != nil || group.Instances[0].Mark == nil || !group.Instances[0].Mark.At.Equal(another.At) {
			t.Errorf("afterwards %+v, %v", group, err)
		}
	})
}

// meanwhile does something before the first drain.
type meanwhile struct {
	*floor

	do func()
}

func (m *meanwhile) Drain(ctx context.Context, pool, id string) (spacelift.Worker, error) {
	if do := m.do; do != nil {
		m.do = nil
		do()
	}
	return m.floor.Drain(ctx, pool, id)
}

// A cooldown is noted on the group, once something has been scaled, and only if
// there is one.
func TestCooldownIsNoted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cooldown time.Duration
		pending  int
		want     string
	}{
		"scale out":                    {time.Minute, 4, "note " + marks.ScaledOut},
		"scale in":                     {time.Minute, 0, "note " + marks.ScaledIn},
		"scale out without a cooldown": {0, 4, "desire"},
		"scale in without a cooldown":  {0, 0, "terminate"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f, s := newFloor(t, func(l *scaling.Limits) { l.ScaleOutCooldown, l.ScaleInCooldown = c.cooldown, c.cooldown })
				f.pool.PendingRuns = c.pending
				if err := s.Poll(t.Context()); err != nil {
					t.Fatal(err)
				}
				if last := f.steps[len(f.steps)-1]; last != c.want {
					t.Errorf("the last step is %q, not %q", last, c.want)
				}
				before := len(f.steps)
				if err := s.Poll(t.Context()); err != nil {
					t.Fatal(err)
				}
				if again := slices.Contains(f.steps[before:], f.steps[before-1]); again && c.cooldown > 0 {
					t.Errorf("during the cooldown: %v", f.steps[before:])
				}
			})
		})
	}
}

// To finish what another invocation began is a scale in, too.
func TestCooldownAfterFinish(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, s := newFloor(t, func(l *scaling.Limits) { l.ScaleInCooldown = time.Hour })
		f.pool.Workers[0].Drained, f.pool.Workers[1].Busy = true, true
		mark := marks.Mark{At: time.Now().Add(-5 * time.Minute), Reason: marks.ScaleIn}
		if err := s.Fleet.Tag(t.Context(), f.pool.Workers[0].Metadata.InstanceID, marks.Drain, mark.String()); err != nil {
			t.Fatal(err)
		}
		f.steps = nil
		if err := s.Poll(t.Context()); err != nil {
			t.Fatal(err)
		}
		if want := []string{"pool", "mark scale in", "drain w-1", "terminate", "note " + marks.ScaledIn}; !slices.Equal(f.steps, want) {
			t.Errorf("steps %q, want %q", f.steps, want)
		}
	})
}

// A dry run decides and changes nothing.
func TestDryRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, s := newFloor(t)
		s.DryRun = true
		var log strings.Builder
		s.Log = slog.New(slog.NewJSONHandler(&log, nil))
		if err := s.Poll(t.Context()); err != nil || !slices.Equal(f.steps, []string{"pool"}) {
			t.Errorf("%v: %v", f.steps, err)
		}
		if !strings.Contains(log.String(), `"Verb":"remove"`) {
			t.Errorf("the line does not say what would be done: %s", log.String())
		}
	})
}

// Polls go on after one that failed, and the invocation fails at its end.
func TestRunGoesOnAfterAnError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, s := newFloor(t)
		f.fails["pool"] = true
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		begun := time.Now()
		err := s.Run(ctx)
		if want := "6 of 6 polls had errors"; err == nil || !strings.Contains(err.Error(), want) || !errors.Is(err, errBroken) {
			t.Errorf("Run: %v, without %q", err, want)
		}
		if took := time.Since(begun); took != 50*time.Second {
			t.Errorf("the last poll came after %s", took)
		}
	})
}

// A poll that has nothing to do costs one call of Spacelift and two of AWS.
func TestIdlePoll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, s := newFloor(t)
		for i := range f.pool.Workers {
			f.pool.Workers[i].Busy = true
		}
		var calls atomic.Int32
		s.Fleet.Scaling, s.Fleet.EC2 = countedScaling{f, &calls}, countedEC2{f, &calls}
		if err := s.Poll(t.Context()); err != nil || !slices.Equal(f.steps, []string{"pool"}) || calls.Load() != 2 {
			t.Errorf("%q, %d calls of AWS, %v", f.steps, calls.Load(), err)
		}
	})
}

type countedScaling struct {
	fleet.AutoScaling

	calls *atomic.Int32
}

func (c countedScaling) DescribeAutoScalingGroups(ctx context.Context, in *sdk.DescribeAutoScalingGroupsInput, o ...func(*sdk.Options)) (*sdk.DescribeAutoScalingGroupsOutput, error) {
	c.calls.Add(1)
	return c.AutoScaling.DescribeAutoScalingGroups(ctx, in, o...)
}

type countedEC2 struct {
	fleet.EC2

	calls *atomic.Int32
}

func (c countedEC2) DescribeInstances(ctx context.Context, in *ec2.DescribeInstancesInput, o ...func(*ec2.Options)) (*ec2.DescribeInstancesOutput, error) {
	c.calls.Add(1)
	return c.EC2.DescribeInstances(ctx, in, o...)
}
