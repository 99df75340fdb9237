package autoscaling

import (
	"regexp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// Transitions at which a hook lets an instance wait, and the results of a wait.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LifecycleHook.html
const (
	launching   = "autoscaling:EC2_INSTANCE_LAUNCHING"
	terminating = "autoscaling:EC2_INSTANCE_TERMINATING"

	resultContinue = "CONTINUE"
	resultAbandon  = "ABANDON"
)

// Limits and defaults of hooks, in seconds.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html
const (
	leastHeartbeat   = 30
	mostHeartbeat    = 7200
	defaultHeartbeat = 3600
)

// The longest wait, heartbeats included: 48 hours or 100 times the heartbeat,
// whichever is less.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LifecycleHook.html
const (
	mostWait       = 172800 // seconds
	mostHeartbeats = 100
)

// maxHooks: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-quotas.html
const maxHooks = 50

// hookName: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html
var hookName = regexp.MustCompile(`^[A-Za-z0-9\-_/]{1,255}$`)

// PutLifecycleHook makes a hook, or changes the given settings of one. A new
// notification target gets a test message.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html
func (g *Groups) PutLifecycleHook(in *autoscaling.PutLifecycleHookInput) (*autoscaling.PutLifecycleHookOutput, error) {
	defer g.enter()()
	found, err := g.lookupLiving(in.AutoScalingGroupName)
	if err != nil {
		return nil, err
	}
	if err := g.putHook(found, in); err != nil {
		return nil, err
	}
	return &autoscaling.PutLifecycleHookOutput{}, nil
}

func (g *Groups) putHook(found *group, in *autoscaling.PutLifecycleHookInput) error {
	name := value(in.LifecycleHookName)
	if !hookName.MatchString(name) {
		return invalid("1 validation error detected: Value '%s' at 'lifecycleHookName' failed to satisfy constraint: "+
			`Member must satisfy regular expression pattern: [A-Za-z0-9\-_\/]+`, name)
	}
	changed := types.LifecycleHook{
		AutoScalingGroupName: ptr(found.name()), LifecycleHookName: ptr(name),
		DefaultResult: ptr(resultAbandon), HeartbeatTimeout: ptr(int32(defaultHeartbeat)),
	}
	at := slices.IndexFunc(found.hooks, func(h types.LifecycleHook) bool { return value(h.LifecycleHookName) == name })
	if at >= 0 {
		changed = found.hooks[at]
	}
	mergeHook(&changed, in)
	if err := checkHook(&changed); err != nil {
		return err
	}
	if target := value(in.NotificationTargetARN); target != "" {
		if err := g.machines.Notify(target, value(changed.RoleARN), g.testMessage(found)); err != nil {
			return invalid("Unable to publish test message to notification target %s using IAM role %s. "+
				"Please check your target and role configuration and try to put lifecycle hook again.", target, value(changed.RoleARN))
		}
	}
	switch {
	case at >= 0:
		found.hooks[at] = changed
	case len(found.hooks) == maxHooks:
		return &types.LimitExceededFault{Message: ptr("A group can have at most 50 lifecycle hooks")}
	default:
		found.hooks = append(found.hooks, changed)
	}
	return nil
}

// mergeHook applies a request to a hook: what it leaves out stays as it is.
func mergeHook(hook *types.LifecycleHook, in *autoscaling.PutLifecycleHookInput) {
	set := func(field **string, given *string) {
		if given != nil {
			*field = given
		}
	}
	set(&hook.DefaultResult, in.DefaultResult)
	set(&hook.LifecycleTransition, in.LifecycleTransition)
	set(&hook.NotificationMetadata, in.NotificationMetadata)
	set(&hook.NotificationTargetARN, in.NotificationTargetARN)
	set(&hook.RoleARN, in.RoleARN)
	if value(hook.NotificationTargetARN) == "" { // "If you specify an empty string, this overrides the current ARN"
		hook.NotificationTargetARN = nil
	}
	if in.HeartbeatTimeout != nil {
		hook.HeartbeatTimeout = in.HeartbeatTimeout
	}
	hook.GlobalTimeout = ptr(min(int32(mostWait), mostHeartbeats*value(hook.HeartbeatTimeout)))
}

func checkHook(hook *types.LifecycleHook) error {
	switch heartbeat := value(hook.HeartbeatTimeout); {
	case heartbeat < leastHeartbeat || heartbeat > mostHeartbeat:
		return invalid("Valid range for HeartbeatTimeout is %d to %d seconds", leastHeartbeat, mostHeartbeat)
	case !oneOf(value(hook.LifecycleTransition), launching, terminating):
		return invalid("Invalid LifecycleTransition '%s'. Valid values are %s and %s", value(hook.LifecycleTransition), launching, terminating)
	case !oneOf(value(hook.DefaultResult), resultContinue, resultAbandon):
		return invalid("Invalid DefaultResult '%s'. Valid values are CONTINUE and ABANDON", value(hook.DefaultResult))
	case (hook.NotificationTargetARN != nil) && value(hook.RoleARN) == "":
		return invalid("RoleARN is required with a NotificationTargetARN")
	case len(value(hook.NotificationMetadata)) > 4000:
		return invalid("NotificationMetadata must have at most 4000 characters")
	}
	return nil
}

// DescribeLifecycleHooks lists a group's hooks; unknown names are left out.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeLifecycleHooks.html
func (g *Groups) DescribeLifecycleHooks(in *autoscaling.DescribeLifecycleHooksInput) (*autoscaling.DescribeLifecycleHooksOutput, error) {
	defer g.enter()()
	found, err := g.lookup(in.AutoScalingGroupName)
	if err != nil {
		return nil, err
	}
	var all []types.LifecycleHook
	for _, hook := range found.hooks {
		if len(in.LifecycleHookNames) == 0 || oneOf(value(hook.LifecycleHookName), in.LifecycleHookNames...) {
			all = append(all, hook)
		}
	}
	return &autoscaling.DescribeLifecycleHooksOutput{LifecycleHooks: all}, nil
}

// DeleteLifecycleHook removes a hook. "If there are any outstanding lifecycle
// actions, they are completed first (ABANDON for launching instances, CONTINUE
// for terminating instances)."
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteLifecycleHook.html
func (g *Groups) DeleteLifecycleHook(in *autoscaling.DeleteLifecycleHookInput) (*autoscaling.DeleteLifecycleHookOutput, error) {
	defer g.enter()()
	found, err := g.lookup(in.AutoScalingGroupName)
	if err != nil {
		return nil, err
	}
	name := value(in.LifecycleHookName)
	at := slices.IndexFunc(found.hooks, func(h types.LifecycleHook) bool { return value(h.LifecycleHookName) == name })
	if at < 0 {
		return nil, invalid("No Lifecycle Hook found with name: %s", name)
	}
	for _, one := range slices.Clone(found.instances) {
		for _, w := range slices.Clone(one.waits) {
			if value(w.hook.LifecycleHookName) == name {
				g.conclude(found, one, w, map[bool]string{true: resultAbandon, false: resultContinue}[one.counts()])
			}
		}
	}
	found.hooks = slices.Delete(slices.Clone(found.hooks), at, at+1)
	return &autoscaling.DeleteLifecycleHookOutput{}, nil
}
