package stack_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas"
)

// bringing is a pool whose autoscaler the user has brought, in a bucket.
func bringing(t *testing.T, a *awstest.Account) stack.Spec {
	t.Helper()
	code, err := lambdas.Zip(lambdas.Autoscaler, lambdas.AMD64)
	if err != nil {
		t.Fatal(err)
	}
	bucket, _ := a.PutPackage(t, "theirs.zip", code)
	spec := leanPool(a)
	autoscaling := *spec.Autoscaling
	autoscaling.Package = &stack.FunctionPackage{Bucket: bucket, Key: "theirs.zip"}
	spec.Autoscaling, spec.MinSize = &autoscaling, 1
	return spec
}

// TestDestroyStopsABroughtAutoscalerFirst is about one that does not see that a pool is
// being deleted: today's ends instances whose workers somebody else has drained.
func TestDestroyStopsABroughtAutoscalerFirst(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made := create(t, account, bringing(t, account))
	c := newCrew()
	for _, instance := range seenGroup(t, account).instances {
		c.hire("w", instance, made.AutoScalingGroupName)
	}
	// Spacelift refuses the drain: the destroy gives up, and the next apply goes on.
	c.die = deadAt(2)
	left, err := stack.New(account.Clients(), made.Spec, made).With(c).Quickly(0).Destroy(t.Context())
	if err == nil || left.Components[stack.ComponentAutoscalerRule] != "" {
		t.Fatalf("after a destroy that failed (%v) the schedule is %q", err, left.Components[stack.ComponentAutoscalerRule])
	}
	c.die = nil
	resumed := resume(t, account, left, c)
	if resumed.Components[stack.ComponentAutoscalerRule] == "" {
		t.Error("the apply after it has not brought the schedule back")
	}
	account.ResetCalls()
	if err := drainOnce(t, account, resumed, c); err != nil {
		t.Fatal(err)
	}
	calls := account.Calls()
	unscheduled := slices.IndexFunc(calls, func(call awstest.Call) bool {
		return call.Action == "DeleteRule" && strings.Contains(call.Request, "ec2-autoscaler")
	})
	halted := slices.IndexFunc(calls, func(call awstest.Call) bool { return call.Action == "SuspendProcesses" })
	if unscheduled < 0 || halted < 0 || unscheduled > halted {
		t.Errorf("the autoscaler's schedule went with call %d, the drain began with call %d", unscheduled, halted)
	}
	nothingLeft(t, account)
}

// TestABroughtAutoscalerMayEndInstances makes the calls of today's autoscaler in the role
// that its pool has made for it, and in that of ours, which has no need of them.
func TestABroughtAutoscalerMayEndInstances(t *testing.T) {
	t.Parallel()
	for name, may := range map[string]bool{"brought": true, "ours": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			account := awstest.Start(t)
			spec := bringing(t, account)
			if !may {
				spec.Autoscaling.Package = nil
				account.ExpectRefused("autoscaling:DetachInstances")
				account.ExpectRefused("ec2:TerminateInstances")
			}
			made := create(t, account, spec)
			function, err := account.Direct().Lambda.GetFunction(t.Context(), &lambda.GetFunctionInput{FunctionName: aws.String(made.Components[stack.ComponentAutoscaler])})
			if err != nil {
				t.Fatal(err)
			}
			acting := account.RoleConfig(aws.ToString(function.Configuration.Role))
			group := groupOf(t, account)
			instances := []string{aws.ToString(group.Instances[0].InstanceId)}
			_, detached := autoscaling.NewFromConfig(acting).DetachInstances(t.Context(), &autoscaling.DetachInstancesInput{
				AutoScalingGroupName: group.AutoScalingGroupName, InstanceIds: instances, ShouldDecrementDesiredCapacity: aws.Bool(false),
			})
			_, seen := ec2.NewFromConfig(acting).DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{InstanceIds: instances})
			_, ended := ec2.NewFromConfig(acting).TerminateInstances(t.Context(), &ec2.TerminateInstancesInput{InstanceIds: instances})
			if seen != nil || may != (detached == nil) || may != (ended == nil) {
				t.Errorf("it may look: %v, detach: %v, terminate: %v", seen, detached, ended)
			}
			destroy(t, account, refresh(t, account, made))
		})
	}
}
