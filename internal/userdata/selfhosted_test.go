package userdata

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const s3Call = "aws --cli-connect-timeout 10 s3 cp --only-show-errors s3://binaries/spacelift-launcher /usr/bin/.spacelift-launcher.download"

var (
	userCalls = []string{
		"useradd --uid 1983 --create-home spacelift", "usermod --append --groups docker spacelift",
		"chown -R spacelift /opt/spacelift /var/log/spacelift",
	}
	dockerCalls = []string{"systemctl daemon-reload", "systemctl restart docker"}
	launchChown = []string{"chown spacelift /run/spacelift/launch"}
	metadata    = join(metadataCalls("instance-id"), metadataCalls("ami-id"))
	s3          = []string{s3Call}
)

// orderTests tell the calls of a whole boot.
var orderTests = map[string]struct {
	change func(*world, *Config)
	want   []string
}{
	"user": {
		func(*world, *Config) {},
		join(userCalls, s3, metadata, launchChown, launched("spacelift")),
	},
	"user is in the image": {
		func(w *world, _ *Config) { w.write("has-user", "") },
		join(userCalls[1:], s3, metadata, launchChown, launched("spacelift")),
	},
	"root": {
		func(_ *world, c *Config) { c.SelfHosted.RunAsSpaceliftUser = false },
		join(s3, metadata, launched("root")),
	},
	"everything": {
		func(_ *world, c *Config) {
			c.PreHook, c.Configuration, c.PostHook = mark("pre"), mark("configuration"), mark("post")
			c.Secret = &Secret{ARN: managedARN}
			c.SelfHosted.HTTPProxy, c.SelfHosted.CACertificates = "http://proxy", []string{pem}
		},
		join([]string{"pre"}, userCalls, []string{"update-ca-trust "}, dockerCalls, secretCall(), []string{"configuration"}, s3,
			metadata, []string{"post"}, launchChown, launched("spacelift")),
	},
}

func TestSelfHostedBootGoesInOrder(t *testing.T) {
	t.Parallel()
	for name, test := range orderTests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, config := newWorld(t), selfHosted()
			w.write("www/secret", `{"A":"1"}`)
			test.change(w, &config)
			got := w.boot(config)
			if diff := cmp.Diff(test.want, got.calls); diff != "" {
				t.Errorf("calls (-want +got):\n%s\n%s%s", diff, got.output, got.errors)
			}
		})
	}
}

// proxyTests tell what docker's drop-in and the launcher's environment hold.
var proxyTests = map[string]struct {
	change func(*Config)
	dropIn []string
	env    map[string]string
}{
	"none": {func(*Config) {}, nil, map[string]string{}},
	"one": {
		func(c *Config) { c.SelfHosted.HTTPSProxy = "http://proxy:3128" },
		[]string{`Environment="HTTPS_PROXY=http://proxy:3128"`},
		map[string]string{"HTTPS_PROXY": "http://proxy:3128", "SPACELIFT_WHITELIST_ENVS": "HTTPS_PROXY"},
	},
	"all, with characters special to systemd and the shell": {
		func(c *Config) {
			c.SelfHosted.HTTPProxy, c.SelfHosted.HTTPSProxy, c.SelfHosted.NoProxy = `http://a:p%40"\$HOME@proxy`, "http://it's", ".internal"
		},
		[]string{`Environment="HTTP_PROXY=http://a:p%%40\"\\$HOME@proxy"`, `Environment="HTTPS_PROXY=http://it's"`, `Environment="NO_PROXY=.internal"`},
		map[string]string{
			"HTTP_PROXY": `http://a:p%40"\$HOME@proxy`, "HTTPS_PROXY": "http://it's", "NO_PROXY": ".internal",
			"SPACELIFT_WHITELIST_ENVS": "HTTP_PROXY,HTTPS_PROXY,NO_PROXY",
		},
	},
	"added to by the user": {
		func(c *Config) {
			c.SelfHosted.NoProxy = ".internal"
			c.PreHook = "export SPACELIFT_WHITELIST_ENVS=MINE"
			c.Configuration = `export NO_PROXY="$NO_PROXY,.mine" SPACELIFT_WHITELIST_ENVS="$SPACELIFT_WHITELIST_ENVS,MORE"`
		},
		[]string{`Environment="NO_PROXY=.internal"`},
		map[string]string{"NO_PROXY": ".internal,.mine", "SPACELIFT_WHITELIST_ENVS": "MINE,NO_PROXY,MORE"},
	},
}

func TestProxiesReachDockerAndLauncher(t *testing.T) {
	t.Parallel()
	for name, test := range proxyTests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, config := newWorld(t), selfHosted()
			test.change(&config)
			got := w.boot(config)
			env := map[string]string{}
			for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SPACELIFT_WHITELIST_ENVS"} {
				if value, ok := got.env[name]; ok {
					env[name] = value
				}
			}
			if diff := cmp.Diff(test.env, env); diff != "" {
				t.Errorf("environment (-want +got):\n%s\n%s%s", diff, got.output, got.errors)
			}
			dropIn := ""
			if test.dropIn != nil {
				dropIn = "[Service]\n" + strings.Join(test.dropIn, "\n") + "\n"
			}
			if diff := cmp.Diff(dropIn, w.read("etc/systemd/system/docker.service.d/spacelift-proxy.conf")); diff != "" {
				t.Errorf("drop-in (-want +got):\n%s", diff)
			}
		})
	}
}

// The credentials of the AWS CLI come from the instance metadata, which no proxy can reach.
func TestMetadataOfAWSCLIBypassesProxies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.boot(with(selfHosted(), func(c *Config) { c.SelfHosted.HTTPProxy = "http://proxy"; c.SelfHosted.NoProxy = ".internal" }))
	if got, want := w.read("aws.env"), "NO_PROXY=.internal,169.254.169.254\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCACertificatesAreTrusted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := w.boot(with(selfHosted(), func(c *Config) { c.SelfHosted.CACertificates = []string{pem, "second\n"} }))
	for path, want := range map[string]string{"spacelift-1.pem": pem + "\n", "spacelift-2.pem": "second\n"} {
		if diff := cmp.Diff(want, w.read("etc/pki/ca-trust/source/anchors/"+path)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
	if got.env == nil {
		t.Errorf("the launcher did not run\n%s%s", got.output, got.errors)
	}
}

// The user spacelift gets its own home from systemd, unless the user of the pool has set another.
func TestHomeOfSpaceliftUser(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ configuration, want string }{
		"own": {"export A=1", "/home/spacelift"},
		"set": {"export HOME=/srv", "/srv"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := newWorld(t).boot(with(selfHosted(), func(c *Config) { c.Configuration = test.configuration }))
			if got.env["HOME"] != test.want || got.env["USER"] != "spacelift" {
				t.Errorf("HOME=%s USER=%s, want %s of spacelift", got.env["HOME"], got.env["USER"], test.want)
			}
		})
	}
}

func TestPowerOffOnError(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		powerOff bool
		change   func(*world, *Config)
		want     bool
	}{
		"boot fails":                {true, func(_ *world, c *Config) { c.Configuration = "exit 1" }, true},
		"boot fails, stays on":      {false, func(_ *world, c *Config) { c.Configuration = "exit 1" }, false},
		"copy fails, stays on":      {false, func(w *world, _ *Config) { w.fail("aws", 1000) }, false},
		"launcher ends, no error":   {false, func(*world, *Config) {}, true},
		"launcher fails":            {true, func(w *world, _ *Config) { w.write("launcher.do", "exit 1") }, true},
		"launcher fails, stays on":  {false, func(w *world, _ *Config) { w.write("launcher.do", "exit 1") }, false},
		"launcher killed, stays on": {false, func(w *world, _ *Config) { w.write("launcher.do", "kill -9 $$") }, false},
		"systemd refuses, stays on": {false, func(w *world, _ *Config) { w.fail("systemctl-start", 1) }, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, config := newWorld(t), selfHosted()
			config.SelfHosted.PowerOffOnError = test.powerOff
			test.change(w, &config)
			got := w.boot(config)
			if off := strings.HasSuffix(strings.Join(got.calls, "\n"), "sleep 15\npoweroff "); off != test.want {
				t.Errorf("powered off: %v, want %v\n%q", off, test.want, got.calls)
			}
			if got.env == nil && strings.Count(got.errors, "\n") != 1 {
				t.Errorf("error.log wants one line:\n%s", got.errors)
			}
		})
	}
}
