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
		"cloudwatch":     reflect.TypeFor[awsapi.CloudWatch](),
		"ec2":            reflect.TypeFor[awsapi.EC2](),
		"events":         reflect.TypeFor[awsapi.Events](),
		"iam":            reflect.TypeFor[awsapi.IAM](),
		"kms":            reflect.TypeFor[awsapi.KMS](),
		"lambda":         reflect.TypeFor[awsapi.Lambda](),
		"logs":           reflect.TypeFor[awsapi.Logs](),
		"secretsmanager": reflect.TypeFor[awsapi.SecretsManager](),
		"sqs":            reflect.TypeFor[awsapi.SQS](),
		"ssm":            reflect.TypeFor[awsapi.SSM](),
		"tag":            reflect.TypeFor[awsapi.Tagging](),
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
