package autoscaling

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/google/go-cmp/cmp"
)

// However the clock goes, by ticks or in one leap, the same happens at the same
// moments.
func TestLeapOfTheClockIsAsManyTicks(t *testing.T) {
	t.Parallel()
	run := func(step time.Duration) []string {
		w := newWorld()
		start := w.now
		w.Behave(func(b *Behavior) { b.BootTime, b.TerminateTime = time.Minute, 30*time.Second })
		w.one(t, 3, func(in *autoscaling.CreateAutoScalingGroupInput) { in.MaxInstanceLifetime = ptr(int32(86400)) })
		w.hook(t)
		var events []string
		w.Subscribe(func(e Event) { events = append(events, e.At.Sub(start).String()+" "+string(e.Kind)+" "+e.InstanceID) })
		for w.now.Sub(start) < 50*time.Hour {
			w.pass(step)
		}
		return events
	}
	ticks := run(10 * time.Second)
	if diff := cmp.Diff(ticks, run(50*time.Hour)); diff != "" || len(ticks) < 12 {
		t.Errorf("%d events\n%s", len(ticks), diff)
	}
}

func TestNextIsTheMomentOfTheNextEvent(t *testing.T) {
	t.Parallel()
	w := newWorld()
	if at, ok := w.Next(); ok {
		t.Errorf("an event at %s without a group", at)
	}
	w.Behave(func(b *Behavior) { b.BootTime = time.Minute })
	w.one(t, 1)
	if at, ok := w.Next(); !ok || !at.Equal(w.now.Add(time.Minute)) {
		t.Errorf("the next event is at %s, %t", at, ok)
	}
	w.pass(time.Minute)
	if at, ok := w.Next(); ok {
		t.Errorf("an event at %s after the boot", at)
	}
}

func TestListenersMayCallTheGroups(t *testing.T) {
	t.Parallel()
	w := newWorld()
	var seen []string
	w.Subscribe(func(e Event) {
		seen = append(seen, string(e.Kind)+" "+e.InstanceID)
		if e.Kind == Booted && e.InstanceID == "i-1" {
			_ = w.end("i-1", true)
			seen = append(seen, "called")
		}
	})
	w.one(t, 2)
	want := []string{"Booted i-1", "called", "Booted i-2", "Leaving i-1", "Terminated i-1"}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("events out of order:\n%s", diff)
	}
}

// A machine that cannot be ended is tried again.
func TestTerminationThatFailsIsTriedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.one(t, 1)
	w.farm.stubborn = true
	w.desire(t, 0)
	w.holds(t, "not ended", "i-1 Terminating")
	if failed := w.history(t)[0]; failed.StatusCode != "Failed" {
		t.Errorf("activity %s", failed.StatusCode)
	}
	w.farm.stubborn = false
	w.pass(defaultRetryTime)
	w.holds(t, "ended", "")
	if len(w.farm.running) != 0 {
		t.Errorf("running %v", w.farm.running)
	}
}
