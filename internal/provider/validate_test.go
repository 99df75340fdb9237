package provider

import (
	"strings"
	"testing"
)

func TestValidateRefuses(t *testing.T) {
	t.Parallel()
	role := func(more config) config {
		return config{"assume_role": []any{config{"role_arn": "arn:aws:iam::123456789012:role/deploy"}.with(more)}}
	}
	web := func(more config) config {
		return config{"assume_role_with_web_identity": config{"role_arn": "arn:aws:iam::123456789012:role/deploy", "web_identity_token_file": "/token"}.with(more)}
	}
	tests := map[string]struct {
		config config
		want   []string // fragments of the one error
	}{
		"account id too short":          {config{"allowed_account_ids": []any{"12345"}}, []string{"allowed_account_ids", `"12345"`, "twelve digits"}},
		"account id with dashes":        {config{"forbidden_account_ids": []any{"1234-5678-9012"}}, []string{"forbidden_account_ids", "twelve digits"}},
		"allowed and forbidden":         {config{"allowed_account_ids": []any{"123456789012"}, "forbidden_account_ids": []any{"210987654321"}}, []string{"forbidden_account_ids", "allowed_account_ids", "Keep one"}},
		"access key alone":              {config{"access_key": "AKIA"}, []string{"access_key is set", "Set secret_key"}},
		"secret key alone":              {config{"secret_key": "x"}, []string{"secret_key is set", "Set access_key"}},
		"token alone":                   {config{"token": "x"}, []string{"token is set", "Set access_key"}},
		"empty profile":                 {config{"profile": ""}, []string{"profile", "not empty"}},
		"empty region":                  {config{"region": ""}, []string{"region", "not empty"}},
		"region":                        {config{"region": "eu-west-99"}, []string{"region", `"eu-west-99"`, "skip_region_validation"}},
		"zone for region":               {config{"region": "eu-west-1a"}, []string{"region", `"eu-west-1a"`}},
		"sts region":                    {config{"sts_region": "mars"}, []string{"sts_region", `"mars"`}},
		"role is a user":                {role(config{"role_arn": "arn:aws:iam::123456789012:user/deploy"}), []string{"assume_role[0].role_arn", "ARN of an IAM role"}},
		"role is a name":                {role(config{"role_arn": "deploy"}), []string{"assume_role[0].role_arn", `"deploy"`}},
		"role without account":          {role(config{"role_arn": "arn:aws:iam:::role/deploy"}), []string{"assume_role[0].role_arn"}},
		"role without name":             {role(config{"role_arn": "arn:aws:iam::123456789012:role/"}), []string{"assume_role[0].role_arn"}},
		"duration without unit":         {role(config{"duration": "3600"}), []string{"assume_role[0].duration", `"3600"`, "with units"}},
		"duration too short":            {role(config{"duration": "14m59s"}), []string{"assume_role[0].duration", "from 15 minutes"}},
		"duration too long":             {role(config{"duration": "12h1s"}), []string{"assume_role[0].duration", "to 12 hours"}},
		"session name":                  {role(config{"session_name": "two words"}), []string{"assume_role[0].session_name", "2 to 64"}},
		"source identity":               {role(config{"source_identity": "x"}), []string{"assume_role[0].source_identity", "2 to 64"}},
		"external id":                   {role(config{"external_id": strings.Repeat("x", 1225)}), []string{"assume_role[0].external_id", "2 to 1224"}},
		"policy":                        {role(config{"policy": "{"}), []string{"assume_role[0].policy", "JSON object"}},
		"policy is a list":              {role(config{"policy": "[]"}), []string{"assume_role[0].policy", "JSON object"}},
		"policy arn":                    {role(config{"policy_arns": []any{"ReadOnlyAccess"}}), []string{"assume_role[0].policy_arns", `"ReadOnlyAccess"`, "ARN of an IAM policy"}},
		"session tag":                   {role(config{"tags": config{"aws:x": "y"}}), []string{"assume_role[0].tags", "tag key"}},
		"transitive tag key":            {role(config{"transitive_tag_keys": []any{""}}), []string{"assume_role[0].transitive_tag_keys", "tag key"}},
		"web identity role":             {web(config{"role_arn": "deploy"}), []string{"assume_role_with_web_identity.role_arn", "ARN of an IAM role"}},
		"web identity duration":         {web(config{"duration": "13h"}), []string{"assume_role_with_web_identity.duration", "12 hours"}},
		"web identity without token":    {web(config{"web_identity_token_file": nil}), []string{"assume_role_with_web_identity", "web_identity_token_file"}},
		"web identity with two tokens":  {web(config{"web_identity_token": "x"}), []string{"assume_role_with_web_identity", "Remove one"}},
		"web identity and access key":   {web(nil).with(config{"access_key": "a", "secret_key": "b"}), []string{"assume_role_with_web_identity", "access_key", "Remove one"}},
		"endpoint without scheme":       {config{"endpoints": config{"ec2": "localhost:4566"}}, []string{"endpoints.ec2", `"localhost:4566"`, "scheme and host"}},
		"endpoint of other scheme":      {config{"endpoints": config{"sts": "ftp://example.com"}}, []string{"endpoints.sts", "scheme and host"}},
		"two endpoints of logs":         {config{"endpoints": config{"logs": "http://a", "cloudwatchlogs": "http://b"}}, []string{"endpoints.logs", "endpoints.cloudwatchlogs"}},
		"metadata endpoint":             {config{"ec2_metadata_service_endpoint": "169.254.169.254"}, []string{"ec2_metadata_service_endpoint", "scheme and host"}},
		"metadata endpoint mode":        {config{"ec2_metadata_service_endpoint_mode": "ipv5"}, []string{"ec2_metadata_service_endpoint_mode", `"IPv4" or "IPv6"`}},
		"proxy without scheme":          {config{"http_proxy": "127.0.0.1:3128"}, []string{"http_proxy", "proxy.example.com"}},
		"https proxy":                   {config{"https_proxy": "http://"}, []string{"https_proxy", "scheme and host"}},
		"retry mode":                    {config{"retry_mode": "legacy"}, []string{"retry_mode", `"legacy"`, `"standard" or "adaptive"`}},
		"negative retries":              {config{"max_retries": -1}, []string{"max_retries", "-1", "between 0"}},
		"default tag key":               {config{"default_tags": config{"tags": config{"aws:cost": "x"}}}, []string{"default_tags", "tag key"}},
		"default tag value":             {config{"default_tags": config{"tags": config{"cost": strings.Repeat("x", 257)}}}, []string{"default_tags", "256"}},
		"Spacelift over http":           {config{"spacelift": config{"api_key_endpoint": "http://acme.app.spacelift.io"}}, []string{"spacelift.api_key_endpoint", "https URL"}},
		"Spacelift account name":        {config{"spacelift": config{"api_key_endpoint": "acme"}}, []string{"spacelift.api_key_endpoint", `"acme"`}},
		"Spacelift over http, disguise": {config{"spacelift": config{"api_key_endpoint": "http://127.0.0.1.evil.example"}}, []string{"spacelift.api_key_endpoint"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := validate(t, test.config)
			if len(found) != 1 || !containsAll(found[0], test.want) {
				t.Errorf("want one error with %q, got %q", test.want, found)
			}
		})
	}
}

func TestValidateAccepts(t *testing.T) {
	t.Parallel()
	tests := map[string]config{
		"nothing": {},
		"everything": {
			"region": "us-gov-west-1", "access_key": "a", "secret_key": "b", "token": "c", "allowed_account_ids": []any{"000000000042"},
			"assume_role": []any{config{
				"role_arn": "arn:aws-us-gov:iam::123456789012:role/path/deploy", "duration": "1h30m", "external_id": "id:1", "session_name": "me@example.com",
				"source_identity": "me", "policy": `{"Version":"2012-10-17"}`, "policy_arns": []any{"arn:aws:iam::aws:policy/ReadOnlyAccess"},
				"tags": config{"a": ""}, "transitive_tag_keys": []any{"a"},
			}},
			"http_proxy": "http://user:pass@proxy:3128", "https_proxy": "", "max_retries": 0, "retry_mode": "adaptive",
			"ec2_metadata_service_endpoint_mode": "IPv6", "default_tags": config{"tags": config{"Team": "x"}},
		},
		"new region":                      {"region": "eu-west-99", "skip_region_validation": true},
		"both lists, one empty":           {"allowed_account_ids": []any{}, "forbidden_account_ids": []any{"123456789012"}},
		"web identity by token":           {"assume_role_with_web_identity": config{"role_arn": "arn:aws:iam::123456789012:role/deploy", "web_identity_token": "x"}},
		"Spacelift on loopback":           {"spacelift": config{"api_key_endpoint": "http://127.0.0.1:8080"}},
		"Spacelift rest from environment": {"spacelift": config{"api_key_endpoint": "https://acme.app.spacelift.io"}},
		"unknown": {
			"region": unknown, "access_key": unknown, "secret_key": unknown, "allowed_account_ids": unknown, "forbidden_account_ids": []any{unknown},
			"assume_role": []any{config{"role_arn": unknown, "duration": unknown}}, "endpoints": unknown, "default_tags": config{"tags": unknown}, "spacelift": config{"api_key_secret": unknown},
		},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if found := validate(t, c); len(found) > 0 {
				t.Errorf("got %q", found)
			}
		})
	}
}

func TestValidateHidesSecrets(t *testing.T) {
	t.Parallel()
	tests := map[string]config{
		"proxy":             {"http_proxy": "gopher://user:hunter2@proxy:3128"},
		"proxy, unparsable": {"https_proxy": "http://user:hunter2@proxy:port%"},
		"endpoint":          {"endpoints": config{"ec2": "ftp://user:hunter2@host"}},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := validate(t, c)
			if len(found) != 1 || strings.Contains(found[0], "hunter2") {
				t.Errorf("want one error without the password, got %q", found)
			}
		})
	}
}
