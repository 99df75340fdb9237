package scenario

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// A refresh replaces all instances while runs come and go.
func TestInstanceRefreshUnderLoad(t *testing.T) {
	t.Parallel()
	play(t, func(s *settings) {
		s.desired, s.max, s.scaling.MinIdle, s.scaling.ScaleDownDelay = 10, 15, 2, 10*time.Minute
	}, func(w *world) {
		w.warmUp()
		w.each(time.Minute, 90, 8*time.Minute)
		w.pass(5 * time.Minute)
		w.template("ami-2")
		id := w.refresh()
		w.until(4*time.Hour, "the refresh is through", func() bool { return w.refreshStatus(id) == "Successful" })
		for _, one := range w.instances("InService") {
			if worker := w.workerOn(one); worker.ID != "" && !strings.Contains(worker.Metadata, "ami-2") {
				w.Errorf("instance %s is an old one: %s", one, worker.Metadata)
			}
		}
		w.served(2 * time.Hour)
		w.calm(2, time.Hour)
	})
}

func (w *world) refresh() (id string) {
	w.Helper()
	out, err := w.groups.StartInstanceRefresh(&sdk.StartInstanceRefreshInput{
		AutoScalingGroupName: &w.sites[0].name,
		Preferences:          &types.RefreshPreferences{MinHealthyPercentage: aws.Int32(90), InstanceWarmup: aws.Int32(60)},
	})
	if err != nil {
		w.Fatal(err)
	}
	return *out.InstanceRefreshId
}

func (w *world) refreshStatus(id string) string {
	w.Helper()
	out, err := w.groups.DescribeInstanceRefreshes(&sdk.DescribeInstanceRefreshesInput{
		AutoScalingGroupName: &w.sites[0].name, InstanceRefreshIds: []string{id},
	})
	if err != nil {
		w.Fatal(err)
	}
	return string(out.InstanceRefreshes[0].Status)
}

// Heartbeats carry a run over as many timeouts of the hook and of the function as
// it takes.
func TestRunLongerThanHeartbeatAndInvocation(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]time.Duration{"heartbeat": 6 * time.Minute, "invocation": 90 * time.Second, "70 minutes": 70 * time.Minute} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, func(s *settings) { s.desired, s.scaling.MinIdle = 2, 1 }, func(w *world) {
				w.warmUp()
				w.queue(1, d)
				id := w.busyInstance()
				w.end(id)
				w.served(d + time.Minute)
				w.until(2*time.Minute, "the instance has ended", func() bool { return w.stateOf(id) == "gone" })
				w.calm(1, 10*time.Minute)
			})
		})
	}
}

// After the drain timeout a run is given up, or its instance is kept until it ends.
func TestDrainTimeout(t *testing.T) {
	t.Parallel()
	for name, retain := range map[string]bool{"terminate": false, "retain": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, func(s *settings) {
				s.desired, s.scaling.MinIdle, s.draining.Retain, s.draining.DrainTimeout = 2, 1, retain, 30*time.Minute
			}, func(w *world) {
				w.warmUp()
				w.queue(1, 50*time.Minute)
				id := w.busyInstance()
				w.end(id)
				w.pass(29 * time.Minute)
				if w.busy() != 1 || w.stateOf(id) != "Terminating:Wait" {
					w.Errorf("before the drain timeout: %s", w)
				}
				w.pass(2 * time.Minute)
				if retain {
					if w.busy() != 1 || w.stateOf(id) != "Terminating:Retained" {
						w.Errorf("after the drain timeout: %s", w)
					}
				} else {
					w.mayCut = 1
				}
				w.served(20 * time.Minute)
				w.until(4*time.Minute, "the instance has ended", func() bool { return w.stateOf(id) == "gone" })
				w.calm(1, 10*time.Minute)
			})
		})
	}
}

// A retained instance takes runs until the manager drains it, and ends after the
// last of them; one that is idle ends at once.
func TestRetainedInstancesEndOnceIdle(t *testing.T) {
	t.Parallel()
	play(t, func(s *settings) { s.desired, s.scaling.MinIdle = 3, 1 }, func(w *world) {
		w.warmUp()
		w.queue(1, 20*time.Minute)
		busy, idle := w.busyInstance(), w.idleInstance()
		w.sites[0].lifecycle.halt(true)
		w.end(busy)
		w.end(idle)
		w.until(6*time.Minute, "both are retained", func() bool { return len(w.instances("Terminating:Retained")) == 2 })
		w.queue(2, 30*time.Minute)
		w.sites[0].lifecycle.halt(false)
		w.served(time.Hour)
		w.until(5*time.Minute, "both have ended", func() bool { return w.stateOf(busy) == "gone" && w.stateOf(idle) == "gone" })
		w.calm(1, 10*time.Minute)
	})
}

// Without the lifecycle manager an instance waits, then it is retained; nothing is
// lost, and nothing forgotten.
func TestLifecycleManagerDownForAnHour(t *testing.T) {
	t.Parallel()
	play(t, func(s *settings) { s.desired, s.scaling.MinIdle, s.scaling.ScaleDownDelay = 4, 2, 2*time.Minute }, func(w *world) {
		w.warmUp()
		w.queue(2, 70*time.Minute)
		w.sites[0].lifecycle.halt(true)
		ended := w.instances("InService")
		for _, id := range ended {
			w.end(id)
		}
		w.each(7*time.Minute, 8, 3*time.Minute)
		w.pass(time.Hour)
		w.sites[0].lifecycle.halt(false)
		w.served(time.Hour)
		w.until(5*time.Minute, "all have ended", func() bool {
			return !slices.ContainsFunc(ended, func(id string) bool { return w.stateOf(id) != "gone" })
		})
		w.calm(2, 20*time.Minute)
	})
}

// What becomes of the hook's messages does not matter.
func TestHookMessages(t *testing.T) {
	t.Parallel()
	for name, mail := range map[string]func(*world) func(func(string), string){
		"lost":    func(*world) func(func(string), string) { return lost },
		"late":    func(w *world) func(func(string), string) { return w.late(7 * time.Minute) },
		"doubled": func(w *world) func(func(string), string) { return w.doubled },
		"unreadable": func(*world) func(func(string), string) {
			return as(`{"Records":[{"body":"{"}]}`, `{"Records":[1,{"body":7}]}`, `{"Records":[{"messageId":"x","body":"[]"}]}`, `null`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, func(s *settings) { s.desired, s.scaling.MinIdle = 4, 2 }, func(w *world) {
				w.warmUp()
				w.deliver(mail(w))
				w.queue(2, 12*time.Minute)
				busy, idle := w.busyInstance(), w.idleInstance()
				w.end(busy)
				w.end(idle)
				w.until(2*time.Minute, "the idle one has ended", func() bool { return w.stateOf(idle) == "gone" })
				w.served(15 * time.Minute)
				w.until(2*time.Minute, "the busy one has ended", func() bool { return w.stateOf(busy) == "gone" })
				w.pass(settleTime) // for what is late
				w.calm(2, 15*time.Minute)
			})
		})
	}
}
