// Package lambdas carries the Lambda functions of a worker pool, built and zipped,
// within the provider.
package lambdas

import (
	"embed"
	"fmt"
	"io"
	"path/filepath"
)

// The functions.
const (
	Autoscaler = "autoscaler"
	Lifecycle  = "lifecycle"
)

// The architectures, as Go calls them.
const (
	ARM64 = "arm64"
	AMD64 = "amd64"
)

// dist is empty but for a placeholder until `make lambdas` has run, so that
// everything compiles without.
//
//go:embed all:dist
var dist embed.FS

// Zip is the deployment package of a function for an architecture, for the runtime
// provided.al2023. It fails if the provider was built without it.
func Zip(function, arch string) ([]byte, error) {
	archive, err := Open(function, arch)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(archive)
	if err != nil {
		return nil, fmt.Errorf("reading function %s for %s: %w", function, arch, err)
	}
	return content, nil
}

// Open is Zip as it lies in the provider, without a copy of its megabytes.
func Open(function, arch string) (*io.SectionReader, error) {
	file, err := dist.Open(nameOf(function, arch))
	if err != nil {
		return nil, fmt.Errorf("this build of the provider carries no function %s for %s: run `make lambdas` before building it: %w", function, arch, err)
	}
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("reading function %s for %s: %w", function, arch, err)
	}
	content, ok := file.(io.ReaderAt) // https://pkg.go.dev/embed#FS.Open
	if !ok {
		return nil, fmt.Errorf("reading function %s for %s: %T has no ReadAt", function, arch, file)
	}
	return io.NewSectionReader(content, 0, info.Size()), nil
}

func nameOf(function, arch string) string { return "dist/" + function + "-" + arch + ".zip" }

// Archives are the names of the deployment packages in this build, such as
// autoscaler-arm64.zip, with their size in bytes.
func Archives() map[string]int64 {
	archives := map[string]int64{}
	files, _ := dist.ReadDir("dist") // is always there
	for _, file := range files {
		if info, err := file.Info(); err == nil && filepath.Ext(file.Name()) == ".zip" {
			archives[file.Name()] = info.Size()
		}
	}
	return archives
}

// SHA256 is the hash of Zip in base64, the form of CodeSha256 in
// https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
// It was made with the package: to make it here would bring all of the package into
// memory, for a plan that changes nothing.
func SHA256(function, arch string) (string, error) {
	if _, err := Open(function, arch); err != nil {
		return "", err
	}
	hash, err := dist.ReadFile(nameOf(function, arch) + ".sha256")
	if err != nil {
		return "", fmt.Errorf("this build of the provider has no hash of function %s for %s: run `make clean lambdas` before building it: %w", function, arch, err)
	}
	return string(hash), nil
}
