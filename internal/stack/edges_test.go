package stack_test

import (
	"context"
	"testing"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// TestAPoolComesAboutInSpiteOf has AWS's slow edges, one at a time, through the
// life of a pool.
func TestAPoolComesAboutInSpiteOf(t *testing.T) {
	t.Parallel()
	edges := map[string]awstest.Fault{
		"throttling of Auto Scaling":       awstest.Throttle("autoscaling", "", 2),
		"throttling of EC2":                awstest.Throttle("ec2", "", 2),
		"throttling of IAM":                awstest.Throttle("iam", "", 2),
		"throttling of Logs":               awstest.Throttle("logs", "", 2),
		"throttling of Secrets Manager":    awstest.Throttle("secretsmanager", "", 2),
		"a fault of Auto Scaling":          awstest.FailAction("autoscaling", "CreateAutoScalingGroup", "InternalFailure", 1).WithStatus(500),
		"a fault of IAM":                   awstest.FailAction("iam", "CreateRole", "ServiceFailure", 1).WithStatus(500),
		"new objects that are not seen":    awstest.EventuallyConsistent(2),
		"a role that is still in use":      awstest.FailAction("iam", "DeleteRole", "DeleteConflict", 2),
		"a group that is still scaling":    awstest.FailAction("autoscaling", "DeleteAutoScalingGroup", "ScalingActivityInProgress", 2),
		"a group that is changing already": awstest.FailAction("autoscaling", "UpdateAutoScalingGroup", "ScalingActivityInProgress", 2),
	}
	for name, fault := range edges {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			account := awstest.Start(t)
			spec := workerPool(account)
			account.Inject(fault)
			made := create(t, account, spec)
			changed := made.Spec
			changed.MaxSize = 7
			updated := update(t, account, changed, made)
			account.ClearFaults()
			same(t, "update", updated, refresh(t, account, updated))
			account.Inject(fault)
			destroy(t, account, updated)
		})
	}
}

// TestCreateThatRunsOutOfTimeLeavesNothing has a call that is never answered.
func TestCreateThatRunsOutOfTimeLeavesNothing(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	spec := workerPool(account)
	account.Inject(awstest.Hang("ec2", "CreateLaunchTemplate", time.Minute))
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	if _, err := stack.New(account.Clients(), spec, stack.Observed{}).Create(ctx); err == nil {
		t.Fatal("no error")
	}
	nothingLeft(t, account)
}

func TestSecretScheduledForDeletionIsRestored(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made := create(t, account, workerPool(account))
	scheduleDeletion(t, account, made.SecretARN)
	seen := refresh(t, account, made)
	if seen.Drift[stack.ComponentSecret] == "" || seen.SecretARN != "" {
		t.Fatalf("drift is %v, the secret %q", seen.Drift, seen.SecretARN)
	}
	updated := update(t, account, made.Spec, seen)
	if updated.SecretARN != made.SecretARN {
		t.Errorf("secret is %s, not %s", updated.SecretARN, made.SecretARN)
	}
	same(t, "update", updated, refresh(t, account, updated))
	destroy(t, account, updated)
}

func TestScheduledSecretIsRestoredHoweverOftenItWasSeen(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made := create(t, account, workerPool(account))
	scheduleDeletion(t, account, made.SecretARN)
	updated := update(t, account, made.Spec, refresh(t, account, refresh(t, account, made)))
	if seen := refresh(t, account, updated); len(seen.Drift) > 0 || seen.SecretARN != made.SecretARN {
		t.Errorf("drift: %v, secret %q", seen.Drift, seen.SecretARN)
	}
}
