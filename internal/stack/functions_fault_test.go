package stack_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// leanPool has functions, and as little else as possible.
func leanPool(a *awstest.Account) stack.Spec {
	spec := scalingPool(a)
	spec.Secret, spec.LogGroups.Managed, spec.EnabledMetrics = stack.Secret{}, false, nil
	return spec
}

// wholePool is leanPool with all that functions can have.
func wholePool(a *awstest.Account) stack.Spec {
	spec := leanPool(a)
	spec.Monitoring = stack.Monitoring{Dashboard: true, AlarmActions: []string{"arn:aws:sns:us-east-1:111122223333:alerts"}}
	spec.Functions.VPC = &stack.FunctionVPC{Subnets: spec.Subnets, SecurityGroups: spec.SecurityGroups}
	spec.Functions.CABundle = strings.Repeat("certificate ", 300)
	return spec
}

// functionless is spec without functions.
func functionless(spec stack.Spec) stack.Spec {
	spec.APICredentials, spec.Autoscaling, spec.Monitoring = nil, nil, stack.Monitoring{}
	return spec
}

// functionsChanged is a Spec whose update touches every component of the functions.
func functionsChanged(spec stack.Spec) stack.Spec {
	spec.Tags = map[string]string{"Team": "sre", "Cost": "42"}
	spec.Functions.TracingMode, spec.LogGroups.Retention, spec.Lifecycle.HookTimeout = "PassThrough", 30, 600
	if spec.Autoscaling == nil {
		return spec
	}
	autoscaling, credentials := *spec.Autoscaling, *spec.APICredentials
	autoscaling.MemorySize, autoscaling.ScheduleExpression, autoscaling.Architecture = 256, "rate(5 minutes)", "amd64"
	credentials.Secret = "other"
	spec.Autoscaling, spec.APICredentials = &autoscaling, &credentials
	return spec
}

// following is spec with the image of a pool.
func following(made stack.Observed, spec stack.Spec) stack.Spec {
	spec.Instance.AMIID = made.Spec.Instance.AMIID
	return spec
}

// functionsKilledAsTheyGo leaves nothing of them.
func functionsKilledAsTheyGo(t *testing.T, a *awstest.Account, k *kills) {
	made := create(t, a, functionless(leanPool(a)))
	before := objects(t, a)
	k.update(t, a, made.Spec, update(t, a, following(made, leanPool(a)), made))
	if diff := cmp.Diff(before, objects(t, a)); diff != "" {
		t.Errorf("before the functions came (-) and after they went (+):\n%s", diff)
	}
}

// making are the keys of the calls that make an object.
func making(calls []awstest.Call) []string {
	makes := regexp.MustCompile(`/Create|/Put(Parameter|LifecycleHook|Rule|MetricAlarm|Dashboard)\b|/POST [^ ]*/(functions|event-source-mappings)( |$)`)
	return slices.DeleteFunc(keys(calls), func(key string) bool { return !makes.MatchString(key) })
}

// functionsKilledUnknown destroys a pool whose state does not know of the functions
// that a killed update has made.
func functionsKilledUnknown(t *testing.T, a *awstest.Account, k *kills) {
	for call := range k.left {
		made := create(t, a, functionless(wholePool(a)))
		a.Inject(awstest.KillWhere(func(c awstest.Call) bool { return keyOf(c) == call }))
		if _, err := stack.New(a.Clients(), following(made, wholePool(a)), made).Update(t.Context()); err == nil {
			t.Fatalf("no error although the client was killed at %s", call)
		}
		a.ClearFaults()
		t.Logf("killed at %s", call)
		destroy(t, a, made)
	}
}

func TestCreateOfFunctionsThatIsRefusedLeavesNothing(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	spec := wholePool(account)
	for _, call := range []string{
		"ssm/PutParameter", "sqs/CreateQueue", "lambda/POST /2015-03-31/functions", "lambda/POST /2015-03-31/event-source-mappings",
		"events/PutTargets", "monitoring/PutMetricAlarm", "autoscaling/PutLifecycleHook",
	} {
		createRefused(t, account, spec, call)
	}
}

func TestCreateOfFunctionsThatLosesAnswers(t *testing.T) {
	t.Parallel()
	createUnanswered(t, wholePool, []string{
		"ssm/PutParameter", "sqs/CreateQueue", "lambda/POST /2015-03-31/functions", "lambda/POST /2015-03-31/event-source-mappings",
		"lambda/POST /2015-03-31/functions/NAME-lifecycle-manager/policy", "events/PutRule", "events/PutTargets", "monitoring/PutMetricAlarm", "autoscaling/PutLifecycleHook",
	})
}

// TestUpdateOfFunctionsThatIsRefusedTellsWhatReallyIs has the calls of each round refused
// in one update.
func TestUpdateOfFunctionsThatIsRefusedTellsWhatReallyIs(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made := create(t, account, leanPool(account))
	updateRefused(t, account, made, functionsChanged(made.Spec), [][]string{
		{"ssm/PutParameter", "sqs/TagQueue"},
		{"lambda/PUT /2015-03-31/functions/NAME-lifecycle-manager/code"},
		{"events/PutRule"},
		{"autoscaling/PutLifecycleHook"},
	})
}

// TestDestroyOfFunctionsThatIsRefusedTellsWhatIsLeft has the calls of each round refused
// in one destroy.
func TestDestroyOfFunctionsThatIsRefusedTellsWhatIsLeft(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	state := create(t, account, wholePool(account))
	for _, round := range [][]string{
		{"events/DeleteRule", "sqs/DeleteQueue", "monitoring/DeleteAlarms"},
		{"lambda/DELETE /2015-03-31/functions/NAME-lifecycle-manager"},
		{"ssm/DeleteParameter", "logs/DeleteLogGroup"},
		{"iam/DeleteRole"},
	} {
		refuse(account, round)
		left, err := stack.New(account.Clients(), state.Spec, state).Destroy(t.Context())
		if err == nil {
			t.Fatalf("no error although %q were refused", round)
		}
		account.ClearFaults()
		state = refresh(t, account, left)
		if diff := cmp.Diff(left.Components, state.Components); diff != "" {
			t.Errorf("after %q what it says is left (-), what is (+):\n%s", round, diff)
		}
	}
	destroy(t, account, state)
}
