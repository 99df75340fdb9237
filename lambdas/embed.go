// Package lambdas carries the Lambda functions of a worker pool, built and zipped,
// within the provider.
package lambdas

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
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
	archive, err := dist.ReadFile("dist/" + function + "-" + arch + ".zip")
	if err != nil {
		return nil, fmt.Errorf("this build of the provider carries no function %s for %s: run `make lambdas` before building it: %w", function, arch, err)
	}
	return archive, nil
}

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
func SHA256(function, arch string) (string, error) {
	archive, err := Zip(function, arch)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(archive)
	return base64.StdEncoding.EncodeToString(sum[:]), nil
}
