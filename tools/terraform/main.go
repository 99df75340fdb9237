// Command terraform prints the path of a Terraform that the project's scripts
// and acceptance tests can use: the one on PATH when it is recent enough, else
// a pinned release, downloaded once, with its signature checked, into the
// user's cache directory.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/hashicorp/go-version"
	install "github.com/hashicorp/hc-install"
	"github.com/hashicorp/hc-install/fs"
	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
	"github.com/hashicorp/hc-install/src"
)

const (
	// pinned is what gets downloaded where there is no Terraform.
	pinned = "1.11.4"
	// oldest is the oldest Terraform that the tests are known to pass with.
	oldest = ">= 1.11.0"
	// downloadTimeout allows 30 MB over a slow line.
	downloadTimeout = 5 * time.Minute
)

func main() {
	log.SetFlags(0)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	path, err := find(ctx)
	stop()
	if err != nil {
		log.Fatalf("no usable Terraform: %v\nInstall Terraform %s or newer and put it on PATH.", err, pinned)
	}
	fmt.Println(path)
}

// find returns the path of an executable Terraform, downloading it if it must.
func find(ctx context.Context) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("locating the cache directory: %w", err)
	}
	dir := filepath.Join(cache, "terraform-provider-spacelift-ec2", "terraform-"+pinned)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("creating the cache directory: %w", err)
	}
	return install.NewInstaller().Ensure(ctx, []src.Source{
		&fs.Version{
			Product:     product.Terraform,
			Constraints: version.MustConstraints(version.NewConstraint(oldest)),
			ExtraPaths:  []string{dir},
		},
		&releases.ExactVersion{
			Product:    product.Terraform,
			Version:    version.Must(version.NewVersion(pinned)),
			InstallDir: dir,
			Timeout:    downloadTimeout,
		},
	})
}
