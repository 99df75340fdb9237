// Package fleet is the Auto Scaling group of a worker pool, as both functions see
// and change it.
package fleet

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"golang.org/x/sync/errgroup"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
)

// AutoScaling are the operations in use, of *autoscaling.Client.
type AutoScaling interface {
	CompleteLifecycleAction(context.Context, *autoscaling.CompleteLifecycleActionInput, ...func(*autoscaling.Options)) (*autoscaling.CompleteLifecycleActionOutput, error)
	CreateOrUpdateTags(context.Context, *autoscaling.CreateOrUpdateTagsInput, ...func(*autoscaling.Options)) (*autoscaling.CreateOrUpdateTagsOutput, error)
	DescribeAutoScalingGroups(context.Context, *autoscaling.DescribeAutoScalingGroupsInput, ...func(*autoscaling.Options)) (*autoscaling.DescribeAutoScalingGroupsOutput, error)
	RecordLifecycleActionHeartbeat(context.Context, *autoscaling.RecordLifecycleActionHeartbeatInput, ...func(*autoscaling.Options)) (*autoscaling.RecordLifecycleActionHeartbeatOutput, error)
	SetDesiredCapacity(context.Context, *autoscaling.SetDesiredCapacityInput, ...func(*autoscaling.Options)) (*autoscaling.SetDesiredCapacityOutput, error)
	TerminateInstanceInAutoScalingGroup(context.Context, *autoscaling.TerminateInstanceInAutoScalingGroupInput, ...func(*autoscaling.Options)) (*autoscaling.TerminateInstanceInAutoScalingGroupOutput, error)
}

// EC2 are the operations in use, of *ec2.Client.
type EC2 interface {
	CreateTags(context.Context, *ec2.CreateTagsInput, ...func(*ec2.Options)) (*ec2.CreateTagsOutput, error)
	DeleteTags(context.Context, *ec2.DeleteTagsInput, ...func(*ec2.Options)) (*ec2.DeleteTagsOutput, error)
	DescribeInstances(context.Context, *ec2.DescribeInstancesInput, ...func(*ec2.Options)) (*ec2.DescribeInstancesOutput, error)
}

// Fleet is one Auto Scaling group. Errors are the SDK's, wrapped with what was
// being done.
type Fleet struct {
	Scaling AutoScaling
	EC2     EC2
	Group   string // name
}

// Look is the group with all that EC2 knows of its instances: two calls at the
// same time, up to 1,000 instances.
func (f *Fleet) Look(ctx context.Context) (Group, error) {
	var group Group
	var machines map[string]machine
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() (err error) {
		group, err = f.Describe(ctx)
		return err
	})
	both.Go(func() (err error) {
		machines, err = f.machines(ctx, types.Filter{Name: aws.String("tag:aws:autoscaling:groupName"), Values: []string{f.Group}})
		return err
	})
	if err := both.Wait(); err != nil {
		return Group{}, err
	}
	for i := range group.Instances {
		group.Instances[i].learn(machines)
	}
	return group, nil
}

// Describe is the group without what EC2 knows of its instances: one call.
func (f *Fleet) Describe(ctx context.Context) (Group, error) {
	// Without paging: one name gives one group, with all its instances.
	found, err := f.Scaling.DescribeAutoScalingGroups(ctx, &autoscaling.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{f.Group}})
	if err != nil {
		return Group{}, fmt.Errorf("reading Auto Scaling group %s: %w", f.Group, err)
	}
	if len(found.AutoScalingGroups) == 0 {
		return Group{}, fmt.Errorf("reading Auto Scaling group %s: there is none of that name in this region", f.Group)
	}
	shown := &found.AutoScalingGroups[0]
	group := Group{
		Min: int(aws.ToInt32(shown.MinSize)), Max: int(aws.ToInt32(shown.MaxSize)), Desired: int(aws.ToInt32(shown.DesiredCapacity)),
		Instances: make([]Instance, 0, len(shown.Instances)),
	}
	for i := range shown.Instances {
		one := &shown.Instances[i]
		group.Instances = append(group.Instances, Instance{
			ID: aws.ToString(one.InstanceId), State: string(one.LifecycleState), Protected: aws.ToBool(one.ProtectedFromScaleIn),
		})
	}
	for _, tag := range shown.Tags {
		switch text := aws.ToString(tag.Value); aws.ToString(tag.Key) {
		case marks.PoolState:
			group.Deleting = text == marks.Deleting
		case marks.ScaledOut:
			group.ScaledOut = marks.Time(text)
		case marks.ScaledIn:
			group.ScaledIn = marks.Time(text)
		}
	}
	return group, nil
}

// Learn adds what EC2 knows of some instances: one call for each 200.
func (f *Fleet) Learn(ctx context.Context, instances []Instance) error {
	// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html: at most 200 values.
	const most = 200
	for start := 0; start < len(instances); start += most {
		some := instances[start:min(start+most, len(instances))]
		// A filter, because one instance that is gone would make InstanceIds fail.
		filter := types.Filter{Name: aws.String("instance-id")}
		for _, one := range some {
			filter.Values = append(filter.Values, one.ID)
		}
		machines, err := f.machines(ctx, filter)
		if err != nil {
			return err
		}
		for i := range some {
			some[i].learn(machines)
		}
	}
	return nil
}

// machines is what EC2 knows of instances, by id.
func (f *Fleet) machines(ctx context.Context, which types.Filter) (map[string]machine, error) {
	// The most that one answer may hold:
	// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
	const page = 1000
	machines := map[string]machine{}
	pages := ec2.NewDescribeInstancesPaginator(f.EC2, &ec2.DescribeInstancesInput{
		Filters: []types.Filter{which}, MaxResults: aws.Int32(page),
	})
	for pages.HasMorePages() {
		found, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("reading instances of Auto Scaling group %s: %w", f.Group, err)
		}
		for _, reservation := range found.Reservations {
			for i := range reservation.Instances {
				machines[aws.ToString(reservation.Instances[i].InstanceId)] = machineOf(&reservation.Instances[i])
			}
		}
	}
	return machines, nil
}

// machine is the part of an EC2 instance in use: a whole one takes kilobytes.
type machine struct {
	launched    time.Time
	mark        *marks.Mark
	missed      time.Time
	termination time.Time
	ended       bool
}

func machineOf(shown *types.Instance) machine {
	m := machine{launched: aws.ToTime(shown.LaunchTime)}
	if shown.State != nil {
		switch shown.State.Name {
		case types.InstanceStateNameShuttingDown, types.InstanceStateNameTerminated, types.InstanceStateNameStopping, types.InstanceStateNameStopped:
			m.ended = true // a boot that fails powers its machine off, which stops it
		}
	}
	for _, tag := range shown.Tags {
		switch text := aws.ToString(tag.Value); aws.ToString(tag.Key) {
		case marks.Drain:
			mark := marks.Parse(text)
			m.mark = &mark
		case marks.Missing:
			m.missed = marks.Parse(text).At
		case marks.Termination:
			m.termination = marks.Time(text)
		}
	}
	return m
}

// learn takes over what EC2 knows of the instance, if anything.
func (i *Instance) learn(machines map[string]machine) {
	known := machines[i.ID]
	i.Launched, i.Mark, i.Missed, i.Termination, i.Ended = known.launched, known.mark, known.missed, known.termination, known.ended
}
