package userdata

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// metadataCalls are those of one value of the instance metadata.
func metadataCalls(path string) []string {
	const imds = "curl http://169.254.169.254/latest/"
	return []string{imds + "api/token", imds + "meta-data/" + path}
}

// launched is the end of every boot that works.
func launched(user string) []string {
	return []string{"systemctl daemon-reload", "systemctl start spacelift-launcher", "launcher started by " + user, "sleep 15", "poweroff "}
}

func secretCall() []string {
	return []string{"aws --cli-connect-timeout 10 secretsmanager get-secret-value --region eu-west-1 --secret-id " + managedARN +
		" --query SecretString --output text"}
}

// downloads are the calls that fetch a launcher from spacelift.io, under its name there.
func downloads(t *testing.T, name string) []string {
	base := "curl https://downloads.spacelift.io/" + name
	key := "curl https://keys.openpgp.org/vks/v1/by-fingerprint/" + signers(t).pinned.fingerprint
	return []string{base, base + "_SHA256SUMS", base + "_SHA256SUMS.sig", key}
}

func join(parts ...[]string) []string {
	var all []string
	for _, part := range parts {
		all = append(all, part...)
	}
	return all
}

// mark is shell text that leaves a line among the calls.
func mark(name string) string { return "echo " + name + ` >>"$WORLD/calls"` }

func TestBootGoesInOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write("www/secret", `{"A":"1"}`)
	got := w.boot(with(saas(), func(c *Config) {
		c.Secret = &Secret{ARN: managedARN}
		c.DisableCloudWatchAgent = true
		c.PreHook, c.Configuration, c.PostHook = mark("pre"), mark("configuration")+"; export B=$A", mark("post $B $SPACELIFT_METADATA_ami_id")
	}))
	want := join([]string{"pre", "systemctl disable --now amazon-cloudwatch-agent"}, secretCall(), []string{"configuration"},
		downloads(t, "spacelift-launcher-x86_64"), metadataCalls("instance-id"), metadataCalls("ami-id"),
		[]string{"post 1 ami-0123456789abcdef0"}, launched("root"))
	if diff := cmp.Diff(want, got.calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if got.status != 0 || got.errors != "" {
		t.Errorf("status %d, error.log %q", got.status, got.errors)
	}
	if !strings.Contains(got.info, "the launcher runs\n") || !strings.Contains(got.info, "the launcher ended: success 0\n") {
		t.Errorf("the launcher's output is not in info.log:\n%s", got.info)
	}
}

func TestBootPicksLauncher(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ machine, token, want string }{
		"x86_64":             {"x86_64", "", "spacelift-launcher-x86_64"},
		"aarch64":            {"aarch64", "", "spacelift-launcher-aarch64"},
		"token of the SaaS":  {"x86_64", `{"broker":{"endpoint":"mqtt.spacelift.io"}}`, "spacelift-launcher-x86_64"},
		"FedRAMP":            {"x86_64", `{"broker":{"endpoint":"a.fedramp.spacelift.io"}}`, "spacelift-launcher-fedramp-x86_64"},
		"FedRAMP, test, arm": {"aarch64", `{"broker":{"endpoint":"a.fedramp.spacelift.dev"}}`, "spacelift-launcher-fedramp-aarch64"},
		"FedRAMP elsewhere":  {"x86_64", `{"broker":{"endpoint":"a.fedramp.spacelift.io.example.com"}}`, "spacelift-launcher-x86_64"},
		"other JSON":         {"x86_64", `["a.fedramp.spacelift.io"]`, "spacelift-launcher-x86_64"},
		"no JSON":            {"x86_64", `a.fedramp.spacelift.io`, "spacelift-launcher-x86_64"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.write("uname", test.machine)
			w.write("token", test.token)
			w.publish(test.want, signers(t).pinned)
			got := w.boot(with(saas(), func(c *Config) { c.Configuration = `export SPACELIFT_TOKEN=$(base64 <"$WORLD/token")` }))
			want := join(downloads(t, test.want), metadataCalls("instance-id"), metadataCalls("ami-id"), launched("root"))
			if diff := cmp.Diff(want, got.calls); diff != "" {
				t.Errorf("calls (-want +got):\n%s\n%s%s", diff, got.output, got.errors)
			}
		})
	}
}

// The launcher's environment is the boot's, byte for byte, whatever the values.
func TestLauncherGetsEnvironment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := w.boot(with(saas(), func(c *Config) {
		c.Configuration = `
export QUOTES="it's \"quoted\" \` + "`" + `so\` + "`" + ` \\ %h" DOLLAR='$HOME $(reboot)' EMPTY= SPACES='  a  '
export LINES_=$'one\ntwo\n\n' TAB=$'a\tb' BINARY=$'\xff\x01' UNICODE='żółć €'
declare -x DECLARED=declared
readonly FIXED=fixed; export FIXED
declare -xi NUMBER=7
not_exported=1
cd /tmp
`
		c.PostHook = `env -0 >"$WORLD/boot.env"`
	}))
	want, env := parseEnv(w.read("boot.env")), maps.Clone(got.env)
	for _, name := range []string{"_", "PWD", "OLDPWD", "SHLVL", "USER", "LOGNAME"} { // the shell's and systemd's own
		delete(want, name)
		delete(env, name)
	}
	if diff := cmp.Diff(want, env); diff != "" {
		t.Errorf("environment (-boot +launcher):\n%s\n%s%s", diff, got.output, got.errors)
	}
	for name, value := range map[string]string{
		"QUOTES": "it's \"quoted\" `so` \\ %h", "DOLLAR": "$HOME $(reboot)", "LINES_": "one\ntwo\n\n", "BINARY": "\xff\x01",
		"DECLARED": "declared", "FIXED": "fixed", "EMPTY": "", "HOME": "/root", "SPACELIFT_METADATA_asg_id": "sp5ft-pool",
		"SPACELIFT_METADATA_instance_id": "i-0123456789abcdef0", "SPACELIFT_METADATA_ami_id": "ami-0123456789abcdef0",
	} {
		if got.env[name] != value {
			t.Errorf("%s is %q, want %q", name, got.env[name], value)
		}
	}
}

// The user's text is run as it is, also where it looks like the script around it.
func TestUserTextIsVerbatim(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"our own delimiter":     "cat >/dev/null <<'END_OF_CONFIGURATION'\nEND_OF_CONFIGURATION_\nEND_OF_CONFIGURATION\nexport GOT=yes\n",
		"no newline at the end": "export GOT=yes",
		"only a comment after":  "export GOT=yes # end",
		"closing brace":         "f() {\nexport GOT=yes\n}\nf",
		"options of its own":    "set +e -fC; set -a; GOT=yes; false; IFS=:; [[ -z $UNDEFINED ]]",
		"names of its own":      "log() { :; }; error=1 status=1 step=1 what=1 url=1; export GOT=yes",
		"return":                "export GOT=yes; return 0; exit 1",
		"pipe that breaks":      "false | true; export GOT=yes",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := newWorld(t).boot(with(saas(), func(c *Config) { c.Configuration = text }))
			if got.env["GOT"] != "yes" {
				t.Errorf("the launcher did not get it\n%s%s", got.output, got.errors)
			}
		})
	}
}

// Values of arguments are data: none of them is ever run.
func TestValuesAreQuoted(t *testing.T) {
	t.Parallel()
	const evil = "'; touch $WORLD/pwned; $(touch $WORLD/pwned) `touch $WORLD/pwned` \"\nEND_OF_CERTIFICATE\ntouch $WORLD/pwned\n"
	w := newWorld(t)
	got := w.boot(with(selfHosted(), func(c *Config) {
		c.GroupName = evil
		c.SelfHosted = &SelfHosted{S3URI: evil, HTTPProxy: evil, HTTPSProxy: evil, NoProxy: evil, CACertificates: []string{evil}}
	}))
	if got.env["SPACELIFT_METADATA_asg_id"] != evil || got.env["HTTP_PROXY"] != evil {
		t.Errorf("values did not arrive: %q\n%s%s", got.env, got.output, got.errors)
	}
	if w.read("etc/pki/ca-trust/source/anchors/spacelift-1.pem") != evil {
		t.Error("the certificate did not arrive")
	}
	w.boot(with(saas(), func(c *Config) { c.DomainName = evil }))
	if w.exists("pwned") {
		t.Error("a value was run")
	}
}
