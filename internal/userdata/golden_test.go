package userdata

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"mvdan.cc/sh/v3/syntax"
)

var update = flag.Bool("update", false, "rewrite the golden files from what the code does now")

const managedARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:sp5ft-pool-secret-AbCdEf"

// saas is the smallest Config; the variants below change it.
func saas() Config {
	return Config{GroupName: "sp5ft-pool", DomainName: "spacelift.io", PoweroffDelay: 15}
}

// selfHosted is the smallest Config of a self-hosted installation, with the defaults of the arguments.
func selfHosted() Config {
	return Config{
		GroupName:     "sp5ft-pool",
		DomainName:    "spacelift.io",
		PoweroffDelay: 15,
		SelfHosted:    &SelfHosted{S3URI: "s3://binaries/spacelift-launcher", RunAsSpaceliftUser: true, PowerOffOnError: true},
	}
}

// with changes a Config.
func with(c Config, change func(*Config)) Config {
	change(&c)
	return c
}

const pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"

// variants are the Configs with a golden file. FedRAMP has none: only the token, on the instance, tells.
var variants = map[string]Config{
	"saas": saas(),
	"saas_configuration": with(saas(), func(c *Config) {
		c.Configuration = "export SPACELIFT_SENSITIVE_OUTPUT_UPLOAD_ENABLED=true"
	}),
	"saas_managed_secret": with(saas(), func(c *Config) { c.Secret = &Secret{ARN: managedARN} }),
	"saas_brought_secret": with(saas(), func(c *Config) {
		c.Secret = &Secret{ARN: "arn:aws-us-gov:secretsmanager:us-gov-west-1:1:secret:theirs-XyZ123", Keys: []string{"SPACELIFT_TOKEN", "EXTRA"}}
	}),
	"saas_other_domain":   with(saas(), func(c *Config) { c.DomainName = "us.spacelift.io"; c.PoweroffDelay = 600 }),
	"saas_agent_disabled": with(saas(), func(c *Config) { c.DisableCloudWatchAgent = true }),
	"saas_hooks":          with(saas(), func(c *Config) { c.PreHook = "dnf install -y git\n"; c.PostHook = "docker pull alpine\n" }),
	"saas_everything": with(saas(), func(c *Config) {
		c.Secret = &Secret{ARN: managedARN}
		c.Configuration = "cat <<'END_OF_CONFIGURATION'\n$HOME `date`\nEND_OF_CONFIGURATION\n}\nexit 0"
		c.DisableCloudWatchAgent = true
		c.PreHook, c.PostHook = "echo \"it's before\"", "echo after\r\n"
	}),
	"selfhosted_user": selfHosted(),
	"selfhosted_root": with(selfHosted(), func(c *Config) { c.SelfHosted.RunAsSpaceliftUser = false }),
	"selfhosted_stays_on": with(selfHosted(), func(c *Config) {
		c.SelfHosted.PowerOffOnError = false
	}),
	"selfhosted_https_proxy": with(selfHosted(), func(c *Config) { c.SelfHosted.HTTPSProxy = "http://proxy:3128" }),
	"selfhosted_certificates": with(selfHosted(), func(c *Config) {
		c.SelfHosted.CACertificates = []string{pem, pem + "\n"}
	}),
	"selfhosted_everything": with(selfHosted(), func(c *Config) {
		c.Secret = &Secret{ARN: managedARN}
		c.Configuration, c.PreHook, c.PostHook = "export A=1\n", "echo before\n", "echo after\n"
		c.DisableCloudWatchAgent = true
		c.SelfHosted.HTTPProxy = `http://user:p%40ss"w\d@proxy:3128`
		c.SelfHosted.HTTPSProxy = "https://it's.a.proxy"
		c.SelfHosted.NoProxy = "169.254.169.254,.internal,$(reboot)"
		c.SelfHosted.CACertificates = []string{pem}
	}),
}

func TestScriptMatchesGoldenFile(t *testing.T) {
	t.Parallel()
	for name, config := range variants {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join("testdata", "golden", name+".sh")
			got, err := Script(config)
			if err != nil {
				t.Fatal(err)
			}
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("differs from %s, rewrite it with -update if that is meant (-want +got):\n%s", path, diff)
			}
			if _, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(got), name); err != nil {
				t.Errorf("is not bash: %v", err)
			}
			if output, err := exec.CommandContext(t.Context(), "bash", "-n", path).CombinedOutput(); err != nil {
				t.Errorf("bash refuses it: %v\n%s", err, output)
			}
		})
	}
}

func TestGoldenFilesAreAllInUse(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/golden/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if _, used := variants[strings.TrimSuffix(filepath.Base(file), ".sh")]; !used {
			t.Errorf("%s belongs to no variant", file)
		}
	}
}
