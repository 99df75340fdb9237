package component

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

const (
	terminating = "autoscaling:EC2_INSTANCE_TERMINATING"
	// hookResult keeps an instance whose hook nobody completes in time: the group's
	// InstanceLifecyclePolicy retains what is abandoned.
	hookResult = "ABANDON"
)

// LifecycleHook lets instances of the group wait before they are terminated, and
// tells a queue of each. A hook has no tags: the group is ours, and so is a hook of
// that name.
type LifecycleHook struct {
	Object
	API       awsapi.AutoScaling
	HookName  string
	Heartbeat int32 // seconds until an instance that waits is given up
	Group     *AutoScalingGroup
	Queue     *Queue
	Role      *Role       // with which Auto Scaling sends
	Needs     []Component // what handles the instances that wait

	seen  *types.LifecycleHook
	asked asked[*autoscaling.DescribeLifecycleHooksOutput]
}

// Deps implements Component.
func (h *LifecycleHook) Deps() []Component {
	return append([]Component{h.Group, h.Queue, h.Role}, h.Needs...)
}

// Ensure implements Component.
func (h *LifecycleHook) Ensure(ctx context.Context) error { return ensure(ctx, h) }

// Read implements Component.
func (h *LifecycleHook) Read(ctx context.Context) (Status, error) { return read(ctx, h) }

// SeenHeartbeat is the heartbeat timeout as AWS has it, seconds.
func (h *LifecycleHook) SeenHeartbeat() int32 {
	if h.seen == nil {
		return 0
	}
	return deref(h.seen.HeartbeatTimeout)
}

func (h *LifecycleHook) name() *string { return aws.String(orElse(h.Known, h.HookName)) }

func (h *LifecycleHook) create(ctx context.Context) error {
	if !h.Group.Created() { // else it has none
		if err := vacant(ctx, h); err != nil {
			return err
		}
	}
	if err := h.put(ctx); err != nil {
		return fmt.Errorf("creating lifecycle hook %s of Auto Scaling group %s: %w", h.HookName, *h.Group.name(), err)
	}
	h.Known = h.HookName
	return nil
}

// put sends a test message to the queue as well. That fails with ValidationError, as
// every other wrong value does, while Auto Scaling may not see queue or role, or the
// rights of the role, which were made a moment ago.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html
func (h *LifecycleHook) put(ctx context.Context) error {
	_, err := h.API.PutLifecycleHook(ctx, &autoscaling.PutLifecycleHookInput{
		AutoScalingGroupName: h.Group.name(), LifecycleHookName: h.name(), LifecycleTransition: aws.String(terminating),
		DefaultResult: aws.String(hookResult), HeartbeatTimeout: aws.Int32(h.Heartbeat),
		NotificationTargetARN: aws.String(h.Queue.ARN()), RoleARN: aws.String(h.Role.ARN()),
	}, func(o *autoscaling.Options) {
		codes := []string{"ResourceContention"}
		if h.Role.Renewed() || h.Queue.Renewed() || h.Group.Renewed() {
			codes = append(codes, "ValidationError")
		}
		o.Retryer = patiently(o.Retryer, codes...)
		o.APIOptions = append(o.APIOptions, h.noteLost)
	})
	if err != nil {
		return err
	}
	h.seen = &types.LifecycleHook{
		LifecycleHookName: h.name(), LifecycleTransition: aws.String(terminating), DefaultResult: aws.String(hookResult),
		HeartbeatTimeout: aws.Int32(h.Heartbeat), NotificationTargetARN: aws.String(h.Queue.ARN()), RoleARN: aws.String(h.Role.ARN()),
	}
	return nil
}

func (h *LifecycleHook) load(ctx context.Context) (bool, error) {
	h.seen = nil
	if h.Group.ID() == "" {
		return false, nil
	}
	out, err := h.asked.take(ctx, h.question())
	if err != nil && h.Group.gone(ctx, err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("reading lifecycle hook %s of Auto Scaling group %s: %w", *h.name(), *h.Group.name(), err)
	}
	if len(out.LifecycleHooks) == 0 {
		return false, nil
	}
	h.Known, h.seen = *h.name(), &out.LifecycleHooks[0]
	return true, nil
}

// foreign is never: the group is ours.
func (h *LifecycleHook) foreign() *ForeignError { return nil }

func (h *LifecycleHook) differences() []Difference {
	var d differences
	got := h.seen
	d.add(deref(got.HeartbeatTimeout) != h.Heartbeat, "Heartbeat", "its heartbeat timeout is %d s, not %d s", deref(got.HeartbeatTimeout), h.Heartbeat)
	d.add(deref(got.DefaultResult) != hookResult, "DefaultResult", "its default result is %s, not %s", deref(got.DefaultResult), hookResult)
	d.add(deref(got.LifecycleTransition) != terminating, "Transition", "it waits for %s, not %s", deref(got.LifecycleTransition), terminating)
	target, role := deref(got.NotificationTargetARN), deref(got.RoleARN)
	d.add(h.Queue.ARN() != "" && target != h.Queue.ARN(), "Queue", "it tells %q, not %s", target, h.Queue.ARN())
	d.add(h.Role.ARN() != "" && role != h.Role.ARN(), "Role", "it works through role %q, not %s", role, h.Role.ARN())
	return d
}

func (h *LifecycleHook) update(ctx context.Context, _ Status) error {
	if err := h.put(ctx); err != nil {
		return fmt.Errorf("updating lifecycle hook %s of Auto Scaling group %s: %w", *h.name(), *h.Group.name(), err)
	}
	return nil
}

// Delete implements Component. Instances that wait for it go on at once.
func (h *LifecycleHook) Delete(ctx context.Context) error {
	if h.Known == "" || h.Group.ID() == "" {
		h.Known = "" // it goes with its group
		return nil
	}
	_, err := h.API.DeleteLifecycleHook(ctx, &autoscaling.DeleteLifecycleHookInput{
		AutoScalingGroupName: h.Group.name(), LifecycleHookName: h.name(),
	}, func(o *autoscaling.Options) { o.Retryer = patiently(o.Retryer, "ResourceContention") })
	if err != nil && !h.gone(ctx, err) {
		return fmt.Errorf("deleting lifecycle hook %s of Auto Scaling group %s: %w", h.Known, *h.Group.name(), err)
	}
	h.Known, h.seen = "", nil
	return nil
}

// gone tells whether err, of a delete, is about a hook that is gone: Auto Scaling
// says ValidationError then.
func (h *LifecycleHook) gone(ctx context.Context, err error) bool {
	if h.Group.gone(ctx, err) {
		return true
	}
	known := h.Known
	found, err := h.load(ctx)
	h.Known = known
	return err == nil && !found
}
