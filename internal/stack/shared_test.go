package stack_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

func TestPoolsThatShareLogGroupsDoNotFight(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	first := create(t, account, workerPool(account))
	other := workerPool(account)
	other.BaseName, other.LogGroups.Retention = "other", 30
	second := create(t, account, other)
	same(t, "create", first, refresh(t, account, first))
	same(t, "create", second, refresh(t, account, second))

	changed := second.Spec
	changed.LogGroups.Retention = 14
	second = update(t, account, changed, second)
	same(t, "update", second, refresh(t, account, second))
	same(t, "create", first, refresh(t, account, first))
	out, err := account.Direct().Logs.DescribeLogGroups(t.Context(), &cloudwatchlogs.DescribeLogGroupsInput{})
	if err != nil || len(out.LogGroups) != 2 || aws.ToInt32(out.LogGroups[0].RetentionInDays) != 14 {
		t.Errorf("log groups: %+v, %v", out.LogGroups, err)
	}
	if _, err := stack.New(account.Clients(), second.Spec, second).Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
	if seen := refresh(t, account, first); seen.Components[stack.ComponentInfoLog] == "" {
		t.Errorf("the first pool's log group is gone: %v", seen.Drift)
	}
	destroy(t, account, refresh(t, account, first))
}

func TestRollbackTakesBackItsMarkOnSharedLogGroups(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	first := create(t, account, workerPool(account))
	other := workerPool(account)
	other.BaseName = "other"
	account.Inject(awstest.FailAction("autoscaling", "CreateAutoScalingGroup", "AccessDenied", 1))
	if _, err := stack.New(account.Clients(), other, stack.Observed{}).Create(t.Context()); err == nil {
		t.Fatal("no error")
	}
	destroy(t, account, first) // as the last pool, log groups included
}

// TestManyTagsGoInBatches has more tags than Auto Scaling takes in one call.
func TestManyTagsGoInBatches(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	spec := workerPool(account)
	spec.Tags = map[string]string{}
	for n := range 40 {
		spec.Tags[fmt.Sprintf("tag-%02d", n)] = "a"
	}
	made := create(t, account, spec)
	same(t, "create", made, refresh(t, account, made))

	changed := made.Spec
	changed.Tags = map[string]string{}
	for n := range 8 {
		changed.Tags[fmt.Sprintf("tag-%02d", n)] = "b"
	}
	updated := update(t, account, changed, made)
	same(t, "update", updated, refresh(t, account, updated))
	out, err := account.Direct().AutoScaling.DescribeAutoScalingGroups(t.Context(), &autoscaling.DescribeAutoScalingGroupsInput{})
	if err != nil || len(out.AutoScalingGroups) != 1 || len(out.AutoScalingGroups[0].Tags) != 8+3 {
		t.Errorf("tags of the group: %+v, %v", out.AutoScalingGroups, err)
	}
}
