package provider

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	awsbase "github.com/hashicorp/aws-sdk-go-base/v2"
	"github.com/hashicorp/aws-sdk-go-base/v2/useragent"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

const (
	documentationURL = "https://registry.terraform.io/providers/spacelift-io/spacelift-ec2"
	productName      = "terraform-provider-spacelift-ec2"
	// defaultRetries is that of the hashicorp/aws provider.
	defaultRetries = 25
)

// baseConfig translates m, which must be known but for default_tags and
// spacelift.
func (p *ec2Provider) baseConfig(ctx context.Context, m model, terraformVersion string) (*awsbase.Config, diag.Diagnostics) {
	urls := endpointURLs(m.Endpoints)
	c := &awsbase.Config{
		AccessKey:                      m.AccessKey.ValueString(),
		CallerDocumentationURL:         documentationURL,
		CallerName:                     "The Spacelift EC2 provider",
		CustomCABundle:                 m.CustomCABundle.ValueString(),
		EC2MetadataServiceEnableState:  metadataState(m.SkipMetadataAPICheck),
		EC2MetadataServiceEndpoint:     m.EC2MetadataServiceEndpoint.ValueString(),
		EC2MetadataServiceEndpointMode: m.EC2MetadataServiceEndpointMode.ValueString(),
		HTTPProxy:                      m.HTTPProxy.ValueStringPointer(),
		HTTPSProxy:                     httpsProxy(m),
		IamEndpoint:                    urls["iam"],
		Insecure:                       m.Insecure.ValueBool(),
		Logger:                         requestLogger{},
		NoProxy:                        m.NoProxy.ValueString(),
		Profile:                        m.Profile.ValueString(),
		Region:                         m.Region.ValueString(),
		RetryMode:                      aws.RetryMode(m.RetryMode.ValueString()),
		SecretKey:                      m.SecretKey.ValueString(),
		SkipCredsValidation:            m.SkipCredentialsValidation.ValueBool(),
		SkipRequestingAccountId:        m.SkipRequestingAccountID.ValueBool(),
		SsoEndpoint:                    urls["sso"],
		StsEndpoint:                    urls["sts"],
		StsRegion:                      m.STSRegion.ValueString(),
		Token:                          m.Token.ValueString(),
		UseDualStackEndpoint:           m.UseDualStackEndpoint.ValueBool(),
		UseFIPSEndpoint:                m.UseFIPSEndpoint.ValueBool(),
	}
	diags := addLists(ctx, m, c)
	if diags.HasError() {
		return nil, diags
	}
	c.UserAgent = slices.Concat(awsbase.UserAgentProducts{
		{Name: productName, Version: p.version, Comment: "+" + documentationURL},
		{Name: "Terraform", Version: terraformVersion},
	}, c.UserAgent)
	diags.Append(addRoles(ctx, m, c)...)
	diags.Append(checkCABundle(c)...)
	return c, diags
}

func addLists(ctx context.Context, m model, c *awsbase.Config) (diags diag.Diagnostics) {
	var products []string
	diags.Append(m.AllowedAccountIDs.ElementsAs(ctx, &c.AllowedAccountIds, false)...)
	diags.Append(m.ForbiddenAccountIDs.ElementsAs(ctx, &c.ForbiddenAccountIds, false)...)
	diags.Append(m.SharedConfigFiles.ElementsAs(ctx, &c.SharedConfigFiles, false)...)
	diags.Append(m.SharedCredentialsFiles.ElementsAs(ctx, &c.SharedCredentialsFiles, false)...)
	diags.Append(m.UserAgent.ElementsAs(ctx, &products, false)...)
	c.UserAgent = useragent.FromSlice(products)
	return diags
}

// addRetries sets the attempts of a call, the first included, which the
// library calls retries.
func addRetries(c *awsbase.Config, retries types.Int64, found ambient) {
	switch {
	case !retries.IsNull():
		c.MaxRetries = int(retries.ValueInt64()) + 1
	case found.attempts == 0:
		c.MaxRetries = defaultRetries + 1
	}
}

func metadataState(skip types.Bool) imds.ClientEnableState {
	switch {
	case skip.IsNull():
		return imds.ClientDefaultEnableState
	case skip.ValueBool():
		return imds.ClientDisabled
	default:
		return imds.ClientEnabled
	}
}
