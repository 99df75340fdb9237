package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// official builds what stands in for the Spacelift provider, once, and returns the
// folder it is in.
var official = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "spacelift-official-e2e")
	if err != nil {
		return "", err
	}
	build := exec.Command("go", "build", "-ldflags", "-s -w", "-o", filepath.Join(dir, "terraform-provider-spacelift"), "./official")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the stand-in of the Spacelift provider: %w\n%s", err, out)
	}
	return dir, nil
})

// withOfficial lets Terraform find the stand-in under the name of the Spacelift provider.
func (w *workspace) withOfficial(tb testing.TB) {
	tb.Helper()
	dir, err := official()
	if err != nil {
		tb.Fatal(err)
	}
	path := w.env["TF_CLI_CONFIG_FILE"]
	rc, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	write(tb, path, strings.Replace(string(rc), "dev_overrides {\n", fmt.Sprintf("dev_overrides {\n    \"spacelift-io/spacelift\" = %q\n", dir), 1))
}
