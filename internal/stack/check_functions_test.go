package stack_test

import (
	"strings"
	"testing"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// scaled is a pool with an autoscaler of which nothing is said.
func scaled() stack.Spec {
	autoscaling := stack.DefaultAutoscaling()
	return stack.Spec{
		BaseName: "pool", WorkerPoolID: "01HZXK3J5T9V2QWERTY0123456", Lifecycle: stack.DefaultLifecycle(), Autoscaling: &autoscaling,
		APICredentials: &stack.APICredentials{KeyID: "01K0K00000000000000000000A", Endpoint: "https://acme.app.spacelift.io"},
	}
}

func TestCheckFunctions(t *testing.T) {
	t.Parallel()
	extra := func(variables map[string]string) func(*stack.Spec) {
		return func(s *stack.Spec) { s.Autoscaling.ExtraEnv = variables }
	}
	for name, test := range map[string]struct {
		change    func(*stack.Spec)
		attribute string // of the one problem; none: there is none
		words     []string
	}{
		"defaults":      {change: func(*stack.Spec) {}},
		"no key":        {change: func(s *stack.Spec) { s.APICredentials = nil }},
		"no autoscaler": {change: func(s *stack.Spec) { s.Autoscaling = nil }},
		"nothing is known": {change: func(s *stack.Spec) {
			*s = stack.Spec{APICredentials: &stack.APICredentials{}, Autoscaling: &stack.Autoscaling{}}
		}},
		"another limit":  {change: extra(map[string]string{"AUTOSCALING_MAX_CREATE": "7", "MY_OWN": "x"})},
		"no number":      {extra(map[string]string{"AUTOSCALING_MAX_CREATE": "hunter2"}), "autoscaler_extra_env", []string{"AUTOSCALING_MAX_CREATE", "no whole number", "from 1 to", "Or remove it"}},
		"no pool":        {extra(map[string]string{"SPACELIFT_WORKER_POOL_ID": "hunter2"}), "autoscaler_extra_env", []string{"SPACELIFT_WORKER_POOL_ID", "no ULID"}},
		"together wrong": {extra(map[string]string{"AUTOSCALING_POLLING_INTERVAL": "2m"}), "autoscaler_extra_env", []string{"AUTOSCALING_POLLING_INTERVAL", "longer than AUTOSCALING_TIMEOUT"}},
		"contradicts an argument": {
			extra(map[string]string{"AUTOSCALING_TIMEOUT": "5s"}), "autoscaler_extra_env", []string{"AUTOSCALING_POLLING_INTERVAL", "longer than AUTOSCALING_TIMEOUT", "remove the variable that contradicts it"},
		},
		"wrong for another function": {change: func(s *stack.Spec) {
			s.Autoscaling.ExtraEnv, s.Autoscaling.Package = map[string]string{"AUTOSCALING_MAX_CREATE": "many"}, &stack.FunctionPackage{}
		}},
		"bundle too large":      {func(s *stack.Spec) { s.Functions.CABundle = strings.Repeat("x", 65537) }, "ca_bundle", []string{"65537", "takes 65536", "Leave only"}},
		"bundle that just fits": {change: func(s *stack.Spec) { s.Functions.CABundle = strings.Repeat("x", 65536) }},
		"name of AWS's":         {func(s *stack.Spec) { s.BaseName = "AWS-pool" }, "base_name", []string{`"AWS-pool"`, "aws or ssm", "byo_ssm"}},
		"name of SSM's":         {func(s *stack.Spec) { s.BaseName = "ssmpool" }, "base_name", []string{`"ssmpool"`}},
		"name of AWS's, parameter of theirs": {change: func(s *stack.Spec) {
			s.BaseName, s.APICredentials.Existing = "aws-pool", &stack.ExistingParameter{Name: "/theirs"}
		}},
		"variables too large": {extra(map[string]string{"MY_OWN": strings.Repeat("x", 4000)}), "autoscaler_extra_env", []string{"4096", "Remove variables"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spec := scaled()
			test.change(&spec)
			problems := stack.CheckFunctions(spec, "eu-west-1")
			switch {
			case test.attribute == "" && len(problems) > 0:
				t.Fatalf("refused: %+v", problems)
			case test.attribute == "":
				return
			case len(problems) != 1 || problems[0].Attribute != test.attribute || problems[0].Warning:
				t.Fatalf("want one problem of %s, got %+v", test.attribute, problems)
			}
			for _, word := range append(test.words, test.attribute) {
				if text := problems[0].Detail; !strings.Contains(text, word) || strings.Contains(text, "hunter2") {
					t.Errorf("%q is missing in: %s", word, text)
				}
			}
		})
	}
}
