package autoscaling

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
)

func (w *world) setHealth(id, status string, respect bool) error {
	_, err := w.SetInstanceHealth(&autoscaling.SetInstanceHealthInput{InstanceId: &id, HealthStatus: &status, ShouldRespectGracePeriod: &respect})
	return err
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-health-checks.html
func TestDeadMachineIsReplaced(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.one(t, 2, func(in *autoscaling.CreateAutoScalingGroupInput) {
		in.NewInstancesProtectedFromScaleIn = ptr(true) // from scale in, not from this
		in.HealthCheckGracePeriod = ptr(int32(3600))    // which such a machine ends
	})
	var events []string
	w.Subscribe(func(e Event) { events = append(events, string(e.Kind)+" "+e.InstanceID) })
	w.InstanceGone("i-1", "i-9")
	w.holds(t, "dead", "i-2 InService, i-3 InService")
	if got := strings.Join(events, ", "); got != "Terminated i-1, Leaving i-1, Booted i-3" {
		t.Errorf("events %s", got)
	}
	if cause := value(w.history(t)[1].Cause); !strings.Contains(cause, "EC2 health check") {
		t.Errorf("cause %s", cause)
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetInstanceHealth.html
func TestUnhealthyInstanceIsReplacedAfterItsGracePeriod(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.one(t, 1, func(in *autoscaling.CreateAutoScalingGroupInput) { in.HealthCheckGracePeriod = ptr(int32(300)) })
	refused(t, w.setHealth("i-9", unhealthy, true), "ValidationError")
	refused(t, w.setHealth("i-1", "Sick", true), "ValidationError")
	w.pass(299 * time.Second)
	if err := w.setHealth("i-1", unhealthy, true); err != nil {
		t.Fatal(err)
	}
	w.holds(t, "in the grace period", "i-1 InService")
	w.pass(time.Second)
	if err := w.setHealth("i-1", unhealthy, true); err != nil {
		t.Fatal(err)
	}
	w.holds(t, "after it", "i-2 InService")
	if err := w.setHealth("i-2", unhealthy, false); err != nil {
		t.Fatal(err)
	}
	w.holds(t, "without respect for it", "i-3 InService")
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
func TestSuspendedHealthCheckMarksNothing(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.one(t, 2)
	w.suspend(t, "HealthCheck")
	w.InstanceGone("i-1")
	if err := w.setHealth("i-2", unhealthy, false); err != nil {
		t.Fatal(err)
	}
	w.holds(t, "suspended: one's own checks go on", "i-1 InService, i-3 InService")
	w.resume(t, "HealthCheck")
	w.holds(t, "resumed", "i-3 InService, i-4 InService")
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
func TestSuspendedReplaceUnhealthyOnlyMarks(t *testing.T) {
	t.Parallel()
	for _, process := range []string{"ReplaceUnhealthy", "Terminate"} {
		w := newWorld()
		w.one(t, 1)
		w.suspend(t, process)
		w.InstanceGone("i-1")
		w.holds(t, process, "i-1 InService")
		if health := value(w.read(t).Instances[0].HealthStatus); health != "Unhealthy" {
			t.Errorf("it is %s", health)
		}
		w.resume(t, process)
		w.holds(t, process+" resumed", "i-2 InService")
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
func TestSuspendedLaunchEndsTheUnhealthyAndReplacesLater(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.one(t, 1)
	w.suspend(t, "Launch")
	w.InstanceGone("i-1")
	w.holds(t, "suspended", "")
	w.resume(t, "Launch")
	w.holds(t, "resumed", "i-2 InService")
}

// A launcher that powers its machine off while its instance still boots.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/CHAP_Troubleshooting.html
func TestMachineThatDiesWhilePendingIsAFailedActivity(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.Behave(func(b *Behavior) { b.StayPending = 1 })
	w.one(t, 1)
	w.InstanceGone("i-1")
	w.holds(t, "dead", "i-2 InService")
	history := w.history(t)
	if first := history[len(history)-1]; first.StatusCode != "Failed" || !strings.Contains(value(first.StatusMessage), "became unhealthy") {
		t.Errorf("activity %s: %s", first.StatusCode, value(first.StatusMessage))
	}
}
