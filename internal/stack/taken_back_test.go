package stack_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// TestUpdateThatFailsIsTakenBack goes back to the arguments before an update that has
// failed: what that has changed already is as it was.
func TestUpdateThatFailsIsTakenBack(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	before := scalingPool(account)
	before.Autoscaling, before.Functions.CABundle = nil, strings.Repeat("certificate ", 300)
	made := create(t, account, before)
	autoscaling := stack.DefaultAutoscaling()
	credentials := *before.APICredentials
	credentials.Secret = "another-key-secret"
	wanted := with(made.Spec, func(s *stack.Spec) {
		s.Secret.Values = map[string]string{"SPACELIFT_TOKEN": "another-token"}
		s.APICredentials, s.Autoscaling, s.Functions.CABundle = &credentials, &autoscaling, strings.Repeat("another certificate ", 300)
	})
	account.Inject(awstest.FailAction("lambda", "POST /2015-03-31/functions", "AccessDenied", 0))
	left, err := stack.New(account.Clients(), wanted, made).Update(t.Context())
	if err == nil {
		t.Fatal("the update has not failed")
	}
	account.ClearFaults()
	if secret, parameter, bundle := stored(t, account, left); !strings.Contains(secret, "another") || !strings.Contains(parameter, "another") || !strings.Contains(bundle, "another") {
		t.Fatalf("the update failed before it stored anything: %s, %s, %s", secret, parameter, bundle)
	}
	left = refresh(t, account, left)
	for _, name := range []string{stack.ComponentSecretVersion, stack.ComponentParameterVersion, stack.ComponentBundleVersion, stack.ComponentGroup} {
		if left.Drift[name] == "" {
			t.Errorf("%s is not as its arguments say, and nothing tells: %v", name, left.Drift)
		}
	}
	back := update(t, account, made.Spec, left)
	if secret, parameter, bundle := stored(t, account, back); strings.Contains(secret+parameter+bundle, "another") {
		t.Errorf("the values are %s, %s, %s", secret, parameter, bundle)
	}
	if suspended := groupOf(t, account).SuspendedProcesses; len(suspended) > 0 {
		t.Errorf("the group has suspended processes: %v", suspended)
	}
	same(t, "update", back, refresh(t, account, back))
	destroy(t, account, back)
	nothingLeft(t, account)
}

// stored are the values of a pool's secret, of its parameter and of its bundle.
func stored(t *testing.T, a *awstest.Account, o stack.Observed) (secret, parameter, bundle string) {
	t.Helper()
	secrets := secretsmanager.NewFromConfig(a.DirectConfig())
	text := func(name string) string {
		out, err := secrets.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: aws.String(o.Components[name])})
		if err != nil {
			t.Fatal(err)
		}
		return aws.ToString(out.SecretString)
	}
	out, err := ssm.NewFromConfig(a.DirectConfig()).GetParameter(t.Context(), &ssm.GetParameterInput{
		Name: aws.String(o.Components[stack.ComponentParameter]), WithDecryption: aws.Bool(true),
	})
	if err != nil {
		t.Fatal(err)
	}
	return text(stack.ComponentSecret), aws.ToString(out.Parameter.Value), text(stack.ComponentBundle)
}
