package stack

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func on(instance, group string) spacelift.Worker {
	return spacelift.Worker{ID: "on-" + instance, Metadata: spacelift.Metadata{InstanceID: instance, GroupName: group}}
}

func busy(w spacelift.Worker) spacelift.Worker    { w.Busy = true; return w }
func drained(w spacelift.Worker) spacelift.Worker { w.Drained = true; return w }

func ids(workers []spacelift.Worker) (all []string) {
	for _, worker := range workers {
		all = append(all, worker.ID)
	}
	return all
}

func TestNextDrain(t *testing.T) {
	t.Parallel()
	type step struct{ drain, busy, booting []string }
	for name, test := range map[string]struct {
		workers []spacelift.Worker
		states  map[string]string        // instance → lifecycle state; InService unless said
		ages    map[string]time.Duration // of instances without a worker
		want    step
	}{
		"nobody is left":           {workers: []spacelift.Worker{drained(on("a", "g")), drained(on("b", "g"))}},
		"idle and busy":            {workers: []spacelift.Worker{on("a", "g"), busy(on("b", "g"))}, want: step{drain: []string{"on-a", "on-b"}}},
		"drained and busy":         {workers: []spacelift.Worker{drained(on("a", "g")), drained(busy(on("b", "g")))}, want: step{busy: []string{"on-b"}}},
		"of another group":         {workers: []spacelift.Worker{busy(on("z", "other")), drained(on("a", "g")), drained(on("b", "g"))}},
		"of another region":        {workers: []spacelift.Worker{busy(on("z", "g")), drained(on("a", "g")), drained(on("b", "g"))}},
		"that tells no group":      {workers: []spacelift.Worker{busy(on("a", "")), drained(busy(on("b", "")))}, want: step{drain: []string{"on-a"}, busy: []string{"on-b"}}},
		"that was moved here":      {workers: []spacelift.Worker{busy(on("a", "other")), drained(on("b", "g"))}, want: step{drain: []string{"on-a"}}},
		"without metadata":         {workers: []spacelift.Worker{busy(on("", "")), drained(on("a", "g")), drained(on("b", "g"))}},
		"two on one instance":      {workers: []spacelift.Worker{drained(on("a", "g")), busy(on("a", "g")), drained(on("b", "g"))}, want: step{drain: []string{"on-a"}}},
		"one that boots":           {workers: []spacelift.Worker{drained(on("a", "g"))}, ages: map[string]time.Duration{"b": time.Minute}, want: step{booting: []string{"b"}}},
		"boots slowly":             {workers: []spacelift.Worker{drained(on("a", "g"))}, ages: map[string]time.Duration{"b": 5*time.Minute - 1}, want: step{booting: []string{"b"}}},
		"boots for too long":       {workers: []spacelift.Worker{drained(on("a", "g"))}, ages: map[string]time.Duration{"b": 5 * time.Minute}},
		"on its way out":           {workers: []spacelift.Worker{drained(on("a", "g"))}, ages: map[string]time.Duration{"b": time.Minute}, states: map[string]string{"b": "Terminating:Wait"}},
		"run on one that goes":     {workers: []spacelift.Worker{drained(busy(on("a", "g"))), drained(on("b", "g"))}, states: map[string]string{"a": "Terminating:Wait"}, want: step{busy: []string{"on-a"}}},
		"launch that nobody knows": {workers: []spacelift.Worker{drained(on("a", "g"))}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var instances []component.Instance
			for _, id := range []string{"a", "b"} {
				state := test.states[id]
				if state == "" {
					state = "InService"
				}
				instances = append(instances, component.Instance{ID: id, State: state})
			}
			f := staffOf(instances, spacelift.Pool{Workers: test.workers})
			f.launched = map[string]time.Time{}
			for id, age := range test.ages {
				f.launched[id] = noon.Add(-age)
			}
			got := nextDrain(f, 5*time.Minute, noon)
			if diff := cmp.Diff(test.want, step{ids(got.drain), ids(got.busy), got.booting}, cmp.AllowUnexported(step{})); diff != "" {
				t.Error(diff)
			}
			if got.done() != (len(test.want.drain)+len(test.want.busy)+len(test.want.booting) == 0) {
				t.Errorf("done: %t", got.done())
			}
		})
	}
}

func TestWorkersToRelease(t *testing.T) {
	t.Parallel()
	f := staff{workers: []spacelift.Worker{drained(on("ours", "g")), on("undrained", "g"), drained(on("person", "g")), drained(on("function", "g"))}}
	marks := map[string]string{"ours": drainMark(noon), "undrained": drainMark(noon), "function": "2026-01-02T12:00:00Z idle for 10 minutes"}
	if diff := cmp.Diff([]string{"on-ours"}, ids(workersToRelease(f, marks))); diff != "" {
		t.Error(diff)
	}
}

func TestRegisteredWorkers(t *testing.T) {
	t.Parallel()
	instances := []component.Instance{{ID: "a", State: "InService"}, {ID: "b", State: "Terminating:Wait"}, {ID: "c", State: "Pending"}, {ID: "d", State: "InService"}}
	pool := spacelift.Pool{Workers: []spacelift.Worker{busy(on("a", "g")), on("b", "g"), on("c", "g"), drained(on("d", "g")), on("e", "g"), on("y", "other")}}
	f := staffOf(instances, pool)
	if open, drained := registered(f); open != 2 || drained != 1 || f.strangers != 2 {
		t.Errorf("%d take runs, %d are drained, %d are strangers", open, drained, f.strangers)
	}
}

// The removal has a part of the time, and waiting has the larger one.
func TestTimeToWait(t *testing.T) {
	t.Parallel()
	for timeout, want := range map[time.Duration]time.Duration{2 * time.Hour: 110 * time.Minute, 40 * time.Minute: 30 * time.Minute, 20 * time.Second: 15 * time.Second} {
		ctx, cancel := context.WithDeadline(t.Context(), noon.Add(timeout))
		defer cancel()
		if got := waitUntil(ctx, noon, cleanupTimeout).Sub(noon); got != want {
			t.Errorf("of %s it waits %s, not %s", timeout, got, want)
		}
	}
	if until := waitUntil(t.Context(), noon, cleanupTimeout); !until.IsZero() {
		t.Errorf("without a deadline it waits until %s", until)
	}
}

func TestPace(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]time.Duration{0: time.Second, 1: 2 * time.Second, 3: 8 * time.Second, 4: 10 * time.Second, 100000: 10 * time.Second} {
		if got := standardPace.after(n); got != want {
			t.Errorf("after look %d: %s, not %s", n, got, want)
		}
	}
}
