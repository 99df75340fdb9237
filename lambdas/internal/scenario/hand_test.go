package scenario

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/autoscaling"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/autoscaling"
)

// person drains or undrains a worker in the user interface.
func (w *world) person(instance string, drain bool) {
	w.Helper()
	id := w.workerOn(instance).ID
	if err := w.account.Drain(id, drain); err != nil {
		w.Fatal(err)
	}
	w.persons[id] = drain
}

// What a person drained stays drained, and stays.
func TestWorkerDrainedByAPerson(t *testing.T) {
	t.Parallel()
	play(t, func(s *settings) { s.desired, s.scaling.MinIdle = 3, 1 }, func(w *world) {
		w.queue(3, 20*time.Minute)
		w.until(4*time.Minute, "all are at work", func() bool { return w.busy() == 3 })
		busy := w.busyInstance()
		w.person(busy, true)
		w.served(30 * time.Minute)
		other := w.idleInstance()
		w.person(other, true)
		w.pass(30 * time.Minute)
		for _, id := range []string{busy, other} {
			if !w.workerOn(id).Drained || w.stateOf(id) != "InService" {
				w.Errorf("instance %s of a worker that a person drained: %s", id, w)
			}
		}
		w.queue(2, 5*time.Minute)
		w.served(15 * time.Minute)
		w.person(busy, false)
		w.person(other, false)
		w.calm(1, 10*time.Minute)
	})
}

// Thirty too many come down again, drained.
func TestDesiredCapacityRaisedByHand(t *testing.T) {
	t.Parallel()
	for name, room := range map[string]int{"all come": 100, "some come": 20, "no more come": 3} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, func(s *settings) { s.max, s.desired, s.scaling.MaxTerminate = 40, 3, 5 }, func(w *world) {
				w.queue(3, 40*time.Minute)
				w.until(4*time.Minute, "all are at work", func() bool { return w.busy() == 3 })
				w.groups.Behave(func(b *autoscaling.Behavior) { b.Capacity = map[string]int{"t3.micro": room} })
				if _, err := w.groups.SetDesiredCapacity(&sdk.SetDesiredCapacityInput{
					AutoScalingGroupName: &w.sites[0].name, DesiredCapacity: aws.Int32(33),
				}); err != nil {
					w.Fatal(err)
				}
				w.until(15*time.Minute, "three are left", func() bool { return w.desired() == 3 && w.busy() == 3 && len(w.instances("")) == 3 })
				w.served(time.Hour)
				w.calm(0, 10*time.Minute)
			})
		})
	}
}

// The group chooses whom it ends, busy or not; the hook lets them finish.
func TestMaxSizeLoweredBelowTheSize(t *testing.T) {
	t.Parallel()
	play(t, func(s *settings) { s.desired, s.scaling.MaxCreate = 10, 10 }, func(w *world) {
		w.queue(12, 15*time.Minute)
		w.until(4*time.Minute, "ten are at work", func() bool { return w.busy() == 10 })
		if _, err := w.groups.UpdateAutoScalingGroup(&sdk.UpdateAutoScalingGroupInput{
			AutoScalingGroupName: &w.sites[0].name, MaxSize: aws.Int32(4),
		}); err != nil {
			w.Fatal(err)
		}
		w.pass(5 * time.Minute)
		if got := len(w.instances("Terminating:Wait")); got != 6 || w.busy() != 10 {
			w.Errorf("%d wait for their runs: %s", got, w)
		}
		w.served(40 * time.Minute)
		w.calm(0, 10*time.Minute)
	})
}

// Two groups serve one pool: each minds its own instances.
func TestTwoGroupsOfOnePool(t *testing.T) {
	t.Parallel()
	play(t, func(s *settings) {
		s.groups, s.desired, s.scaling.MinIdle, s.scaling.MaxCreate = []string{"blue", "green"}, 2, 1, 5
	}, func(w *world) {
		w.warmUp()
		w.each(2*time.Minute, 20, 9*time.Minute)
		w.pass(20 * time.Minute)
		w.end(w.busyInstance())
		w.pass(20 * time.Minute)
		w.served(20 * time.Minute)
		w.until(10*time.Minute, "each has its idle worker", func() bool {
			return len(w.instances("")) == 2 && w.ready() == 2 && w.desired() == 1
		})
	})
}
