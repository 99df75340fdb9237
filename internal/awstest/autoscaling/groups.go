// Package autoscaling plays Amazon EC2 Auto Scaling: a state machine of one
// account and region with AWS's rules and error codes, a clock handed in and
// machines handed in, and an HTTP face (Handler) that speaks AWS's protocol.
//
// Methods named after an API operation are that operation. They take and return
// the SDK's types, and errors that an SDK client would return.
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

	mu     sync.Mutex
	groups map[string]*group
	serial int // numbers the ARNs and activities
}

// New makes an empty state machine. now is its clock.
func New(place Place, machines Instances, now func() time.Time) *Groups {
	return &Groups{place: place, machines: machines, now: now, groups: map[string]*group{}}
}

// group is one Auto Scaling group. Slices in it are replaced, never changed in
// place, so that an answer may share them.
type group struct {
	record     types.AutoScalingGroup // as Describe shows it
	activities []types.Activity       // newest first
	cooldown   time.Time              // end of the cooldown of the last scaling activity
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

// sorted are all groups by name.
func (g *Groups) sorted() []*group {
	all := make([]*group, 0, len(g.groups))
	for _, one := range g.groups {
		all = append(all, one)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].name() < all[j].name() })
	return all
}

// owner finds the group of an instance, and the instance's position in it.
func (g *Groups) owner(instance string) (*group, int) {
	for _, one := range g.groups {
		for i := range one.record.Instances {
			if value(one.record.Instances[i].InstanceId) == instance {
				return one, i
			}
		}
	}
	return nil, 0
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
