package component

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// retention is what becomes of an instance whose termination hook ends in ABANDON:
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-lifecycle-policy.html
func (s GroupSettings) retention() *types.InstanceLifecyclePolicy {
	action := types.RetentionActionTerminate
	if s.Retain {
		action = types.RetentionActionRetain
	}
	return &types.InstanceLifecyclePolicy{RetentionTriggers: &types.RetentionTriggers{TerminateHookAbandon: action}}
}

func retains(policy *types.InstanceLifecyclePolicy) bool {
	return policy != nil && policy.RetentionTriggers != nil && policy.RetentionTriggers.TerminateHookAbandon == types.RetentionActionRetain
}

func fate(retained bool) string {
	if retained {
		return "retained"
	}
	return "terminated"
}

// compareProcesses compares which processes run. Those that nobody here has
// suspended are the business of whoever did.
func (g *AutoScalingGroup) compareProcesses(d *differences) {
	suspend, resume := g.processesToPut()
	for _, process := range suspend {
		d.add(true, "Processes", "process %s is not suspended", process)
	}
	for _, process := range resume {
		d.add(true, "Processes", "process %s is still suspended", process)
	}
}

func (g *AutoScalingGroup) processesToPut() (suspend, resume []string) {
	suspended := g.suspended()
	for _, process := range g.Settings.Suspend {
		if !slices.Contains(suspended, process) {
			suspend = append(suspend, process)
		}
	}
	for _, process := range g.Settings.Resume {
		if slices.Contains(suspended, process) {
			resume = append(resume, process)
		}
	}
	return suspend, resume
}

func (g *AutoScalingGroup) putProcesses(ctx context.Context) error {
	suspend, resume := g.processesToPut()
	if len(suspend) > 0 {
		_, err := g.API.SuspendProcesses(ctx, &autoscaling.SuspendProcessesInput{AutoScalingGroupName: g.name(), ScalingProcesses: suspend}, g.uncontended)
		if err != nil {
			return fmt.Errorf("suspending %s of Auto Scaling group %s: %w", strings.Join(suspend, ", "), *g.name(), err)
		}
	}
	if len(resume) > 0 {
		_, err := g.API.ResumeProcesses(ctx, &autoscaling.ResumeProcessesInput{AutoScalingGroupName: g.name(), ScalingProcesses: resume}, g.uncontended)
		if err != nil {
			return fmt.Errorf("resuming %s of Auto Scaling group %s: %w", strings.Join(resume, ", "), *g.name(), err)
		}
	}
	return nil
}
