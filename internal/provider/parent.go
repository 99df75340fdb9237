package provider

import (
	"os"
	"time"
)

// parentInterval is how often ExitWithParent looks: an AWS call takes about as
// long, so at most a few are made without Terraform.
const parentInterval = 100 * time.Millisecond

// ExitWithParent ends the process when Terraform, which started it, is gone
// without having told it to stop. Otherwise the provider would go on by itself
// with an apply that nobody records in a state, while the user starts the next.
// What it has made so far is picked up by that one.
func ExitWithParent() {
	parent := os.Getppid()
	for range time.Tick(parentInterval) {
		if os.Getppid() != parent {
			os.Exit(1)
		}
	}
}
