package stack_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// testBundle is a certificate of nobody's.
var testBundle = newCertificate()

func newCertificate() string {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// What is left of functions that tell nothing any more is found, and goes with the
// next update that does not want it.
func TestImportFindsWhatIsLeftOfFunctions(t *testing.T) {
	t.Parallel()
	a := awstest.Start(t)
	made := create(t, a, scalingPool(a))
	client, names := lambda.NewFromConfig(a.DirectConfig()), stack.NamesOf(made.Spec.BaseName, a.Region())
	for _, name := range []string{names.Autoscaler, names.Lifecycle} {
		if _, err := client.DeleteFunction(t.Context(), &lambda.DeleteFunctionInput{FunctionName: &name}); err != nil {
			t.Fatal(err)
		}
	}
	got := found(t, a, poolID)
	if got.Spec.APICredentials != nil || got.Spec.Autoscaling != nil {
		t.Errorf("credentials %v, autoscaling %v", got.Spec.APICredentials, got.Spec.Autoscaling)
	}
	for _, left := range []string{
		stack.ComponentLifecycleRole, stack.ComponentAutoscalerRole, stack.ComponentHookRole, stack.ComponentHook, stack.ComponentQueue, stack.ComponentParameter,
		stack.ComponentLifecycleRule, stack.ComponentAutoscalerRule,
	} {
		if got.Components[left] == "" || got.Drift[left] != "not wanted any more, still there" {
			t.Errorf("%s is %q, its drift %q", left, got.Components[left], got.Drift[left])
		}
	}
	bare := update(t, a, got.Spec, got)
	settled(t, a, bare)
	if n := len(bare.Components); n != len(got.Spec.Components()) {
		t.Errorf("left are %v", bare.Components)
	}
}

// setVariable changes the environment of a function behind our back.
func setVariable(t *testing.T, a *awstest.Account, function, name, value string) {
	t.Helper()
	client := lambda.NewFromConfig(a.DirectConfig())
	out, err := client.GetFunction(t.Context(), &lambda.GetFunctionInput{FunctionName: &function})
	if err != nil {
		t.Fatal(err)
	}
	variables := out.Configuration.Environment.Variables
	variables[name] = value
	if _, err := client.UpdateFunctionConfiguration(t.Context(), &lambda.UpdateFunctionConfigurationInput{
		FunctionName: &function, Environment: &types.Environment{Variables: variables},
	}); err != nil {
		t.Fatal(err)
	}
}

// A function whose environment is somebody's own tells as much of it as there is.
func TestImportOfAnOddEnvironment(t *testing.T) {
	t.Parallel()
	a := awstest.Start(t)
	made := create(t, a, scalingPool(a))
	name := stack.NamesOf(made.Spec.BaseName, a.Region()).Autoscaler
	setVariable(t, a, name, "AUTOSCALING_MAX_KILL", "all of them")
	setVariable(t, a, name, "AUTOSCALING_MAX_CREATE", "7")
	setVariable(t, a, name, "MY_OWN", "x")
	got := found(t, a, poolID)
	want := *made.Spec.Autoscaling
	want.MaxCreate, want.ExtraEnv = 7, map[string]string{"AUTOSCALING_MAX_KILL": "all of them", "MY_OWN": "x"}
	if diff := cmp.Diff(&want, got.Spec.Autoscaling); diff != "" {
		t.Error(diff)
	}
	if len(got.Drift) > 0 {
		t.Errorf("drift %v", got.Drift)
	}
	setVariable(t, a, name, "AUTOSCALING_GROUP_ARN", "none")
	if got = found(t, a, poolID); got.Spec.Autoscaling != nil || got.Drift[stack.ComponentAutoscaler] == "" {
		t.Errorf("autoscaling %+v, drift %v", got.Spec.Autoscaling, got.Drift)
	}
}

// A function of the pool's name without its tags is the pool's as long as it works on
// its group.
func TestImportTellsFunctionsOfOthers(t *testing.T) {
	t.Parallel()
	a := awstest.Start(t)
	made := create(t, a, scalingPool(a))
	name := stack.NamesOf(made.Spec.BaseName, a.Region()).Autoscaler
	_, err := lambda.NewFromConfig(a.DirectConfig()).UntagResource(t.Context(), &lambda.UntagResourceInput{Resource: &made.AutoscalerFunctionARN, TagKeys: []string{"ManagedBy"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := found(t, a, poolID); got.Components[stack.ComponentAutoscaler] != name || !strings.Contains(got.Drift[stack.ComponentAutoscaler], "tag ManagedBy is missing") {
		t.Errorf("it is %q, its drift %v", got.Components[stack.ComponentAutoscaler], got.Drift)
	}
	setVariable(t, a, name, "AUTOSCALING_GROUP_ARN", strings.Replace(made.AutoScalingGroupARN, poolID, "other", 1))
	if got := found(t, a, poolID); got.Components[stack.ComponentAutoscaler] != "" {
		t.Errorf("the function of another group was found: %v", got.Components)
	}
}
