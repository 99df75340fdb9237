package provider

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	awsbase "github.com/hashicorp/aws-sdk-go-base/v2"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
)

func baseConfigOf(t *testing.T, c config) *awsbase.Config {
	t.Helper()
	ctx := t.Context()
	p := &ec2Provider{version: "1.2.3"}
	var schema provider.SchemaResponse
	p.Schema(ctx, provider.SchemaRequest{}, &schema)
	var m model
	full := tfsdk.Config{Schema: schema.Schema, Raw: value(t, schema.Schema.Type().TerraformType(ctx), map[string]any(c))}
	if diags := full.Get(ctx, &m); diags.HasError() {
		t.Fatal(diags)
	}
	got, diags := p.baseConfig(ctx, m, "1.11.4")
	if diags.HasError() {
		t.Fatal(diags)
	}
	return got
}

func TestBaseConfigHasEveryArgument(t *testing.T) {
	t.Parallel()
	got := baseConfigOf(t, config{
		"access_key": "a", "secret_key": "b", "token": "c", "profile": "d", "region": "e", "sts_region": "f",
		"shared_config_files": []any{"g", "h"}, "shared_credentials_files": []any{"i"},
		"allowed_account_ids": []any{"1"}, "forbidden_account_ids": []any{"2"},
		"http_proxy": "http://j", "https_proxy": "http://k", "no_proxy": "l", "insecure": true, "retry_mode": "adaptive",
		"ec2_metadata_service_endpoint": "http://m", "ec2_metadata_service_endpoint_mode": "IPv6",
		"use_dualstack_endpoint": true, "use_fips_endpoint": true,
		"skip_credentials_validation": true, "skip_requesting_account_id": true, "skip_metadata_api_check": true,
		"endpoints":   config{"iam": "http://iam", "sso": "http://sso", "sts": "http://sts"},
		"assume_role": []any{config{"role_arn": "arn", "duration": "20m"}},
		"assume_role_with_web_identity": config{
			"role_arn": "web", "duration": "30m", "policy": "{}", "policy_arns": []any{"n"}, "session_name": "o", "web_identity_token": "p", "web_identity_token_file": "q",
		},
		"user_agent": []any{"mine/1 (comment)"},
	})
	want := &awsbase.Config{
		AccessKey: "a", SecretKey: "b", Token: "c", Profile: "d", Region: "e", StsRegion: "f",
		SharedConfigFiles: []string{"g", "h"}, SharedCredentialsFiles: []string{"i"},
		AllowedAccountIds: []string{"1"}, ForbiddenAccountIds: []string{"2"},
		HTTPProxy: new("http://j"), HTTPSProxy: new("http://k"), NoProxy: "l", Insecure: true, RetryMode: "adaptive",
		EC2MetadataServiceEndpoint: "http://m", EC2MetadataServiceEndpointMode: "IPv6", EC2MetadataServiceEnableState: imds.ClientDisabled,
		UseDualStackEndpoint: true, UseFIPSEndpoint: true, SkipCredsValidation: true, SkipRequestingAccountId: true,
		IamEndpoint: "http://iam", SsoEndpoint: "http://sso", StsEndpoint: "http://sts",
		AssumeRole: []awsbase.AssumeRole{{RoleARN: "arn", Duration: 20 * time.Minute}},
		AssumeRoleWithWebIdentity: &awsbase.AssumeRoleWithWebIdentity{
			RoleARN: "web", Duration: 30 * time.Minute, Policy: "{}", PolicyARNs: []string{"n"}, SessionName: "o", WebIdentityToken: "p", WebIdentityTokenFile: "q",
		},
		UserAgent: awsbase.UserAgentProducts{
			{Name: productName, Version: "1.2.3", Comment: "+" + documentationURL}, {Name: "Terraform", Version: "1.11.4"}, {Name: "mine", Version: "1", Comment: "comment"},
		},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(awsbase.Config{}, "CallerDocumentationURL", "CallerName", "Logger")); diff != "" {
		t.Error("(-want +got):\n" + diff)
	}
}

func TestMetadataService(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		config config
		want   imds.ClientEnableState
	}{
		"environment decides": {config{}, imds.ClientDefaultEnableState},
		"skipped":             {config{"skip_metadata_api_check": true}, imds.ClientDisabled},
		"not skipped":         {config{"skip_metadata_api_check": false}, imds.ClientEnabled},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := baseConfigOf(t, test.config).EC2MetadataServiceEnableState; got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
