package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
)

// ValidateConfig checks what concerns more than one argument. Whatever is
// unknown, or may come from the environment, is left to Configure.
func (p *ec2Provider) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(checkAccountLists(m)...)
	resp.Diagnostics.Append(checkKeys(m)...)
	resp.Diagnostics.Append(checkWebIdentity(m)...)
	resp.Diagnostics.Append(checkRegions(m)...)
	resp.Diagnostics.Append(checkLogsEndpoint(m)...)
}

func checkAccountLists(m model) (diags diag.Diagnostics) {
	if len(m.AllowedAccountIDs.Elements()) > 0 && len(m.ForbiddenAccountIDs.Elements()) > 0 {
		diags.AddAttributeError(path.Root("forbidden_account_ids"), "Conflicting lists of AWS accounts",
			"allowed_account_ids and forbidden_account_ids are both set. Keep one: an account that is not in allowed_account_ids is forbidden already.")
	}
	return diags
}

func checkKeys(m model) (diags diag.Diagnostics) {
	needs := []struct {
		name, other string
		value, want attr.Value
	}{
		{"access_key", "secret_key", m.AccessKey, m.SecretKey},
		{"secret_key", "access_key", m.SecretKey, m.AccessKey},
		{"token", "access_key", m.Token, m.AccessKey},
	}
	for _, need := range needs {
		if !need.value.IsNull() && need.want.IsNull() {
			diags.AddAttributeError(path.Root(need.name), "Incomplete AWS access key",
				fmt.Sprintf("%[1]s is set, but %[2]s is not. Set %[2]s as well, or remove %[1]s and use a profile or environment variables.", need.name, need.other))
		}
	}
	return diags
}

func checkWebIdentity(m model) (diags diag.Diagnostics) {
	if m.AssumeRoleWithWebIdentity.IsNull() || m.AssumeRoleWithWebIdentity.IsUnknown() {
		return diags
	}
	at := path.Root("assume_role_with_web_identity")
	if !m.AccessKey.IsNull() {
		diags.AddAttributeError(at, "Conflicting AWS credentials",
			"access_key and assume_role_with_web_identity are both set, and only one can be used to log in. Remove one of them.")
	}
	attributes := m.AssumeRoleWithWebIdentity.Attributes()
	token, file := attributes["web_identity_token"], attributes["web_identity_token_file"]
	if token.IsNull() && file.IsNull() {
		diags.AddAttributeError(at, "Missing web identity token",
			"assume_role_with_web_identity has no token. Set one of its arguments web_identity_token and web_identity_token_file.")
	}
	if !token.IsNull() && !file.IsNull() && !token.IsUnknown() && !file.IsUnknown() {
		diags.AddAttributeError(at.AtName("web_identity_token_file"), "Conflicting web identity tokens",
			"assume_role_with_web_identity has both web_identity_token and web_identity_token_file. Remove one of them.")
	}
	return diags
}

func checkRegions(m model) (diags diag.Diagnostics) {
	if m.SkipRegionValidation.IsUnknown() || m.SkipRegionValidation.ValueBool() {
		return diags
	}
	if region := m.Region.ValueString(); region != "" {
		diags.Append(checkRegion("region", region)...)
	}
	if region := m.STSRegion.ValueString(); region != "" {
		diags.Append(checkRegion("sts_region", region)...)
	}
	return diags
}

func checkLogsEndpoint(m model) (diags diag.Diagnostics) {
	urls := endpointURLs(m.Endpoints)
	if urls["logs"] != "" && urls["cloudwatchlogs"] != "" {
		diags.AddAttributeError(path.Root("endpoints").AtName("logs"), "Conflicting endpoints of CloudWatch Logs",
			"endpoints.logs and endpoints.cloudwatchlogs name the same service. Remove one of them.")
	}
	return diags
}
