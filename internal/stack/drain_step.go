package stack

import (
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
)

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

// nextDrain decides. An instance younger than grace may yet get a worker.
//
// Who drained a worker makes no difference here: a run of a worker that a person
// has drained is not cut short either.
func nextDrain(f staff, grace time.Duration, now time.Time) drainStep {
	var step drainStep
	for _, worker := range f.workers {
		switch {
		case !worker.Drained:
			step.drain = append(step.drain, worker)
		case worker.Busy:
			step.busy = append(step.busy, worker)
		}
	}
	for _, instance := range f.unregistered() {
		if !instance.Leaving() && now.Sub(f.launched[instance.ID]) < grace {
			step.booting = append(step.booting, instance.ID)
		}
	}
	return step
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
