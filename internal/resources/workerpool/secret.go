package workerpool

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// writeOnly is the argument that Terraform keeps out of plan and state.
const writeOnly = "secure_env_vars_wo"

// fillSecret gives spec the values of secure_env_vars_wo, which only the
// configuration has. Whether they are stored is decided by their version.
func fillSecret(ctx context.Context, spec *stack.Spec, config tfsdk.Config) diag.Diagnostics {
	if spec.Secret.Version == nil {
		return nil
	}
	var m model
	diags := config.Get(ctx, &m)
	if diags.HasError() {
		return diags
	}
	spec.Secret.Values = textMap(m.SecureEnvVarsWO)
	if len(spec.Secret.Values) != len(m.SecureEnvVarsWO.Elements()) || len(spec.Secret.Values) == 0 {
		diags.Append(invalid(path.Root(writeOnly), "has no values in this apply, which may have to store them",
			"Give it all of them in each apply, such as by the same ephemeral variables, and apply again."))
	}
	return diags
}

// fullyKnown tells whether a configuration holds all that a plan depends on.
// Values of secure_env_vars_wo are none of it: the plan works by their version.
func fullyKnown(config tfsdk.Config) bool {
	attributes := map[string]tftypes.Value{}
	if err := config.Raw.As(&attributes); err != nil {
		return false
	}
	for name, value := range attributes {
		if name != writeOnly && !value.IsFullyKnown() {
			return false
		}
	}
	return true
}
