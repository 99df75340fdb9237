package fleet

import (
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
)

// Crew are the workers of a pool, sorted out by the instances of a group.
type Crew struct {
	Of     map[string]*spacelift.Worker // by instance id
	Ghosts []Ghost
}

// Ghost is a worker that is none of the group's.
type Ghost struct {
	Worker spacelift.Worker
	Reason string
}

// CrewOf sorts workers out. An instance's id decides, whatever else its worker
// says of itself: to take an instance for one without a worker could end a run.
// Where two workers name the same instance, the launcher has been restarted: the
// busy one counts, else the newer.
func CrewOf(group Group, name string, workers []spacelift.Worker) Crew {
	crew := Crew{Of: make(map[string]*spacelift.Worker, len(workers))}
	known := make(map[string]bool, len(group.Instances))
	for _, one := range group.Instances {
		known[one.ID] = true
	}
	for i := range workers {
		worker := &workers[i]
		id := worker.Metadata.InstanceID
		switch before := crew.Of[id]; {
		case id == "":
			crew.haunt(worker, "its metadata names no instance")
		case !known[id] && worker.Metadata.GroupName != "" && worker.Metadata.GroupName != name:
			crew.haunt(worker, "it is of Auto Scaling group "+worker.Metadata.GroupName)
		case !known[id]:
			crew.haunt(worker, "the group has no instance "+id)
		case before == nil:
			crew.Of[id] = worker
		case supersedes(worker, before):
			crew.Of[id] = worker
			crew.haunt(before, "instance "+id+" has another worker")
		default:
			crew.haunt(worker, "instance "+id+" has another worker")
		}
	}
	return crew
}

func (c *Crew) haunt(worker *spacelift.Worker, reason string) {
	c.Ghosts = append(c.Ghosts, Ghost{*worker, reason})
}

// supersedes says which of two workers of one instance counts.
func supersedes(a, b *spacelift.Worker) bool {
	if a.Busy != b.Busy {
		return a.Busy
	}
	return a.CreatedAt.After(b.CreatedAt)
}

// IdleSince is when a worker that is idle became so, or registered where the
// installation does not tell.
func IdleSince(worker *spacelift.Worker) time.Time {
	if worker.AvailableAt != nil {
		return *worker.AvailableAt
	}
	return worker.CreatedAt
}
