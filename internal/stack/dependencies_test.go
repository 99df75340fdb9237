package stack_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// dependencies are what each component waits for when it is made, and outlives it
// when it is removed. All of the functions waits for the role of the lifecycle
// manager: where that is not, a destroy looks for nothing of them.
var dependencies = map[string][]string{
	stack.ComponentSecret:        {},
	stack.ComponentSecretVersion: {stack.ComponentSecret},
	stack.ComponentRole:          {stack.ComponentSecret}, // its policy names the secret
	"custom_iam_role":            {},
	stack.ComponentProfile:       {stack.ComponentRole},
	stack.ComponentInfoLog:       {},
	stack.ComponentErrorLog:      {},
	// The boot script names the secret.
	stack.ComponentLaunchTemplate: {stack.ComponentProfile, stack.ComponentSecret},
	// Instances write to the log groups to the end.
	stack.ComponentGroup:     {stack.ComponentLaunchTemplate, stack.ComponentInfoLog, stack.ComponentErrorLog},
	stack.ComponentSchedules: {stack.ComponentGroup},
	stack.ComponentDashboard: {},

	stack.ComponentLifecycleRole:  {},
	stack.ComponentAutoscalerRole: {stack.ComponentLifecycleRole},
	// With the rights of the roles Lambda leaves the network, which it does after the functions are gone.
	stack.ComponentNetwork:          {stack.ComponentLifecycleRole, stack.ComponentAutoscalerRole},
	stack.ComponentParameter:        {stack.ComponentLifecycleRole},
	stack.ComponentParameterVersion: {stack.ComponentParameter},
	stack.ComponentBundle:           {stack.ComponentLifecycleRole},
	stack.ComponentBundleVersion:    {stack.ComponentBundle},

	// A function that runs before its log group is there makes one that nobody
	// manages. Its environment names the group, the parameter and the bundle.
	stack.ComponentLifecycleLog: {stack.ComponentLifecycleRole},
	stack.ComponentLifecycle: {
		stack.ComponentLifecycleRole, stack.ComponentLifecycleLog, stack.ComponentGroup, stack.ComponentParameterVersion, stack.ComponentBundle, stack.ComponentBundleVersion, stack.ComponentNetwork,
	},
	stack.ComponentLifecycleRule:       {stack.ComponentLifecycle},
	stack.ComponentLifecyclePermission: {stack.ComponentLifecycleRule, stack.ComponentLifecycle},
	stack.ComponentHookRole:            {stack.ComponentLifecycleRole},
	stack.ComponentQueue:               {stack.ComponentHookRole}, // its policy names the role
	stack.ComponentMapping:             {stack.ComponentQueue, stack.ComponentLifecycle},
	stack.ComponentHook:                {stack.ComponentGroup, stack.ComponentQueue, stack.ComponentHookRole, stack.ComponentLifecyclePermission, stack.ComponentMapping},

	stack.ComponentAutoscalerLog: {stack.ComponentAutoscalerRole},
	stack.ComponentAutoscaler: {
		stack.ComponentAutoscalerRole, stack.ComponentAutoscalerLog, stack.ComponentGroup, stack.ComponentParameterVersion, stack.ComponentBundle, stack.ComponentBundleVersion, stack.ComponentNetwork,
	},
	// It ends no instance before somebody waits for the runs on it.
	stack.ComponentAutoscalerRule:       {stack.ComponentAutoscaler, stack.ComponentHook, stack.ComponentMapping},
	stack.ComponentAutoscalerPermission: {stack.ComponentAutoscalerRule, stack.ComponentAutoscaler},

	stack.ComponentAlarmQueue:      {stack.ComponentLifecycleRole},
	stack.ComponentAlarmStrays:     {stack.ComponentLifecycleRole},
	stack.ComponentAlarmRetained:   {stack.ComponentLifecycleRole},
	stack.ComponentAlarmAutoscaler: {stack.ComponentLifecycleRole},
	stack.ComponentAlarmLifecycle:  {stack.ComponentLifecycleRole},
}

func TestWhatEachComponentWaitsFor(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(dependencies, stack.DependenciesOf(stack.Spec{})); diff != "" {
		t.Errorf("dependencies (-wanted +built):\n%s", diff)
	}
}

// after are calls of a create that must not begin before others have ended, and the
// same for a destroy. Each is a service and an action, of the lambda service by what
// the function or mapping it is about.
var (
	madeAfter = [][2]string{
		{"ssm/PutParameter", "lambda/POST /2015-03-31/functions"},
		{"autoscaling/CreateAutoScalingGroup", "lambda/POST /2015-03-31/functions"},
		{"autoscaling/CreateAutoScalingGroup", "autoscaling/PutLifecycleHook"},
		{"sqs/CreateQueue", "autoscaling/PutLifecycleHook"},
		{"sqs/CreateQueue", "lambda/POST /2015-03-31/event-source-mappings"},
		{"events/PutTargets", "autoscaling/CreateOrUpdateTags"},
	}
	removedAfter = [][2]string{
		{"events/DeleteRule", "lambda/DELETE /2015-03-31/functions/" + functionOf("lifecycle-manager")},
		{"lambda/DELETE /2015-03-31/functions/" + functionOf("lifecycle-manager"), "autoscaling/DeleteAutoScalingGroup"},
		{"lambda/DELETE /2015-03-31/functions/" + functionOf("lifecycle-manager"), "ssm/DeleteParameter"},
		{"lambda/DELETE /2015-03-31/functions/" + functionOf("ec2-autoscaler"), "logs/DeleteLogGroup"},
		{"autoscaling/DeleteAutoScalingGroup", "ec2/DeleteLaunchTemplate"},
	}
)

func functionOf(suffix string) string { return "sp5ft-" + poolID + "-" + suffix }

func TestOrderOfCalls(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	spec := scalingPool(account)
	account.ResetCalls()
	made := create(t, account, spec)
	inOrder(t, account.Calls(), madeAfter)
	account.ResetCalls()
	destroy(t, account, made)
	inOrder(t, account.Calls(), removedAfter)
}

// inOrder fails the test if the second call of a pair began before the last of the
// first ended.
func inOrder(t *testing.T, calls []awstest.Call, pairs [][2]string) {
	t.Helper()
	for _, pair := range pairs {
		named := func(name string) func(awstest.Call) bool {
			return func(c awstest.Call) bool { return c.String() == name }
		}
		second := slices.IndexFunc(calls, named(pair[1]))
		if second < 0 || !slices.ContainsFunc(calls, named(pair[0])) {
			t.Errorf("%s or %s was not called: %v", pair[0], pair[1], calls)
			continue
		}
		for _, call := range calls {
			if call.String() == pair[0] && call.Start.Add(call.Duration).After(calls[second].Start) {
				t.Errorf("%s had not ended when %s began", pair[0], pair[1])
			}
		}
	}
}
