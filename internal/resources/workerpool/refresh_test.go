package workerpool_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	scaling "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

// rolling is an instance_refresh whose instances are warm at once, and more of it.
func rolling(more string) string {
	return "{ preferences = { instance_warmup = 0, min_healthy_percentage = 50 }, " + more + " }"
}

// refreshes checks the statuses of the group's refreshes, newest first.
type refreshes struct {
	*cloud
	want []scaling.InstanceRefreshStatus
}

// refreshed checks the refreshes after a step, before anything reads the pool again.
func (c *cloud) refreshed(want ...scaling.InstanceRefreshStatus) refreshes { return refreshes{c, want} }

// CheckPlan implements plancheck.PlanCheck. It waits for refreshes that go on: each
// worker is drained first.
func (r refreshes) CheckPlan(ctx context.Context, _ plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for resp.Error = r.check(ctx); resp.Error != nil; resp.Error = r.check(ctx) {
		select {
		case <-look.C:
		case <-ctx.Done():
			return
		}
	}
}

func (r refreshes) check(ctx context.Context) error {
	out, err := r.Direct().AutoScaling.DescribeInstanceRefreshes(ctx, &autoscaling.DescribeInstanceRefreshesInput{AutoScalingGroupName: ptr(baseName)})
	if err != nil {
		return err
	}
	var got []scaling.InstanceRefreshStatus
	for _, one := range out.InstanceRefreshes {
		got = append(got, one.Status)
	}
	if !slices.Equal(got, r.want) {
		return fmt.Errorf("the refreshes are %v, want %v", got, r.want)
	}
	return nil
}

// after makes a step check the refreshes when it has been applied.
func after(step resource.TestStep, check refreshes) resource.TestStep {
	step.ConfigPlanChecks.PostApplyPostRefresh = append(step.ConfigPlanChecks.PostApplyPostRefresh, check)
	return step
}

const (
	inProgress = scaling.InstanceRefreshStatusInProgress
	successful = scaling.InstanceRefreshStatusSuccessful
	canceled   = scaling.InstanceRefreshStatusCancelled
)

func TestInstanceRefresh(t *testing.T) {
	t.Parallel()
	c := newCloud(t).served(t)
	pool := c.minimal().with(c.signedIn()).with(arguments{"min_size": "2"})
	with := func(changes arguments) string {
		return c.config(pool.with(arguments{"instance_refresh": rolling("")}).with(changes))
	}
	warming := `{ preferences = { instance_warmup = 3600, min_healthy_percentage = 50 } }`
	c.run(t,
		apply(c.config(pool.with(arguments{"volume_size": "41"}))),
		after(apply(with(arguments{"volume_size": "41"}), action(plancheck.ResourceActionUpdate)), c.refreshed()), // to set it starts none
		after(apply(with(arguments{"volume_size": "42"})), c.refreshed(successful)),
		after(apply(with(arguments{"volume_size": "42", "max_size": "9"})), c.refreshed(successful)), // nor does this
		after(apply(with(arguments{"volume_size": "42", "max_size": "8", "instance_refresh": rolling(`triggers = ["max_size"]`)})), c.refreshed(successful, successful)),
		after(apply(with(arguments{"volume_size": "43", "instance_refresh": warming})), c.refreshed(inProgress, successful, successful)),
		after(apply(with(arguments{"volume_size": "44", "instance_refresh": warming})), c.refreshed(inProgress, canceled, successful, successful)), // one takes the place of the other
		after(apply(with(arguments{"volume_size": "45", "instance_refresh": rolling("wait_for_completion = true")})), c.refreshed(successful, canceled, canceled, successful, successful)),
		apply(c.config(pool.with(arguments{"volume_size": "45"})), has("drift", knownvalue.MapSizeExact(0))),
	)
}

func TestInstanceRefreshThatIsRolledBack(t *testing.T) {
	t.Parallel()
	c := newCloud(t).served(t)
	config := func(size string) string {
		return c.config(c.minimal().with(c.signedIn()).with(arguments{"min_size": "2", "volume_size": size, "instance_refresh": `{
    wait_for_completion = true
    preferences         = { instance_warmup = 0, min_healthy_percentage = 50, auto_rollback = true, alarms = ["queue"] }
  }`}))
	}
	c.run(t,
		apply(config("41")),
		resource.TestStep{
			PreConfig:   func() { c.Scaling().Alarm("queue", true) },
			Config:      config("42"),
			ExpectError: words("Instance refresh not done", "RollbackSuccessful", "brought back", "queue"),
		},
		// The state has what is; the next apply tries again.
		resource.TestStep{
			RefreshState: true, ExpectNonEmptyPlan: true,
			Check: resource.ComposeTestCheckFunc(
				resource.TestMatchResourceAttr("spacelift_ec2_workerpool.this", "drift.instance_refresh", words("RollbackSuccessful", "queue")),
				resource.TestCheckResourceAttr("spacelift_ec2_workerpool.this", "volume_size", "42"),
			),
		},
		func() resource.TestStep {
			step := after(apply(config("42"), action(plancheck.ResourceActionUpdate), drifted{"autoscaling_group", "instance_refresh"}), c.refreshed(successful, scaling.InstanceRefreshStatusRollbackSuccessful))
			step.PreConfig = func() { c.Scaling().Alarm("queue", false) }
			return step
		}(),
	)
}
