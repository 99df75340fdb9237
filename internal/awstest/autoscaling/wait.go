package autoscaling

import (
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// wait is the wait of one instance for one hook: a lifecycle action.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks-overview.html
type wait struct {
	hook     types.LifecycleHook // as it was when the wait began
	token    string
	limit    time.Time // when no heartbeat helps any more
	deadline time.Time // of the next heartbeat
}

// hold lets an instance wait for the group's hooks of a transition, and says
// whether there are any. A hook whose target cannot be told comes to its default
// result at once.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html
func (g *Groups) hold(found *group, one *instance, transition string) bool {
	for _, hook := range found.hooks {
		if value(hook.LifecycleTransition) != transition {
			continue
		}
		g.serial++
		w := &wait{
			hook: hook, token: fmt.Sprintf("%08d-0000-4000-8000-00000000a5a5", g.serial),
			limit: g.moment.Add(time.Duration(value(hook.GlobalTimeout)) * time.Second),
		}
		w.extend(g.moment)
		one.waits = append(one.waits, w)
		if target := value(hook.NotificationTargetARN); target != "" && g.machines.Notify(target, value(hook.RoleARN), g.message(found, one, w)) != nil {
			w.deadline = g.moment // "when the timeout elapses or if an unexpected failure occurs"
		}
	}
	if len(one.waits) == 0 {
		return false
	}
	one.activity.StatusCode = types.ScalingActivityStatusCodeMidLifecycleAction
	one.awaitHooks()
	return true
}

// extend moves the deadline of the next heartbeat: each extends the wait by the
// heartbeat timeout, up to the limit.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RecordLifecycleActionHeartbeat.html
func (w *wait) extend(now time.Time) {
	w.deadline = now.Add(time.Duration(value(w.hook.HeartbeatTimeout)) * time.Second)
	if w.deadline.After(w.limit) {
		w.deadline = w.limit
	}
}

// awaitHooks makes the first deadline the end of the instance's state.
func (i *instance) awaitHooks() {
	i.due = time.Time{}
	for _, w := range i.waits {
		if i.due.IsZero() || w.deadline.Before(i.due) {
			i.due = w.deadline
		}
	}
}

// expire ends the waits whose deadline has come with their hooks' default result.
func (g *Groups) expire(found *group, one *instance) {
	for _, w := range slices.Clone(one.waits) {
		if !w.deadline.After(g.moment) {
			g.conclude(found, one, w, value(w.hook.DefaultResult))
		}
	}
}

// conclude ends one wait. ABANDON ends the others as well; after the last one the
// instance goes on.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/adding-lifecycle-hooks.html
func (g *Groups) conclude(found *group, one *instance, w *wait, result string) {
	if !slices.Contains(one.waits, w) {
		return // ended by another's ABANDON
	}
	one.waits = slices.DeleteFunc(slices.Clone(one.waits), func(other *wait) bool { return other == w || result == resultAbandon })
	one.awaitHooks()
	if len(one.waits) > 0 {
		return
	}
	one.activity.StatusCode = types.ScalingActivityStatusCodeInProgress
	switch {
	case one.state == types.LifecycleStatePendingWait && result == resultAbandon:
		g.abandonLaunch(found, one)
	case one.state == types.LifecycleStatePendingWait:
		one.state = types.LifecycleStatePendingProceed
		g.serve(found, one)
	case result == resultAbandon && retains(found) && !one.gone:
		g.retain(one)
	default:
		one.state = types.LifecycleStateTerminatingProceed
		g.kill(found, []*instance{one})
	}
}

// abandonLaunch ends an instance whose launch hook said so, and replaces it.
func (g *Groups) abandonLaunch(found *group, one *instance) {
	g.cancel(one, "The instance is terminated because its lifecycle action was abandoned.")
	g.end(found, []*instance{one}, "an instance was taken out of service because its lifecycle action was abandoned.", ending{force: true})
	g.level(found, replaced)
}

// retains says whether the group keeps instances whose termination hook ended in
// ABANDON. https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-lifecycle-policy.html
func retains(found *group) bool {
	policy := found.record.InstanceLifecyclePolicy
	return policy != nil && policy.RetentionTriggers != nil && policy.RetentionTriggers.TerminateHookAbandon == types.RetentionActionRetain
}

// retain keeps an instance, which counts no more and has been replaced, until
// somebody terminates it. Its activity is canceled.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/manage-retained-instances.html
func (g *Groups) retain(one *instance) {
	one.state = types.LifecycleStateTerminatingRetained
	g.cancel(one, "The instance is retained because its lifecycle action was abandoned.")
}

// RecordLifecycleActionHeartbeat lets an instance wait longer.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RecordLifecycleActionHeartbeat.html
func (g *Groups) RecordLifecycleActionHeartbeat(in *autoscaling.RecordLifecycleActionHeartbeatInput) (*autoscaling.RecordLifecycleActionHeartbeatOutput, error) {
	defer g.enter()()
	_, one, w, err := g.waiting(in.AutoScalingGroupName, in.LifecycleHookName, in.LifecycleActionToken, in.InstanceId)
	if err != nil {
		return nil, err
	}
	w.extend(g.moment)
	one.awaitHooks()
	return &autoscaling.RecordLifecycleActionHeartbeatOutput{}, nil
}

// CompleteLifecycleAction ends the wait of an instance.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CompleteLifecycleAction.html
func (g *Groups) CompleteLifecycleAction(in *autoscaling.CompleteLifecycleActionInput) (*autoscaling.CompleteLifecycleActionOutput, error) {
	defer g.enter()()
	result := value(in.LifecycleActionResult)
	if !oneOf(result, resultContinue, resultAbandon) {
		return nil, invalid("Invalid LifecycleActionResult '%s'. Valid values are CONTINUE and ABANDON", result)
	}
	found, one, w, err := g.waiting(in.AutoScalingGroupName, in.LifecycleHookName, in.LifecycleActionToken, in.InstanceId)
	if err != nil {
		return nil, err
	}
	g.conclude(found, one, w, result)
	return &autoscaling.CompleteLifecycleActionOutput{}, nil
}

// waiting finds a wait by its token or its instance.
func (g *Groups) waiting(name, hook, token, id *string) (*group, *instance, *wait, error) {
	found, err := g.lookup(name)
	if err != nil {
		return nil, nil, nil, err
	}
	if token == nil && id == nil {
		return nil, nil, nil, invalid("Either LifecycleActionToken or InstanceId must be given")
	}
	for _, one := range found.instances {
		for _, w := range one.waits {
			byToken, byID := token == nil || *token == w.token, id == nil || *id == one.id
			if value(w.hook.LifecycleHookName) == value(hook) && byToken && byID {
				return found, one, w, nil
			}
		}
	}
	if token != nil {
		return nil, nil, nil, invalid("No active Lifecycle Action found with token %s", *token)
	}
	return nil, nil, nil, invalid("No active Lifecycle Action found with instance ID %s", *id)
}
