package provider

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/resources/workerpool"
)

// The variables that Spacelift's own Terraform provider and spacectl read.
const (
	endpointVariable = "SPACELIFT_API_KEY_ENDPOINT"
	keyIDVariable    = "SPACELIFT_API_KEY_ID"
	secretVariable   = "SPACELIFT_API_KEY_SECRET"
)

func spaceliftSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "API key for what this provider itself asks of Spacelift. Each argument can come from its environment variable instead; " +
			"either all three are given or none.",
		Attributes: map[string]schema.Attribute{
			"api_key_endpoint": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "URL of the account, such as `https://acme.app.spacelift.io`. Default: environment variable `" + endpointVariable + "`.",
				Validators:          []validator.String{spaceliftURL},
			},
			"api_key_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Id of the API key. Default: environment variable `" + keyIDVariable + "`.",
				Validators:          []validator.String{notEmpty},
			},
			"api_key_secret": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "Secret of the API key. Default: environment variable `" + secretVariable + "`.",
				Validators:          []validator.String{secret(notEmpty)},
			},
		},
	}
}

// spaceliftCredentials returns nil if neither spacelift nor the environment has
// any. object must be known.
func spaceliftCredentials(ctx context.Context, object types.Object) (*workerpool.SpaceliftCredentials, diag.Diagnostics) {
	var m spaceliftModel
	var diags diag.Diagnostics
	if !object.IsNull() {
		diags = object.As(ctx, &m, basetypes.ObjectAsOptions{})
		if diags.HasError() {
			return nil, diags
		}
	}
	credentials := &workerpool.SpaceliftCredentials{
		Endpoint:  strings.TrimRight(orVariable(m.APIKeyEndpoint, endpointVariable), "/"),
		KeyID:     orVariable(m.APIKeyID, keyIDVariable),
		KeySecret: orVariable(m.APIKeySecret, secretVariable),
	}
	if *credentials == (workerpool.SpaceliftCredentials{}) && object.IsNull() {
		return nil, diags
	}
	diags.Append(checkSpacelift(credentials)...)
	if diags.HasError() {
		return nil, diags
	}
	return credentials, diags
}

func orVariable(value types.String, variable string) string {
	if value.IsNull() {
		return os.Getenv(variable)
	}
	return value.ValueString()
}

func checkSpacelift(credentials *workerpool.SpaceliftCredentials) (diags diag.Diagnostics) {
	at := path.Root("spacelift")
	for _, part := range []struct{ value, name, variable string }{
		{credentials.Endpoint, "api_key_endpoint", endpointVariable},
		{credentials.KeyID, "api_key_id", keyIDVariable},
		{credentials.KeySecret, "api_key_secret", secretVariable},
	} {
		if part.value == "" {
			diags.AddAttributeError(at.AtName(part.name), "Incomplete Spacelift API key",
				fmt.Sprintf("spacelift.%s is missing, while other parts of the API key are set in spacelift or the environment. "+
					"Set it or the environment variable %s; or, to do without a key, remove spacelift and unset its variables.", part.name, part.variable))
		}
	}
	if credentials.Endpoint != "" && !spaceliftURL.ok(credentials.Endpoint) {
		diags.Append(spaceliftURL.violation(at.AtName("api_key_endpoint"),
			"spacelift.api_key_endpoint (or "+endpointVariable+")", credentials.Endpoint))
	}
	return diags
}
