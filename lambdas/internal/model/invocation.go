package model

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	autoscalingtypes "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
)

const (
	groupName = "pool"
	poolID    = "01HZXK3J5T9V2QWERTY0123456"
)

// invocation is a function at work: Spacelift, Auto Scaling and EC2 as it sees
// them. It sees what was when it began to look, however much happens before it acts.
type invocation struct {
	w    *World
	by   string
	dead bool // it was killed: nothing that it does has an effect

	begun        time.Time
	asked, reads atomic.Int64 // of Spacelift, of AWS; it reads from several goroutines

	pool     spacelift.Pool
	poolErr  error
	group    *autoscaling.DescribeAutoScalingGroupsOutput
	machines *ec2.DescribeInstancesOutput
}

var (
	errDead = errors.New("this invocation was killed")
	errDown = errors.New("503 Service Unavailable")
	errLost = errors.New("context deadline exceeded")
)

// invoke begins an invocation by looking at everything. The function's three reads
// go on at the same time, so that what they see may be of different moments: pause
// passes between them.
func (w *World) invoke(by string, pause func()) *invocation {
	v := &invocation{w: w, by: by, begun: w.now}
	v.group = w.describe()
	pause()
	v.look()
	pause()
	v.machines = w.machines()
	return v
}

// look sees the pool as it is now.
func (v *invocation) look() {
	v.pool, v.poolErr = v.w.pool(), nil
	if v.w.now.Before(v.w.failing) {
		v.pool, v.poolErr = spacelift.Pool{}, errDown
	}
}

func (w *World) describe() *autoscaling.DescribeAutoScalingGroupsOutput {
	group := autoscalingtypes.AutoScalingGroup{
		MinSize: aws.Int32(int32(w.min)), MaxSize: aws.Int32(int32(w.max)), DesiredCapacity: aws.Int32(int32(w.desired)), //nolint:gosec // small
		Instances: make([]autoscalingtypes.Instance, 0, len(w.instances)),
	}
	for _, one := range w.instances {
		group.Instances = append(group.Instances, autoscalingtypes.Instance{
			InstanceId: &one.id, LifecycleState: autoscalingtypes.LifecycleState(one.state), ProtectedFromScaleIn: &one.protected,
		})
	}
	for key, value := range w.groupTags {
		group.Tags = append(group.Tags, autoscalingtypes.TagDescription{Key: aws.String(key), Value: aws.String(value)})
	}
	return &autoscaling.DescribeAutoScalingGroupsOutput{AutoScalingGroups: []autoscalingtypes.AutoScalingGroup{group}}
}

func (w *World) machines() *ec2.DescribeInstancesOutput {
	seen := ec2types.Reservation{Instances: make([]ec2types.Instance, 0, len(w.instances))}
	for _, one := range w.instances {
		if w.now.Before(one.shown) {
			continue
		}
		machine := ec2types.Instance{InstanceId: &one.id, LaunchTime: &one.launched}
		for key, value := range one.tags {
			machine.Tags = append(machine.Tags, ec2types.Tag{Key: aws.String(key), Value: aws.String(value)})
		}
		seen.Instances = append(seen.Instances, machine)
	}
	return &ec2.DescribeInstancesOutput{Reservations: []ec2types.Reservation{seen}}
}

// change is every call that changes something: it counts, and it may go wrong.
func (v *invocation) change(what, target string, calls *int, do func() error) error {
	if v.dead {
		return errDead
	}
	twist := v.w.twist(v, what, target)
	if v.dead {
		return errDead
	}
	*calls++
	if v.by == "manager" && !v.w.leaves(target) {
		v.w.Figures.Astray++
	}
	var err error
	if twist != Fail {
		err = do()
	}
	if err == nil && (twist == Fail || twist == Lose) {
		err = errLost
	}
	v.w.Acts = append(v.w.Acts, Act{v.w.now, v.by, what, target, err != nil})
	if v.w.changed != nil {
		v.w.changed(v.w)
	}
	return err
}

// Pool implements scaling.Workers and draining.Workers.
func (v *invocation) Pool(context.Context, string) (spacelift.Pool, error) {
	if v.asked.Add(1) > 1 {
		v.look() // again, alone
	}
	return v.pool, v.poolErr
}

// Drain implements scaling.Workers and draining.Workers.
func (v *invocation) Drain(_ context.Context, _, id string) (spacelift.Worker, error) {
	return v.setDrain("Drain", id, true)
}

// Undrain implements scaling.Workers.
func (v *invocation) Undrain(_ context.Context, _, id string) (spacelift.Worker, error) {
	return v.setDrain("Undrain", id, false)
}

func (v *invocation) setDrain(what, id string, drain bool) (answer spacelift.Worker, err error) {
	err = v.change(what, id, &v.w.Figures.Spacelift, func() (err error) {
		if v.w.now.Before(v.w.failing) {
			return errDown
		}
		answer, err = v.w.setDrain(id, drain)
		return err
	})
	if err != nil {
		return spacelift.Worker{}, err
	}
	return answer, nil
}
