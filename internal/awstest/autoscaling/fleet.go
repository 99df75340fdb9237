package autoscaling

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Fleet is EC2 in memory, for groups that run without an emulator: its machines
// are records. It has the operations of the EC2 API that look after machines, with
// the SDK's signatures. Safe for concurrent use.
type Fleet struct {
	groups *Groups
	now    func() time.Time

	mu        sync.Mutex
	templates map[string][]Template // versions of each, by id
	zones     map[string]string     // by subnet
	machines  map[string]*machine
	serial    int
	listeners []func(target, message string)
}

var _ Instances = (*Fleet)(nil)

// machine is an EC2 instance.
type machine struct {
	id       string
	launch   Launch
	launched time.Time
	state    ec2types.InstanceStateName
	tags     map[string]string
}

// NewLocal makes groups and a fleet for them. Made in a bubble of
// testing/synctest with time.Now for now, both live by the bubble's clock; Run
// lets time pass in the groups.
func NewLocal(place Place, now func() time.Time) (*Groups, *Fleet) {
	fleet := &Fleet{now: now, templates: map[string][]Template{}, zones: map[string]string{}, machines: map[string]*machine{}}
	fleet.groups = New(place, fleet, now)
	return fleet.groups, fleet
}

// NewLocalGroup is NewLocal with a group named "group" of size instances of one
// launch template in one subnet. change alters the request for it.
func NewLocalGroup(now func() time.Time, size int32, change func(*sdk.CreateAutoScalingGroupInput)) (*Groups, *Fleet, error) {
	groups, fleet := NewLocal(Place{Partition: "aws", Region: "us-east-1", AccountID: "000000000001"}, now)
	fleet.AddTemplate(Template{ID: "lt-1", Name: "template", Image: "ami-1", InstanceType: "t3.micro"})
	fleet.AddSubnet("subnet-a", "us-east-1a")
	in := &sdk.CreateAutoScalingGroupInput{
		AutoScalingGroupName: ptr("group"), MinSize: ptr(int32(0)), MaxSize: ptr(int32(2000)), DesiredCapacity: &size,
		VPCZoneIdentifier: ptr("subnet-a"), LaunchTemplate: &types.LaunchTemplateSpecification{LaunchTemplateId: ptr("lt-1"), Version: ptr("$Latest")},
	}
	change(in)
	_, err := groups.CreateAutoScalingGroup(in)
	return groups, fleet, err
}

// AddTemplate adds the next version of a launch template, the first being $Default
// and the last $Latest, and returns it with its number.
func (f *Fleet) AddTemplate(t Template) Template {
	f.mu.Lock()
	defer f.mu.Unlock()
	t.Version = strconv.Itoa(len(f.templates[t.ID]) + 1)
	f.templates[t.ID] = append(f.templates[t.ID], t)
	return t
}

// AddSubnet adds a subnet in an availability zone.
func (f *Fleet) AddSubnet(subnet, zone string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.zones[subnet] = zone
}

// OnMessage calls listener with every message to a hook's notification target, in
// a goroutine of its own: as with a queue, order is not kept.
func (f *Fleet) OnMessage(listener func(target, message string)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.listeners = append(f.listeners, listener)
}

// Template implements Instances.
func (f *Fleet) Template(spec types.LaunchTemplateSpecification) (Template, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id, versions := range f.templates {
		if id != value(spec.LaunchTemplateId) && versions[0].Name != value(spec.LaunchTemplateName) {
			continue
		}
		switch version := value(spec.Version); version {
		case "$Default":
			return versions[0], nil
		case "$Latest":
			return versions[len(versions)-1], nil
		default:
			if number, err := strconv.Atoi(version); err == nil && number >= 1 && number <= len(versions) {
				return versions[number-1], nil
			}
			return Template{}, ErrNoVersion
		}
	}
	return Template{}, ErrNoTemplate
}

// ProfileUsable implements Instances.
func (f *Fleet) ProfileUsable(string) (bool, error) { return true, nil }

// Zones implements Instances.
func (f *Fleet) Zones(subnets []string) (map[string]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	known := maps.Clone(f.zones)
	maps.DeleteFunc(known, func(subnet, _ string) bool { return !slices.Contains(subnets, subnet) })
	return known, nil
}

// Run implements Instances.
func (f *Fleet) Run(launch Launch, count int) ([]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var ids []string
	for range count {
		f.serial++
		one := &machine{
			id: fmt.Sprintf("i-%017x", f.serial), launch: launch, launched: f.now(),
			state: ec2types.InstanceStateNameRunning, tags: maps.Clone(launch.Tags),
		}
		f.machines[one.id] = one
		ids = append(ids, one.id)
	}
	return ids, nil
}

// Terminate implements Instances.
func (f *Fleet) Terminate(ids []string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, id := range ids {
		if one := f.machines[id]; one != nil {
			one.state = ec2types.InstanceStateNameTerminated
		}
	}
	return nil
}

// Notify implements Instances.
func (f *Fleet) Notify(target, _, message string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, listener := range f.listeners {
		go listener(target, message)
	}
	return nil
}
