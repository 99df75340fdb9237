// Command terraform-provider-spacelift-ec2 serves the provider to Terraform and
// OpenTofu.
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"runtime/debug"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/provider"
)

// version is set by the release build: -ldflags "-X main.version=1.2.3".
var version = "dev"

// collectAt is how much garbage there may be, in percent of what is in use, before it
// is collected. The provider mostly waits for AWS: it has the time, and Terraform runs
// many providers on small machines.
const collectAt = 10

func main() {
	attach := flag.Bool("debug", false, "serve for a debugger: print how to attach Terraform and wait for it")
	flag.Parse()
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	if !*attach {
		go provider.ExitWithParent()
	}
	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address:         "registry.terraform.io/spacelift-io/spacelift-ec2",
		Debug:           *attach,
		ProtocolVersion: 6,
	})
	if err != nil {
		log.Fatal(err)
	}
}
