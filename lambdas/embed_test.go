package lambdas_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"encoding/base64"
	"io"
	"strings"
	"testing"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas"
)

// maxZip is in bytes.
const maxZip = 4_500_000

// archive is a function as the provider carries it. Tests of what was built are left
// out where nothing was: `make test` builds first.
func archive(t testing.TB, function, arch string) []byte {
	t.Helper()
	content, err := lambdas.Zip(function, arch)
	if err != nil {
		t.Skip(err)
	}
	return content
}

func TestZips(t *testing.T) {
	t.Parallel()
	for arch, machine := range map[string]elf.Machine{lambdas.ARM64: elf.EM_AARCH64, lambdas.AMD64: elf.EM_X86_64} {
		for _, function := range []string{lambdas.Autoscaler, lambdas.Lifecycle} {
			content := archive(t, function, arch)
			t.Logf("%s for %s has %d bytes", function, arch, len(content))
			if len(content) > maxZip {
				t.Errorf("%s for %s has %d bytes, at most %d", function, arch, len(content), maxZip)
			}
			files, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
			if err != nil {
				t.Fatal(err)
			}
			if len(files.File) != 1 || files.File[0].Name != "bootstrap" || files.File[0].Mode() != 0o755 {
				t.Fatalf("%s for %s: %+v", function, arch, files.File)
			}
			program, err := elf.NewFile(bytes.NewReader(unpacked(t, files.File[0])))
			if err != nil || program.Machine != machine || program.Section(".interp") != nil {
				t.Errorf("%s for %s is no static program for it: %v", function, arch, err)
			}
			sum := sha256.Sum256(content)
			if got, err := lambdas.SHA256(function, arch); err != nil || got != base64.StdEncoding.EncodeToString(sum[:]) {
				t.Errorf("hash of %s for %s: %s, %v", function, arch, got, err)
			}
		}
	}
}

func unpacked(t *testing.T, file *zip.File) []byte {
	t.Helper()
	reader, err := file.Open()
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestMissing(t *testing.T) {
	t.Parallel()
	_, zipped := lambdas.Zip("autoscaler", "riscv64")
	_, hashed := lambdas.SHA256("autoscaler", "riscv64")
	for _, err := range []error{zipped, hashed} {
		if err == nil || !strings.Contains(err.Error(), "make lambdas") {
			t.Error(err)
		}
	}
}
