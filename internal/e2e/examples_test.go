package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas"
)

// What the examples expect to exist, and values for their variables.
const (
	exampleRole   = "workers-of-the-example"
	exampleSecret = "secret-of-the-example"
)

// examples are those that the documentation and the Terraform module's users count on.
var examples = []string{
	"amd64", "arm64", "autoscaler", "autoscaler-custom-ebs-throughput", "autoscaler-custom-s3-package", "blue-green", "byo-secretsmanager",
	"byo-ssm-secretsmanager-with-autoscaling-and-lifecycle", "complete-with-spacelift-provider", "custom-iam-role", "extra-iam-statements",
	"instance-refresh", "mixed-instances", "monitoring", "private-vpc", "schedules", "self-hosted", "spot-instances", "write-only-secrets",
}

// TestExamples applies and destroys every example as it is.
func TestExamples(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../examples/*/main.tf")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range examples {
		if !slices.Contains(files, filepath.Join("../../examples", name, "main.tf")) {
			t.Errorf("the example %s is missing: %v", name, files)
		}
	}
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			w := newWorkspaceOf(t, string(text))
			if strings.Contains(string(text), `"spacelift-io/spacelift"`) {
				w.withOfficial(t)
			}
			w.fill(t)
			before := w.objects(t)
			if err := w.Apply(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := emptyPlan(t.Context(), w); err != nil {
				t.Error(err)
			}
			if err := w.Destroy(t.Context()); err != nil {
				t.Fatal(err)
			}
			if after := w.objects(t); fmt.Sprint(after) != fmt.Sprint(before) {
				t.Errorf("before: %v\nafter: %v", before, after)
			}
		})
	}
}

var baseName = regexp.MustCompile(`base_name\s*=\s*"([^"$]+)`)

// baseName is what the base names of the workspace's pools begin with.
func (w *workspace) baseName(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(w.dir, "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	if found := baseName.FindSubmatch(text); found != nil {
		return string(found[1])
	}
	return documentedName
}

// fill makes what an example expects to exist and sets its variables; those that
// it does not declare are ignored.
func (w *workspace) fill(t *testing.T) {
	t.Helper()
	clients := w.account.Direct()
	_, err := clients.IAM.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String(exampleRole), AssumeRolePolicyDocument: aws.String("{}")})
	if err != nil {
		t.Fatal(err)
	}
	secret, err := clients.SecretsManager.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: aws.String(exampleSecret), SecretString: aws.String("{}")})
	if err != nil {
		t.Fatal(err)
	}
	bucket := w.upload(t)
	w.hold(t, documentedName, w.baseName(t), "YOUR-ROLE", exampleRole, "YOUR-BUCKET", bucket)
	parameter := "/example/api-secret"
	_, err = ssm.NewFromConfig(w.account.DirectConfig()).PutParameter(t.Context(), &ssm.PutParameterInput{
		Name: &parameter, Value: aws.String("secret"), Type: ssmtypes.ParameterTypeSecureString,
	})
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(w.dir, "functions.auto.tfvars"), fmt.Sprintf(`
spacelift_api_key_endpoint = %q
spacelift_api_key_id       = "01K0K00000000000000000000A"
spacelift_api_key_secret   = "secret"
api_key_parameter_name     = %q
api_key_parameter_arn      = "arn:aws:ssm:%s:%s:parameter/example/api-secret"
package_bucket             = %q
package_key                = "autoscaler.zip"
function_subnets           = [%s]
function_security_groups   = [%s]
alarm_topic_arn            = "arn:aws:sns:%[3]s:%[4]s:alarms"
`, w.account.SpaceliftURL(), parameter, w.account.Region(), w.account.ID(), bucket,
		quoted(w.account.Network().SubnetIDs), quoted(w.account.Network().SecurityGroupIDs)))
	write(t, filepath.Join(w.dir, "values.auto.tfvars"), fmt.Sprintf(`
worker_pool_id          = "01HZXK3J5T9V2QWERTY0123456"
worker_pool_config      = "token"
worker_pool_private_key = "key"
iam_role_name           = %q
secret_name             = %q
secret_arn              = %q
launcher_s3_uri         = "s3://launchers/spacelift-launcher"
`, exampleRole, exampleSecret, aws.ToString(secret.ARN)))
}

// upload makes a bucket with the autoscaler in it, and returns its name.
func (w *workspace) upload(t *testing.T) string {
	t.Helper()
	zip, err := lambdas.Zip(lambdas.Autoscaler, lambdas.ARM64)
	if err != nil {
		t.Fatal(err)
	}
	bucket, _ := w.account.PutPackage(t, "autoscaler.zip", zip)
	return bucket
}
