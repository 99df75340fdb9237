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

func TestRunsWaitForWorkers(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, w *world) {
		first, second := w.Queue(w.pool, time.Minute), w.Queue(w.pool, time.Minute)
		pass(10 * time.Second)
		if got := w.snapshot().PendingRuns; got != 2 {
			t.Errorf("%d pending runs, want 2", got)
		}
		w.boot("i-1")
		if got := w.snapshot(); got.PendingRuns != 1 || !got.Workers[0].Busy || got.Workers[0].AvailableAt != nil {
			t.Errorf("one worker, two runs: %+v", got)
		}
		pass(time.Minute)
		if a, b := w.run(first), w.run(second); a.State != Finished || b.State != Running || !b.StartedAt.Equal(a.EndedAt) {
			t.Errorf("after a minute: %+v, %+v", a, b)
		}
		pass(time.Minute)
		idle := w.snapshot()
		if got := idle.Workers[0]; got.Busy || idle.PendingRuns != 0 || time.Since(*got.AvailableAt) > time.Second {
			t.Errorf("after both: %+v", idle)
		}
		want := Figures{Finished: 2, Waits: []time.Duration{10 * time.Second, 70 * time.Second}, Busy: 2 * time.Minute}
		if diff := cmp.Diff(want, w.Figures()); diff != "" {
			t.Error("figures (-want +got):\n" + diff)
		}
	})
}

func TestRunGoesToTheWorkerIdleLongest(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, w *world) {
		w.boot("i-1")
		w.Queue(w.pool, time.Hour)
		pass(time.Second)
		w.boot("i-2")
		pass(time.Second)
		w.boot("i-3")
		if got := w.run(w.Queue(w.pool, time.Hour)); got.InstanceID != "i-2" {
			t.Errorf("runs on %s, want i-2", got.InstanceID)
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

func TestDrainedBusyWorkerFinishesItsRun(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, w *world) {
		w.boot("i-1")
		run := w.Queue(w.pool, time.Minute)
		got, err := w.client().Drain(t.Context(), w.pool, w.Workers()[0].ID)
		if err != nil || !got.Busy {
			t.Fatalf("drain: %+v, %v", got, err)
		}
		pass(time.Minute)
		if w.run(run).State != Finished || w.snapshot().Workers[0].Busy {
			t.Errorf("after its time: %+v", w.run(run))
		}
	})
}

func TestRunTakenBetweenTwoCalls(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, w *world) {
		w.Behave(func(b *Behavior) { b.SneakRuns, b.SneakTime = 1, time.Minute })
		w.boot("i-1")
		if w.snapshot().Workers[0].Busy {
			t.Fatal("busy before the drain")
		}
		got, err := w.client().Drain(t.Context(), w.pool, w.Workers()[0].ID)
		if err != nil || !got.Busy {
			t.Errorf("drain: %+v, %v", got, err)
		}
		pass(time.Minute)
		if got := w.Figures(); got.Finished != 1 || got.Queued != 0 {
			t.Errorf("figures: %+v", got)
		}
	})
}

func TestRunIsCutShortWithItsInstance(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, w *world) {
		w.Behave(func(b *Behavior) { b.MissTime = time.Minute })
		w.boot("i-1", "i-2")
		run := w.Queue(w.pool, time.Hour)
		pass(time.Minute)
		w.Kill("i-1")
		w.Kill("i-2")
		got := w.run(run)
		if got.State != CutShort || got.InstanceID != "i-1" || got.WorkerID == "" || !got.EndedAt.Equal(time.Now()) {
			t.Errorf("run: %+v", got)
		}
		if diff := cmp.Diff([]Run{got}, w.Figures().CutShort); diff != "" {
			t.Error("cut short (-want +got):\n" + diff)
		}
		if workers := w.snapshot().Workers; len(workers) != 2 || !workers[0].Busy {
			t.Errorf("Spacelift cannot know yet: %+v", workers)
		}
		if late := w.Queue(w.pool, time.Minute); w.run(late).State != Queued {
			t.Error("a worker without an instance took a run")
		}
		pass(time.Minute)
		if workers := w.Workers(); len(workers) != 0 {
			t.Errorf("workers after MissTime: %+v", workers)
		}
		if got := w.Figures(); got.Idle != time.Minute || got.Busy != time.Minute {
			t.Errorf("idle %s, busy %s, want a minute each", got.Idle, got.Busy)
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

// A clock that leaps finds what an hour of ticks would have made.
func TestLeap(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_700_000_000, 0)
	s := New(func() time.Time { return now })
	s.Behave(func(b *Behavior) { b.RegisterTime = time.Minute })
	pool := s.AddPool("01K0P00000000000000000000A")
	for range 3 {
		s.Queue(pool, 10*time.Minute)
	}
	s.Boot(pool, Machine{InstanceID: "i-1"})
	if next, ok := s.Next(); !ok || !next.Equal(now.Add(time.Minute)) {
		t.Errorf("next event at %s", next)
	}
	now = now.Add(time.Hour)
	want := Figures{
		Finished: 3, Waits: []time.Duration{time.Minute, 11 * time.Minute, 21 * time.Minute},
		Idle: 29 * time.Minute, Busy: 30 * time.Minute,
	}
	if diff := cmp.Diff(want, s.Figures()); diff != "" {
		t.Error("(-want +got):\n" + diff)
	}
	if _, ok := s.Next(); ok {
		t.Error("something is due still")
	}
}
