package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// pack builds the function that path names from the module in root, and writes its
// package to path, and the hash of that, as Lambda tells it, beside it.
func pack(ctx context.Context, root, path string) error {
	function, arch, ok := strings.Cut(strings.TrimSuffix(filepath.Base(path), ".zip"), "-")
	if !ok {
		return fmt.Errorf("%s is not named FUNCTION-ARCHITECTURE.zip", path)
	}
	binary, err := build(ctx, root, function, arch)
	if err != nil {
		return fmt.Errorf("building %s for %s: %w", function, arch, err)
	}
	archive, err := compress(binary)
	if err != nil {
		return fmt.Errorf("packing %s: %w", path, err)
	}
	sum := sha256.Sum256(archive)
	if err := os.WriteFile(path+".sha256", []byte(base64.StdEncoding.EncodeToString(sum[:])), 0o644); err != nil { //nolint:gosec // likewise
		return err
	}
	// Renamed into place, so that an interrupted run leaves no half of it.
	if err := os.WriteFile(path+".tmp", archive, 0o644); err != nil { //nolint:gosec // the provider's build reads it
		return err
	}
	return os.Rename(path+".tmp", path)
}

// build compiles a function so that nothing of this machine gets into it.
func build(ctx context.Context, root, function, arch string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "pack")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	out := filepath.Join(dir, "bootstrap")
	// Without the tag the runtime's library links net/rpc, and with its reflection
	// all methods of the AWS clients.
	// Calls are not inlined in what lies on GitHub, as in the provider: that serves the
	// build cache, and makes the function a little smaller.
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-tags=lambda.norpc",
		"-gcflags=github.com/...=-l", "-o", out, "./lambdas/"+function)
	command.Dir, command.Stderr = root, os.Stderr
	// GOFLAGS is set rather than empty, which would leave it to `go env -w`.
	command.Env = append(os.Environ(), "GOFLAGS=-trimpath", "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch,
		"GOAMD64=v1", "GOARM64=v8.0", "GOFIPS140=off", "GOWORK=off")
	if err := command.Run(); err != nil {
		return nil, err
	}
	return os.ReadFile(out)
}

// compress makes the archive that Lambda takes: one file, named and executable as
// https://docs.aws.amazon.com/lambda/latest/dg/golang-package.html wants it.
func compress(binary []byte) ([]byte, error) {
	var archive bytes.Buffer
	writer := zip.NewWriter(&archive)
	writer.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestCompression)
	})
	// The first moment that the format knows.
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
	header.SetMode(0o755)
	file, err := writer.CreateHeader(header)
	if err != nil {
		return nil, err
	}
	if _, err := file.Write(binary); err != nil {
		return nil, err
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return archive.Bytes(), nil
}
