// Package autoscaling plays Amazon EC2 Auto Scaling: a state machine of one
// account and region with AWS's rules and error codes, a clock handed in and
// machines handed in, and two faces: Call speaks AWS's protocol, Client the
// SDK's.
//
// Methods named after an API operation are that operation. They take and return
// the SDK's types, and errors that an SDK client would return.
//
// The machine never sleeps. What takes time (a boot, a hook, a refresh) is an
// event with a moment at which it is due; every operation first does what is due
// by the clock, and Run does it as time passes.
package autoscaling

import (
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// Place is where the groups are.
type Place struct {
	Partition string // such as "aws"
	Region    string
	AccountID string
}

// Groups are the Auto Scaling groups of one account in one region. Safe for
// concurrent use.
type Groups struct {
	place    Place
	machines Instances
	now      func() time.Time
	changed  chan struct{} // tells Run to look again
	notices  notices

	mu       sync.Mutex
	groups   map[string]*group
	serial   int       // numbers the ARNs and activities
	moment   time.Time // of the operation or event at work
	behavior Behavior
	alarms   map[string]bool // CloudWatch alarms in state ALARM
}

// New makes an empty state machine. now is its clock.
func New(place Place, machines Instances, now func() time.Time) *Groups {
	return &Groups{
		place: place, machines: machines, now: now, changed: make(chan struct{}, 1),
		groups: map[string]*group{}, alarms: map[string]bool{}, moment: now(), behavior: Behavior{RetryTime: defaultRetryTime},
	}
}

// group is one Auto Scaling group. Slices in its record are replaced, never
// changed in place, so that an answer may share them.
type group struct {
	record     types.AutoScalingGroup // as Describe shows it, without instances
	instances  []*instance            // oldest first
	hooks      []types.LifecycleHook
	schedules  []types.ScheduledUpdateGroupAction // in the order in which they were made; StartTime is the next run
	activities []*types.Activity                  // oldest first
	cooldown   time.Time                          // end of the cooldown of the last scaling activity
	skewed     time.Time                          // since when the zones are unbalanced; zero if they are not
	reshaping  bool                               // a new policy may want other shares of on-demand and Spot Instances
	refreshes  []*refresh                         // newest first
	retry      time.Time                          // when a failed launch is tried again; zero for never
}

func (g *group) name() string { return *g.record.AutoScalingGroupName }

// subnets are the group's subnets, in the order given.
func (g *group) subnets() []string { return splitList(g.record.VPCZoneIdentifier) }

// lookup finds a group by name. message starts the error, as AWS words it
// differently per operation.
func (g *Groups) lookup(name *string) (*group, error) {
	if name != nil {
		if found, ok := g.groups[*name]; ok {
			return found, nil
		}
	}
	return nil, invalid("AutoScalingGroup name not found - no such group: %s", value(name))
}

// lookupLiving is lookup for what may not be done to a group that is going.
func (g *Groups) lookupLiving(name *string) (*group, error) {
	found, err := g.lookup(name)
	if err == nil && found.record.Status != nil {
		return nil, invalid("The AutoScaling group may not be modified while it is pending delete")
	}
	return found, err
}

// Images are the ids of the images that the instances of all groups run, by the id
// of the instance.
func (g *Groups) Images() map[string]string {
	defer g.enter()()
	all := map[string]string{}
	for _, found := range g.groups {
		for _, one := range found.instances {
			all[one.id] = one.image
		}
	}
	return all
}

// sorted are all groups by name.
func (g *Groups) sorted() []*group {
	all := make([]*group, 0, len(g.groups))
	for _, one := range g.groups {
		all = append(all, one)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].name() < all[j].name() })
	return all
}

// owner finds an instance and its group; nil for one that is in none.
func (g *Groups) owner(id string) (*group, *instance) {
	for _, found := range g.groups {
		for _, one := range found.instances {
			if one.id == id {
				return found, one
			}
		}
	}
	return nil, nil
}

func splitList(list *string) []string {
	var parts []string
	for part := range strings.SplitSeq(value(list), ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// value is what p points at, or the zero value.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

func ptr[T any](v T) *T { return &v }
