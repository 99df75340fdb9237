package provider

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestConfigureCallsSTSOnce(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		config  config
		account string
		calls   []string
	}{
		"by default":                         {config{}, testAccount, []string{"GetCallerIdentity"}},
		"without account id":                 {config{"skip_requesting_account_id": true}, testAccount, []string{"GetCallerIdentity"}},
		"without validation":                 {config{"skip_credentials_validation": true}, testAccount, []string{"GetUser"}},
		"without either":                     {config{"skip_credentials_validation": true, "skip_requesting_account_id": true}, "", []string{}},
		"without either, but allowed ids":    {config{"skip_credentials_validation": true, "skip_requesting_account_id": true, "allowed_account_ids": []any{testAccount}}, testAccount, []string{"GetUser"}},
		"allowed account":                    {config{"allowed_account_ids": []any{"000000000000", testAccount}}, testAccount, []string{"GetCallerIdentity"}},
		"other account forbidden":            {config{"forbidden_account_ids": []any{"000000000000"}}, testAccount, []string{"GetCallerIdentity"}},
		"empty lists of accounts":            {config{"allowed_account_ids": []any{}, "forbidden_account_ids": []any{}}, testAccount, []string{"GetCallerIdentity"}},
		"no roles":                           {config{"assume_role": []any{}}, testAccount, []string{"GetCallerIdentity"}},
		"metadata service explicitly not in": {config{"skip_metadata_api_check": true}, testAccount, []string{"GetCallerIdentity"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := startAWS(t)
			data := mustConfigure(t, login(fake).with(test.config))
			if data.Unknown || data.Factory.AccountID != test.account {
				t.Errorf("got unknown %t, account %q; want account %q", data.Unknown, data.Factory.AccountID, test.account)
			}
			if diff := cmp.Diff(test.calls, fake.actions()); diff != "" {
				t.Error("calls (-want +got):\n" + diff)
			}
		})
	}
}

func TestConfigureChecksAccount(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		config    config
		attribute string
		want      []string
	}{
		"forbidden":   {config{"forbidden_account_ids": []any{testAccount}}, "forbidden_account_ids", []string{testAccount, "forbidden_account_ids names"}},
		"not allowed": {config{"allowed_account_ids": []any{"000000000042"}}, "allowed_account_ids", []string{testAccount, "allowed_account_ids has 000000000042"}},
		"not allowed, checks skipped": {
			config{"allowed_account_ids": []any{"000000000042"}, "skip_credentials_validation": true, "skip_requesting_account_id": true},
			"allowed_account_ids",
			[]string{testAccount},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, diags := configure(t, login(startAWS(t)).with(test.config))
			wantError(t, diags, test.attribute, test.want...)
			if data != nil {
				t.Error("resources got provider data")
			}
		})
	}
}

func TestConfigureReportsRefusedCredentials(t *testing.T) {
	t.Parallel()
	fake := startAWS(t)
	fake.refuse("GetCallerIdentity")
	_, diags := configure(t, login(fake))
	wantError(t, diags, "", "Invalid AWS credentials", "AccessDenied", "skip_credentials_validation")
	if diff := cmp.Diff([]string{"GetCallerIdentity"}, fake.actions()); diff != "" {
		t.Error("calls (-want +got):\n" + diff)
	}
}

// TestConfigureAsksFurtherWithoutValidation has the sources of the account's id refused,
// one after the other.
func TestConfigureAsksFurtherWithoutValidation(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		refused, calls []string
	}{
		{[]string{"GetUser"}, []string{"GetUser", "GetCallerIdentity"}},
		{[]string{"GetUser", "GetCallerIdentity"}, []string{"GetUser", "GetCallerIdentity", "ListRoles"}},
		{[]string{"GetUser", "GetCallerIdentity", "ListRoles"}, []string{"GetUser", "GetCallerIdentity", "ListRoles"}},
	} {
		fake := startAWS(t)
		fake.refuse(test.refused...)
		data, diags := configure(t, login(fake).with(config{"skip_credentials_validation": true}))
		if len(test.refused) == len(test.calls) {
			wantError(t, diags, "", "Unknown AWS account", "AccessDenied", "skip_requesting_account_id")
		} else if data == nil || data.Factory.AccountID != testAccount {
			t.Errorf("%q were refused: no account, %v", test.refused, diags)
		}
		if diff := cmp.Diff(test.calls, fake.actions()); diff != "" {
			t.Error("calls (-want +got):\n" + diff)
		}
	}
}

func TestConfigureReportsMissingCredentials(t *testing.T) {
	t.Parallel()
	_, diags := configure(t, config{"region": "eu-west-1"})
	wantError(t, diags, "", "No valid credential sources found", documentationURL)
}

func TestConfigureAssumesRolesInOrder(t *testing.T) {
	t.Parallel()
	fake := startAWS(t)
	data := mustConfigure(t, login(fake).with(config{"sts_region": "us-east-1", "assume_role": []any{
		config{"role_arn": "arn:aws:iam::123456789012:role/first"},
		config{"role_arn": "arn:aws:iam::123456789012:role/second"},
	}}))
	describeGroups(t, data, "")

	// The library assumes a role once to try it and once more to use it.
	type step struct{ Action, Role, Key, Region string }
	var steps []step
	for _, call := range fake.seen() {
		next := step{call.Action, call.Form.Get("RoleArn"), call.Key, call.Region}
		if !slices.Contains(steps, next) || call.Action == "GetCallerIdentity" {
			steps = append(steps, next)
		}
	}
	want := []step{
		{"AssumeRole", "arn:aws:iam::123456789012:role/first", "STATIC", "us-east-1"},
		{"AssumeRole", "arn:aws:iam::123456789012:role/second", "KEY-OF-first", "us-east-1"},
		{"GetCallerIdentity", "", "KEY-OF-second", "us-east-1"},
		{"DescribeAutoScalingGroups", "", "KEY-OF-second", "eu-west-1"},
	}
	if diff := cmp.Diff(want, steps); diff != "" {
		t.Error("calls (-want +got):\n" + diff)
	}
}

func TestConfigureAssumesRoleWithEverything(t *testing.T) {
	t.Parallel()
	fake := startAWS(t)
	mustConfigure(t, login(fake).with(config{"assume_role": []any{config{
		"role_arn": "arn:aws:iam::123456789012:role/first", "duration": "1h", "external_id": "ext", "policy": `{"Version":"2012-10-17"}`,
		"policy_arns": []any{"arn:aws:iam::aws:policy/ReadOnlyAccess"}, "session_name": "session", "source_identity": "me",
		"tags": config{"Team": "infra"}, "transitive_tag_keys": []any{"Team"},
	}}}))
	got := map[string]string{}
	for name, values := range fake.seen()[0].Form {
		got[name] = strings.Join(values, " ")
	}
	want := map[string]string{
		"Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": "arn:aws:iam::123456789012:role/first", "DurationSeconds": "3600", "ExternalId": "ext",
		"Policy": `{"Version":"2012-10-17"}`, "PolicyArns.member.1.arn": "arn:aws:iam::aws:policy/ReadOnlyAccess", "RoleSessionName": "session",
		"SourceIdentity": "me", "Tags.member.1.Key": "Team", "Tags.member.1.Value": "infra", "TransitiveTagKeys.member.1": "Team",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("request (-want +got):\n" + diff)
	}
}

func TestConfigureReportsRefusedRole(t *testing.T) {
	t.Parallel()
	fake := startAWS(t)
	fake.refuse("AssumeRole")
	_, diags := configure(t, login(fake).with(config{"assume_role": []any{config{"role_arn": "arn:aws:iam::123456789012:role/first"}}}))
	wantError(t, diags, "", "arn:aws:iam::123456789012:role/first", "AccessDenied")
}

func TestConfigureAssumesRoleWithWebIdentity(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("from-file"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		config config
		token  string
	}{
		"token": {config{"web_identity_token": "inline"}, "inline"},
		"file":  {config{"web_identity_token_file": file}, "from-file"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := startAWS(t)
			mustConfigure(t, login(fake).with(config{"access_key": nil, "secret_key": nil, "assume_role_with_web_identity": config{
				"role_arn": "arn:aws:iam::123456789012:role/web", "duration": "30m", "session_name": "session", "policy_arns": []any{"arn:aws:iam::aws:policy/ReadOnlyAccess"},
			}.with(test.config)}))
			form := fake.seen()[0].Form
			if form.Get("Action") != "AssumeRoleWithWebIdentity" || form.Get("WebIdentityToken") != test.token || form.Get("DurationSeconds") != "1800" || form.Get("RoleSessionName") != "session" || form.Get("PolicyArns.member.1.arn") == "" {
				t.Errorf("got %v", form)
			}
			if last := fake.seen()[len(fake.seen())-1]; last.Action != "GetCallerIdentity" || last.Key != "KEY-OF-web" {
				t.Errorf("got %s signed by %s", last.Action, last.Key)
			}
		})
	}
}

func TestConfigureNamesItself(t *testing.T) {
	t.Parallel()
	fake := startAWS(t)
	mustConfigure(t, login(fake).with(config{"user_agent": []any{"mine/4.5 (comment)"}}))
	agent := fake.seen()[0].UserAgent
	for _, want := range []string{"terraform-provider-spacelift-ec2/1.2.3", "Terraform/1.11.4", "mine/4.5 (comment)"} {
		if !strings.Contains(agent, want) {
			t.Errorf("no %q in %q", want, agent)
		}
	}
}
