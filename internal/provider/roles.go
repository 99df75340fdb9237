package provider

import (
	"context"
	"time"

	awsbase "github.com/hashicorp/aws-sdk-go-base/v2"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

func addRoles(ctx context.Context, m model, c *awsbase.Config) (diags diag.Diagnostics) {
	var chain []assumeRoleModel
	diags.Append(m.AssumeRole.ElementsAs(ctx, &chain, false)...)
	if diags.HasError() {
		return diags
	}
	for _, role := range chain {
		expanded := awsbase.AssumeRole{
			Duration:       duration(role.Duration),
			ExternalID:     role.ExternalID.ValueString(),
			Policy:         role.Policy.ValueString(),
			RoleARN:        role.RoleARN.ValueString(),
			SessionName:    role.SessionName.ValueString(),
			SourceIdentity: role.SourceIdentity.ValueString(),
		}
		diags.Append(role.PolicyARNs.ElementsAs(ctx, &expanded.PolicyARNs, false)...)
		diags.Append(role.Tags.ElementsAs(ctx, &expanded.Tags, false)...)
		diags.Append(role.TransitiveTagKeys.ElementsAs(ctx, &expanded.TransitiveTagKeys, false)...)
		if diags.HasError() {
			return diags
		}
		c.AssumeRole = append(c.AssumeRole, expanded)
	}
	return append(diags, addWebIdentity(ctx, m, c)...)
}

func addWebIdentity(ctx context.Context, m model, c *awsbase.Config) (diags diag.Diagnostics) {
	if m.AssumeRoleWithWebIdentity.IsNull() {
		return diags
	}
	var role webIdentityModel
	diags.Append(m.AssumeRoleWithWebIdentity.As(ctx, &role, basetypes.ObjectAsOptions{})...)
	if diags.HasError() {
		return diags
	}
	c.AssumeRoleWithWebIdentity = &awsbase.AssumeRoleWithWebIdentity{
		Duration:             duration(role.Duration),
		Policy:               role.Policy.ValueString(),
		RoleARN:              role.RoleARN.ValueString(),
		SessionName:          role.SessionName.ValueString(),
		WebIdentityToken:     role.WebIdentityToken.ValueString(),
		WebIdentityTokenFile: role.WebIdentityTokenFile.ValueString(),
	}
	diags.Append(role.PolicyARNs.ElementsAs(ctx, &c.AssumeRoleWithWebIdentity.PolicyARNs, false)...)
	return diags
}

// duration is zero, the SDK's default, when value is not set; it was validated.
func duration(value types.String) time.Duration {
	parsed, _ := time.ParseDuration(value.ValueString())
	return parsed
}
