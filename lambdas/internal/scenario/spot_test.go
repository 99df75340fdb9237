package scenario

import (
	"testing"
	"time"
)

// The group replaces instances at risk before they go; busy ones finish first.
func TestCapacityRebalancing(t *testing.T) {
	t.Parallel()
	play(t, func(s *settings) { s.spot, s.desired, s.scaling.MinIdle = true, 4, 2 }, func(w *world) {
		w.warmUp()
		w.queue(2, 25*time.Minute)
		busy, idle := w.busyInstance(), w.idleInstance()
		w.groups.RecommendRebalance(busy, idle)
		w.until(5*time.Minute, "the idle one has ended", func() bool { return w.stateOf(idle) == "gone" })
		if w.stateOf(busy) != "Terminating:Wait" || w.busy() != 2 {
			w.Errorf("the busy one: %s", w)
		}
		w.served(25 * time.Minute)
		w.until(2*time.Minute, "the busy one has ended", func() bool { return w.stateOf(busy) == "gone" })
		w.calm(2, 10*time.Minute)
	})
}

// EC2 waits for no hook: the launcher takes no further run, the group replaces.
func TestTwoMinuteSpotReclaim(t *testing.T) {
	t.Parallel()
	play(t, func(s *settings) { s.spot, s.desired, s.scaling.MinIdle = true, 3, 1 }, func(w *world) {
		w.warmUp()
		w.queue(2, 100*time.Second)
		busy, idle := w.busyInstance(), w.idleInstance()
		w.groups.Reclaim(busy, idle)
		w.queue(3, 5*time.Minute)
		w.pass(121 * time.Second)
		if w.stateOf(busy) == "InService" || w.stateOf(idle) == "InService" {
			w.Errorf("after the notice: %s", w)
		}
		w.served(15 * time.Minute)
		w.until(5*time.Minute, "both have left the group", func() bool { return w.stateOf(busy) == "gone" && w.stateOf(idle) == "gone" })
		w.calm(1, 10*time.Minute)
	})
}
