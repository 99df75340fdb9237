package lambda

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Build makes the zip of a function out of a Go package, for this machine: pkg is
// what `go build` takes, seen from the working directory, such as
// "./testdata/function". Keep the result: it takes seconds.
func Build(pkg string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "awstest-lambda-build-")
	if err != nil {
		return nil, fmt.Errorf("making a directory to build in: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	program := filepath.Join(dir, "bootstrap")
	// https://docs.aws.amazon.com/lambda/latest/dg/golang-package.html
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-tags", "lambda.norpc", "-o", program, pkg)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building %s: %w\n%s", pkg, err, out)
	}
	code, err := os.ReadFile(program)
	if err != nil {
		return nil, fmt.Errorf("reading what was built of %s: %w", pkg, err)
	}
	return zipOf("bootstrap", code, 0o755)
}

// zipOf is a zip with one file.
func zipOf(name string, content []byte, mode os.FileMode) ([]byte, error) {
	var buffer bytes.Buffer
	archive := zip.NewWriter(&buffer)
	header := &zip.FileHeader{Name: name, Method: zip.Deflate}
	header.SetMode(mode)
	file, err := archive.CreateHeader(header)
	if err != nil {
		return nil, fmt.Errorf("zipping %s: %w", name, err)
	}
	if _, err := file.Write(content); err != nil {
		return nil, fmt.Errorf("zipping %s: %w", name, err)
	}
	if err := archive.Close(); err != nil {
		return nil, fmt.Errorf("zipping %s: %w", name, err)
	}
	return buffer.Bytes(), nil
}
