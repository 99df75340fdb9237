package workerpool

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// validateRole checks that the role is either the pool's own or a custom one.
func validateRole(m model) diag.Diagnostics {
	if m.CreateIAMRole.IsUnknown() {
		return nil
	}
	own := m.CreateIAMRole.IsNull() || m.CreateIAMRole.ValueBool()
	var diags diag.Diagnostics
	fail := func(name, problem, fix string) { diags.Append(invalid(path.Root(name), problem, fix)) }
	switch {
	case own && given(m.CustomIAMRoleName):
		fail("custom_iam_role_name", "is "+strconv.Quote(m.CustomIAMRoleName.ValueString())+", but create_iam_role is true, and a pool has one role",
			"Set create_iam_role = false to use the custom role, or remove it.")
	case !own && m.CustomIAMRoleName.IsNull():
		fail("create_iam_role", "is false, but there is no custom_iam_role_name: the workers would have no role",
			"Set custom_iam_role_name, or leave create_iam_role out.")
	}
	if !own && given(m.IAMPermissionsBoundary) {
		fail("iam_permissions_boundary", "is set, but a custom role is not changed", "Attach the boundary to the custom role, or set create_iam_role = true.")
	}
	if !own && given(m.ExtraIAMStatements) && len(m.ExtraIAMStatements.Elements()) > 0 {
		fail("extra_iam_statements", "is set, but a custom role is not changed", "Add the statements to the custom role, or set create_iam_role = true.")
	}
	return diags
}

// validateSelfHosted checks what a self-hosted launcher does not run on.
func validateSelfHosted(m model) diag.Diagnostics {
	if !given(m.SelfHosted) || m.AMIArchitecture.ValueString() != "arm64" {
		return nil
	}
	return diag.Diagnostics{invalid(path.Root("ami_architecture"), `is "arm64", but the launcher of a self-hosted Spacelift exists for x86_64 only`,
		`Set ami_architecture = "x86_64" and an instance type that fits.`)}
}

// tokenExport matches an assignment of the pool's credentials.
var tokenExport = regexp.MustCompile(`\b(SPACELIFT_TOKEN|SPACELIFT_POOL_PRIVATE_KEY)=`)

// warnOfTokens warns of credentials in texts that anyone reads who may describe
// the launch template.
func warnOfTokens(m model) diag.Diagnostics {
	var diags diag.Diagnostics
	hooks := path.Root("boot_hooks")
	for _, argument := range []struct {
		path path.Path
		text types.String
	}{
		{path.Root("configuration"), m.Configuration},
		{hooks.AtName("pre"), member[types.String](m.BootHooks, "pre")},
		{hooks.AtName("post"), member[types.String](m.BootHooks, "post")},
	} {
		for _, line := range strings.Split(argument.text.ValueString(), "\n") {
			if name := tokenExport.FindStringSubmatch(line); name != nil && !strings.HasPrefix(strings.TrimSpace(line), "#") {
				diags.AddAttributeWarning(argument.path, "Credential in plain text",
					fmt.Sprintf("%s sets %s. It ends up readable in the launch template and in the state. Put it into secure_env_vars, which stores it in "+
						"Secrets Manager.", argument.path, name[1]))
				break
			}
		}
	}
	return diags
}

// warnOfProxyPasswords warns of credentials of a proxy, which workers need in
// clear when they boot. It shows neither of the two.
func warnOfProxyPasswords(m model) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, name := range []string{"http_proxy_config", "https_proxy_config"} {
		parsed, err := url.Parse(member[types.String](m.SelfHosted, name).ValueString())
		if err != nil || parsed.User == nil {
			continue
		}
		p := path.Root("selfhosted_configuration").AtName(name)
		diags.AddAttributeWarning(p, "Credential in plain text",
			fmt.Sprintf("%s holds a user or password. It ends up readable in the launch template and in the state. Let the proxy know the instances "+
				"by their network instead, and leave user and password out.", p))
	}
	return diags
}
