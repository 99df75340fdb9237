package workerpool_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

// What people change on purpose is no drift, and an update leaves it alone.
func TestWhatPeopleChangeStays(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	config := func(size string) string {
		return c.config(c.minimal().with(arguments{"min_size": "1", "max_size": size, "additional_tags": `{ Team = "` + size + `" }`}))
	}
	none := apply(config("5"), action(plancheck.ResourceActionNoop), byHand{c})
	c.run(t,
		apply(config("5")),
		c.meddle(t, none, c.operate, tagGroup("Owner", "ops", false), onRole(tagRole("Owner", "ops")), tagSecret("Owner", "ops"), tagSecret("aws:owner", "x"),
			c.tagTemplate("Owner", "ops"), c.tagLog(infoLog, "Owner", "ops")),
		apply(config("6"), action(plancheck.ResourceActionUpdate), byHand{c}),
		resource.TestStep{Config: config("6"), Destroy: true},
	)
}

// operate does what operators do: more workers, one of them protected, and a
// process suspended.
func (c *cloud) operate(ctx context.Context, clients *awsapi.Clients) error {
	api := autoscaling.NewFromConfig(c.DirectConfig())
	_, err := api.SetDesiredCapacity(ctx, &autoscaling.SetDesiredCapacityInput{AutoScalingGroupName: ptr(baseName), DesiredCapacity: ptr[int32](3)})
	if err != nil {
		return err
	}
	_, err = api.SuspendProcesses(ctx, &autoscaling.SuspendProcessesInput{AutoScalingGroupName: ptr(baseName), ScalingProcesses: []string{"AZRebalance"}})
	if err != nil {
		return err
	}
	group, err := c.awaitInstances(ctx, clients, 3)
	if err != nil {
		return err
	}
	_, err = api.SetInstanceProtection(ctx, &autoscaling.SetInstanceProtectionInput{
		AutoScalingGroupName: ptr(baseName), InstanceIds: []string{*group.Instances[0].InstanceId}, ProtectedFromScaleIn: ptr(true),
	})
	return err
}

// awaitInstances polls until the group has n instances in service.
func (c *cloud) awaitInstances(ctx context.Context, clients *awsapi.Clients, n int) (types.AutoScalingGroup, error) {
	deadline := time.Now().Add(30 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for time.Now().Before(deadline) {
		out, err := clients.AutoScaling.DescribeAutoScalingGroups(ctx, &autoscaling.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{baseName}})
		if err != nil || len(out.AutoScalingGroups) != 1 {
			return types.AutoScalingGroup{}, fmt.Errorf("%d groups: %w", len(out.AutoScalingGroups), err)
		}
		group := out.AutoScalingGroups[0]
		ready := slices.DeleteFunc(slices.Clone(group.Instances), func(i types.Instance) bool { return i.LifecycleState != types.LifecycleStateInService })
		if len(ready) == n {
			return group, nil
		}
		<-tick.C
	}
	return types.AutoScalingGroup{}, errors.New("the instances are not in service")
}

// byHand checks that what people changed is still there.
type byHand struct{ *cloud }

// CheckState implements statecheck.StateCheck.
func (b byHand) CheckState(ctx context.Context, _ statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	group, err := b.awaitInstances(ctx, b.Direct(), 3)
	if err != nil {
		resp.Error = err
		return
	}
	protected := slices.ContainsFunc(group.Instances, func(i types.Instance) bool { return aws.ToBool(i.ProtectedFromScaleIn) })
	suspended := slices.ContainsFunc(group.SuspendedProcesses, func(p types.SuspendedProcess) bool { return aws.ToString(p.ProcessName) == "AZRebalance" })
	owned := slices.ContainsFunc(group.Tags, func(t types.TagDescription) bool { return aws.ToString(t.Key) == "Owner" })
	if *group.DesiredCapacity != 3 || !protected || !suspended || !owned {
		resp.Error = fmt.Errorf("desired capacity %d, an instance protected: %t, process suspended: %t, tag: %t", *group.DesiredCapacity, protected, suspended, owned)
		return
	}
	secret, err := b.Direct().SecretsManager.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: ptr(baseName + "-secret")})
	if err != nil {
		resp.Error = err
		return
	}
	keys := map[string]bool{}
	for _, tag := range secret.Tags {
		keys[*tag.Key] = true
	}
	if !keys["Owner"] || !keys["aws:owner"] {
		resp.Error = fmt.Errorf("tags of the secret: %v", keys)
	}
}
