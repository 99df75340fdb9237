package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestDemo runs what `make demo` shows. The script fails when a run is cut short, or
// anything is left.
func TestDemo(t *testing.T) {
	t.Parallel()
	runsFunctions(t)
	binary, err := provider()
	if err != nil {
		t.Fatal(err)
	}
	mirror := t.TempDir()
	place := filepath.Join(mirror, "registry.terraform.io", "spacelift-io", "spacelift-ec2", "0.1.0", runtime.GOOS+"_"+runtime.GOARCH)
	if err := os.MkdirAll(place, 0o755); err != nil {
		t.Fatal(err)
	}
	const name = "terraform-provider-spacelift-ec2"
	if err := os.Symlink(filepath.Join(binary, name), filepath.Join(place, name+"_v0.1.0")); err != nil {
		t.Fatal(err)
	}
	read(t, filepath.Join("scripts", "*.sh"), filepath.Join("examples", "autoscaler", "*"), filepath.Join("internal", "awstest", "cmd", "localcloud", "*.go"))
	demo := exec.CommandContext(t.Context(), "bash", filepath.Join("scripts", "demo.sh"), mirror)
	demo.Dir = filepath.Join("..", "..")
	out, err := demo.CombinedOutput()
	if err != nil {
		t.Fatalf("the demo failed: %s\n%s", err, out)
	}
	if !strings.Contains(string(out), "All 20 runs have finished, none was cut short, and nothing is left.") {
		t.Errorf("the demo does not tell of its end:\n%s", out)
	}
}

// read reads what only the script reads otherwise: go test shows a result from its cache
// while the files that a test has read are the same.
func read(t *testing.T, patterns ...string) {
	t.Helper()
	for _, pattern := range patterns {
		files, err := filepath.Glob(filepath.Join("..", "..", pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, file := range files {
			if _, err := os.ReadFile(file); err != nil {
				t.Fatal(err)
			}
		}
	}
}
