package stack_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// scalingPool is workerPool with an autoscaler and all that it takes.
func scalingPool(a *awstest.Account) stack.Spec {
	spec := workerPool(a)
	autoscaling := stack.DefaultAutoscaling()
	spec.APICredentials = &stack.APICredentials{KeyID: "01HZXK3J5T9V2QWERTY0123457", Endpoint: "https://acme.app.spacelift.io", Secret: "key-secret"}
	spec.Autoscaling, spec.Lifecycle = &autoscaling, stack.DefaultLifecycle()
	spec.Functions.TracingMode = "Active"
	return spec
}

func TestLifeOfAPoolWithFunctions(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	spec := scalingPool(account)
	account.ResetCalls()
	made := create(t, account, spec)
	t.Logf("create: %d calls", len(account.Calls()))
	if diff := cmp.Diff(sortedKeys(made.Components), slices.Sorted(slices.Values(made.Spec.Components()))); diff != "" {
		t.Errorf("components (-made +wanted):\n%s", diff)
	}
	account.ResetCalls()
	seen := refresh(t, account, made)
	t.Logf("read: %d calls", len(account.Calls()))
	same(t, "create", made, seen)

	account.ResetCalls()
	updated := update(t, account, seen.Spec, seen)
	if got := mutations(account.Calls()); len(got) > 0 {
		t.Errorf("an update of nothing calls %v", got)
	}
	same(t, "update", updated, refresh(t, account, updated))
	account.ResetCalls()
	destroy(t, account, updated)
	t.Logf("destroy: %d calls", len(account.Calls()))
}

func sortedKeys(m map[string]string) (keys []string) {
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// TestFunctionsComeAndGo changes what a pool has of functions, and back.
func TestFunctionsComeAndGo(t *testing.T) {
	t.Parallel()
	changes := map[string]func(*stack.Spec){
		"no functions":  func(s *stack.Spec) { s.APICredentials, s.Autoscaling = nil, nil },
		"no autoscaler": func(s *stack.Spec) { s.Autoscaling = nil },
		"a parameter of theirs": func(s *stack.Spec) {
			s.APICredentials = &stack.APICredentials{
				KeyID: s.APICredentials.KeyID, Endpoint: s.APICredentials.Endpoint,
				Existing: &stack.ExistingParameter{Name: "theirs", ARN: "arn:aws:ssm:us-east-1:111122223333:parameter/theirs"},
			}
		},
		"in a VPC": func(s *stack.Spec) {
			s.Functions.VPC = &stack.FunctionVPC{Subnets: s.Subnets, SecurityGroups: s.SecurityGroups}
		},
		"amd64":        func(s *stack.Spec) { a := *s.Autoscaling; a.Architecture = "amd64"; s.Autoscaling = &a },
		"long bundle":  func(s *stack.Spec) { s.Functions.CABundle = strings.Repeat("certificate ", 300) },
		"no tracing":   func(s *stack.Spec) { s.Functions.TracingMode = "PassThrough" },
		"other tags":   func(s *stack.Spec) { s.Tags = map[string]string{"Team": "sre", "Cost": "42"} },
		"other secret": func(s *stack.Spec) { c := *s.APICredentials; c.Secret = "other"; s.APICredentials = &c },
		"monitoring": func(s *stack.Spec) {
			s.Monitoring = stack.Monitoring{Dashboard: true, AlarmActions: []string{"arn:aws:sns:us-east-1:111122223333:alerts"}}
		},
		"other limits": func(s *stack.Spec) {
			a := *s.Autoscaling
			a.MaxCreate, a.MemorySize, a.Timeout, a.ScheduleExpression = 5, 256, 120, "rate(5 minutes)"
			s.Autoscaling = &a
			s.Lifecycle.HookTimeout, s.Lifecycle.OnDrainTimeout = 600, "retain"
			s.LogGroups.Retention = 30
		},
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			account := awstest.Start(t)
			made := create(t, account, scalingPool(account))
			spec := made.Spec
			change(&spec)
			changed := update(t, account, spec, made)
			if diff := cmp.Diff(sortedKeys(changed.Components), slices.Sorted(slices.Values(spec.Components()))); diff != "" {
				t.Errorf("components (-got +wanted):\n%s", diff)
			}
			seen := refresh(t, account, changed)
			same(t, "update", changed, seen)
			back := update(t, account, made.Spec, seen)
			same(t, "the way back", back, refresh(t, account, back))
			destroy(t, account, back)
		})
	}
}
