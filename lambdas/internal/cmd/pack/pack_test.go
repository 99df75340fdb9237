package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// root is that of the repository.
const root = "../../../.."

// Two builds in different directories, by people whose Go is set up differently,
// give the same bytes.
func TestSameBytesEverywhere(t *testing.T) {
	elsewhere := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum"} {
		content, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(elsewhere, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"lambdas", "internal/lambdaenv", "internal/marks", "internal/spacelift"} {
		if err := os.CopyFS(filepath.Join(elsewhere, name), os.DirFS(filepath.Join(root, name))); err != nil {
			t.Fatal(err)
		}
	}
	here := packed(t, root)
	t.Setenv("GOFLAGS", "-race -ldflags=-X=main.version=1 -tags=other -buildvcs=true")
	t.Setenv("CGO_ENABLED", "1")
	t.Setenv("GOARM64", "v9.0")
	t.Setenv("TZ", "Asia/Tokyo")
	t.Setenv("TMPDIR", t.TempDir())
	if there := packed(t, elsewhere); !bytes.Equal(here, there) {
		t.Errorf("%d and %d bytes, which differ", len(here), len(there))
	}
}

// packed is what pack makes of the module in a directory.
func packed(t *testing.T, module string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lifecycle-arm64.zip")
	if err := pack(t.Context(), module, path); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestFailures(t *testing.T) {
	t.Parallel()
	for name, says := range map[string]string{"autoscaler.zip": "is not named", "nobody-arm64.zip": "building nobody for arm64", "autoscaler-z80.zip": "building autoscaler for z80"} {
		path := filepath.Join(t.TempDir(), name)
		if err := pack(t.Context(), root, path); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s has been written", name)
		}
	}
}
