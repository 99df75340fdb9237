package awstest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fakePython makes a virtual environment whose pip installs a fake emulator and
// counts how often it does.
const fakePython = `#!/bin/sh
[ "$1 $2 $3" = "-m venv --clear" ] || exit 2
mkdir -p "$4/bin"
cat >"$4/bin/pip" <<END
#!/bin/sh
for package; do :; done
[ "\$package" = "moto[server]==5.2.1" ] || exit 3
echo installed >>"$4/../count"
touch "$4/bin/moto_server"
END
chmod +x "$4/bin/pip"
`

// isolate gives the test a PATH and a cache directory of its own.
func isolate(t *testing.T, python string) (cache string) {
	t.Helper()
	home, bin := t.TempDir(), t.TempDir()
	if python != "" {
		if err := os.WriteFile(filepath.Join(bin, "python3"), []byte(python), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, tool := range []string{"sh", "mkdir", "cat", "chmod", "touch"} {
		for _, dir := range []string{"/bin", "/usr/bin"} {
			if _, err := os.Stat(filepath.Join(dir, tool)); err == nil {
				_ = os.Symlink(filepath.Join(dir, tool), filepath.Join(bin, tool))
			}
		}
	}
	t.Setenv("PATH", bin)
	t.Setenv("HOME", home)
	t.Setenv("XDG_CACHE_HOME", "")
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(cache, "terraform-provider-spacelift-ec2")
}

func TestEmulatorIsInstalledOnce(t *testing.T) {
	cache := isolate(t, fakePython)
	for range 2 {
		path, err := motoServer(t.Context())
		if want := filepath.Join(cache, "moto-5.2.1", "bin", "moto_server"); err != nil || path != want {
			t.Fatalf("installed at %s, %v; want %s", path, err, want)
		}
	}
	count, err := os.ReadFile(filepath.Join(cache, "count"))
	if err != nil || string(count) != "installed\n" {
		t.Errorf("installations: %q, %v", count, err)
	}
}

func TestInstallationSaysWhatIsMissing(t *testing.T) {
	cases := map[string]struct{ python, want string }{
		"no python":  {"", "install Python 3"},
		"no network": {"#!/bin/sh\necho no route to pypi.org >&2\nexit 1\n", "no route to pypi.org"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			isolate(t, c.python)
			_, err := motoServer(t.Context())
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "pip install") {
				t.Errorf("the error is %v", err)
			}
		})
	}
}
