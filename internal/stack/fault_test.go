package stack_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// scheduledPool is workerPool with schedules, which tests of imports leave out.
func scheduledPool(a *awstest.Account) stack.Spec {
	spec := workerPool(a)
	spec.Schedules = schedules()
	return spec
}

// everythingChanged is a Spec whose update touches every component.
func everythingChanged(spec stack.Spec) stack.Spec {
	spec.Tags = map[string]string{"Team": "sre", "Cost": "42"}
	spec.MaxSize = 8
	spec.Instance.Type = "c6i.large"
	spec.Secret.Values = map[string]string{"SPACELIFT_TOKEN": "other"}
	spec.LogGroups.Retention = 30
	spec.Schedules = []stack.Schedule{{Name: "evening", Recurrence: "0 19 * * *", TimeZone: "UTC", MinSize: ptr[int32](0)}}
	spec.Boot.DisableCloudWatchAgent = true
	return spec
}

// count runs an operation once without faults and tells how many calls it makes.
func count(t *testing.T, operation func(t *testing.T, a *awstest.Account)) int {
	t.Helper()
	account := awstest.Start(t)
	operation(t, account)
	return len(account.Calls())
}

// at runs check once for each of the calls that an operation makes.
func at(t *testing.T, calls int, check func(t *testing.T, call int)) {
	t.Helper()
	if calls < 5 {
		t.Fatalf("only %d calls: the operation did nothing", calls)
	}
	for call := 1; call <= calls; call++ {
		t.Run(fmt.Sprintf("call %d", call), func(t *testing.T) {
			t.Parallel()
			check(t, call)
		})
	}
}

func TestCreateThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	calls := count(t, func(t *testing.T, a *awstest.Account) {
		spec := scheduledPool(a)
		a.ResetCalls()
		create(t, a, spec)
	})
	at(t, calls, func(t *testing.T, call int) {
		account := awstest.Start(t)
		spec := scheduledPool(account)
		account.Inject(awstest.FailCall(call, "AccessDenied"))
		left, err := stack.New(account.Clients(), spec, stack.Observed{}).Create(t.Context())
		if err == nil {
			t.Fatal("no error")
		}
		if len(left.Components) > 0 {
			t.Errorf("it says that %v is left: %+v", left.Components, stack.Explain(err, stack.Creating))
		}
		problem := stack.Explain(err, stack.Creating)[0]
		if !strings.Contains(problem.Detail, "AccessDenied") || !strings.Contains(problem.Detail, "permission") {
			t.Errorf("the problem does not name cause and next step: %+v", problem)
		}
		nothingLeft(t, account)
	})
}

func TestCreateThatLosesAnAnswerLeavesNothingOrAPool(t *testing.T) {
	t.Parallel()
	calls := count(t, func(t *testing.T, a *awstest.Account) {
		spec := scheduledPool(a)
		a.ResetCalls()
		create(t, a, spec)
	})
	at(t, calls, func(t *testing.T, call int) {
		account := awstest.Start(t)
		spec := scheduledPool(account)
		account.Inject(awstest.DropAnswerAt(call))
		made, err := stack.New(account.Clients(), spec, stack.Observed{}).Create(t.Context())
		if err != nil {
			t.Fatalf("a lost answer is retried, yet: %s", err)
		}
		same(t, "create", made, refresh(t, account, made))
	})
}

func TestCreateThatIsKilledIsPickedUpByTheNext(t *testing.T) {
	t.Parallel()
	calls := count(t, func(t *testing.T, a *awstest.Account) {
		spec := scheduledPool(a)
		a.ResetCalls()
		create(t, a, spec)
	})
	at(t, calls-1, func(t *testing.T, call int) { // after the last call the pool is complete
		account := awstest.Start(t)
		spec := scheduledPool(account)
		account.Inject(awstest.KillAt(call))
		_, err := stack.New(account.Clients(), spec, stack.Observed{}).Create(t.Context())
		if err == nil {
			t.Fatal("no error although the client was killed")
		}
		account.ClearFaults()
		made := create(t, account, spec) // its state was lost
		same(t, "create", made, refresh(t, account, made))
		destroy(t, account, made)
	})
}

func TestUpdateThatIsKilledIsFinishedByTheNext(t *testing.T) {
	t.Parallel()
	calls := count(t, func(t *testing.T, a *awstest.Account) {
		made := create(t, a, scheduledPool(a))
		a.ResetCalls()
		update(t, a, everythingChanged(made.Spec), made)
	})
	at(t, calls, func(t *testing.T, call int) {
		account := awstest.Start(t)
		made := create(t, account, scheduledPool(account))
		spec := everythingChanged(made.Spec)
		account.Inject(awstest.KillAt(call))
		left, err := stack.New(account.Clients(), spec, made).Update(t.Context())
		if err == nil {
			t.Fatal("no error although the client was killed")
		}
		account.ClearFaults()
		updated := update(t, account, spec, refresh(t, account, left))
		same(t, "update", updated, refresh(t, account, updated))
	})
}

func TestUpdateThatFailsTellsWhatReallyIs(t *testing.T) {
	t.Parallel()
	faults := map[string]awstest.Fault{
		"IAM":             awstest.FailAction("iam", "TagRole", "AccessDenied", 1),
		"Secrets Manager": awstest.FailAction("secretsmanager", "PutSecretValue", "AccessDeniedException", 1),
		"Logs":            awstest.FailAction("logs", "PutRetentionPolicy", "AccessDeniedException", 1),
		"EC2":             awstest.FailAction("ec2", "CreateLaunchTemplateVersion", "UnauthorizedOperation", 1),
		"Auto Scaling":    awstest.FailAction("autoscaling", "UpdateAutoScalingGroup", "AccessDenied", 1),
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			account := awstest.Start(t)
			made := create(t, account, scheduledPool(account))
			account.Inject(fault)
			left, err := stack.New(account.Clients(), everythingChanged(made.Spec), made).Update(t.Context())
			if err == nil {
				t.Fatal("no error")
			}
			same(t, "failed update", left, refresh(t, account, left))
			updated := update(t, account, everythingChanged(made.Spec), left)
			same(t, "update", updated, refresh(t, account, updated))
		})
	}
}

func TestDestroyThatIsKilledIsFinishedByTheNext(t *testing.T) {
	t.Parallel()
	calls := count(t, func(t *testing.T, a *awstest.Account) {
		made := create(t, a, scheduledPool(a))
		a.ResetCalls()
		destroy(t, a, made)
	})
	at(t, calls, func(t *testing.T, call int) {
		account := awstest.Start(t)
		made := create(t, account, scheduledPool(account))
		account.Inject(awstest.KillAt(call))
		if _, err := stack.New(account.Clients(), made.Spec, made).Destroy(t.Context()); err == nil {
			t.Fatal("no error although the client was killed")
		}
		account.ClearFaults()
		seen := refresh(t, account, made)
		destroy(t, account, seen)
	})
}

// TestDestroyKeepsItsOrderAroundWhatIsGone has no launch template between the
// group, whose instances use the role, and the role.
func TestDestroyKeepsItsOrderAroundWhatIsGone(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made := create(t, account, scheduledPool(account))
	_, err := account.Direct().EC2.DeleteLaunchTemplate(t.Context(), &ec2.DeleteLaunchTemplateInput{LaunchTemplateId: aws.String(made.LaunchTemplateID)})
	if err != nil {
		t.Fatal(err)
	}
	seen := refresh(t, account, made)
	account.ResetCalls()
	destroy(t, account, seen)
	var order []string
	for _, call := range account.Calls() {
		if call.Action == "DescribeInstances" || call.Action == "RemoveRoleFromInstanceProfile" {
			order = append(order, call.Action)
		}
	}
	if order = slices.Compact(order); !slices.Equal(order, []string{"DescribeInstances", "RemoveRoleFromInstanceProfile"}) {
		t.Errorf("the role was taken away before the instances were gone: %v", order)
	}
}

func TestRollbackKeepsWhatItAdopted(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	spec := scheduledPool(account)
	account.Inject(awstest.KillAt(12))
	if _, err := stack.New(account.Clients(), spec, stack.Observed{}).Create(t.Context()); err == nil {
		t.Fatal("no error although the client was killed")
	}
	account.ClearFaults()
	before, err := account.Objects(t.Context())
	if err != nil || len(before) == 0 {
		t.Fatalf("the killed create left %v, %v", before, err)
	}
	account.Inject(awstest.FailAction("autoscaling", "CreateAutoScalingGroup", "AccessDenied", 0))
	_, err = stack.New(account.Clients(), spec, stack.Observed{}).Create(t.Context())
	if err == nil {
		t.Fatal("no error")
	}
	after, err := account.Objects(t.Context())
	if err != nil || !slices.Equal(before, after) {
		t.Errorf("before the failed create: %v\nafter it: %v, %v", before, after, err)
	}
	account.ClearFaults()
	destroy(t, account, create(t, account, spec))
}

func TestRollbackThatFailsKeepsTheRestInTheState(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	spec := scheduledPool(account)
	account.Inject(awstest.FailAction("autoscaling", "CreateAutoScalingGroup", "AccessDenied", 0))
	account.Inject(awstest.FailAction("iam", "DeleteRole", "AccessDenied", 0))
	left, err := stack.New(account.Clients(), spec, stack.Observed{}).Create(t.Context())
	var failure *stack.CreateError
	if !errors.As(err, &failure) || failure.Rollback == nil {
		t.Fatalf("error is %v", err)
	}
	if len(left.Components) == 0 || left.Components[stack.ComponentRole] == "" {
		t.Errorf("left: %v", left.Components)
	}
	account.ClearFaults()
	destroy(t, account, left)
}
