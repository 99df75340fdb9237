package userdata

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// values are what a secret may hold. Each contains s3cret, which must not show up where it does not belong.
var values = map[string]string{
	"SPACELIFT_TOKEN":  "s3cret",
	"QUOTES":           `it's "s3cret" ` + "`so` \\ \\n %h",
	"DOLLAR":           "$HOME ${PATH} $(reboot) s3cret$",
	"NEWLINES":         "\ns3cret\n\n",
	"CARRIAGE":         "s3cret\r\n",
	"UNICODE":          "s3cret żółć € 🚀",
	"CONTROL":          "s3cret \x01\x1b[0m\t",
	"secret":           "s3cret, named as a variable of the script",
	"exports":          "s3cret, likewise",
	"_under_SCORE_9":   " s3cret ",
	"boot_other":       "s3cret=a=b&c;d|e>f*?[x]!#~",
	"SPACELIFT_LONG_1": strings.Repeat("s3cret", 10000),
}

func secretJSON(t *testing.T, object any) string {
	t.Helper()
	text, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// checkNoLeak wants the secret in the launcher's environment only: not in a log, an output, an argument or another file.
func checkNoLeak(t *testing.T, w *world, got outcome) {
	t.Helper()
	for name, text := range map[string]string{"output": got.output, "info.log": got.info, "error.log": got.errors} {
		if strings.Contains(text, "s3cret") {
			t.Errorf("%s holds a secret:\n%s", name, text)
		}
	}
	allowed := map[string]bool{"www/secret": true, "launcher.env": true, "run/spacelift/launch": true}
	err := filepath.WalkDir(w.root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		name, err := filepath.Rel(w.root, path)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		if strings.Contains(string(text), "s3cret") && !allowed[name] {
			t.Errorf("%s holds a secret", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSecretReachesLauncherOnly(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		keys []string
		want map[string]string
	}{
		"managed": {nil, values},
		"brought": {[]string{"QUOTES", "NEWLINES"}, map[string]string{"QUOTES": values["QUOTES"], "NEWLINES": values["NEWLINES"]}},
		"no keys": {[]string{}, map[string]string{}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.write("www/secret", secretJSON(t, values))
			got := w.boot(with(saas(), func(c *Config) {
				c.PreHook = "set -vx -a -ET; trap 'echo \"$BASH_COMMAND\"' DEBUG"
				c.Configuration = "set -vx"
				c.PostHook = "set -x"
				c.Secret = &Secret{ARN: managedARN, Keys: test.keys}
			}))
			arrived := map[string]string{}
			for key := range values {
				if value, ok := got.env[key]; ok {
					arrived[key] = value
				}
			}
			if diff := cmp.Diff(test.want, arrived); diff != "" {
				t.Errorf("environment (-want +got):\n%s\n%s", diff, got.errors)
			}
			checkNoLeak(t, w, got)
			if mode := w.mode("run/spacelift/launch"); mode != 0o600 {
				t.Errorf("the environment's file has mode %v", mode)
			}
		})
	}
}

// The region is the secret's own, also where the worker runs in another.
func TestSecretIsReadInItsRegion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write("www/secret", `{}`)
	got := w.boot(with(saas(), func(c *Config) {
		c.Secret = &Secret{ARN: "arn:aws-us-gov:secretsmanager:us-gov-east-1:210987654321:secret:a-b"}
	}))
	const want = "--region us-gov-east-1 --secret-id arn:aws-us-gov:secretsmanager:us-gov-east-1:210987654321:secret:a-b "
	if !strings.Contains(got.calls[0], want) {
		t.Errorf("asked %q, want %q", got.calls[0], want)
	}
}

func TestSecretIsExportedAsText(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write("www/secret", `{"NUMBER":8080,"YES":true,"NO":false,"EMPTY":"","LIST":[1,"a"]}`)
	got := w.boot(with(saas(), func(c *Config) { c.Secret = &Secret{ARN: managedARN} }))
	for name, want := range map[string]string{"NUMBER": "8080", "YES": "true", "NO": "false", "EMPTY": "", "LIST": `[1,"a"]`} {
		if value, ok := got.env[name]; !ok || value != want {
			t.Errorf("%s is %q, want %q\n%s", name, value, want, got.errors)
		}
	}
}

func TestUnusableSecretStopsBoot(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		secret string
		keys   []string
		want   string
	}{
		"missing key":    {`{"A":"s3cret"}`, []string{"A", "MISSING"}, "key MISSING is missing\n"},
		"null":           {`{"A":"s3cret","B":null}`, nil, "key B is missing\n"},
		"no shell name":  {`{"A":"s3cret","B C":"s3cret"}`, nil, "key B C is not a name that a shell can export\n"},
		"line break":     {`{"A\n":"s3cret"}`, nil, "key A  is not a name that a shell can export\n"},
		"NUL":            {`{"A":"s3cret\u0000"}`, nil, "the value of key A holds a NUL\n"},
		"list":           {`["s3cret"]`, nil, "is not a JSON object\n"},
		"text":           {`s3cret`, nil, "is not a JSON object\n"},
		"broken JSON":    {`{"A":"s3cret`, nil, "is not a JSON object\n"},
		"binary secret":  {`None`, nil, "is not a JSON object\n"},
		"empty":          {``, nil, "is not a JSON object\n"},
		"readonly shell": {`{"BASHOPTS":"s3cret"}`, nil, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.write("www/secret", test.secret)
			got := w.boot(with(saas(), func(c *Config) {
				c.PreHook = "set -x"
				c.Secret = &Secret{ARN: managedARN, Keys: test.keys}
			}))
			checkFailure(t, got, failedSecret)
			if test.want != "" && (!strings.Contains(got.errors, "secret "+managedARN) || !strings.HasSuffix(got.errors, test.want)) {
				t.Errorf("error.log has\n%swant %q", got.errors, test.want)
			}
			checkNoLeak(t, w, got)
		})
	}
}

func TestUnreadableSecretStopsBoot(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fail("aws", 1000)
	got := w.boot(with(saas(), func(c *Config) { c.Secret = &Secret{ARN: managedARN} }))
	checkFailure(t, got, failedSecret+"reading secret "+managedARN+": gave up after five minutes: An error occurred (AccessDeniedException)")
}

// A token that a later step handles is not traced either.
func TestFailureAfterSecretDoesNotLeak(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*world, *Config){
		"download fails":      func(w *world, _ *Config) { w.fail("spacelift-launcher-x86_64", 1000) },
		"configuration fails": func(_ *world, c *Config) { c.Configuration = "set -x; false" },
		"post hook traces":    func(_ *world, c *Config) { c.PostHook = "set -x; exit 1" },
		"launcher fails":      func(w *world, _ *Config) { w.write("launcher.do", "exit 1") },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.write("www/secret", secretJSON(t, values))
			config := with(saas(), func(c *Config) { c.Secret = &Secret{ARN: managedARN}; c.Configuration = "set -x" })
			change(w, &config)
			checkNoLeak(t, w, w.boot(config))
		})
	}
}
