package scenario

import (
	"context"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/smithy-go"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/spacelift"
)

// A run that comes between the decision and the drain keeps its worker.
func TestRunBetweenDecisionAndDrain(t *testing.T) {
	t.Parallel()
	for name, sneak := range map[string]func(*world){
		"into the drain": func(w *world) {
			w.account.Behave(func(b *spacelift.Behavior) { b.SneakRuns, b.SneakTime = 3, 5*time.Minute })
		},
		"just before it": func(w *world) {
			var runs atomic.Int32
			w.account.Behave(func(b *spacelift.Behavior) {
				b.Before = func(operation string) {
					if operation == "workerDrainSet" && runs.Add(1) <= 3 {
						w.account.Queue(w.pool, 5*time.Minute)
					}
				}
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, func(s *settings) { s.desired, s.scaling.MaxTerminate = 4, 4 }, func(w *world) {
				w.warmUp(func() { sneak(w) })
				w.until(2*time.Minute, "runs have come in between", func() bool { return len(w.account.Runs()) == 3 })
				w.pass(time.Minute)
				for _, run := range w.account.Runs() {
					if run.InstanceID == "" { // it came when no worker was left to take it
						continue
					}
					if w.stateOf(run.InstanceID) != "InService" || w.workerOn(run.InstanceID).Drained {
						w.Errorf("instance %s got a run, and is on its way out: %s", run.InstanceID, w)
					}
				}
				w.served(10 * time.Minute)
				w.calm(0, 5*time.Minute)
			})
		})
	}
}

// kills are the steps at which a process dies.
var kills = map[string]struct {
	operation string
	needed    bool // a run comes after the kill
	deadline  bool // instead of a kill the invocation's context ends
}{
	"between mark and drain":                {"workerDrainSet", false, false},
	"between drain and terminate":           {"TerminateInstanceInAutoScalingGroup", false, false},
	"between drain and terminate, needed":   {"TerminateInstanceInAutoScalingGroup", true, false},
	"between drain and terminate, deadline": {"TerminateInstanceInAutoScalingGroup", true, true},
	"before the mark":                       {"CreateTags", false, false},
	"between drained and the hook's end":    {"CompleteLifecycleAction", false, false},
	"between two heartbeats of a busy one":  {"RecordLifecycleActionHeartbeat", true, false},
}

// A process that dies at any step leaves nothing that the next does not put right.
func TestKilledAtAStep(t *testing.T) {
	t.Parallel()
	for name, c := range kills {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, func(s *settings) { s.desired, s.max, s.scaling.MinIdle, s.faulty = 3, 3, 1, c.deadline }, func(w *world) {
				var killed atomic.Int32
				w.strike(func(p *process, operation string) error {
					if operation != c.operation || killed.Add(1) > 2 {
						return nil
					}
					if c.deadline {
						p.cancel()
						return context.DeadlineExceeded
					}
					p.kill()
					return errKilled
				})
				w.warmUp()
				if c.operation == "RecordLifecycleActionHeartbeat" {
					w.queue(1, 20*time.Minute)
					w.end(w.busyInstance())
				}
				w.until(5*time.Minute, "a process is killed", func() bool { return killed.Load() > 0 })
				if c.needed {
					w.queue(3, 10*time.Minute)
					w.until(8*time.Minute, "all three are at work", func() bool { return w.account.Figures().Queued == 0 })
				}
				w.served(25 * time.Minute)
				w.calm(1, 15*time.Minute)
			})
		})
	}
}

// throttle answers a share of the calls of AWS with an error of the kind that the
// SDK repeats.
func throttle(share float64) fault {
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same on every run
	var busy atomic.Bool
	return func(_ *process, operation string) error {
		for !busy.CompareAndSwap(false, true) {
		}
		defer busy.Store(false)
		if strings.HasPrefix(operation, "worker") || operation == "apiKeyUser" || random.Float64() >= share {
			return nil
		}
		return &smithy.GenericAPIError{Code: "Throttling", Message: "Rate exceeded", Fault: smithy.FaultClient}
	}
}

func TestAWSThrottlesThreeCallsInTen(t *testing.T) {
	t.Parallel()
	play(t, func(s *settings) {
		s.max, s.scaling.MaxCreate, s.scaling.MaxTerminate = 20, 20, 5
		s.faulty = true // what the deadline cuts off is an error
	}, func(w *world) {
		w.strike(throttle(0.3))
		w.pass(time.Minute)
		w.queue(10, 20*time.Minute)
		w.until(5*time.Minute, "all are at work", func() bool { return w.busy() == 10 })
		w.end(w.busyInstance())
		w.served(30 * time.Minute)
		w.waitsAtMost(bootWait + time.Minute)
		w.calm(0, 15*time.Minute)
	})
}

// Two of each function at the same time, with answers that take their time.
func TestOverlappingInvocations(t *testing.T) {
	t.Parallel()
	for name, skews := range map[string][]time.Duration{
		"same clock":     nil,
		"a minute ahead": {time.Minute, 0},
		"a minute late":  {-time.Minute, 0},
		"two apart":      {-time.Minute, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, func(s *settings) {
				s.copies, s.skews, s.max, s.desired = 2, skews, 12, 6
				s.scaling.MaxCreate, s.scaling.MaxTerminate, s.scaling.MinIdle = 4, 3, 1
			}, func(w *world) {
				w.account.Behave(func(b *spacelift.Behavior) { b.Latency = 300 * time.Millisecond })
				w.warmUp()
				w.each(2*time.Minute, 12, 7*time.Minute)
				w.pass(10 * time.Minute)
				w.end(w.busyInstance())
				w.pass(10 * time.Minute)
				w.end(w.busyInstance())
				w.pass(5 * time.Minute)
				w.served(20 * time.Minute)
				w.calm(1, 20*time.Minute)
			})
		})
	}
}

// What one invocation is removing, another does not take for there, nor remove
// somebody else instead: nothing has to be launched again.
func TestOverlappingRemovals(t *testing.T) {
	t.Parallel()
	for name, slow := range map[string]string{"slow drains": "workerDrainSet", "slow terminations": "TerminateInstanceInAutoScalingGroup"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, func(s *settings) {
				s.copies, s.desired, s.scaling.MinIdle = 2, 6, 3
				s.skews = []time.Duration{-time.Minute} // marks look as if nobody went on with them
			}, func(w *world) {
				w.strike(func(_ *process, operation string) error {
					if operation == slow {
						w.wait(2 * copyDelay)
					}
					return nil
				})
				w.warmUp()
				w.calm(3, 5*time.Minute)
				if got := len(w.machines("")); got != 6 {
					w.Errorf("%d instances have been launched, want the first six", got)
				}
			})
		})
	}
}
