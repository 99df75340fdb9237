package provider

import (
	"maps"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/provider"
)

func TestConfigureWithUnknownValues(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		config    config
		reachable bool // whether there is a factory
	}{
		"region":                 {config{"region": unknown}, false},
		"part of a role":         {config{"assume_role": []any{config{"role_arn": unknown}}}, false},
		"part of the endpoints":  {config{"endpoints": config{"ec2": unknown}}, false},
		"an allowed account":     {config{"allowed_account_ids": []any{unknown}}, false},
		"a default tag":          {config{"default_tags": config{"tags": config{"Commit": unknown}}}, true},
		"all default tags":       {config{"default_tags": unknown}, true},
		"part of the Spacelift":  {config{"spacelift": config{"api_key_id": "id", "api_key_secret": unknown}}, true},
		"all of both":            {config{"default_tags": unknown, "spacelift": unknown}, true},
		"Spacelift and a secret": {config{"spacelift": unknown, "secret_key": unknown}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := startAWS(t)
			data := mustConfigure(t, login(fake).with(test.config))
			if !data.Unknown || (data.Factory != nil) != test.reachable || data.DefaultTags != nil || data.Spacelift != nil {
				t.Errorf("got %+v", data)
			}
			if calls := fake.actions(); !test.reachable && len(calls) > 0 {
				t.Errorf("called %v", calls)
			}
		})
	}
}

func TestConfigureDefersWhatNeedsAWS(t *testing.T) {
	t.Parallel()
	allowed := provider.ConfigureProviderClientCapabilities{DeferralAllowed: true}
	tests := map[string]struct {
		config       config
		capabilities provider.ConfigureProviderClientCapabilities
		deferred     bool
	}{
		"unknown region":           {config{"region": unknown}, allowed, true},
		"unknown region, old core": {config{"region": unknown}, provider.ConfigureProviderClientCapabilities{}, false},
		"unknown tags":             {config{"default_tags": unknown}, allowed, false},
		"everything known":         {config{}, allowed, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp := configureWith(t.Context(), t, login(startAWS(t)).with(test.config), test.capabilities)
			if resp.Diagnostics.HasError() || (resp.Deferred != nil) != test.deferred {
				t.Errorf("got deferred %v, diagnostics %v", resp.Deferred, resp.Diagnostics)
			}
		})
	}
}

func TestConfigureHandsOverTags(t *testing.T) {
	t.Parallel()
	data := mustConfigure(t, login(startAWS(t)).with(config{"default_tags": config{"tags": config{"Team": "infra", "Cost": "", "None": nil}}}))
	if diff := cmp.Diff(map[string]string{"Team": "infra", "Cost": ""}, data.DefaultTags); diff != "" {
		t.Error(diff)
	}
	if data.Unknown {
		t.Error("unknown")
	}
	for name, c := range map[string]config{"none": {}, "null": {"default_tags": config{}}} {
		if data := mustConfigure(t, login(startAWS(t)).with(c)); data.DefaultTags != nil {
			t.Errorf("%s: got %v", name, data.DefaultTags)
		}
	}
}

func TestConfigureHandsOverTheCheckOfRegions(t *testing.T) {
	t.Parallel()
	check := mustConfigure(t, login(startAWS(t))).CheckRegion
	if check == nil || check("eu-west-99") == nil || check("ap-southeast-1") != nil {
		t.Error("regions are not checked")
	}
	if mustConfigure(t, login(startAWS(t)).with(config{"skip_region_validation": true})).CheckRegion != nil {
		t.Error("regions are checked in spite of skip_region_validation")
	}
}

func TestFactoryUsesEndpointsInEveryRegion(t *testing.T) {
	t.Parallel()
	fake := startAWS(t)
	data := mustConfigure(t, login(fake))
	clients := data.Factory.In("us-gov-west-1")
	if clients.Partition != "aws-us-gov" || clients.Region != "us-gov-west-1" || clients.AccountID != testAccount {
		t.Errorf("got partition %s, region %s, account %s", clients.Partition, clients.Region, clients.AccountID)
	}
	if home := data.Factory.In(""); home.Region != "eu-west-1" || home.Partition != "aws" {
		t.Errorf("default region: got partition %s, region %s", home.Partition, home.Region)
	}
	ctx := t.Context()
	for name, err := range maps.All(map[string]error{
		"autoscaling":    second(clients.AutoScaling.DescribeAutoScalingGroups(ctx, &autoscaling.DescribeAutoScalingGroupsInput{})),
		"ec2":            second(clients.EC2.DescribeImages(ctx, &ec2.DescribeImagesInput{})),
		"iam":            second(clients.IAM.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: new("role")})),
		"kms":            second(clients.KMS.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: new("key")})),
		"logs":           second(clients.Logs.DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{})),
		"secretsmanager": second(clients.SecretsManager.CreateSecret(ctx, &secretsmanager.CreateSecretInput{Name: new("pool")})),
	}) {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	calls := fake.seen()[1:]
	if len(calls) != 6 {
		t.Errorf("got %d calls: %v", len(calls), fake.actions())
	}
	for _, call := range calls {
		if call.Region != "us-gov-west-1" {
			t.Errorf("%s was signed for %s", call.Action, call.Region)
		}
	}
}

func second[T any](_ T, err error) error { return err }
