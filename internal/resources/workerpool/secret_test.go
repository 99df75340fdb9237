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
// changed or deleted what holds them, and at no other time.
func TestWriteOnlySecrets(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	config := func(token string, version int, key string, keyVersion int) string {
		return fmt.Sprintf("variable \"token\" {\n  ephemeral = true\n  default = %q\n}\n", token) +
			fmt.Sprintf("variable \"key\" {\n  ephemeral = true\n  default = %q\n}\n", key) +
			c.config(c.minimal().with(writeOnly("var.token", version)).with(c.writeOnlyKey("var.key", keyVersion)))
	}
	plain := func(value string) arguments {
		return c.minimal().with(c.apiKey(fmt.Sprintf("api_key_secret = %q", value))).with(arguments{"secure_env_vars": fmt.Sprintf("{ SPACELIFT_TOKEN = %q }", value)})
	}
	absent := has("spacelift_api_credentials", knownvalue.ObjectPartial(map[string]knownvalue.Check{"api_key_secret_wo": knownvalue.Null(), "api_key_secret": knownvalue.Null()}))
	absentToo := has("secure_env_vars_wo", knownvalue.Null())
	components, theirs := changing{"components"}, c.parameter(t, "/theirs")
	c.run(t,
		apply(config("one", 1, "key-one", 1), absent, absentToo, stored{c, "one"}, holds{c, "key-one"}, text("api_key_ssm_parameter_name", ownParameter)),
		apply(config("two", 1, "key-two", 1), action(plancheck.ResourceActionNoop), stored{c, "one"}, holds{c, "key-one"}),
		apply(config("two", 2, "key-two", 1), components, stored{c, "two"}, holds{c, "key-one"}),
		apply(config("three", 2, "key-three", 2), components, stored{c, "two"}, holds{c, "key-three"}),
		c.meddle(t, apply(config("four", 2, "key-four", 2), drifted{"secret_version"}, components, stored{c, "four"}, holds{c, "key-three"}), changeSecret),
		c.meddle(t, apply(config("five", 2, "key-five", 2), drifted{"api_key_parameter_version", "secret", "secret_version"},
			changing{"components", "launch_template_latest_version", "secretsmanager_secret_arn"}, stored{c, "five"}, holds{c, "key-five"}), changeParameter, deleteSecret),
		c.meddle(t, apply(config("six", 2, "key-six", 2), drifted{"api_key_parameter", "api_key_parameter_version"},
			changing{"components", "api_key_ssm_parameter_name"}, stored{c, "five"}, holds{c, "key-six"}), deleteParameter),
		apply(c.config(plain("plain")), components, stored{c, "plain"}, holds{c, "plain"}, has("secure_env_vars_wo_version", knownvalue.Null())),
		apply(c.config(plain("plainer")), components, stored{c, "plainer"}, holds{c, "plainer"}),
		apply(c.config(plain("plainer").with(c.apiKey("")).with(arguments{"byo_ssm": fmt.Sprintf("{ name = %q, arn = %q }", theirs.id, theirs.arn)})),
			changing{"components", "api_key_ssm_parameter_name"}, text("api_key_ssm_parameter_name", "/theirs"), deployed{c, lifecycleName, "SPACELIFT_API_KEY_SECRET_NAME", "/theirs"}),
		apply(config("seven", 3, "key-seven", 3), absent, absentToo, has("secure_env_vars", knownvalue.Null()), changing{"components", "api_key_ssm_parameter_name"}, stored{c, "seven"}, holds{c, "key-seven"}),
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
