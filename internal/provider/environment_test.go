package provider

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEnvironmentIsEnough(t *testing.T) {
	fake := startAWS(t)
	t.Setenv("AWS_ACCESS_KEY_ID", "ENV")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_REGION", "eu-central-1")
	t.Setenv("AWS_ENDPOINT_URL_STS", fake.URL)
	t.Setenv("AWS_ENDPOINT_URL", fake.URL)
	t.Setenv("AWS_MAX_ATTEMPTS", "7")
	t.Setenv("TF_APPEND_USER_AGENT", "run/42")
	data := mustConfigure(t, config{})
	describeGroups(t, data, "")
	describeGroups(t, data, "us-east-2")
	if diff := cmp.Diff([]string{"GetCallerIdentity", "DescribeAutoScalingGroups", "DescribeAutoScalingGroups"}, fake.actions()); diff != "" {
		t.Fatal("calls (-want +got):\n" + diff)
	}
	for i, region := range []string{"eu-central-1", "eu-central-1", "us-east-2"} {
		if got := fake.seen()[i]; got.Key != "ENV" || got.Region != region || !strings.Contains(got.UserAgent, "run/42") {
			t.Errorf("call %d: key %s, region %s, user agent %s", i, got.Key, got.Region, got.UserAgent)
		}
	}
	if got := data.Factory.Config.Retryer().MaxAttempts(); got != 7 {
		t.Errorf("%d attempts", got)
	}
}

// The order of endpoints: the argument, the service's variable.
func TestEndpointArgumentWinsOverEnvironment(t *testing.T) {
	fake, other := startAWS(t), startAWS(t)
	t.Setenv("AWS_ENDPOINT_URL_STS", other.URL)
	t.Setenv("AWS_ENDPOINT_URL_AUTO_SCALING", other.URL)
	describeGroups(t, mustConfigure(t, login(fake)), "")
	if calls := other.actions(); len(calls) > 0 {
		t.Errorf("the variable's endpoint got %v", calls)
	}
}

func TestWebIdentityFromEnvironmentReachesEndpoint(t *testing.T) {
	fake := startAWS(t)
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("token"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/web")
	t.Setenv("AWS_WEB_IDENTITY_TOKEN_FILE", file)
	for _, c := range []config{login(fake), {"region": "eu-west-1"}} {
		t.Setenv("AWS_ENDPOINT_URL_STS", fake.URL)
		mustConfigure(t, c.with(config{"access_key": nil, "secret_key": nil}))
	}
	if diff := cmp.Diff([]string{"AssumeRoleWithWebIdentity", "GetCallerIdentity", "AssumeRoleWithWebIdentity", "GetCallerIdentity"}, fake.actions()); diff != "" {
		t.Error("calls (-want +got):\n" + diff)
	}
}

func TestProfile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	configFile, credentialsFile := filepath.Join(dir, "config"), filepath.Join(dir, "credentials")
	for file, content := range map[string]string{
		configFile:      "[profile work]\nregion = ap-south-1\nmax_attempts = 4\n[profile bare]\n[profile odd]\nregion = moon-1\n",
		credentialsFile: "[work]\naws_access_key_id = PROFILE\naws_secret_access_key = x\n[bare]\naws_access_key_id = BARE\naws_secret_access_key = x\n[odd]\naws_access_key_id = ODD\naws_secret_access_key = x\n",
	} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	fake := startAWS(t)
	from := func(profile string) config {
		return login(fake).with(config{
			"access_key": nil, "secret_key": nil, "region": nil, "max_retries": nil, "profile": profile,
			"shared_config_files": []any{configFile}, "shared_credentials_files": []any{credentialsFile},
		})
	}
	data := mustConfigure(t, from("work"))
	if got := fake.seen()[0]; got.Key != "PROFILE" || got.Region != "ap-south-1" {
		t.Errorf("got key %s, region %s", got.Key, got.Region)
	}
	if got := data.Factory.Config.Retryer().MaxAttempts(); got != 4 {
		t.Errorf("%d attempts", got)
	}
	_, diags := configure(t, from("bare"))
	wantError(t, diags, "region", "Missing AWS region", "argument region", "AWS_REGION", "profile")
	_, diags = configure(t, from("odd"))
	wantError(t, diags, "region", "Invalid AWS region", `"moon-1"`, "skip_region_validation")
	_, diags = configure(t, from("absent"))
	wantError(t, diags, "", "No access to AWS", "absent")
}

func TestMissingRegion(t *testing.T) {
	t.Parallel()
	fake := startAWS(t)
	tests := map[string]config{
		"with static credentials": login(fake).with(config{"region": nil}),
		"with a role":             login(fake).with(config{"region": nil, "assume_role": []any{config{"role_arn": "arn:aws:iam::123456789012:role/first"}}}),
		"without credentials":     {},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, diags := configure(t, c)
			wantError(t, diags, "region", "Missing AWS region", "argument region", "AWS_REGION", "profile")
		})
	}
}

func TestInvalidRegionFromEnvironment(t *testing.T) {
	t.Setenv("AWS_REGION", "eu-west-99")
	fake := startAWS(t)
	_, diags := configure(t, login(fake).with(config{"region": nil}))
	wantError(t, diags, "region", `"eu-west-99"`, "AWS_REGION")
	if calls := fake.actions(); len(calls) > 0 {
		t.Errorf("called %v", calls)
	}
	data := mustConfigure(t, login(fake).with(config{"region": nil, "skip_region_validation": true}))
	if got := data.Factory.In("").Region; got != "eu-west-99" {
		t.Errorf("region %s", got)
	}
}

func TestPartitions(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ home, region, want string }{
		"standard":                 {"", "eu-west-1", "aws"},
		"GovCloud":                 {"aws", "us-gov-east-1", "aws-us-gov"},
		"China":                    {"aws", "cn-north-1", "aws-cn"},
		"new region of the family": {"aws", "eu-north-9", "aws"},
		"unknown":                  {"aws-iso-x", "moon-1", "aws-iso-x"},
		"unknown without home":     {"", "moon-1", "aws"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := partitions(test.home)(test.region); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
