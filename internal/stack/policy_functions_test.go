package stack

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestFunctionPolicies(t *testing.T) {
	t.Parallel()
	plain := reach{
		place: place{"aws", "eu-west-1", "123456789012"}, group: "pool", pool: "01HZXK3J5T9V2QWERTY0123456",
		parameter: "arn:aws:ssm:eu-west-1:123456789012:parameter/pool/api-secret", queue: "arn:aws:sqs:eu-west-1:123456789012:pool-lifecycle-manager",
		logGroup: "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/pool",
	}
	full := plain
	full.bundle, full.tracing, full.vpc = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:pool-ca-bundle-??????", true, true
	nowhere := plain
	nowhere.place = place{"aws-cn", "cn-north-1", ""}
	for name, text := range map[string]string{
		"autoscaler":             autoscalerPolicy(plain, false),
		"autoscaler_full":        autoscalerPolicy(full, false),
		"autoscaler_own_package": autoscalerPolicy(plain, true),
		"autoscaler_no_account":  autoscalerPolicy(nowhere, true),
		"lifecycle":              lifecyclePolicy(plain),
		"lifecycle_full":         lifecyclePolicy(full),
		"hook":                   hookPolicy(plain.queue),
		"queue":                  queuePolicy(plain.queue, "arn:aws:iam::123456789012:role/pool-lifecycle-hook"),
		"trust_lambda":           serviceTrust("lambda.amazonaws.com"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			golden(t, filepath.Join("policy", name), text)
		})
	}
}

// TestFunctionNames holds names to what Lambda takes, whatever the base name is.
func TestFunctionNames(t *testing.T) {
	t.Parallel()
	valid := regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	tests := map[string]struct{ base, autoscaler, lifecycle string }{
		"default":        {"sp5ft-01HZXK3J5T9V2QWERTY0123456", "sp5ft-01HZXK3J5T9V2QWERTY0123456-ec2-autoscaler", "sp5ft-01HZXK3J5T9V2QWERTY0123456-lifecycle-manager"},
		"dots":           {"my.pool", "my-pool-REPLACED-ec2-autoscaler", "my-pool-REPLACED-lifecycle-manager"},
		"46 characters":  {strings.Repeat("a", 46), strings.Repeat("a", 46) + "-ec2-autoscaler", strings.Repeat("a", 46) + "-lifecycle-manager"},
		"47 characters":  {strings.Repeat("a", 47), strings.Repeat("a", 47) + "-ec2-autoscaler", strings.Repeat("a", 47) + "-lcm"},
		"longest of all": {strings.Repeat("a", 54), strings.Repeat("a", 42) + "-REPLACED-ec2-autoscaler", strings.Repeat("a", 54) + "-lcm"},
	}
	digests := regexp.MustCompile(`-[0-9a-f]{6}-`)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			names := NamesOf(test.base, "eu-west-1")
			for got, want := range map[string]string{names.Autoscaler: test.autoscaler, names.Lifecycle: test.lifecycle} {
				if !valid.MatchString(got) {
					t.Errorf("%s: Lambda takes no such name", got)
				}
				if digests.ReplaceAllString(got, "-REPLACED-") != want {
					t.Errorf("name %s, want %s", got, want)
				}
			}
			for _, role := range []string{names.AutoscalerRole, names.LifecycleRole, names.HookRole} {
				if len(role) > maxRoleName || !strings.HasSuffix(role, "-eu-west-1") {
					t.Errorf("role %s", role)
				}
			}
		})
	}
	if NamesOf("a.b", "eu-west-1").Autoscaler == NamesOf("a-b", "eu-west-1").Autoscaler {
		t.Error("two base names have functions of the same name")
	}
}

func TestHostNamesOfPartitions(t *testing.T) {
	t.Parallel()
	for partition, want := range map[string]string{
		"aws": "amazonaws.com", "aws-us-gov": "amazonaws.com", "aws-cn": "amazonaws.com.cn", "aws-eusc": "amazonaws.eu",
	} {
		if got := (place{partition: partition}).suffix(); got != want {
			t.Errorf("%s: %s, want %s", partition, got, want)
		}
	}
}
