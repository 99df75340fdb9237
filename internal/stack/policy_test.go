package stack

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/userdata"
)

var updateGolden = flag.Bool("update", false, "write the golden files anew")

func TestInstancePolicy(t *testing.T) {
	t.Parallel()
	const secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:pool-AbCdEf"
	here := place{"aws", "eu-west-1", "123456789012"}
	tests := map[string]struct {
		spec   Spec
		secret string
		at     place
	}{
		"nothing":             {at: here},
		"secret":              {secret: secret, at: here},
		"secret_key_arn":      {secret: secret, at: here, spec: Spec{Secret: Secret{KMSKeyID: "arn:aws:kms:eu-west-1:123456789012:key/1234"}}},
		"secret_key_id":       {secret: secret, at: here, spec: Spec{Secret: Secret{KMSKeyID: "1234"}}},
		"secret_key_alias":    {secret: secret, at: here, spec: Spec{Secret: Secret{KMSKeyID: "alias/workers"}}},
		"key_id_no_account":   {secret: secret, at: place{"aws-us-gov", "us-gov-west-1", ""}, spec: Spec{Secret: Secret{KMSKeyID: "1234"}}},
		"key_without_secret":  {at: here, spec: Spec{Secret: Secret{KMSKeyID: "1234"}}},
		"self_hosted":         {at: here, spec: Spec{Boot: Boot{SelfHosted: &userdata.SelfHosted{S3URI: "s3://launchers/v2/spacelift-launcher"}}}},
		"self_hosted_gov":     {at: place{"aws-us-gov", "us-gov-west-1", "123456789012"}, spec: Spec{Boot: Boot{SelfHosted: &userdata.SelfHosted{S3URI: "s3://launchers/l"}}}},
		"extra_statement":     {at: here, spec: Spec{Role: Role{ExtraStatements: []string{`{"Sid":"A","Effect":"Allow","Action":"s3:Get*","Resource":"*"}`}}}},
		"extra_document":      {at: here, spec: Spec{Role: Role{ExtraStatements: []string{`{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Deny","Action":"*","Resource":"*"},{"Sid":"B","Effect":"Allow","Action":"ec2:*","Resource":"*"}]}`}}}},
		"extra_document_of_1": {at: here, spec: Spec{Role: Role{ExtraStatements: []string{`{"Statement":{"Sid":"A","Effect":"Deny","Action":"*","Resource":"*"}}`}}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := instancePolicy(test.spec, test.secret, test.at)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("policy", name), text)
		})
	}
}

func TestTrustPolicy(t *testing.T) {
	t.Parallel()
	for _, partition := range []string{"aws", "aws-us-gov", "aws-cn"} {
		t.Run(partition, func(t *testing.T) {
			t.Parallel()
			golden(t, filepath.Join("policy", "trust_"+partition), trustPolicy(partition))
		})
	}
}

// golden compares a document with testdata/<name>.json.
func golden(t *testing.T, name, text string) {
	t.Helper()
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, []byte(text), "", "  "); err != nil {
		t.Fatal(err)
	}
	pretty.WriteByte('\n')
	path := filepath.Join("testdata", name+".json")
	if *updateGolden {
		if err := os.WriteFile(path, pretty.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), pretty.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func TestParseStatementsRefuses(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no JSON": "allow", "a list": "[]", "a text": `"a"`, "no object among the statements": `{"Statement":["a"]}`, "a text as statement": `{"Statement":"a"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := ParseStatements(text); err == nil {
				t.Errorf("%s gave %s", text, got)
			}
		})
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	want := Names{
		Group: "pool", LaunchTemplate: "pool", Role: "pool-eu-west-1", Profile: "pool-eu-west-1", Secret: "pool-secret",
		Bundle: "pool-ca-bundle", Autoscaler: "pool-ec2-autoscaler", Lifecycle: "pool-lifecycle-manager",
		AutoscalerRole: "pool-ec2-autoscaler-eu-west-1", LifecycleRole: "pool-lifecycle-manager-eu-west-1", HookRole: "pool-lifecycle-hook-eu-west-1", Dashboard: "pool-eu-west-1",
	}
	if diff := cmp.Diff(want, NamesOf("pool", "eu-west-1")); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	for _, region := range []string{"us-east-1", "ap-southeast-4", "us-gov-west-1"} {
		longest := make([]byte, MaxBaseName(region))
		for i := range longest {
			longest[i] = 'a'
		}
		if names := NamesOf(string(longest), region); len(names.Role) != 64 {
			t.Errorf("in %s the longest role name has %d characters, not 64", region, len(names.Role))
		}
	}
}
