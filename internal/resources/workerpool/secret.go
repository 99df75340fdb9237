package workerpool

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// writeOnly are the arguments that Terraform keeps out of plan and state, by the
// argument that they are a member of, if any.
var writeOnly = map[string]string{
	"secure_env_vars_wo":        "",
	"spacelift_api_credentials": "api_key_secret_wo",
}

// fillSecrets gives spec the values that only the configuration has. Whether they
// are stored is decided by their versions.
func fillSecrets(ctx context.Context, spec *stack.Spec, config tfsdk.Config) diag.Diagnostics {
	if spec.Secret.Version == nil && (spec.APICredentials == nil || spec.APICredentials.Version == nil) {
		return nil
	}
	var m model
	diags := config.Get(ctx, &m)
	if diags.HasError() {
		return diags
	}
	if spec.Secret.Version != nil {
		spec.Secret.Values = textMap(m.SecureEnvVarsWO)
		if len(spec.Secret.Values) != len(m.SecureEnvVarsWO.Elements()) || len(spec.Secret.Values) == 0 {
			diags.Append(lost(path.Root("secure_env_vars_wo"), "has no values in this apply, which may have to store them", "Give it all of them"))
		}
	}
	if spec.APICredentials != nil && spec.APICredentials.Version != nil {
		spec.APICredentials.Secret = member[types.String](m.APICredentials, "api_key_secret_wo").ValueString()
		if spec.APICredentials.Secret == "" {
			diags.Append(lost(credentialsPath.AtName("api_key_secret_wo"), "has no value in this apply, which may have to store it", "Give it the secret"))
		}
	}
	return diags
}

func lost(p path.Path, problem, give string) diag.Diagnostic {
	return invalid(p, problem, give+" in each apply, such as by the same ephemeral variables, and apply again.")
}

// fullyKnown tells whether a configuration holds all that a plan depends on. What is
// write-only is none of it: the plan works by its version.
func fullyKnown(config tfsdk.Config) bool {
	attributes := map[string]tftypes.Value{}
	if err := config.Raw.As(&attributes); err != nil {
		return false
	}
	for name, value := range attributes {
		if inner, ok := writeOnly[name]; ok && (inner == "" || fullyKnownBut(value, inner)) {
			continue
		}
		if !value.IsFullyKnown() {
			return false
		}
	}
	return true
}

// fullyKnownBut tells whether an object is known but for one of its members.
func fullyKnownBut(object tftypes.Value, name string) bool {
	members := map[string]tftypes.Value{}
	if !object.IsKnown() || object.IsNull() || object.As(&members) != nil {
		return object.IsFullyKnown()
	}
	for key, value := range members {
		if key != name && !value.IsFullyKnown() {
			return false
		}
	}
	return true
}
