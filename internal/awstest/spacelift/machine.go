package spacelift

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/autoscaling"
)

// poolTag is the tag of a group that names its worker pool. On AWS the token in
// the group's secret does.
const poolTag = "WorkerPoolID"

// Machine is an EC2 instance that runs a worker's launcher.
type Machine struct {
	InstanceID string
	GroupName  string // of its Auto Scaling group
	ImageID    string
}

// machine is one whose boot script has run. It registers one worker.
type machine struct {
	Machine

	poolID    string
	registers time.Time // zero once it has, or if it never will
}

// Follow lets the instances of groups be workers of the pools that the groups'
// tags WorkerPoolID name: from their boot until their machine ends, whatever
// ends it. The groups hear of instances that power themselves off.
func (s *Service) Follow(groups *autoscaling.Groups) {
	groups.Subscribe(func(e autoscaling.Event) {
		switch e.Kind {
		case autoscaling.Booted:
			if poolID := poolOf(groups, e.GroupName); poolID != "" {
				s.Boot(poolID, Machine{InstanceID: e.InstanceID, GroupName: e.GroupName, ImageID: e.ImageID})
			}
		case autoscaling.Interrupted:
			s.Warn(e.InstanceID)
		case autoscaling.Terminated:
			s.Kill(e.InstanceID)
		default: // the launcher does not notice
		}
	})
	s.OnPowerOff(func(instanceID string) { groups.InstanceGone(instanceID) })
}

// poolOf is the pool that a group's instances get the token of, or "".
func poolOf(groups *autoscaling.Groups, name string) string {
	found, err := groups.DescribeTags(&sdk.DescribeTagsInput{Filters: []types.Filter{
		{Name: aws.String("auto-scaling-group"), Values: []string{name}},
		{Name: aws.String("key"), Values: []string{poolTag}},
	}})
	if err != nil || len(found.Tags) == 0 {
		return ""
	}
	return aws.ToString(found.Tags[0].Value)
}

// Boot says that a machine has booted with the token of a pool. Its worker
// registers after RegisterTime; with the token of a pool that does not exist it
// never does.
func (s *Service) Boot(poolID string, m Machine) {
	defer s.enter()()
	one := &machine{Machine: m, poolID: poolID}
	switch {
	case s.pools[poolID] == nil:
	case s.behavior.NoRegister > 0:
		s.behavior.NoRegister--
	default:
		one.registers = s.moment.Add(s.behavior.RegisterTime)
	}
	s.machines[m.InstanceID] = one
}

// Warn says that EC2 is about to take a Spot Instance back. Its launcher notices:
// it takes no further run.
func (s *Service) Warn(instanceID string) {
	defer s.enter()()
	for _, found := range s.pools {
		for _, one := range found.workers {
			if one.machine.InstanceID == instanceID {
				one.warned = true
			}
		}
	}
}

// Kill says that a machine ends now. A run on it is cut short; its worker is
// missed after MissTime. An unknown machine is none of the account's.
func (s *Service) Kill(instanceID string) {
	defer s.enter()()
	delete(s.machines, instanceID)
	for _, found := range s.sortedPools() {
		for _, one := range found.workers {
			if one.machine.InstanceID == instanceID && !one.lost {
				s.lose(one)
			}
		}
	}
}

// register makes a worker of a machine.
func (s *Service) register(m *machine) {
	m.registers = time.Time{}
	s.add(s.pools[m.poolID], &worker{machine: m.Machine, metadata: s.describe(m.Machine)})
}

// describe is what a machine's launcher sends of it.
func (s *Service) describe(m Machine) string {
	if s.behavior.Metadata != nil {
		return s.behavior.Metadata(m)
	}
	text, _ := json.Marshal(map[string]string{"instance_id": m.InstanceID, "asg_id": m.GroupName, "ami_id": m.ImageID})
	return string(text)
}

func (s *Service) sortedMachines() []*machine {
	var all []*machine
	for _, one := range s.machines {
		if !one.registers.IsZero() {
			all = append(all, one)
		}
	}
	slices.SortFunc(all, func(a, b *machine) int { return strings.Compare(a.InstanceID, b.InstanceID) })
	return all
}
