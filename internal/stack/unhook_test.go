package stack_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// loaded is a pool with functions, an instance of which is being terminated while its
// worker has a run. The test is the lifecycle manager.
type loaded struct {
	*testing.T
	account *awstest.Account
	api     *autoscaling.Client
	made    stack.Observed
	leaving string // instance
}

func newLoaded(t *testing.T) *loaded {
	t.Helper()
	account := awstest.Start(t)
	account.Spacelift().AddPool(poolID)
	spec := leanPool(account)
	spec.MinSize = 2
	l := &loaded{T: t, account: account, api: autoscaling.NewFromConfig(account.DirectConfig()), made: create(t, account, spec)}
	await(t, func() bool { return len(account.Spacelift().Workers()) == 2 })
	account.Spacelift().Queue(poolID, time.Hour)
	await(t, func() bool { return account.Spacelift().Figures().Running == 1 })
	l.leaving = account.Spacelift().Runs()[0].InstanceID
	l.terminate()
	account.ResetCalls()
	return l
}

func (l *loaded) terminate() {
	l.Helper()
	if _, err := l.api.TerminateInstanceInAutoScalingGroup(l.Context(), &autoscaling.TerminateInstanceInAutoScalingGroupInput{
		InstanceId: &l.leaving, ShouldDecrementDesiredCapacity: aws.Bool(false),
	}); err != nil {
		l.Fatal(err)
	}
	l.is("Terminating:Wait")
}

// complete ends the wait of the hook.
func (l *loaded) complete(result string) {
	l.Helper()
	if _, err := l.api.CompleteLifecycleAction(l.Context(), &autoscaling.CompleteLifecycleActionInput{
		AutoScalingGroupName: &l.made.AutoScalingGroupName, LifecycleHookName: aws.String("DrainWorkerLifecycleHook"),
		InstanceId: &l.leaving, LifecycleActionResult: &result,
	}); err != nil {
		l.Fatal(err)
	}
}

// is waits until the instance is in a state.
func (l *loaded) is(state string) {
	l.Helper()
	await(l.T, func() bool {
		return slices.ContainsFunc(groupOf(l.T, l.account).Instances, func(i types.Instance) bool {
			return *i.InstanceId == l.leaving && string(i.LifecycleState) == state
		})
	})
}

// without updates the pool to have no functions.
func (l *loaded) without(ctx context.Context, state stack.Observed) (stack.Observed, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	return stack.New(l.account.Clients(), functionless(l.made.Spec), state).Update(ctx)
}

// looks tells how often an update has looked at the group since the schedule of the
// autoscaler went.
func (l *loaded) looks() (n int) {
	for _, call := range l.account.Calls() {
		switch {
		case call.Action == "DeleteRule" && !strings.Contains(call.Request, "autoscaler"), call.Action == "DeleteLifecycleHook":
			l.Errorf("%s while a run goes on", call)
		case call.Action == "DescribeAutoScalingGroups":
			n++
		}
	}
	return n
}

// gone checks a pool that has lost its functions.
func (l *loaded) gone(state stack.Observed) {
	l.Helper()
	same(l.T, "update", state, refresh(l.T, l.account, state))
	if figures := l.account.Spacelift().Figures(); len(figures.CutShort) > 0 || figures.Finished != 1 {
		l.Errorf("runs: %+v", figures)
	}
	for _, object := range objects(l.T, l.account) {
		if strings.HasPrefix(object, "lambda:") || strings.HasPrefix(object, "events:") || strings.HasPrefix(object, "sqs:") {
			l.Errorf("left: %s", object)
		}
	}
}

func TestFunctionsGoWhenRunsHaveEnded(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*loaded){
		"of an instance that waits": func(*loaded) {},
		"of one that is retained": func(l *loaded) {
			l.complete("ABANDON")
			l.is("Terminating:Retained")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLoaded(t)
			end(l)
			ended := make(chan error, 1)
			var updated stack.Observed
			go func() {
				var err error
				updated, err = l.without(t.Context(), l.made)
				ended <- err
			}()
			await(t, func() bool { return l.looks() > 2 })
			l.account.Spacelift().Finish()
			await(t, func() bool { return l.account.Spacelift().Figures().Finished == 1 })
			if name == "of one that is retained" {
				l.terminate()
			}
			l.complete("CONTINUE")
			if err := <-ended; err != nil {
				t.Fatal(err)
			}
			l.gone(updated)
		})
	}
}

const heldText = `The configuration has no spacelift_api_credentials any more, so this apply is to remove the lifecycle manager, which lets runs on instances that are being terminated end. Without it they would be cut off. The apply waited 22m30s for them. These are not done:

  - instance i-1 (Terminating:Wait): waits for the end of its worker's run

Only the autoscaler's schedule has been removed and an instance refresh of the pool canceled; nothing else has been changed, and no run was cut off. Apply again later, which goes on; or raise timeouts.update, to wait for longer; or put spacelift_api_credentials back. If workers are idle and their instances stay all the same, the log group /aws/lambda/sp5ft-01HZXK3J5T9V2QWERTY0123456-lifecycle-manager says why. To give the runs up: aws ec2 terminate-instances --instance-ids i-1`

// An update whose time is over leaves the functions, and the next one goes on.
func TestFunctionsStayWhileRunsGoOn(t *testing.T) {
	t.Parallel()
	l := newLoaded(t)
	ctx, cancel := context.WithTimeout(t.Context(), 6*time.Second)
	defer cancel()
	left, err := l.without(ctx, l.made)
	var held *stack.HeldError
	if !errors.As(err, &held) {
		t.Fatalf("the error is %v", err)
	}
	l.looks()
	held.Waited = 22*time.Minute + 30*time.Second
	problem := stack.Explain(err, stack.Updating)[0]
	want := stack.Problem{Attribute: "timeouts.update", Summary: "Instances are still being terminated", Detail: strings.ReplaceAll(heldText, "i-1", l.leaving)}
	if diff := cmp.Diff(want, problem); diff != "" {
		t.Errorf("the problem (-want +got):\n%s", diff)
	}
	if left.Drift[stack.ComponentAutoscalerRule] == "" || left.Components[stack.ComponentHook] == "" || left.Spec.APICredentials == nil {
		t.Errorf("left are %v, drift is %v", left.Components, left.Drift)
	}
	l.account.Spacelift().Finish()
	await(t, func() bool { return l.account.Spacelift().Figures().Finished == 1 })
	l.complete("CONTINUE")
	updated, err := l.without(t.Context(), left)
	if err != nil {
		t.Fatal(err)
	}
	l.gone(updated)
}

// A refresh would go on to terminate instances. Ours is canceled, somebody else's is
// awaited.
func TestFunctionsGoAfterARefresh(t *testing.T) {
	t.Parallel()
	for name, ours := range map[string]bool{"of ours": true, "of somebody else": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			account := awstest.Start(t)
			api := autoscaling.NewFromConfig(account.DirectConfig())
			spec := leanPool(account)
			spec.MinSize, spec.InstanceRefresh = 2, refreshing(account).InstanceRefresh
			state := create(t, account, spec)
			group := &state.AutoScalingGroupName
			slow(account)
			if ours {
				state = update(t, account, with(state.Spec, bigger), state)
			} else if _, err := api.StartInstanceRefresh(t.Context(), &autoscaling.StartInstanceRefreshInput{AutoScalingGroupName: group}); err != nil {
				t.Fatal(err)
			}
			account.ResetCalls()
			ended := make(chan error, 1)
			go func() {
				wanted := functionless(state.Spec)
				wanted.InstanceRefresh = nil
				ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
				defer cancel()
				_, err := stack.New(account.Clients(), wanted, state).Update(ctx)
				ended <- err
			}()
			await(t, func() bool { return counted(account, "DescribeInstanceRefreshes") > 2 })
			if cancels := counted(account, "CancelInstanceRefresh"); ours != (cancels == 1) {
				t.Errorf("it is canceled %d times", cancels)
			}
			if !ours {
				if _, err := api.CancelInstanceRefresh(t.Context(), &autoscaling.CancelInstanceRefreshInput{
					AutoScalingGroupName: group, WaitForTransitioningInstances: aws.Bool(false),
				}); err != nil {
					t.Fatal(err)
				}
			}
			await(t, func() bool {
				letGo(t, account)
				return len(ended) == 1
			})
			if err := <-ended; err != nil {
				t.Fatal(err)
			}
			expect(t, account, canceled)
		})
	}
}

// letGo lets the instances end that wait for the hook, as the lifecycle manager does.
func letGo(t *testing.T, a *awstest.Account) {
	t.Helper()
	group := groupOf(t, a)
	for _, one := range group.Instances {
		if one.LifecycleState == types.LifecycleStateTerminatingWait {
			_, _ = autoscaling.NewFromConfig(a.DirectConfig()).CompleteLifecycleAction(t.Context(), &autoscaling.CompleteLifecycleActionInput{
				AutoScalingGroupName: group.AutoScalingGroupName, LifecycleHookName: aws.String("DrainWorkerLifecycleHook"),
				InstanceId: one.InstanceId, LifecycleActionResult: aws.String("CONTINUE"),
			}) // unless another was faster
		}
	}
}

// counted is how often an action was called.
func counted(a *awstest.Account, action string) (n int) {
	for _, call := range a.Calls() {
		if call.Action == action {
			n++
		}
	}
	return n
}
