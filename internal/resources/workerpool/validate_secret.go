package workerpool

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// validateSecrets checks that workers get their token and key from one place.
func validateSecrets(m model) diag.Diagnostics {
	sources := secretSources(m)
	switch {
	case len(sources) > 1:
		name := sources[len(sources)-1]
		return diag.Diagnostics{invalid(path.Root(name), "is set, and so is "+sources[0],
			"Set one of the two: workers read one secret, so move all values there.")}
	case len(sources) == 1 && given(m.BYOSecretsManager):
		return validateExistingSecret(m.BYOSecretsManager)
	case len(sources) == 1 || m.Configuration.ValueString() != "":
		return nil
	case unknown(m.SecureEnvVars, m.SecureEnvVarsWO, m.SecureEnvVarsWOVersion, m.BYOSecretsManager, m.Configuration):
		return nil
	}
	return diag.Diagnostics{invalid(path.Root("secure_env_vars"), "is not set, and neither are secure_env_vars_wo, byo_secretsmanager and configuration: "+
		"no worker could join the pool", "Set secure_env_vars or secure_env_vars_wo with SPACELIFT_TOKEN and SPACELIFT_POOL_PRIVATE_KEY.")}
}

// secretSources are the arguments that are known to bring secret values.
func secretSources(m model) (names []string) {
	for _, source := range []struct {
		name  string
		value attr.Value
		empty bool
	}{
		{"secure_env_vars", m.SecureEnvVars, len(m.SecureEnvVars.Elements()) == 0},
		{"secure_env_vars_wo", m.SecureEnvVarsWO, false},
		{"byo_secretsmanager", m.BYOSecretsManager, false},
	} {
		if given(source.value) && !source.empty {
			names = append(names, source.name)
		}
	}
	return names
}

// validateWriteOnly checks that write-only values come with a number that tells
// them from other ones.
func validateWriteOnly(m model) diag.Diagnostics {
	values, version := m.SecureEnvVarsWO, m.SecureEnvVarsWOVersion
	switch {
	case given(values) && len(values.Elements()) == 0:
		return diag.Diagnostics{invalid(path.Root("secure_env_vars_wo"), "is empty: no worker could join the pool",
			"Set SPACELIFT_TOKEN and SPACELIFT_POOL_PRIVATE_KEY in it, or leave it and its version out.")}
	case given(values) && version.IsNull():
		return diag.Diagnostics{invalid(path.Root("secure_env_vars_wo_version"), "is not set, but secure_env_vars_wo is: Terraform does not remember "+
			"its values, so that no apply could tell new ones from old ones", "Set secure_env_vars_wo_version = 1, and raise it with each change of the values.")}
	case values.IsNull() && given(version):
		return diag.Diagnostics{invalid(path.Root("secure_env_vars_wo"), "is not set, but secure_env_vars_wo_version is",
			"Set secure_env_vars_wo, also in applies that do not change it: a secret that was deleted is made again from it. Or remove the version.")}
	}
	return nil
}

// validateExistingSecret checks that name and ARN are of the same secret: the
// ARN ends in the name and six characters that Secrets Manager adds.
func validateExistingSecret(secret types.Object) diag.Diagnostics {
	name, arn := member[types.String](secret, "name"), member[types.String](secret, "arn")
	if !given(name) || !given(arn) || secretName.ok(name.ValueString()) != "" || !anySecretARN.MatchString(arn.ValueString()) {
		return nil
	}
	p := path.Root("byo_secretsmanager").AtName("arn")
	_, resource, _ := strings.Cut(arn.ValueString(), ":secret:")
	suffix, same := strings.CutPrefix(resource, name.ValueString())
	switch {
	case same && len(suffix) == len("-AbCdEf") && secretSuffix.MatchString(suffix), !secretSuffix.MatchString(resource):
		return nil // secretARN says what is wrong with the latter
	case same && suffix == "":
		return diag.Diagnostics{invalid(p, "ends in the name of the secret, but the full ARN goes on with '-' and the six random characters that "+
			"Secrets Manager adds, without which the role's policy would grant nothing", "Copy the whole ARN of the secret.")}
	}
	return diag.Diagnostics{invalid(p, fmt.Sprintf("is of the secret %q, but byo_secretsmanager.name is %q", resource, name.ValueString()),
		"Take both from the same secret.")}
}

// validateSecretKey checks that there is a secret to encrypt.
func validateSecretKey(m model) diag.Diagnostics {
	if !given(m.SecureEnvVarsKMSKeyID) || !m.SecureEnvVars.IsNull() || !m.SecureEnvVarsWO.IsNull() || !m.BYOSecretsManager.IsNull() {
		return nil
	}
	return diag.Diagnostics{invalid(path.Root("secure_env_vars_kms_key_id"), "is set, but there is no secret",
		"Set secure_env_vars, secure_env_vars_wo or byo_secretsmanager, or remove the key.")}
}
