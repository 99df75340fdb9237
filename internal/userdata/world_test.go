package userdata

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// realTools are the commands of the worker image that the script may run as they are. Its PATH holds these and the stubs
// in testdata/bin, nothing else: a command that is in neither fails the test, as it would an instance.
var realTools = strings.Fields("awk base64 bash cat chmod env gpg grep install jq mkdir mv rm sed sha256sum tail touch tr")

// recorded are the commands that only leave a line in the calls.
var recorded = strings.Fields("chown poweroff update-ca-trust useradd usermod")

// stubbed are the commands that testdata/bin imitates.
var stubbed = strings.Fields("aws curl date id sleep systemctl uname")

// prefixes are the directories of the instance that the script touches. A test moves them below its own directory, which
// with the fingerprint of the signing key is all that it changes in the script.
var prefixes = []string{"/etc/", "/opt/", "/run/", "/usr/bin/", "/var/log/"}

// tools is the PATH of the scripts under test, made once for all of them.
var (
	tools      string
	errNoTools error
)

func TestMain(m *testing.M) {
	var err error
	if tools, err = os.MkdirTemp("", "tools"); err != nil {
		panic(err)
	}
	errNoTools = linkTools()
	status := m.Run()
	os.RemoveAll(tools)
	os.Exit(status)
}

func linkTools() error {
	stubs, err := filepath.Abs("testdata/bin")
	if err != nil {
		return err
	}
	targets := map[string]string{}
	for _, name := range realTools {
		if targets[name], err = exec.LookPath(name); err != nil {
			return err
		}
	}
	for _, name := range stubbed {
		targets[name] = filepath.Join(stubs, name)
	}
	for _, name := range recorded {
		targets[name] = filepath.Join(stubs, "record")
	}
	for name, target := range targets {
		if err := os.Symlink(target, filepath.Join(tools, name)); err != nil {
			return err
		}
	}
	return nil
}

// world is an instance to boot on.
type world struct {
	t    *testing.T
	root string
}

// newWorld is an x86_64 instance where everything works: the launcher is signed by the pinned key.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, root: t.TempDir()}
	for _, dir := range []string{"fail", "www", "usr/bin", "etc/systemd/system"} {
		w.check(os.MkdirAll(filepath.Join(w.root, dir), 0o755))
	}
	if errNoTools != nil {
		t.Skipf("needs the commands of the worker image: %v", errNoTools)
	}
	w.write("clock", "1000000")
	w.write("uname", "x86_64\n")
	w.write("www/token", "imds-token")
	w.write("www/instance-id", "i-0123456789abcdef0")
	w.write("www/ami-id", "ami-0123456789abcdef0")
	w.write("launcher.do", "")
	w.publish("spacelift-launcher-x86_64", signers(t).pinned)
	return w
}

// launcher is the program that the script downloads: it leaves its environment, then does what launcher.do says.
const launcher = "#!/bin/bash\nenv -0 >\"$WORLD/launcher.env\"\necho the launcher runs\nsource \"$WORLD/launcher.do\"\n"

// publish puts a launcher with its signed checksum on the download server.
func (w *world) publish(name string, by signer) {
	w.write("www/"+name, launcher)
	w.write("www/launcher", launcher)
	sums := signers(w.t).sums
	w.write("www/"+name+"_SHA256SUMS", sums)
	w.write("www/"+name+"_SHA256SUMS.sig", string(by.signature))
	w.write("www/"+signers(w.t).pinned.fingerprint, string(by.public))
}

func (w *world) check(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) write(path, text string) {
	w.t.Helper()
	w.check(os.WriteFile(filepath.Join(w.root, path), []byte(text), 0o600))
}

// fail makes the next so many attempts at a download or a command fail.
func (w *world) fail(name string, times int) { w.write("fail/"+name, strconv.Itoa(times)) }

// read returns a file's text, empty if there is none.
func (w *world) read(path string) string {
	w.t.Helper()
	text, err := os.ReadFile(filepath.Join(w.root, path))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		w.t.Fatal(err)
	}
	return string(text)
}

// outcome is what a boot left behind.
type outcome struct {
	status                     int
	output, info, errors, unit string
	calls                      []string
	env                        map[string]string // of the launcher, nil when it never ran
}

// boot runs the script of a Config to its end.
func (w *world) boot(c Config) outcome {
	w.t.Helper()
	text, err := Script(c)
	w.check(err)
	text = strings.ReplaceAll(text, signingKey, signers(w.t).pinned.fingerprint)
	for _, prefix := range prefixes {
		text = strings.ReplaceAll(text, prefix, w.root+prefix)
	}
	w.write("user-data", text)
	cmd := exec.CommandContext(w.t.Context(), "/bin/bash", filepath.Join(w.root, "user-data"))
	cmd.Dir = w.root
	cmd.Env = []string{"PATH=" + tools, "WORLD=" + w.root, "LANG=C.UTF-8"}
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		w.t.Fatal(err)
	}
	o := outcome{
		status: cmd.ProcessState.ExitCode(),
		output: output.String(),
		info:   w.read("var/log/spacelift/info.log"),
		errors: w.read("var/log/spacelift/error.log"),
		unit:   w.read("etc/systemd/system/spacelift-launcher.service"),
		env:    parseEnv(w.read("launcher.env")),
	}
	if calls := strings.ReplaceAll(w.read("calls"), w.root, ""); calls != "" {
		o.calls = strings.Split(strings.TrimSuffix(calls, "\n"), "\n")
	}
	return o
}

// parseEnv reads the output of env -0.
func parseEnv(text string) map[string]string {
	if text == "" {
		return nil
	}
	env := map[string]string{}
	for entry := range strings.SplitSeq(strings.TrimSuffix(text, "\x00"), "\x00") {
		name, value, _ := strings.Cut(entry, "=")
		env[name] = value
	}
	return env
}

// exists tells whether there is a file, also an empty one.
func (w *world) exists(path string) bool {
	_, err := os.Stat(filepath.Join(w.root, path))
	return err == nil
}

func (w *world) mode(path string) os.FileMode {
	w.t.Helper()
	info, err := os.Stat(filepath.Join(w.root, path))
	w.check(err)
	return info.Mode().Perm()
}
