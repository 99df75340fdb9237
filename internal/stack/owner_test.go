package stack_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// groups lets a test see Auto Scaling groups otherwise than they are.
type groups struct {
	awsapi.AutoScaling
	see func(*autoscaling.DescribeAutoScalingGroupsOutput)
}

func (g *groups) DescribeAutoScalingGroups(ctx context.Context, in *autoscaling.DescribeAutoScalingGroupsInput, o ...func(*autoscaling.Options)) (*autoscaling.DescribeAutoScalingGroupsOutput, error) {
	out, err := g.AutoScaling.DescribeAutoScalingGroups(ctx, in, o...)
	if err == nil {
		g.see(out)
	}
	return out, err
}

// seeing are the account's clients with another view of its groups.
func seeing(a *awstest.Account, see func(*autoscaling.DescribeAutoScalingGroupsOutput)) *awsapi.Clients {
	clients := *a.Clients()
	clients.AutoScaling = &groups{clients.AutoScaling, see}
	return &clients
}

// going shows groups as being deleted, the first n times.
func going(n int) func(*autoscaling.DescribeAutoScalingGroupsOutput) {
	return func(out *autoscaling.DescribeAutoScalingGroupsOutput) {
		if n--; n < 0 {
			return
		}
		for i := range out.AutoScalingGroups {
			out.AutoScalingGroups[i].Status = aws.String("Delete in progress")
		}
	}
}

// additions are updates that make a component which was not there before.
var additions = map[string]struct{ from, to func(*stack.Spec) }{
	"secret": {
		func(s *stack.Spec) { s.Secret.Values = nil },
		func(s *stack.Spec) { s.Secret.Values = map[string]string{"A": "b"} },
	},
	"log groups": {
		func(s *stack.Spec) { s.LogGroups.Managed = false },
		func(s *stack.Spec) { s.LogGroups.Managed, s.Instance.Type = true, "c6i.large" },
	},
}

func TestUpdateThatFailsRemembersWhatItMade(t *testing.T) {
	t.Parallel()
	for name, change := range additions {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			account := awstest.Start(t)
			spec := workerPool(account)
			change.from(&spec)
			made := create(t, account, spec)
			to := made.Spec
			change.to(&to)
			account.Inject(awstest.FailAction("ec2", "CreateLaunchTemplateVersion", "UnauthorizedOperation", 1))
			left, err := stack.New(account.Clients(), to, made).Update(t.Context())
			if err == nil {
				t.Fatal("no error")
			}
			if len(left.Components) <= len(made.Components) {
				t.Errorf("left: %v", left.Components)
			}
			destroy(t, account, refresh(t, account, left))
		})
	}
}

func TestDestroyFindsWhatAKilledUpdateMade(t *testing.T) {
	t.Parallel()
	for name, change := range additions {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			account := awstest.Start(t)
			spec := workerPool(account)
			change.from(&spec)
			made := create(t, account, spec)
			to := made.Spec
			change.to(&to)
			account.Inject(awstest.FailAction("ec2", "CreateLaunchTemplateVersion", "UnauthorizedOperation", 1))
			if _, err := stack.New(account.Clients(), to, made).Update(t.Context()); err == nil {
				t.Fatal("no error")
			}
			destroy(t, account, made) // the state was not saved
		})
	}
}

func TestRepairedGroupIsThatOfACompletePool(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	spec := workerPool(account)
	made := create(t, account, spec)
	_, err := account.Direct().AutoScaling.DeleteAutoScalingGroup(t.Context(), &autoscaling.DeleteAutoScalingGroupInput{
		AutoScalingGroupName: aws.String(made.AutoScalingGroupName), ForceDelete: aws.Bool(true),
	})
	if err != nil {
		t.Fatal(err)
	}
	updated := update(t, account, made.Spec, refresh(t, account, made))
	refused(t, account.Clients(), spec)
	destroy(t, account, updated)
}

func TestCreateThatLosesARaceLeavesThePoolToTheWinner(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	spec := workerPool(account)
	made := create(t, account, spec)
	blind := 1
	refused(t, seeing(account, func(out *autoscaling.DescribeAutoScalingGroupsOutput) {
		if blind--; blind >= 0 { // the other create was not that far yet
			out.AutoScalingGroups = nil
		}
	}), spec)
	seen := refresh(t, account, made)
	delete(seen.Drift, stack.ComponentSecretVersion) // the loser may have stored its values before
	for name := range made.Components {
		if seen.Components[name] == "" {
			t.Errorf("%s is gone", name)
		}
	}
	if len(seen.Drift) > 0 {
		t.Errorf("drift: %v", seen.Drift)
	}
}

// refused creates the pool once more, which must not take the first one over.
func refused(t *testing.T, clients *awsapi.Clients, spec stack.Spec) {
	t.Helper()
	_, err := stack.New(clients, spec, stack.Observed{}).Create(t.Context())
	var exists *component.ForeignError
	if !errors.As(err, &exists) || !exists.Ours {
		t.Errorf("error is %v", err)
	}
}

func TestDestroyWaitsForAGroupThatIsGoing(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made := create(t, account, workerPool(account))
	clients := seeing(account, going(1000))
	seen, err := stack.New(clients, made.Spec, made).Read(t.Context())
	if err != nil || seen.Components[stack.ComponentGroup] == "" || seen.Drift[stack.ComponentGroup] != "it is being deleted" {
		t.Errorf("read: %v, %v, %v", seen.Components, seen.Drift, err)
	}
	if seen.AutoScalingGroupARN != "" { // a plan would promise it, and the next group has another
		t.Errorf("the ARN of a group that is going is %s", seen.AutoScalingGroupARN)
	}
	account.ResetCalls()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	if _, err := stack.New(clients, made.Spec, seen).Destroy(ctx); err == nil {
		t.Error("it says done while the group is being deleted")
	}
	if changes := mutations(account.Calls()); len(changes) > 0 {
		t.Errorf("it did not wait: %v", changes)
	}
}

func TestCreateWaitsForAGroupOfItsNameThatIsGoing(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	spec := workerPool(account)
	made := create(t, account, spec)
	looks := 0
	clients := seeing(account, func(out *autoscaling.DescribeAutoScalingGroupsOutput) {
		for i := range out.AutoScalingGroups {
			out.AutoScalingGroups[i].Status = aws.String("Delete in progress")
		}
		if looks++; looks == 3 { // claimed, found in use, waited for: now it goes
			_, err := account.Direct().AutoScaling.DeleteAutoScalingGroup(t.Context(), &autoscaling.DeleteAutoScalingGroupInput{
				AutoScalingGroupName: aws.String(made.AutoScalingGroupName), ForceDelete: aws.Bool(true),
			})
			if err != nil {
				t.Error(err)
			}
		}
		if looks > 4 {
			for i := range out.AutoScalingGroups {
				out.AutoScalingGroups[i].Status = nil
			}
		}
	})
	again, err := stack.New(clients, spec, stack.Observed{}).Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if again.AutoScalingGroupARN == made.AutoScalingGroupARN {
		t.Error("it took the group that was going")
	}
	same(t, "create", again, refresh(t, account, again))
	destroy(t, account, again)
}

func TestCreateRefusesACompletePool(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	spec := workerPool(account)
	made := create(t, account, spec)
	account.ResetCalls()
	_, err := stack.New(account.Clients(), spec, stack.Observed{}).Create(t.Context())
	var exists *component.ForeignError
	if !errors.As(err, &exists) || !exists.Ours || exists.Deleting {
		t.Errorf("error is %v", err)
	}
	if changes := mutations(account.Calls()); len(changes) > 0 {
		t.Errorf("it changed something: %v", changes)
	}
	same(t, "refused create", made, refresh(t, account, made))
}

func TestCreateRefusesAPoolThatIsBeingDeleted(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made := create(t, account, workerPool(account))
	account.Inject(awstest.FailAction("autoscaling", "DeleteAutoScalingGroup", "AccessDenied", 0))
	if _, err := stack.New(account.Clients(), made.Spec, made).Destroy(t.Context()); err == nil {
		t.Fatal("no error")
	}
	account.ClearFaults()
	_, err := stack.New(account.Clients(), workerPool(account), stack.Observed{}).Create(t.Context())
	var exists *component.ForeignError
	if !errors.As(err, &exists) || !exists.Deleting {
		t.Errorf("error is %v", err)
	}
}

func TestApplyResumesADeleteThatGaveUp(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made := create(t, account, workerPool(account))
	account.Inject(awstest.FailAction("autoscaling", "DeleteAutoScalingGroup", "AccessDenied", 0))
	left, err := stack.New(account.Clients(), made.Spec, made).Destroy(t.Context())
	if err == nil {
		t.Fatal("no error")
	}
	account.ClearFaults()
	seen := refresh(t, account, left)
	if seen.Drift[stack.ComponentGroup] == "" {
		t.Errorf("drift is %v", seen.Drift)
	}
	updated := update(t, account, made.Spec, seen)
	same(t, "update", updated, refresh(t, account, updated))
	if len(updated.Drift) > 0 {
		t.Errorf("drift is %v", updated.Drift)
	}
}
