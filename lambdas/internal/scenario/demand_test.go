package scenario

import (
	"math"
	"testing"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/autoscaling"
)

// bootWait is what a run waits for at most that finds no idle worker: a boot,
// and a look.
const bootWait = 3 * time.Minute

// A burst is answered by the poll that sees it, and once.
func TestBurstOnAnEmptyPool(t *testing.T) {
	t.Parallel()
	play(t, func(s *settings) { s.max, s.scaling.MaxCreate, s.scaling.MaxTerminate = 50, 50, 10 }, func(w *world) {
		w.pass(90 * time.Second)
		w.queue(50, 8*time.Minute)
		w.until(w.settings.interval, "50 instances are asked for", func() bool { return w.desired() == 50 })
		w.served(12 * time.Minute)
		if got := len(w.machines("")); got != 50 {
			w.Errorf("%d instances for 50 runs", got)
		}
		w.waitsAtMost(bootWait)
		w.calm(0, 15*time.Minute)
	})
}

func TestTrickle(t *testing.T) {
	t.Parallel()
	play(t, func(*settings) {}, func(w *world) {
		const runs = 20
		w.each(6*time.Minute, runs, 2*time.Minute)
		w.pass(runs * 6 * time.Minute)
		w.waitsAtMost(bootWait)
		if f := w.account.Figures(); f.Finished != runs || f.Idle > runs*30*time.Second {
			w.Errorf("%d runs done, workers idle for %s", f.Finished, f.Idle)
		}
		w.calm(0, time.Minute)
	})
}

// A day in four hours: from nothing to a run every minute and back.
func TestDailyWave(t *testing.T) {
	t.Parallel()
	play(t, func(s *settings) { s.max, s.scaling.MaxCreate, s.scaling.ScaleDownDelay = 20, 5, 3*time.Minute }, func(w *world) {
		const day = 4 * time.Hour
		load := 0.0
		for minute := range int(day.Minutes()) {
			load += (1 - math.Cos(2*math.Pi*float64(minute)/day.Minutes())) / 2
			w.queue(int(load), 6*time.Minute)
			load -= math.Floor(load)
			w.pass(time.Minute)
		}
		w.served(10 * time.Minute)
		w.waitsAtMost(bootWait)
		f := w.account.Figures()
		if f.Finished < 115 || f.Idle > f.Busy {
			w.Errorf("%d runs done, workers idle for %s and busy for %s", f.Finished, f.Idle, f.Busy)
		}
		w.calm(0, 10*time.Minute)
	})
}

func TestScaleInToMinIdleWorkers(t *testing.T) {
	t.Parallel()
	play(t, func(s *settings) { s.desired, s.scaling.MinIdle = 8, 2 }, func(w *world) {
		w.queue(3, 40*time.Minute)
		w.until(20*time.Minute, "two are idle beside three busy", func() bool { return w.busy() == 3 && w.ready() == 2 && w.desired() == 5 })
		w.pass(settleTime)
		if w.desired() != 5 {
			w.Errorf("desired capacity %d with three busy", w.desired())
		}
		w.served(time.Hour)
		w.calm(2, 10*time.Minute)
	})
}

func TestScaleDownDelayAndCooldowns(t *testing.T) {
	t.Parallel()
	play(t, func(s *settings) {
		s.scaling.ScaleDownDelay, s.scaling.ScaleInCooldown, s.scaling.ScaleOutCooldown = 15*time.Minute, 4*time.Minute, 5*time.Minute
	}, func(w *world) {
		w.queue(3, 20*time.Minute)
		w.served(time.Hour)
		w.calm(0, time.Hour)
		starts, leaves := w.eventsOf(autoscaling.Booted), w.eventsOf(autoscaling.Leaving)
		if len(starts) != 3 || len(leaves) != 3 {
			w.Fatalf("%d instances have come and %d have gone, want three", len(starts), len(leaves))
		}
		for i := 1; i < 3; i++ {
			out, in := starts[i].LaunchTime.Sub(starts[i-1].LaunchTime), leaves[i].At.Sub(leaves[i-1].At)
			if out < 5*time.Minute || in < 4*time.Minute {
				w.Errorf("scale outs are %s apart, scale ins %s", out, in)
			}
		}
		for _, run := range w.account.Runs() {
			for _, leave := range leaves {
				if idle := leave.At.Sub(run.EndedAt); leave.InstanceID == run.InstanceID && (idle < 15*time.Minute || idle > 24*time.Minute) {
					w.Errorf("a worker has gone after %s without a run", idle)
				}
			}
		}
	})
}

func TestTargetUtilization(t *testing.T) {
	t.Parallel()
	play(t, func(s *settings) { s.max, s.scaling.TargetUtilization, s.scaling.MaxCreate = 20, 50, 20 }, func(w *world) {
		w.pass(time.Minute)
		w.queue(4, 30*time.Minute)
		w.until(4*time.Minute, "half of the workers are busy", func() bool { return w.busy() == 4 && w.ready() == 4 })
		w.pass(10 * time.Minute)
		if w.desired() != 8 {
			w.Errorf("desired capacity %d for four busy workers", w.desired())
		}
		w.queue(4, 10*time.Minute)
		if w.busy() != 8 {
			w.Errorf("%d of 8 workers are busy: some run waits beside an idle worker", w.busy())
		}
		w.served(time.Hour)
		w.calm(0, 10*time.Minute)
	})
}
