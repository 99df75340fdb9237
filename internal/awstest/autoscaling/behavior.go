package autoscaling

import (
	"math"
	"time"
)

// defaultRetryTime is ours: AWS does not document how long it waits.
const defaultRetryTime = 30 * time.Second

// Behavior is what a test decides about EC2. With the zero value instances boot
// and end at once, and there is room for all.
type Behavior struct {
	BootTime      time.Duration  // from the launch to InService
	TerminateTime time.Duration  // from the machine's end until it has left the group
	RetryTime     time.Duration  // until a failed launch is tried again; 30 s unless set
	Capacity      map[string]int // how many instances of a type there is room for; an absent type has no limit
	StayPending   int            // so many of the next instances never get beyond Pending
	NeverBoot     int            // so many of the next instances become InService, but their software never comes up: no Booted
}

// Behave lets change alter the behavior, from the next launch or termination on.
// Numbers of instances count down as they are met.
func (g *Groups) Behave(change func(*Behavior)) {
	defer g.enter()()
	change(&g.behavior)
}

// room is how many more instances of a type EC2 has capacity for, those that run
// counted in.
func (g *Groups) room(kind string) int {
	limit, limited := g.behavior.Capacity[kind]
	if !limited {
		return math.MaxInt
	}
	for _, found := range g.groups {
		for _, one := range found.instances {
			if one.kind == kind && one.id != "" {
				limit--
			}
		}
	}
	return max(0, limit)
}
