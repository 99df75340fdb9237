package workerpool_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// stored checks which token the pool's secret holds.
type stored struct {
	*cloud
	token string
}

// CheckState implements statecheck.StateCheck.
func (s stored) CheckState(ctx context.Context, _ statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	out, err := secretsmanager.NewFromConfig(s.DirectConfig()).GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: ptr(baseName + "-secret")})
	if err != nil {
		resp.Error = err
		return
	}
	values := map[string]string{}
	if err := json.Unmarshal([]byte(aws.ToString(out.SecretString)), &values); err != nil {
		resp.Error = err
		return
	}
	if diff := cmp.Diff(map[string]string{"SPACELIFT_TOKEN": s.token}, values); diff != "" {
		resp.Error = fmt.Errorf("stored (-want +got):\n%s", diff)
	}
}

// writeOnly are the arguments of a pool whose token is not in the state.
func writeOnly(token string, version int) arguments {
	return arguments{
		"secure_env_vars":    "",
		"secure_env_vars_wo": "{ SPACELIFT_TOKEN = " + token + " }", "secure_env_vars_wo_version": fmt.Sprint(version),
	}
}

// Write-only values are stored when their version changes and when somebody
// changed or deleted the secret, and at no other time.
func TestWriteOnlySecret(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	config := func(token string, version int) string { return c.config(c.minimal().with(writeOnly(token, version))) }
	absent := has("secure_env_vars_wo", knownvalue.Null())
	components := changing{"components"}
	plain := c.config(c.minimal().with(arguments{"secure_env_vars": `{ SPACELIFT_TOKEN = "plain" }`}))
	c.run(t,
		apply(config(`"one"`, 1), absent, stored{c, "one"}),
		apply(config(`"two"`, 1), action(plancheck.ResourceActionNoop), stored{c, "one"}),
		apply(config(`"two"`, 2), components, stored{c, "two"}),
		c.meddle(t, apply(config(`"three"`, 2), drifted{"secret_version"}, components, stored{c, "three"}), changeSecret),
		c.meddle(t, apply(config(`"four"`, 2), drifted{"secret", "secret_version"}, stored{c, "four"}), deleteSecret),
		apply(plain, components, stored{c, "plain"}, has("secure_env_vars_wo_version", knownvalue.Null())),
		apply(config(`"five"`, 2), components, absent, has("secure_env_vars", knownvalue.Null()), stored{c, "five"}),
	)
}

// Write-only values may be ephemeral, and unknown while the plan is made.
func TestEphemeralSecret(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	config := func(token, size string) string {
		return fmt.Sprintf("variable \"token\" {\n  ephemeral = true\n  default = %q\n}\n", token) +
			fmt.Sprintf("resource \"terraform_data\" \"token\" {\n  input = \"of %s\"\n}\n", token) +
			c.config(c.minimal().with(writeOnly(`"${var.token} ${terraform_data.token.output}"`, 1)).with(arguments{"max_size": size}))
	}
	version := `resource "terraform_data" "version" { input = 2 }` + "\n" +
		c.config(c.minimal().with(writeOnly(`"last"`, 2)).with(arguments{"secure_env_vars_wo_version": "terraform_data.version.output"}))
	none := c.minimal().with(writeOnly("", 3)).with(arguments{"secure_env_vars_wo": "terraform_data.none.output"})
	c.run(t,
		apply(config("one", "5"), stored{c, "one of one"}),
		apply(config("two", "6"), changing{}, has("max_size", knownvalue.Int64Exact(6)), stored{c, "one of one"}),
		apply(version, stored{c, "last"}, has("secure_env_vars_wo_version", knownvalue.Int64Exact(2))),
		resource.TestStep{
			Config:      `resource "terraform_data" "none" { input = true ? null : { A = "b" } }` + "\n" + c.config(none),
			ExpectError: words("secure_env_vars_wo", "is not set, but secure_env_vars_wo_version is"),
		},
		apply(version, stored{c, "last"}),
	)
}
