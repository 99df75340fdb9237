package component

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

// hookPolicy is the name of AWS's policy with which Auto Scaling sends what a
// lifecycle hook has to tell:
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/prepare-for-lifecycle-notifications.html
const hookPolicy = ":iam::aws:policy/service-role/AutoScalingNotificationAccessRole"

// loadHook looks whether a lifecycle hook of the group works through this role,
// as in pools of the Terraform module. It asks only about a role that Auto Scaling
// may assume, which none of ours is.
func (r *Role) loadHook(ctx context.Context) (err error) {
	if r.Hooked == nil || !strings.Contains(r.seen.trust, "autoscaling.amazonaws.com") || samePolicy(r.Settings.TrustPolicy, r.seen.trust) {
		return nil
	}
	r.seen.hooked, err = r.Hooked(ctx, r.arn)
	return err
}

// managed are the policies to be attached to the role. Its trust policy, and what
// a hook needs, stay as they are for as long as a hook works through it.
func (r *Role) managed() []string {
	wanted := r.Settings.ManagedPolicies
	if !r.seen.hooked {
		return wanted
	}
	for _, arn := range r.seen.managed {
		if strings.HasSuffix(arn, hookPolicy) {
			wanted = append(slices.Clone(wanted), arn)
		}
	}
	return wanted
}

// HookedBy tells whether a lifecycle hook of the group sends its messages with the
// role of this ARN.
func (g *AutoScalingGroup) HookedBy(ctx context.Context, roleARN string) (bool, error) {
	if g.Known == "" {
		return false, nil
	}
	out, err := g.API.DescribeLifecycleHooks(ctx, &autoscaling.DescribeLifecycleHooksInput{AutoScalingGroupName: aws.String(g.Known)})
	if awserr.Code(err) == "ValidationError" { // the group was deleted outside
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("reading the lifecycle hooks of Auto Scaling group %s: %w", g.Known, err)
	}
	return slices.ContainsFunc(out.LifecycleHooks, func(h types.LifecycleHook) bool { return aws.ToString(h.RoleARN) == roleARN }), nil
}
