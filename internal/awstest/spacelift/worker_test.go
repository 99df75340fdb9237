package spacelift

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	client "github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
)

func TestWorkerRegistersAfterItsInstanceBooted(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, w *world) {
		w.Behave(func(b *Behavior) { b.RegisterTime = time.Minute })
		start := time.Now()
		w.boot("i-1")
		pass(time.Minute - time.Second)
		if got := w.snapshot(); len(got.Workers) != 0 {
			t.Fatalf("registered early: %+v", got)
		}
		pass(2 * time.Second)
		since := start.Add(time.Minute).Truncate(time.Second)
		want := client.Pool{Workers: []client.Worker{{
			ID: w.Workers()[0].ID, CreatedAt: since, AvailableAt: &since,
			Metadata: client.Metadata{InstanceID: "i-1", GroupName: "group", AMIID: "ami-1"},
		}}}
		if diff := cmp.Diff(want, w.snapshot()); diff != "" {
			t.Error("(-want +got):\n" + diff)
		}
	})
}

func TestInstanceThatEndsBeforeItsWorkerRegisters(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, w *world) {
		w.Behave(func(b *Behavior) { b.RegisterTime = time.Minute })
		w.boot("i-1")
		w.Kill("i-1")
		pass(time.Hour)
		if got := w.Workers(); len(got) != 0 {
			t.Errorf("workers: %+v", got)
		}
	})
}

func TestWorkersThatNeverRegister(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, w *world) {
		w.Behave(func(b *Behavior) { b.NoRegister = 1 })
		w.boot("i-1", "i-2")
		w.Boot("01K0NOSUCHPOOL000000000000", Machine{InstanceID: "i-3"})
		pass(time.Hour)
		if got := w.Workers(); len(got) != 1 || got[0].InstanceID != "i-2" {
			t.Errorf("workers: %+v", got)
		}
	})
}

func TestDrainedWorkerGetsNoRuns(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, w *world) {
		w.boot("i-1")
		c, id := w.client(), w.Workers()[0].ID
		got, err := c.Drain(t.Context(), w.pool, id)
		if err != nil || !got.Drained || got.Busy {
			t.Fatalf("drain: %+v, %v", got, err)
		}
		run := w.Queue(w.pool, time.Minute)
		pass(time.Hour)
		if w.run(run).State != Queued || !w.snapshot().Workers[0].Drained {
			t.Errorf("a drained worker took a run: %+v", w.run(run))
		}
		if got, err = c.Undrain(t.Context(), w.pool, id); err != nil || got.Drained {
			t.Fatalf("undrain: %+v, %v", got, err)
		}
		if w.run(run).State != Running {
			t.Error("the undrained worker did not take the run")
		}
	})
}

func TestIdleWorkerGoesWithItsInstance(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, w *world) {
		w.boot("i-1")
		pass(time.Minute)
		w.Kill("i-1")
		if got := w.Figures(); len(w.Workers()) != 0 || len(got.CutShort) != 0 || got.Idle != time.Minute {
			t.Errorf("workers %+v, figures %+v", w.Workers(), got)
		}
	})
}

func TestCycleEndsIdleWorkersAtOnceAndBusyOnesAfterTheirRun(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, w *world) {
		var mu sync.Mutex
		var list []string
		w.OnPowerOff(func(instance string) {
			mu.Lock()
			list = append(list, instance)
			mu.Unlock()
			w.Kill(instance)
		})
		off := func() []string {
			mu.Lock()
			defer mu.Unlock()
			return slices.Clone(list)
		}
		w.Behave(func(b *Behavior) { b.CycleTime = 10 * time.Second })
		w.boot("i-1", "i-2")
		w.Queue(w.pool, time.Minute)
		if err := w.client().Cycle(t.Context(), w.pool); err != nil {
			t.Fatal(err)
		}
		late := w.Queue(w.pool, time.Minute)
		pass(10 * time.Second)
		if diff := cmp.Diff([]string{"i-2"}, off()); diff != "" {
			t.Error("powered off (-want +got):\n" + diff)
		}
		pass(time.Minute)
		if diff := cmp.Diff([]string{"i-2", "i-1"}, off()); diff != "" {
			t.Error("powered off (-want +got):\n" + diff)
		}
		if got := w.Figures(); got.Finished != 1 || len(got.CutShort) != 0 || w.run(late).State != Queued || len(w.Workers()) != 0 {
			t.Errorf("figures %+v, workers %+v", got, w.Workers())
		}
	})
}

func TestGhosts(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, w *world) {
		w.Behave(func(b *Behavior) { b.Metadata = func(Machine) string { return "{" } })
		w.boot("i-1")
		w.Ghost(w.pool, `{"instance_id":"i-gone","asg_id":"other"}`)
		w.Queue(w.pool, time.Hour)
		run := w.Queue(w.pool, time.Hour)
		got := w.snapshot().Workers
		if len(got) != 2 || got[0].Metadata != (client.Metadata{}) || got[1].Metadata.GroupName != "other" || got[1].Busy || w.run(run).State != Queued {
			t.Errorf("workers: %+v", got)
		}
	})
}

func TestDrainedByAPerson(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, w *world) {
		w.boot("i-1")
		if err := w.Drain(w.workerOn("i-1").ID, true); err != nil {
			t.Fatal(err)
		}
		if !w.snapshot().Workers[0].Drained {
			t.Error("not drained")
		}
		if w.Drain("W", true) == nil {
			t.Error("drained a worker that is not there")
		}
	})
}
