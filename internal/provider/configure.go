package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"
	awsbase "github.com/hashicorp/aws-sdk-go-base/v2"
	"github.com/hashicorp/aws-sdk-go-base/v2/validation"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/resources/workerpool"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas"
)

func (p *ec2Provider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	tflog.Debug(ctx, "Lambda functions in this build, by archive and bytes", map[string]any{"archives": lambdas.Archives()})
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	unknown, err := unknownArguments(req.Config.Raw)
	if err != nil {
		resp.Diagnostics.AddError("Unreadable provider configuration", "The provider's configuration could not be read; this is a bug of the provider.\n\nError: "+err.Error())
		return
	}
	data := &workerpool.ProviderData{Unknown: len(unknown) > 0}
	resp.Diagnostics.Append(addSettings(ctx, m, unknown, data)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if needed := without(unknown, "default_tags", "spacelift"); len(needed) > 0 {
		tflog.Info(ctx, "AWS is out of reach until arguments of the provider are known: "+strings.Join(needed, ", "))
		if req.ClientCapabilities.DeferralAllowed {
			resp.Deferred = &provider.Deferred{Reason: provider.DeferredReasonProviderConfigUnknown}
		}
	} else {
		factory, diags := p.factory(ctx, m, req.TerraformVersion)
		resp.Diagnostics.Append(diags...)
		if resp.Diagnostics.HasError() {
			return
		}
		data.Factory = factory
		if !m.SkipRegionValidation.ValueBool() {
			data.CheckRegion = validation.SupportedRegion
		}
	}
	resp.DataSourceData = data
	resp.ResourceData = data
}

// unknownArguments returns the names, sorted, of the top-level arguments that
// are not known in full. The framework calls an object known if only a part of
// it is.
func unknownArguments(raw tftypes.Value) ([]string, error) {
	var values map[string]tftypes.Value
	if err := raw.As(&values); err != nil {
		return nil, fmt.Errorf("reading arguments: %w", err)
	}
	var unknown []string
	for name, value := range values {
		if !value.IsFullyKnown() {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	return unknown, nil
}

func without(names []string, others ...string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(others, name) })
}

// addSettings adds to data what does not need AWS.
func addSettings(ctx context.Context, m model, unknown []string, data *workerpool.ProviderData) (diags diag.Diagnostics) {
	if !slices.Contains(unknown, "default_tags") && !m.DefaultTags.IsNull() {
		var tags defaultTagsModel
		diags.Append(m.DefaultTags.As(ctx, &tags, basetypes.ObjectAsOptions{})...)
		if diags.HasError() {
			return diags
		}
		given := map[string]string{}
		for key, value := range tags.Tags.Elements() {
			if text, ok := value.(types.String); ok && !text.IsNull() { // as with additional_tags, a null leaves the tag out
				given[key] = text.ValueString()
			}
		}
		if len(given) > 0 {
			data.DefaultTags = given
		}
	}
	if slices.Contains(unknown, "spacelift") {
		return diags
	}
	credentials, found := spaceliftCredentials(ctx, m.Spacelift)
	data.Spacelift = credentials
	return append(diags, found...)
}

// factory logs in to AWS and checks that the account is the right one.
func (p *ec2Provider) factory(ctx context.Context, m model, terraformVersion string) (*awsapi.Factory, diag.Diagnostics) {
	c, diags := p.baseConfig(ctx, m, terraformVersion)
	if diags.HasError() {
		return nil, diags
	}
	found := readAmbient(ctx, c)
	addRetries(c, m.MaxRetries, found)
	cfg, loaded := load(ctx, c, m.SkipRegionValidation, firstOf(c.Region, found.region))
	diags.Append(loaded...)
	if diags.HasError() {
		return nil, diags
	}
	account, partition, identified := identify(ctx, cfg, c)
	diags.Append(identified...)
	if diags.HasError() {
		return nil, diags
	}
	diags.Append(checkAccount(c, account)...)
	if diags.HasError() {
		return nil, diags
	}
	return &awsapi.Factory{
		Config:    cfg,
		AccountID: account,
		Partition: partitions(partition),
		Endpoints: serviceEndpoints(endpointURLs(m.Endpoints)),
	}, diags
}

// load gets credentials and the rest of the SDK's configuration. region is the
// one of the configuration, the environment or the profile; without any, that
// of the EC2 instance may still come to light.
func load(ctx context.Context, c *awsbase.Config, skipRegionValidation types.Bool, region string) (aws.Config, diag.Diagnostics) {
	var diags diag.Diagnostics
	if region != "" && !skipRegionValidation.ValueBool() {
		diags.Append(checkRegion("region", region)...)
		if diags.HasError() {
			return aws.Config{}, diags
		}
	}
	// The library would ask sts:GetCallerIdentity here and again for the account.
	own := *c
	own.SkipCredsValidation = true
	_, cfg, loaded := awsbase.GetAwsConfig(ctx, &own)
	diags.Append(fromBase(loaded, "No access to AWS",
		"The provider tried to load the AWS configuration and to get credentials. Check the provider's arguments, AWS_* environment variables and the profile.")...)
	if (loaded.HasError() && region == "") || (!loaded.HasError() && cfg.Region == "") {
		diags.Append(missingRegion())
	}
	if diags.HasError() {
		return aws.Config{}, diags
	}
	cfg.APIOptions = append([]func(*middleware.Stack) error{logRequests}, cfg.APIOptions...)
	return cfg, diags
}
