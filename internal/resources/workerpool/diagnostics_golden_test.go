package workerpool

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

var updateGolden = flag.Bool("update", false, "write the golden files anew")

// TestDiagnostics holds every word that a user reads about the arguments: read the
// file when it changes.
func TestDiagnostics(t *testing.T) {
	t.Parallel()
	for name, cases := range map[string]map[string]refusal{
		"refused": wrongConfigurations(), "refresh_refused": wrongRefreshes(), "functions_refused": wrongFunctions(), "functions_warned": warnedFunctions(),
	} {
		var text strings.Builder
		for _, of := range slices.Sorted(maps.Keys(cases)) {
			spell(&text, of, validated(t, right().with(cases[of].change)))
		}
		golden(t, name, text.String())
	}
}

// TestDiagnosticsOfPlansOfFunctions is TestDiagnostics for what only a plan
// can tell, without asking AWS.
func TestDiagnosticsOfPlansOfFunctions(t *testing.T) {
	t.Parallel()
	const code = "its code is not that of this version of the provider"
	refreshing := scaled(nil).with(replaced(nil)).with(object{"region": "eu-west-1"})
	var text strings.Builder
	for _, test := range []struct {
		of     string
		config object
		drift  object // nil: the pool is new
	}{
		{"a variable that the autoscaler refuses", variables(object{"AUTOSCALING_MAX_KILL": "all"}), nil},
		{"an environment that Lambda refuses", variables(object{"MY_OWN": strings.Repeat("x", 4000)}), nil},
		{"a parameter of another region", withKey(object{"region": "us-east-1"}), nil},
		{"a bundle that no secret takes", withKey(object{"ca_bundle": certificates(66_000)}), nil},
		{"a name that no parameter takes", credentials(object{"api_key_secret": "top-secret"}).with(object{"base_name": "aws-workers"}), nil},
		{"an alarm that calls another region", monitored("arn:aws:sns:us-east-1:123456789012:alerts").with(object{"region": "eu-west-1"}), nil},
		{"a new version with other functions", refreshing, object{"autoscaler_function": code, "lifecycle_function": code}},
		{"a new version with another boot script", refreshing, object{"launch_template": "user data (the boot script) differs"}},
	} {
		config, prior := right().with(test.config), object(nil)
		if test.drift != nil {
			prior = existing(t, config)
			have := prior["components"].(object).with(object{"autoscaler_function": "pool-autoscaler", "lifecycle_function": "pool-lifecycle"})
			prior = prior.with(object{"drift": test.drift, "components": have})
		}
		spell(&text, test.of, planned(t, &ProviderData{Unknown: true, DefaultTags: map[string]string{}}, config, prior).Diagnostics)
	}
	golden(t, "functions_planned", text.String())
}

// certificates is a bundle of at least so many bytes.
func certificates(size int) string {
	return strings.Repeat(testCertificate, size/len(testCertificate)+1)
}

// TestDiagnosticsOfLogGroups is TestDiagnosticsOfPlansOfFunctions for the log groups of
// a pool that exists.
func TestDiagnosticsOfLogGroups(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for _, test := range []struct {
		of    string
		after object
	}{
		{"another class", object{"cloudwatch_log_group_class": "INFREQUENT_ACCESS"}},
		{"let go", object{"manage_log_groups": false}},
	} {
		base := scaled(nil).with(object{"region": "eu-west-1"})
		prior := existing(t, right().with(base))
		prior["components"] = prior["components"].(object).with(object{"lifecycle_log_group": "/aws/lambda/pool-lifecycle-manager"})
		spell(&text, test.of, planned(t, &ProviderData{Unknown: true, DefaultTags: map[string]string{}}, right().with(base).with(test.after), prior).Diagnostics)
	}
	golden(t, "log_groups_planned", text.String())
}

// spell writes all that a user reads of a case.
func spell(text *strings.Builder, of string, diagnostics []*tfprotov6.Diagnostic) {
	fmt.Fprintf(text, "## %s\n", of)
	for _, d := range diagnostics {
		fmt.Fprintf(text, "%s at %s: %s\n%s\n", strings.ToLower(d.Severity.String()), attributeOf(d.Attribute), d.Summary, d.Detail)
	}
	text.WriteByte('\n')
}

// golden compares a text with the file of that name.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "diagnostics", name+".txt")
	if *updateGolden {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// checksOfTheModule are the checks that the Terraform module makes of these arguments,
// in its words, by the configuration above that they would refuse:
// https://github.com/spacelift-io/terraform-aws-spacelift-workerpool-on-ec2
var checksOfTheModule = map[string]string{
	"the autoscaler needs API credentials":                     "autoscaler without a key",
	"instance refresh needs API credentials":                   "refresh without a key",
	"byo_ssm and api_key_secret exclude each other":            "secret beside a parameter",
	"credentials need api_key_secret or byo_ssm":               "no secret",
	"the tracing mode is Active or PassThrough":                "tracing that AWS lacks",
	"the architecture of the functions is amd64 or arm64":      "processor by another name",
	"subnets and security groups of the functions go together": "subnets without groups",
}

func TestChecksOfTheModuleHaveTheirCase(t *testing.T) {
	t.Parallel()
	cases := wrongFunctions()
	for check, name := range checksOfTheModule {
		if _, has := cases[name]; !has {
			t.Errorf("%s: there is no case %q", check, name)
		}
	}
}
