package draining_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/autoscaling"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/draining"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/fleet"
)

// exit is a group with one instance, whose worker is w, that has a termination
// hook. It notes what is asked for, and fails what it is told to.
type exit struct {
	*sdk.Client
	*autoscaling.Fleet

	mu     sync.Mutex
	worker spacelift.Worker
	steps  []string
	fails  map[string]bool // by step
}

var errBroken = errors.New("broken on purpose")

func (e *exit) step(name string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.steps = append(e.steps, name)
	if e.fails[name] {
		return errBroken
	}
	return nil
}

// take returns the steps since the last take.
func (e *exit) take() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	steps := strings.Join(e.steps, ", ")
	e.steps = nil
	return steps
}

func (e *exit) Pool(context.Context, string) (spacelift.Pool, error) {
	return spacelift.Pool{Workers: []spacelift.Worker{e.worker}}, e.step("pool")
}

func (e *exit) Drain(context.Context, string, string) (spacelift.Worker, error) {
	if err := e.step("drain"); err != nil {
		return spacelift.Worker{}, err
	}
	e.worker.Drained = true
	return e.worker, nil
}

func (e *exit) CreateTags(ctx context.Context, in *ec2.CreateTagsInput, _ ...func(*ec2.Options)) (*ec2.CreateTagsOutput, error) {
	if err := e.step("mark"); err != nil {
		return nil, err
	}
	return e.Fleet.CreateTags(ctx, in)
}

func (e *exit) DeleteTags(ctx context.Context, in *ec2.DeleteTagsInput, _ ...func(*ec2.Options)) (*ec2.DeleteTagsOutput, error) {
	if err := e.step("unmark"); err != nil {
		return nil, err
	}
	return e.Fleet.DeleteTags(ctx, in)
}

func (e *exit) RecordLifecycleActionHeartbeat(ctx context.Context, in *sdk.RecordLifecycleActionHeartbeatInput, _ ...func(*sdk.Options)) (*sdk.RecordLifecycleActionHeartbeatOutput, error) {
	if err := e.step("heartbeat"); err != nil {
		return nil, err
	}
	return e.Client.RecordLifecycleActionHeartbeat(ctx, in)
}

func (e *exit) CompleteLifecycleAction(ctx context.Context, in *sdk.CompleteLifecycleActionInput, _ ...func(*sdk.Options)) (*sdk.CompleteLifecycleActionOutput, error) {
	if err := e.step(*in.LifecycleActionResult); err != nil {
		return nil, err
	}
	return e.Client.CompleteLifecycleAction(ctx, in)
}

func (e *exit) TerminateInstanceInAutoScalingGroup(ctx context.Context, in *sdk.TerminateInstanceInAutoScalingGroupInput, _ ...func(*sdk.Options)) (*sdk.TerminateInstanceInAutoScalingGroupOutput, error) {
	if err := e.step("terminate"); err != nil {
		return nil, err
	}
	return e.Client.TerminateInstanceInAutoScalingGroup(ctx, in)
}

// leave makes an exit whose instance waits for the hook, and its manager.
func leave(t *testing.T, worker spacelift.Worker) (*exit, *draining.Manager) {
	t.Helper()
	groups, machines, err := autoscaling.NewLocalGroup(time.Now, 1, func(in *sdk.CreateAutoScalingGroupInput) {
		in.MaxSize = aws.Int32(5)
		in.LifecycleHookSpecificationList = []types.LifecycleHookSpecification{{
			LifecycleHookName: aws.String("hook"), LifecycleTransition: aws.String("autoscaling:EC2_INSTANCE_TERMINATING"), HeartbeatTimeout: aws.Int32(300),
		}}
		in.InstanceLifecyclePolicy = &types.InstanceLifecyclePolicy{RetentionTriggers: &types.RetentionTriggers{TerminateHookAbandon: types.RetentionActionRetain}}
	})
	if err != nil {
		t.Fatal(err)
	}
	e := &exit{Client: groups.Client(), Fleet: machines, worker: worker, fails: map[string]bool{}}
	m := &draining.Manager{
		Pool: e, Fleet: &fleet.Fleet{Scaling: e, EC2: e, Group: "group"}, PoolID: "01HXYZABCDEFGHJKMNPQRSTVWX", Hook: "hook",
		Limits: draining.Limits{DrainTimeout: time.Hour}, Interval: 10 * time.Second, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	group, err := m.Fleet.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	e.worker.ID, e.worker.Metadata.InstanceID = "w", group.Instances[0].ID
	if err := m.Fleet.Terminate(t.Context(), group.Instances[0].ID, true); err != nil {
		t.Fatal(err)
	}
	e.take()
	return e, m
}

var schedule = json.RawMessage(`{"detail-type":"Scheduled Event"}`)

// invoke calls the manager as Lambda does, with a minute of time.
func invoke(t *testing.T, m *draining.Manager, event json.RawMessage) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	return m.Handle(ctx, event)
}

func TestSweep(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		worker spacelift.Worker
		fails  string
		want   string // of the first sweep
		next   string // of the second
	}{
		"an idle worker":          {spacelift.Worker{}, "", "pool, mark, drain, CONTINUE", ""},
		"a busy one":              {spacelift.Worker{Busy: true}, "", "pool, mark, drain, heartbeat", "pool, heartbeat"},
		"one drained by a person": {spacelift.Worker{Busy: true, Drained: true}, "", "pool, mark, heartbeat", "pool, heartbeat"},
		"Spacelift is down":       {spacelift.Worker{}, "pool", "pool, heartbeat", "pool, heartbeat"},
		"the mark fails":          {spacelift.Worker{}, "mark", "pool, mark, heartbeat", "pool, mark, heartbeat"},
		"the drain fails":         {spacelift.Worker{}, "drain", "pool, mark, drain, heartbeat", "pool, drain, heartbeat"},
		"the completion fails":    {spacelift.Worker{}, "CONTINUE", "pool, mark, drain, CONTINUE, heartbeat", "pool, drain, CONTINUE, heartbeat"},
		"the heartbeat fails":     {spacelift.Worker{Busy: true}, "heartbeat", "pool, mark, drain, heartbeat", "pool, heartbeat"},
		"the worker is not there": {spacelift.Worker{Metadata: spacelift.Metadata{GroupName: "none"}}, "", "pool, mark, mark, heartbeat", "pool, heartbeat"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				e, m := leave(t, c.worker)
				if c.worker.Metadata.GroupName == "none" {
					e.worker.Metadata.InstanceID = "i-another"
				}
				e.fails[c.fails] = true
				for _, want := range []string{c.want, c.next} {
					waiting, err := m.Sweep(t.Context(), map[string]bool{})
					if diff := cmp.Diff(want, e.take()); diff != "" {
						t.Errorf("steps (-want +got):\n%s", diff)
					}
					if failed := err != nil; failed != (c.fails != "") {
						t.Errorf("Sweep: %v", err)
					}
					if ends := strings.HasSuffix(want, "CONTINUE") || want == ""; waiting == ends {
						t.Errorf("waiting = %t after %q", waiting, want)
					}
				}
			})
		})
	}
}

// A scheduled invocation sweeps while something waits, with one heartbeat; one that
// a message woke sweeps once.
func TestHandle(t *testing.T) {
	t.Parallel()
	message := json.RawMessage(`{"Records":[{"messageId":"m","eventSource":"aws:sqs","body":"nobody reads this"}]}`)
	for name, c := range map[string]struct {
		event json.RawMessage
		busy  bool
		want  string
	}{
		"a schedule, a busy worker":  {schedule, true, "pool, mark, drain, heartbeat, pool, pool, pool, pool, pool"},
		"a schedule, an idle worker": {schedule, false, "pool, mark, drain, CONTINUE"},
		"a message, a busy worker":   {message, true, "pool, mark, drain, heartbeat"},
		"nonsense, an idle worker":   {json.RawMessage(`nonsense`), false, "pool, mark, drain, CONTINUE"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				e, m := leave(t, spacelift.Worker{Busy: c.busy})
				if err := invoke(t, m, c.event); err != nil {
					t.Error(err)
				}
				if diff := cmp.Diff(c.want, e.take()); diff != "" {
					t.Errorf("steps (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// A heartbeat that failed is sent again by the next sweep of the same invocation.
func TestHeartbeatIsRepeated(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e, m := leave(t, spacelift.Worker{Busy: true})
		beaten := map[string]bool{}
		e.fails["heartbeat"] = true
		_, _ = m.Sweep(t.Context(), beaten)
		e.fails["heartbeat"] = false
		e.take()
		for _, want := range []string{"pool, heartbeat", "pool"} {
			if _, err := m.Sweep(t.Context(), beaten); err != nil {
				t.Error(err)
			}
			if got := e.take(); got != want {
				t.Errorf("steps: %s, want %s", got, want)
			}
		}
	})
}

// An error fails a scheduled invocation, after all its sweeps, and no batch of
// messages.
func TestHandleFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e, m := leave(t, spacelift.Worker{})
		e.fails["pool"] = true
		if err := invoke(t, m, json.RawMessage(`{"Records":[{"messageId":"m","body":"{}"}]}`)); err != nil {
			t.Errorf("a batch failed: %v", err)
		}
		err := invoke(t, m, schedule)
		if want := "6 of 6 sweeps had errors"; err == nil || !strings.Contains(err.Error(), want) || !errors.Is(err, errBroken) {
			t.Errorf("Handle: %v, without %q", err, want)
		}
	})
}

// Nothing waits, and nothing is retained: one call of AWS, none of Spacelift.
func TestIdleSweepAsksSpaceliftNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e, m := leave(t, spacelift.Worker{})
		if err := invoke(t, m, schedule); err != nil {
			t.Fatal(err)
		}
		e.take()
		calls := 0
		m.Fleet.Scaling = counted{e, &calls}
		if err := invoke(t, m, schedule); err != nil || e.take() != "" || calls != 1 {
			t.Errorf("%d calls of Auto Scaling, %v", calls, err)
		}
	})
}

type counted struct {
	fleet.AutoScaling

	calls *int
}

func (c counted) DescribeAutoScalingGroups(ctx context.Context, in *sdk.DescribeAutoScalingGroupsInput, o ...func(*sdk.Options)) (*sdk.DescribeAutoScalingGroupsOutput, error) {
	*c.calls++
	return c.AutoScaling.DescribeAutoScalingGroups(ctx, in, o...)
}

// The longest drain timeout that the provider takes, two minutes less than what AWS grants, is
// over before AWS retains the instance, although it counts from the first look.
func TestLongestDrainTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const granted = 100 * 300 * time.Second
		e, m := leave(t, spacelift.Worker{Busy: true})
		m.Limits.DrainTimeout = granted - 2*time.Minute
		time.Sleep(time.Minute) //nolint:forbidigo // in a bubble of synctest
		pass(t, m, granted)
		if got := e.take(); !strings.HasSuffix(got, "pool, CONTINUE") {
			t.Errorf("the last steps are %s", got[max(0, len(got)-100):])
		}
	})
}

// What was not seen is not reported as none: that would end an alarm.
func TestFailedLookCountsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, m := leave(t, spacelift.Worker{Busy: true})
		var lines strings.Builder
		m.Log = slog.New(slog.NewJSONHandler(&lines, nil))
		sweep := func(group string) string {
			lines.Reset()
			m.Fleet.Group = group
			_, _ = m.Sweep(t.Context(), map[string]bool{}) // what it returns is looked at elsewhere
			return lines.String()
		}
		for group, seen := range map[string]bool{"group": true, "none": false} {
			line := sweep(group)
			for metric, counted := range map[string]bool{"SweepErrors": true, "WaitingInstances": seen, "RetainedInstances": seen} {
				if strings.Contains(line, metric) != counted {
					t.Errorf("group %s: %s is reported: %t\n%s", group, metric, !counted, line)
				}
			}
		}
	})
}

// A worker that is busy at the drain timeout ends with its run, or is retained. A
// retained one ends once it is idle, through the hook and with a new mark.
func TestDrainTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e, m := leave(t, spacelift.Worker{Busy: true})
		m.Limits.Retain = true
		pass(t, m, time.Hour)
		e.take()
		pass(t, m, time.Minute)
		if got := e.take(); got != "pool, ABANDON" {
			t.Errorf("at the drain timeout: %s", got)
		}
		pass(t, m, time.Hour)
		if got := e.take(); strings.Contains(got, "terminate") {
			t.Errorf("while it is busy: %s", got)
		}
		e.worker.Busy = false
		pass(t, m, time.Minute)
		if got := e.take(); got != "pool, drain, mark, terminate" {
			t.Errorf("once it is idle: %s", got)
		}
		pass(t, m, time.Minute)
		if got := e.take(); got != "pool, drain, CONTINUE" {
			t.Errorf("in the end: %s", got)
		}
	})
}

// Nobody waits for a machine that somebody has ended, though its worker is still
// shown with a run, and though EC2 takes no tags for it.
func TestMachineThatHasEnded(t *testing.T) {
	t.Parallel()
	for name, retained := range map[string]bool{"waiting": false, "retained": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				e, m := leave(t, spacelift.Worker{Busy: true})
				want := "pool, CONTINUE"
				if retained {
					m.Limits.Retain, want = true, "pool, terminate"
					pass(t, m, time.Hour+2*time.Minute)
				}
				if err := e.Terminate([]string{e.worker.Metadata.InstanceID}); err != nil {
					t.Fatal(err)
				}
				e.fails["mark"] = true
				e.take()
				if _, err := m.Sweep(t.Context(), map[string]bool{}); err != nil {
					t.Error(err)
				}
				if got := e.take(); got != want {
					t.Errorf("steps: %s, want %s", got, want)
				}
			})
		})
	}
}

// A worker that was given back, and has a run by now, keeps its retained instance.
func TestRetainedInstanceThatGetsARun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e, m := leave(t, spacelift.Worker{Busy: true})
		m.Limits.Retain = true
		pass(t, m, time.Hour+2*time.Minute) // it is retained
		e.worker.Busy = false
		e.take()
		m.Pool = refilled{e}
		pass(t, m, time.Minute)
		if got := e.take(); got != "pool, drain" {
			t.Errorf("steps: %s", got)
		}
	})
}

// refilled is a Spacelift that has given the worker a run since it was looked at.
type refilled struct{ *exit }

func (r refilled) Drain(ctx context.Context, pool, id string) (spacelift.Worker, error) {
	drained, err := r.exit.Drain(ctx, pool, id)
	drained.Busy = true
	return drained, err
}

// A worker that cannot be drained is treated like a busy one at the drain timeout.
func TestDrainTimeoutWithoutADrain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e, m := leave(t, spacelift.Worker{})
		e.fails["drain"] = true
		pass(t, m, time.Hour)
		e.take()
		pass(t, m, time.Minute)
		if got := e.take(); got != "pool, drain, CONTINUE" {
			t.Errorf("at the drain timeout: %s", got)
		}
	})
}

// pass sweeps once a minute for d.
func pass(t *testing.T, m *draining.Manager, d time.Duration) {
	t.Helper()
	for ; d > 0; d -= time.Minute {
		_, _ = m.Sweep(t.Context(), map[string]bool{})
		time.Sleep(time.Minute) //nolint:forbidigo // in a bubble of synctest
	}
}
