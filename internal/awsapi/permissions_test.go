package awsapi_test

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

// The documentation shows a policy for whoever runs Terraform. It has to name
// the operations that the provider uses, all of them and no others.
func TestDocumentedPermissionsAreTheOperationsInUse(t *testing.T) {
	t.Parallel()

	// AWS asks this of the caller of UpdateAutoScalingGroup with a launch template:
	// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-launch-template-permissions.html
	want := []string{"ec2:RunInstances"}
	for service, operations := range map[string]reflect.Type{
		"autoscaling":    reflect.TypeFor[awsapi.AutoScaling](),
		"ec2":            reflect.TypeFor[awsapi.EC2](),
		"iam":            reflect.TypeFor[awsapi.IAM](),
		"kms":            reflect.TypeFor[awsapi.KMS](),
		"logs":           reflect.TypeFor[awsapi.Logs](),
		"secretsmanager": reflect.TypeFor[awsapi.SecretsManager](),
	} {
		for i := range operations.NumMethod() {
			want = append(want, service+":"+operations.Method(i).Name)
		}
	}
	slices.Sort(want)

	text, err := os.ReadFile("../../examples/provider/permissions.json")
	if err != nil {
		t.Fatal(err)
	}
	var policy struct {
		Statement []struct{ Action json.RawMessage }
	}
	if err := json.Unmarshal(text, &policy); err != nil {
		t.Fatal(err)
	}
	var got []string
	if err := json.Unmarshal(policy.Statement[0].Action, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("examples/provider/permissions.json, wanted (-) and documented (+):\n%s", diff)
	}
}
