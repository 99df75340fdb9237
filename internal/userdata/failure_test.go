package userdata

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// failure is a boot that must not start the launcher.
type failure struct {
	prepare func(w *world) // what is wrong with the instance
	config  Config
	want    string // error.log after the time
}

const (
	failedSecret   = "boot failed: exporting the secret: "
	failedVerify   = "boot failed: verifying the launcher: "
	failedMetadata = "boot failed: reading the instance metadata: "
)

func configured(text string) Config { return with(saas(), func(c *Config) { c.Configuration = text }) }

func TestFailedBootSaysWhyAndPowersOff(t *testing.T) {
	t.Parallel()
	tests := map[string]failure{
		"configuration exits": {config: configured("exit 3"), want: "boot failed: running the configuration: exit status 3, see "},
		"configuration exits well": {
			config: configured("exit 0"), want: "boot failed: running the configuration: exit status 0, see ",
		},
		"configuration fails":         {config: configured("true\nfalse\ntrue"), want: "boot failed: running the configuration: exit status 1, see "},
		"configuration breaks syntax": {config: configured("if true; then"), want: "boot failed: running the configuration: exit status "},
		"configuration traps":         {config: configured("trap 'true' EXIT\nfalse"), want: "boot failed: running the configuration: exit status 1, see "},
		"configuration execs":         {config: configured("exec cat /dev/null"), want: "boot failed: running the configuration: exit status 0, see "},
		"configuration kills itself":  {config: configured("kill -9 $BASHPID"), want: "boot failed: running the configuration: exit status 137, see "},
		"configuration kills script":  {config: configured("kill $$; sleep 1"), want: "boot failed: "},
		"pre hook fails": {
			config: with(saas(), func(c *Config) { c.PreHook = "exit 4" }), want: "boot failed: running the pre hook: exit status 4, see ",
		},
		"post hook fails": {
			config: with(saas(), func(c *Config) { c.PostHook = "false" }),
			want:   "boot failed: running the post hook: exit status 1, see ",
		},
		"unknown architecture": {
			prepare: func(w *world) { w.write("uname", "riscv64") }, config: saas(),
			want: "boot failed: checking the architecture: no launcher for riscv64",
		},
		"metadata is null": {
			prepare: func(w *world) { w.write("www/instance-id", "null") }, config: saas(),
			want: failedMetadata + "the instance metadata has no instance-id",
		},
		"metadata is empty": {
			prepare: func(w *world) { w.write("www/ami-id", "") }, config: saas(),
			want: failedMetadata + "the instance metadata has no ami-id",
		},
		"systemd refuses": {
			prepare: func(w *world) { w.fail("systemctl-start", 1) }, config: saas(),
			want: "boot failed: starting the launcher: exit status 1, see ",
		},
	}
	runFailures(t, tests)
}

func runFailures(t *testing.T, tests map[string]failure) {
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if test.prepare != nil {
				test.prepare(w)
			}
			checkFailure(t, w.boot(test.config), test.want)
		})
	}
}

// timeStamp begins a line of the logs, in UTC.
var timeStamp = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ `)

// checkFailure wants one line in error.log and on the console, then the power-off,
// and no launcher.
func checkFailure(t *testing.T, got outcome, want string) {
	t.Helper()
	if strings.Count(got.errors, "\n") != 1 || !timeStamp.MatchString(got.errors) || !strings.HasPrefix(got.errors[21:], want) {
		t.Errorf("error.log has\n%swant one line\n%s\noutput\n%s", got.errors, want, got.output)
	}
	if !strings.Contains(got.output, want) {
		t.Errorf("the console has\n%swant a line\n%s", got.output, want)
	}
	if got.env != nil {
		t.Error("the launcher ran")
	}
	if n := len(got.calls); n < 2 || !slices.Equal(got.calls[n-2:], []string{"sleep 15", "poweroff "}) {
		t.Errorf("does not end by powering off: %q", got.calls)
	}
	if got.status == 0 {
		t.Error("cloud-init takes the boot for a success")
	}
}

func TestLauncherIsVerified(t *testing.T) {
	t.Parallel()
	publish := func(by signer) func(*world) {
		return func(w *world) { w.publish("spacelift-launcher-x86_64", by) }
	}
	keys := signers(t)
	runFailures(t, map[string]failure{
		"signature of something else": {publish(keys.forged), saas(), failedVerify + "bad signature of the checksums"},
		"other key in the keyring":    {publish(keys.other), saas(), failedVerify + "the checksums are not signed by " + keys.pinned.fingerprint},
		"revoked key":                 {publish(keys.revoked), saas(), failedVerify},
		"signature is missing":        {publish(signer{public: keys.pinned.public}), saas(), failedVerify + "bad signature of the checksums"},
		"key server sends a page": {
			publish(signer{public: []byte("<html>"), signature: keys.pinned.signature}), saas(), failedVerify + "the signing key cannot be read",
		},
		"other launcher": {
			func(w *world) { w.write("www/spacelift-launcher-x86_64", "#!/bin/bash\necho pwned") }, saas(),
			failedVerify + "the launcher's checksum is not among the signed ones",
		},
	})
	t.Run("subkey of the pinned key", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.publish("spacelift-launcher-x86_64", keys.subkey)
		if got := w.boot(saas()); got.env == nil {
			t.Errorf("the launcher did not run\n%s%s", got.output, got.errors)
		}
	})
}

// Nothing has the launcher's name, or may be executed, before it has been verified.
func TestUnverifiedLauncherIsNotInstalled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish("spacelift-launcher-x86_64", signers(t).other)
	w.boot(saas())
	if w.exists("usr/bin/spacelift-launcher") {
		t.Error("is installed")
	}
	if mode := w.mode("usr/bin/.spacelift-launcher.download"); mode&0o111 != 0 {
		t.Errorf("is executable: %v", mode)
	}
}

// Whatever ends the launcher, the instance goes.
func TestInstanceIsPoweredOffAfterLauncher(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ launcher, want string }{
		"ends":     {"exit 0", "the launcher ended: success 0"},
		"fails":    {"exit 7", "the launcher ended: exit-code 7"},
		"killed":   {"kill -9 $$", "the launcher ended: signal 137"},
		"no shell": {"exec /does/not/exist", "the launcher ended: exit-code 12"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.write("launcher.do", test.launcher)
			got := w.boot(with(saas(), func(c *Config) { c.PoweroffDelay = 200 }))
			want := []string{"launcher started by root", "sleep 200", "poweroff "}
			if diff := cmp.Diff(want, got.calls[max(0, len(got.calls)-3):]); diff != "" {
				t.Errorf("last calls (-want +got):\n%s", diff)
			}
			if !strings.Contains(got.info, test.want) {
				t.Errorf("info.log does not say %q:\n%s", test.want, got.info)
			}
			// systemd would cut the delay short.
			if !strings.Contains(got.unit, "TimeoutStopSec=290\n") {
				t.Errorf("unit:\n%s", got.unit)
			}
		})
	}
}
