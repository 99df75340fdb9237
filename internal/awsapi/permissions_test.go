package awsapi_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/iam"
)

// documents are the policies that the documentation gives whoever runs Terraform.
var documents = []string{"permissions", "permissions_functions"}

// maxPolicy is how long a managed policy may be, in characters that are no white space.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maxPolicy = 6144

// unrecorded are the actions that no call of the provider is named after: AWS asks them
// of the caller of another one.
var unrecorded = map[string]string{
	"ec2:DescribeVpcs":            "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions",
	"ec2:RunInstances":            "https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-launch-template-permissions.html",
	"iam:CreateServiceLinkedRole": "https://docs.aws.amazon.com/autoscaling/ec2/userguide/autoscaling-service-linked-role.html",
	"iam:PassRole":                "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
	"kms:Decrypt":                 "https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html",
	"kms:GenerateDataKey":         "https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html",
	"s3:GetObject":                "https://docs.aws.amazon.com/lambda/latest/dg/configuration-function-zip.html",
	"s3:GetObjectVersion":         "https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html",
}

// operations are those of the API that the provider uses, as "service:Operation".
func operations() (all []string) {
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
			all = append(all, service+":"+operations.Method(i).Name)
		}
	}
	return all
}

func read(t *testing.T, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(append([]string{"..", ".."}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The documented policies name the operations that the provider uses and what AWS asks
// for besides, all of it and nothing else, each action in a statement that is short
// enough to be attached.
func TestDocumentedPermissionsAreTheOperationsInUse(t *testing.T) {
	t.Parallel()
	want := append(operations(), slices.Collect(maps.Keys(unrecorded))...)
	slices.Sort(want)
	var got []string
	for _, name := range documents {
		text := read(t, "examples", "provider", name+".json")
		if _, err := iam.Parse(text); err != nil {
			t.Errorf("%s: %s", name, err)
		}
		if length := len(strings.Join(strings.Fields(text), "")); length > maxPolicy {
			t.Errorf("%s has %d characters, a managed policy takes %d", name, length, maxPolicy)
		}
		var policy struct{ Statement []struct{ Action []string } }
		if err := json.Unmarshal([]byte(text), &policy); err != nil {
			t.Fatal(err)
		}
		for _, statement := range policy.Statement {
			if !slices.IsSorted(statement.Action) {
				t.Errorf("%s: %v is not sorted", name, statement.Action)
			}
			got = append(got, statement.Action...)
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, slices.Compact(got)); diff != "" {
		t.Errorf("examples/provider, wanted (-) and documented (+):\n%s", diff)
	}
}

// The tests can judge each operation that the provider uses.
func TestOperationsInUseCanBeJudged(t *testing.T) {
	t.Parallel()
	known := iam.Operations()
	for _, operation := range operations() {
		if action, ok := known[operation]; !ok || action != operation {
			t.Errorf("package awstest/iam knows %q as the action of %s", action, operation)
		}
	}
}

// The guide has a row for each operation, and tells what takes each of the others.
func TestGuideTellsOfEachPermission(t *testing.T) {
	t.Parallel()
	guide := read(t, "templates", "guides", "permissions.md.tmpl")
	rows := ""
	for line := range strings.Lines(guide) {
		if strings.HasPrefix(line, "| `") {
			rows += line
		}
	}
	for _, operation := range operations() {
		service, name, _ := strings.Cut(operation, ":")
		if !slices.ContainsFunc(strings.Split(rows, "\n"), func(row string) bool {
			return strings.HasPrefix(row, "| `"+service+"` |") && strings.Contains(row, "`"+name+"`")
		}) {
			t.Errorf("no row tells of %s", operation)
		}
	}
	for action := range unrecorded {
		if !strings.Contains(rows, "`"+action+"`") {
			t.Errorf("no row tells what takes %s", action)
		}
	}
	for _, name := range documents {
		var policy struct{ Statement []struct{ Sid string } }
		if err := json.Unmarshal([]byte(read(t, "examples", "provider", name+".json")), &policy); err != nil {
			t.Fatal(err)
		}
		for _, statement := range policy.Statement {
			if !strings.Contains(rows, "`"+statement.Sid+"`") {
				t.Errorf("no row tells when %s can be left out", statement.Sid)
			}
		}
	}
}
