package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

// What the examples expect to exist, and values for their variables.
const (
	exampleRole   = "workers-of-the-example"
	exampleSecret = "secret-of-the-example"
)

// TestExamples applies and destroys every example as it is.
func TestExamples(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../examples/*/main.tf")
	if err != nil || len(files) < 8 {
		t.Fatalf("examples: %v, %v", files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			w := newWorkspaceOf(t, string(text))
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
