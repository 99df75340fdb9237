package workerpool

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var credentialsPath = path.Root("spacelift_api_credentials")

// validateCredentials checks that the functions get the secret of their API key
// from one place.
func validateCredentials(m model) diag.Diagnostics {
	if m.APICredentials.IsNull() && given(m.BYOSSM) {
		return diag.Diagnostics{invalid(path.Root("byo_ssm"), "is set, but spacelift_api_credentials is not: a secret alone is no API key",
			"Set spacelift_api_credentials with api_key_id and api_key_endpoint, or remove byo_ssm.")}
	}
	if !given(m.APICredentials) {
		return nil
	}
	secret, writeOnly := member[types.String](m.APICredentials, "api_key_secret"), member[types.String](m.APICredentials, "api_key_secret_wo")
	version := member[types.Int64](m.APICredentials, "api_key_secret_wo_version")
	sources := apiSecretSources(secret, writeOnly, m.BYOSSM)
	switch {
	case len(sources) > 1:
		return diag.Diagnostics{invalid(sources[len(sources)-1], "is set, and so is "+sources[0].String(), "Set one of the two: the functions read one secret.")}
	case len(sources) == 0 && !unknown(secret, writeOnly, version, m.BYOSSM) && version.IsNull():
		return diag.Diagnostics{invalid(credentialsPath.AtName("api_key_secret"), "is not set, and neither are api_key_secret_wo and byo_ssm: the functions could not "+
			"sign in to Spacelift", "Set api_key_secret_wo with api_key_secret_wo_version, api_key_secret, or byo_ssm.")}
	case given(writeOnly) && version.IsNull():
		return diag.Diagnostics{invalid(credentialsPath.AtName("api_key_secret_wo_version"), "is not set, but api_key_secret_wo is: Terraform does not remember the secret, so "+
			"that no apply could tell a new one from an old one", "Set api_key_secret_wo_version = 1, and raise it with each change of the secret.")}
	case writeOnly.IsNull() && given(version):
		return diag.Diagnostics{invalid(credentialsPath.AtName("api_key_secret_wo"), "is not set, but api_key_secret_wo_version is",
			"Set api_key_secret_wo, also in applies that do not change it: a parameter that was deleted is made again from it. Or remove the version.")}
	}
	return validateExistingParameter(m.BYOSSM)
}

// apiSecretSources are the arguments that are known to bring the secret.
func apiSecretSources(secret, writeOnly types.String, existing types.Object) (sources []path.Path) {
	for _, source := range []struct {
		at    path.Path
		value attr.Value
	}{
		{credentialsPath.AtName("api_key_secret"), secret},
		{credentialsPath.AtName("api_key_secret_wo"), writeOnly},
		{path.Root("byo_ssm"), existing},
	} {
		if given(source.value) {
			sources = append(sources, source.at)
		}
	}
	return sources
}

// validateExistingParameter checks that name and ARN are of the same parameter: the
// ARN ends in the name, without a slash before it.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html#awssystemsmanager-resources-for-iam-policies
func validateExistingParameter(parameter types.Object) diag.Diagnostics {
	name, arn := member[types.String](parameter, "name"), member[types.String](parameter, "arn")
	_, resource, isParameter := strings.Cut(arn.ValueString(), ":parameter/")
	if !given(name) || !isParameter || resource == strings.TrimPrefix(name.ValueString(), "/") || parameterName.ok(name.ValueString()) != "" {
		return nil
	}
	return diag.Diagnostics{invalid(path.Root("byo_ssm").AtName("arn"), fmt.Sprintf("is of the parameter %q, but byo_ssm.name is %q", resource, name.ValueString()),
		"Take both from the same parameter.")}
}

// warnOfAPISecret warns of the secret of the API key in the state, where it can be
// kept out.
func warnOfAPISecret(m model) diag.Diagnostics {
	if secret := member[types.String](m.APICredentials, "api_key_secret"); !given(secret) {
		return nil
	}
	p := credentialsPath.AtName("api_key_secret")
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(p, "Secret in the state",
		fmt.Sprintf("%s is part of the Terraform state and of saved plans, readable to whoever can read those. From Terraform or OpenTofu 1.11 on, api_key_secret_wo "+
			"keeps it out; byo_ssm does with any version.", p))}
}
