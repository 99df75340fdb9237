package stack

import (
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
)

// bootTimeout is the age from which an instance without a worker is no longer
// taken for one that boots. Workers need two to three minutes.
const bootTimeout = 10 * time.Minute

// drainMark is the value of the tag on an instance whose worker is to be drained.
func drainMark(now time.Time) string {
	return marks.Mark{At: now, Reason: marks.Deletion}.String()
}

// markedByDelete tells whether a mark is one of drainMark.
func markedByDelete(mark string) bool { return marks.Parse(mark).Reason == marks.Deletion }

// drainStep is what a look at the pool leaves to do before the group can go.
type drainStep struct {
	drain   []spacelift.Worker // still take runs
	busy    []spacelift.Worker // take no further run and have one
	booting []string           // instances whose worker may register any moment, and take a run at once
}

func (s drainStep) done() bool { return len(s.drain)+len(s.busy)+len(s.booting) == 0 }

// nextDrain decides. begun is when this destroy began to drain.
//
// Who drained a worker makes no difference here: a run of a worker that a person
// has drained is not cut short either.
func nextDrain(f staff, p pace, begun, now time.Time) drainStep {
	var step drainStep
	for _, worker := range f.workers {
		switch {
		case !worker.Drained:
			step.drain = append(step.drain, worker)
		case worker.Busy:
			step.busy = append(step.busy, worker)
		}
	}
	if now.Sub(begun) >= p.grace {
		return step
	}
	for _, instance := range f.unregistered() {
		if boots(instance, f.launched[instance.ID], now) {
			step.booting = append(step.booting, instance.ID)
		}
	}
	return step
}

// boots tells whether an instance without a worker may yet get one.
func boots(instance component.Instance, launched, now time.Time) bool {
	return !instance.Leaving() && now.Sub(launched) < bootTimeout
}

// workersToRelease are the workers that a destroy has drained: those drained on
// an instance with its mark.
func workersToRelease(f staff, marks map[string]string) (workers []spacelift.Worker) {
	for _, worker := range f.workers {
		if worker.Drained && markedByDelete(marks[worker.Metadata.InstanceID]) {
			workers = append(workers, worker)
		}
	}
	return workers
}
