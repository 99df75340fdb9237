package autoscaling

import (
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// processes are what a group does by itself. Load balancers and alarms are not
// played, so that suspending AddToLoadBalancer or AlarmNotification has no effect.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
var processes = []string{
	"Launch", "Terminate", "AddToLoadBalancer", "AlarmNotification", "AZRebalance",
	"HealthCheck", "InstanceRefresh", "ReplaceUnhealthy", "ScheduledActions",
}

// SuspendProcesses suspends processes of a group; none named means all.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SuspendProcesses.html
func (g *Groups) SuspendProcesses(in *autoscaling.SuspendProcessesInput) (*autoscaling.SuspendProcessesOutput, error) {
	defer g.enter()()
	found, names, err := g.processes(in.AutoScalingGroupName, in.ScalingProcesses)
	if err != nil {
		return nil, err
	}
	all := slices.Clone(found.record.SuspendedProcesses)
	for _, process := range processes {
		if oneOf(process, names...) && !isSuspended(found, process) {
			all = append(all, types.SuspendedProcess{
				ProcessName:      ptr(process),
				SuspensionReason: ptr(fmt.Sprintf("User suspended at %s", g.moment.UTC().Format(time.RFC3339))),
			})
		}
	}
	found.record.SuspendedProcesses = all
	return &autoscaling.SuspendProcessesOutput{}, nil
}

// ResumeProcesses resumes processes of a group; none named means all.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_ResumeProcesses.html
func (g *Groups) ResumeProcesses(in *autoscaling.ResumeProcessesInput) (*autoscaling.ResumeProcessesOutput, error) {
	defer g.enter()()
	found, names, err := g.processes(in.AutoScalingGroupName, in.ScalingProcesses)
	if err != nil {
		return nil, err
	}
	var left []types.SuspendedProcess
	for _, process := range found.record.SuspendedProcesses {
		if !oneOf(value(process.ProcessName), names...) {
			left = append(left, process)
		}
	}
	found.record.SuspendedProcesses = left
	g.level(found, replaced)
	return &autoscaling.ResumeProcessesOutput{}, nil
}

// processes finds the group and checks the process names.
func (g *Groups) processes(name *string, names []string) (*group, []string, error) {
	found, err := g.lookupLiving(name)
	if err != nil {
		return nil, nil, err
	}
	for _, process := range names {
		if !oneOf(process, processes...) {
			return nil, nil, invalid("%s is not a valid ScalingProcess", process)
		}
	}
	if len(names) == 0 {
		names = processes
	}
	return found, names, nil
}

func isSuspended(found *group, process string) bool {
	for i := range found.record.SuspendedProcesses {
		if value(found.record.SuspendedProcesses[i].ProcessName) == process {
			return true
		}
	}
	return false
}
