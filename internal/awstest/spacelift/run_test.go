package spacelift

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

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

func TestWarnedWorkerFinishesItsRunAndTakesNoOther(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, w *world) {
		w.boot("i-1", "i-2")
		first := w.Queue(w.pool, time.Minute)
		w.Warn("i-1")
		w.Warn("i-2")
		second := w.Queue(w.pool, time.Minute)
		pass(2 * time.Minute)
		if a, b := w.run(first), w.run(second); a.State != Finished || b.State != Queued {
			t.Errorf("runs: %+v, %+v", a, b)
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
