package component

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
)

// TagSuspended is the key of the group's tag that lists, separated by commas, the
// processes that a delete has suspended. Those that somebody else had suspended
// before are not in it, so that a resume leaves them alone.
const TagSuspended = "WorkerPoolSuspended"

// haltedProcesses are suspended while a delete waits for busy workers. With
// Launch and Terminate, no instance comes and none in service goes, whatever the
// reason: AZRebalance, InstanceRefresh, ReplaceUnhealthy and the maximum instance
// lifetime act through these two. ScheduledActions and AlarmNotification would
// still change the sizes, and a resume would then carry that out.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/understand-how-suspending-processes-affects-other-processes.html
//
// A group can be deleted by force all the same:
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/suspend-resume-considerations.html
var haltedProcesses = []string{"Launch", "Terminate", "ScheduledActions", "AlarmNotification"}

// suspension says what to suspend of a group and what to note as suspended by a
// delete. suspended are the processes that do not run, noted those that an
// earlier delete has noted.
func suspension(suspended, noted []string) (suspend, note []string) {
	for _, process := range haltedProcesses {
		runs := !slices.Contains(suspended, process)
		if runs {
			suspend = append(suspend, process)
		}
		if runs || slices.Contains(noted, process) {
			note = append(note, process)
		}
	}
	return suspend, note
}

// Halt begins a deletion that has to wait: it tags the group as being deleted and
// keeps it from starting and ending instances. What it suspends is noted in the
// same call as the state, so that a resume undoes neither less nor more. It goes
// by the last Read; calling it again goes on where an earlier one stopped.
func (g *AutoScalingGroup) Halt(ctx context.Context) error {
	suspend, note := suspension(g.suspended(), g.noted())
	tags := []types.Tag{g.ownTag(marks.PoolState, marks.Deleting)}
	if len(note) > 0 {
		tags = append(tags, g.ownTag(TagSuspended, strings.Join(note, ",")))
	}
	if _, err := g.API.CreateOrUpdateTags(ctx, &autoscaling.CreateOrUpdateTagsInput{Tags: tags}); err != nil {
		return fmt.Errorf("tagging Auto Scaling group %s as %s: %w", *g.name(), marks.Deleting, err)
	}
	if len(suspend) == 0 {
		return nil
	}
	_, err := g.API.SuspendProcesses(ctx, &autoscaling.SuspendProcessesInput{AutoScalingGroupName: g.name(), ScalingProcesses: suspend}, g.uncontended)
	if err != nil {
		return fmt.Errorf("suspending %s of Auto Scaling group %s: %w", strings.Join(suspend, ", "), *g.name(), err)
	}
	return nil
}

// resume undoes a deletion that was begun: Release, then the processes that Halt
// suspended, then the tags. The state is the last to change, so that what was
// interrupted anywhere before is still seen as a deletion that was begun.
func (g *AutoScalingGroup) resume(ctx context.Context) error {
	if g.Release != nil {
		if err := g.Release(ctx); err != nil {
			return err
		}
	}
	noted := g.noted()
	if len(noted) > 0 {
		_, err := g.API.ResumeProcesses(ctx, &autoscaling.ResumeProcessesInput{AutoScalingGroupName: g.name(), ScalingProcesses: noted}, g.uncontended)
		if err != nil {
			return fmt.Errorf("resuming %s of Auto Scaling group %s: %w", strings.Join(noted, ", "), *g.name(), err)
		}
		tag := types.Tag{Key: aws.String(TagSuspended), ResourceId: g.name(), ResourceType: aws.String("auto-scaling-group")}
		if _, err := g.API.DeleteTags(ctx, &autoscaling.DeleteTagsInput{Tags: []types.Tag{tag}}); err != nil {
			return fmt.Errorf("removing tag %s from Auto Scaling group %s: %w", TagSuspended, *g.name(), err)
		}
	}
	if state, _ := g.PoolState(); state == "" && !g.Complete {
		return nil // a create takes over what a delete has left: it says so itself, at its end
	}
	return g.MarkComplete(ctx)
}

// uncontended makes a call wait for other changes of the group.
func (g *AutoScalingGroup) uncontended(o *autoscaling.Options) {
	o.Retryer = patiently(o.Retryer, "ScalingActivityInProgress", "ResourceContention", "ResourceInUse")
}

// suspended are the processes that do not run, as of the last Read.
func (g *AutoScalingGroup) suspended() (processes []string) {
	if g.seen == nil {
		return nil
	}
	for _, process := range g.seen.SuspendedProcesses {
		processes = append(processes, deref(process.ProcessName))
	}
	return processes
}

// noted are the processes in the tag TagSuspended, as of the last Read.
func (g *AutoScalingGroup) noted() []string {
	if g.seen == nil {
		return nil
	}
	return strings.FieldsFunc(tagMap(g.seen.Tags, groupPair)[TagSuspended], func(r rune) bool { return r == ',' })
}

// ownTag is one of the group alone, which instances do not get.
func (g *AutoScalingGroup) ownTag(key, value string) types.Tag {
	tag := g.tag(key, value)
	tag.PropagateAtLaunch = aws.Bool(false)
	return tag
}
