package autoscaling

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"
)

// DescribeInstances lists machines, oldest first. Of the filters it knows those
// by id, by state and by tag.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
func (f *Fleet) DescribeInstances(ctx context.Context, in *ec2.DescribeInstancesInput, _ ...func(*ec2.Options)) (*ec2.DescribeInstancesOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	chosen, err := f.choose(ctx, in.InstanceIds)
	if err != nil {
		return nil, err
	}
	if len(in.InstanceIds) == 0 {
		for _, one := range f.machines {
			chosen = append(chosen, one)
		}
	}
	slices.SortFunc(chosen, func(a, b *machine) int { return cmp.Compare(a.id, b.id) })
	var reservation ec2types.Reservation
	for _, one := range chosen {
		matches, err := one.matches(in.Filters)
		if err != nil {
			return nil, err
		}
		if matches {
			reservation.Instances = append(reservation.Instances, one.show())
		}
	}
	return &ec2.DescribeInstancesOutput{Reservations: []ec2types.Reservation{reservation}}, nil
}

// CreateTags sets tags of machines.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html
func (f *Fleet) CreateTags(ctx context.Context, in *ec2.CreateTagsInput, _ ...func(*ec2.Options)) (*ec2.CreateTagsOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	chosen, err := f.choose(ctx, in.Resources)
	if err != nil {
		return nil, err
	}
	for _, one := range chosen {
		for _, tag := range in.Tags {
			one.tags[value(tag.Key)] = value(tag.Value)
		}
	}
	return &ec2.CreateTagsOutput{}, nil
}

// DeleteTags removes tags of machines; where a value is given, only those that
// have it.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html
func (f *Fleet) DeleteTags(ctx context.Context, in *ec2.DeleteTagsInput, _ ...func(*ec2.Options)) (*ec2.DeleteTagsOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	chosen, err := f.choose(ctx, in.Resources)
	if err != nil {
		return nil, err
	}
	for _, one := range chosen {
		for _, tag := range in.Tags {
			if tag.Value == nil || *tag.Value == one.tags[value(tag.Key)] {
				delete(one.tags, value(tag.Key))
			}
		}
	}
	return &ec2.DeleteTagsOutput{}, nil
}

// TerminateInstances ends machines behind their group's back.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
func (f *Fleet) TerminateInstances(ctx context.Context, in *ec2.TerminateInstancesInput, _ ...func(*ec2.Options)) (*ec2.TerminateInstancesOutput, error) {
	f.mu.Lock()
	chosen, err := f.choose(ctx, in.InstanceIds)
	out := &ec2.TerminateInstancesOutput{}
	for _, one := range chosen {
		out.TerminatingInstances = append(out.TerminatingInstances, ec2types.InstanceStateChange{
			InstanceId: ptr(one.id), PreviousState: &ec2types.InstanceState{Name: one.state},
			CurrentState: &ec2types.InstanceState{Name: ec2types.InstanceStateNameTerminated},
		})
		one.state = ec2types.InstanceStateNameTerminated
	}
	f.mu.Unlock() // before the group looks at its machines
	if err != nil {
		return nil, err
	}
	f.groups.InstanceGone(in.InstanceIds...)
	return out, nil
}

// choose finds machines by id.
func (f *Fleet) choose(ctx context.Context, ids []string) ([]*machine, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var chosen []*machine
	for _, id := range ids {
		one := f.machines[id]
		if one == nil {
			return nil, &smithy.GenericAPIError{Code: "InvalidInstanceID.NotFound", Message: "The instance ID '" + id + "' does not exist", Fault: smithy.FaultClient}
		}
		chosen = append(chosen, one)
	}
	return chosen, nil
}

func (m *machine) matches(filters []ec2types.Filter) (bool, error) {
	for _, filter := range filters {
		key, byTag := strings.CutPrefix(value(filter.Name), "tag:")
		got, ok := m.tags[key]
		switch name := value(filter.Name); {
		case name == "instance-id":
			got, ok = m.id, true
		case name == "instance-state-name":
			got, ok = string(m.state), true
		case !byTag:
			return false, &smithy.GenericAPIError{Code: "InvalidParameterValue", Message: "The filter '" + name + "' is invalid", Fault: smithy.FaultClient}
		}
		if !ok || !slices.Contains(filter.Values, got) {
			return false, nil
		}
	}
	return true, nil
}

func (m *machine) show() ec2types.Instance {
	shown := ec2types.Instance{
		InstanceId: ptr(m.id), ImageId: ptr(m.launch.Image), InstanceType: ec2types.InstanceType(m.launch.InstanceType),
		LaunchTime: ptr(m.launched), State: &ec2types.InstanceState{Name: m.state}, SubnetId: ptr(m.launch.Subnet),
		Placement: &ec2types.Placement{AvailabilityZone: ptr(m.launch.Zone)},
	}
	if m.launch.Spot {
		shown.InstanceLifecycle = ec2types.InstanceLifecycleTypeSpot
	}
	for key, text := range m.tags {
		shown.Tags = append(shown.Tags, ec2types.Tag{Key: ptr(key), Value: ptr(text)})
	}
	slices.SortFunc(shown.Tags, func(a, b ec2types.Tag) int { return cmp.Compare(*a.Key, *b.Key) })
	return shown
}
