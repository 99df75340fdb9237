package workerpool_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

// thing is something of the user's that the pool names.
type thing struct{ id, arn string }

func (c *cloud) key(t *testing.T) thing {
	t.Helper()
	out, err := kms.NewFromConfig(c.DirectConfig()).CreateKey(t.Context(), &kms.CreateKeyInput{})
	if err != nil {
		t.Fatalf("creating key: %s", err)
	}
	return thing{aws.ToString(out.KeyMetadata.KeyId), aws.ToString(out.KeyMetadata.Arn)}
}

func (c *cloud) secret(t *testing.T) thing {
	t.Helper()
	out, err := c.Direct().SecretsManager.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{
		Name: ptr("team/worker"), SecretString: ptr(`{"SPACELIFT_TOKEN":"a","SPACELIFT_POOL_PRIVATE_KEY":"b"}`),
	})
	if err != nil {
		t.Fatalf("creating secret: %s", err)
	}
	return thing{aws.ToString(out.Name), aws.ToString(out.ARN)}
}

func (c *cloud) role(t *testing.T, name string) {
	t.Helper()
	_, err := c.Direct().IAM.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: ptr(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`,
	)})
	if err != nil {
		t.Fatalf("creating role: %s", err)
	}
}

func ptr[T any](v T) *T { return &v }

// words matches a text that holds all of words in this order, however Terraform
// breaks its lines.
func words(words ...string) *regexp.Regexp {
	var pattern []string
	for _, word := range words {
		pattern = append(pattern, strings.ReplaceAll(regexp.QuoteMeta(word), " ", `[\s│]+`))
	}
	return regexp.MustCompile(`(?s)` + strings.Join(pattern, ".*"))
}
