package scenario

import (
	"slices"
	"testing"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/autoscaling"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/spacelift"
)

// An instance that never becomes a worker keeps no other from coming, and is ended
// after the boot timeout.
func TestInstanceThatNeverBoots(t *testing.T) {
	t.Parallel()
	for name, harm := range map[string]func(*world){
		"no software":     func(w *world) { w.groups.Behave(func(b *autoscaling.Behavior) { b.NeverBoot = 1 }) },
		"no registration": func(w *world) { w.account.Behave(func(b *spacelift.Behavior) { b.NoRegister = 1 }) },
		"never in service": func(w *world) {
			w.groups.Behave(func(b *autoscaling.Behavior) { b.StayPending = 1 })
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, func(s *settings) { s.max, s.scaling.MaxCreate = 20, 20 }, func(w *world) {
				harm(w)
				w.pass(time.Minute)
				w.queue(5, 30*time.Minute)
				w.until(bootWait, "four are at work", func() bool { return w.busy() == 4 })
				w.queue(4, 30*time.Minute)
				w.until(bootWait, "eight are at work", func() bool { return w.busy() == 8 })
				begun := w.instances("")
				w.until(12*time.Minute, "the dead one is replaced, and the last run at work", func() bool { return w.busy() == 9 })
				w.until(2*time.Minute, "the dead one has gone", func() bool {
					return slices.ContainsFunc(begun, func(id string) bool { return w.stateOf(id) == "gone" })
				})
				w.served(time.Hour)
				w.calm(0, 15*time.Minute)
			})
		})
	}
}

// What EC2 has no room for is asked for once, and comes when there is room.
func TestNoCapacityForTwoMinutes(t *testing.T) {
	t.Parallel()
	play(t, func(s *settings) { s.scaling.MaxCreate = 10 }, func(w *world) {
		w.groups.Behave(func(b *autoscaling.Behavior) { b.Capacity = map[string]int{"t3.micro": 2} })
		w.pass(time.Minute)
		w.queue(6, 10*time.Minute)
		w.pass(2 * time.Minute)
		if w.desired() != 6 {
			w.Errorf("desired capacity %d for six runs", w.desired())
		}
		w.groups.Behave(func(b *autoscaling.Behavior) { b.Capacity = nil })
		w.served(20 * time.Minute)
		w.waitsAtMost(2*time.Minute + 30*time.Second + bootWait)
		w.calm(0, 10*time.Minute)
		if got := len(w.machines("")); got != 6 {
			w.Errorf("%d instances for six runs", got)
		}
	})
}
