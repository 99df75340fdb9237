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

// endedBefore fails the test unless an operation that did not fail has ended before the
// call at which the client was to be killed: how often it looks is a matter of time.
func endedBefore(t *testing.T, a *awstest.Account, call int) {
	t.Helper()
	if n := len(a.Calls()); n >= call {
		t.Fatalf("no error although the client was killed at call %d of %d", call, n)
	}
}

// refuse makes AWS refuse each of the calls, named as in awstest.Call, once. NAME stands
// for the pool's.
func refuse(a *awstest.Account, calls []string) {
	for _, call := range calls {
		service, action, _ := strings.Cut(call, "/")
		a.Inject(awstest.FailAction(service, strings.ReplaceAll(action, "NAME", "sp5ft-"+poolID), "AccessDenied", 1))
	}
}

func TestCreateThatIsRefusedLeavesNothing(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	spec := scheduledPool(account)
	for _, call := range []string{
		"iam/AddRoleToInstanceProfile", "secretsmanager/PutSecretValue", "logs/PutRetentionPolicy", "ec2/CreateLaunchTemplate",
		"autoscaling/BatchPutScheduledUpdateGroupAction", "autoscaling/CreateOrUpdateTags",
	} {
		createRefused(t, account, spec, call)
	}
}

// createRefused creates a pool, of which a call is refused.
func createRefused(t *testing.T, a *awstest.Account, spec stack.Spec, call string) {
	t.Helper()
	refuse(a, []string{call})
	left, err := stack.New(a.Clients(), spec, stack.Observed{}).Create(t.Context())
	if err == nil {
		t.Fatalf("no error although %s was refused", call)
	}
	a.ClearFaults()
	if len(left.Components) > 0 {
		t.Errorf("%s: it says that %v is left: %+v", call, left.Components, stack.Explain(err, stack.Creating))
	}
	problem := stack.Explain(err, stack.Creating)[0]
	if !strings.Contains(problem.Detail, "AccessDenied") || !strings.Contains(problem.Detail, "permission") {
		t.Errorf("%s: the problem does not name cause and next step: %+v", call, problem)
	}
	nothingLeft(t, a)
}

func TestCreateThatLosesAnswers(t *testing.T) {
	t.Parallel()
	createUnanswered(t, scheduledPool, []string{
		"iam/CreateRole", "iam/CreateInstanceProfile", "secretsmanager/CreateSecret", "logs/CreateLogGroup", "ec2/CreateLaunchTemplate",
		"autoscaling/CreateAutoScalingGroup", "autoscaling/BatchPutScheduledUpdateGroupAction", "autoscaling/CreateOrUpdateTags",
	})
}

// createUnanswered creates a pool, with the answers of calls lost, which are retried.
func createUnanswered(t *testing.T, spec func(*awstest.Account) stack.Spec, calls []string) {
	t.Helper()
	account := awstest.Start(t)
	wanted := spec(account)
	for _, call := range calls {
		service, action, _ := strings.Cut(call, "/")
		account.Inject(awstest.DropAnswer(service, strings.ReplaceAll(action, "NAME", "sp5ft-"+poolID)))
	}
	made := create(t, account, wanted)
	same(t, "create", made, refresh(t, account, made))
}

func TestUpdateThatIsRefusedTellsWhatReallyIs(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made := create(t, account, scheduledPool(account))
	updateRefused(t, account, made, everythingChanged(made.Spec), [][]string{
		{"iam/TagRole"}, {"secretsmanager/PutSecretValue"}, {"logs/PutRetentionPolicy"}, {"ec2/CreateLaunchTemplateVersion"}, {"autoscaling/UpdateAutoScalingGroup"},
	})
}

// updateRefused updates a pool to another Spec, with calls refused, then again without,
// and so on there and back.
func updateRefused(t *testing.T, a *awstest.Account, made stack.Observed, other stack.Spec, rounds [][]string) {
	t.Helper()
	to, from := other, made.Spec
	for _, round := range rounds {
		refuse(a, round)
		left, err := stack.New(a.Clients(), to, made).Update(t.Context())
		if problems := stack.Explain(err, stack.Updating); len(problems) != len(round) {
			t.Fatalf("%q were refused, yet: %+v", round, problems)
		}
		a.ClearFaults()
		same(t, "failed update", left, refresh(t, a, left))
		made = update(t, a, to, left)
		same(t, "update", made, refresh(t, a, made))
		to, from = from, to
	}
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
