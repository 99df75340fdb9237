package workerpool

import (
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

func noise() string {
	bytes := make([]byte, 20000)
	for i, generator := 0, rand.NewPCG(1, 2); i < len(bytes); i++ {
		bytes[i] = byte(generator.Uint64())
	}
	return hex.EncodeToString(bytes)
}

func in(region, partition string) *ProviderData {
	return &ProviderData{Factory: &awsapi.Factory{Config: aws.Config{Region: region}, Partition: func(string) string { return partition }}}
}

func nowhere() *ProviderData {
	data := in("eu-west-1", "aws")
	data.CheckRegion = func(string) error { return errors.New("told so") }
	return data
}

// ofAccount is a provider whose credentials are of an account.
func ofAccount(id string) *ProviderData {
	data := in("eu-west-1", "aws")
	data.Factory.AccountID = id
	return data
}

func TestWrongPlanIsRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		refusal
		data *ProviderData
	}{
		"configuration too large": {refusal{object{"configuration": noise()}, "configuration", []string{"too large", "largest part", "from S3"}}, offline()},
		"hook too large":          {refusal{object{"configuration": "export A=1", "boot_hooks": object{"pre": noise()}}, "boot_hooks.pre", []string{"too large"}}, offline()},
		"post hook too large":     {refusal{object{"boot_hooks": object{"pre": "a", "post": noise()}}, "boot_hooks.post", []string{"too large"}}, offline()},
		"certificates too large": {refusal{
			hosted(object{"ca_certificates": []any{testCertificate, noise()}}), "selfhosted_configuration.ca_certificates", []string{"too large"},
		}, offline()},
		"base name too long for its region": {refusal{object{"base_name": strings.Repeat("a", 54), "region": "ap-southeast-1"}, "base_name", []string{"64 in all", "at most 49"}}, offline()},
		"version of a new template":         {refusal{object{"launch_template_version": "2"}, "launch_template_version", []string{"is 2", "going to be 1"}}, offline()},
		"default version of a new template": {refusal{object{"launch_template_default_version": 2}, "launch_template_default_version", []string{"is 2", "leave it out"}}, offline()},
		"too many tags with the provider's": {refusal{object{"additional_tags": manyTags(39)}, "additional_tags", []string{"default_tags", "41"}}, &ProviderData{DefaultTags: defaultTags}},
		"too many tags of volumes": {refusal{object{"additional_tags": manyTags(30), "tag_specifications": []any{
			object{"resource_type": "network-interface", "tags": manyTags(40)},
			object{"resource_type": "volume", "tags": object{"a": "1", "b": "2", "c": "3", "d": "4", "e": "5", "f": "6", "g": "7", "h": "8", "i": "9", "tag1": "x"}},
		}}, "tag_specifications[1].tags", []string{"41 tags of each volume", "default_tags", "Remove"}}, &ProviderData{DefaultTags: defaultTags}},
		"variable no autoscaler takes": {refusal{
			variables(object{"AUTOSCALING_MAX_CREATE": "top-secret"}), "autoscaler_extra_env", []string{"AUTOSCALING_MAX_CREATE", "whole number", "Or remove it"},
		}, offline()},
		"environment too large": {refusal{variables(object{"MY_OWN": strings.Repeat("top-secret", 400)}), "autoscaler_extra_env", []string{"4096", "shorten"}}, offline()},
		"policy too large with the provider's own": {refusal{object{"extra_iam_statements": []any{
			`{"Sid":"A","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::` + strings.Repeat("x", 10100) + `"}`,
		}}, "extra_iam_statements", []string{"With extra_iam_statements", "IAM takes 10240", "custom_iam_role_name"}}, offline()},
		"parameter of another region": {refusal{
			withKey(object{"region": "eu-west-2"}), "byo_ssm.arn", []string{"of region eu-west-1", "are in eu-west-2"},
		}, offline()},
		"parameter of another account": {refusal{withKey(object{"region": "eu-west-1"}), "byo_ssm.arn", []string{"123456789012", "999999999999"}}, ofAccount("999999999999")},
		"no such region":               {refusal{object{"region": "eu-west-99"}, "region", []string{`"eu-west-99"`, "skip_region_validation", "told so"}}, nowhere()},
		"no image in China":            {refusal{object{"ami_id": nil}, "ami_id", []string{"aws-cn", "no worker image"}}, in("cn-north-1", "aws-cn")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.check(t, planned(t, test.data, right().with(test.change), nil).Diagnostics)
		})
	}
}

func TestApplyNeedsAProvider(t *testing.T) {
	t.Parallel()
	plan := planned(t, offline(), right().with(object{"region": "eu-west-1"}), nil)
	resp, err := server(t, offline()).ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: resourceType, PlannedState: plan.PlannedState,
		PriorState: dynamic(t, tftypes.NewValue(objectType(t.Context()), nil)),
		Config:     dynamic(t, value(t, objectType(t.Context()), right())),
	})
	if err != nil {
		t.Fatal(err)
	}
	if text := describe(resp.Diagnostics); !strings.Contains(text, "Provider not configured") || !strings.Contains(text, testPoolID) {
		t.Error(text)
	}
}
