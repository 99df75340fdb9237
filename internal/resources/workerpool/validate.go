package workerpool

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// ValidateConfig checks arguments against each other. It sees neither defaults
// nor values that only the apply will know: what may yet be right passes.
func (r *workerPool) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	for _, check := range []func(model) diag.Diagnostics{
		validateSizes, validateWorkers, validateMixed, validateLifetime, validateSchedules, validateSecrets, validateWriteOnly, validateSecretKey, validateRole, validateVolume, validateLaunchTemplate, validateRefresh,
		validateTagSpecifications, validateSelfHosted, warnOfTokens, warnOfProxyPasswords,
		validateCredentials, validateKeyUse, validateFunctionNetwork, validateDraining, validateAutoscaling,
		warnOfAPISecret, warnOfPackage, warnOfExtraSecrets, warnOfIdleArguments, warnOfLackingMetrics,
	} {
		resp.Diagnostics.Append(check(m)...)
	}
}

// argument returns the name of the argument that p belongs to.
func argument(p path.Path) string {
	if steps := p.Steps(); len(steps) > 0 {
		return steps[:1].String()
	}
	return p.String()
}

// invalid is an error of an argument: what is wrong, and what to do.
func invalid(p path.Path, problem, fix string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(p, "Invalid value of "+argument(p), fmt.Sprintf("%s %s. %s", p, problem, fix))
}

// given tells that an argument is in the configuration with a known value.
func given(value attr.Value) bool { return !value.IsNull() && !value.IsUnknown() }

func unknown(values ...attr.Value) bool {
	for _, value := range values {
		if value.IsUnknown() {
			return true
		}
	}
	return false
}
