// Command draw writes the pictures of the documentation into a directory. It is run
// in the root of the repository.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/bench"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/picture"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: draw DIR")
		os.Exit(2)
	}
	if err := draw(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func draw(dir string) error {
	for name, drawing := range map[string]func() (string, error){"autoscaling.svg": autoscaling, "dashboard.svg": dashboard} {
		svg, err := drawing()
		if err != nil {
			return fmt.Errorf("drawing %s: %w", name, err)
		}
		const readable = 0o644
		if err := os.WriteFile(filepath.Join(dir, name), []byte(svg), readable); err != nil { //nolint:gosec // documentation
			return fmt.Errorf("writing %s: %w", name, err)
		}
	}
	return nil
}

// autoscaling is the CI day with this provider's autoscaler, with its defaults, and
// with today's.
func autoscaling() (string, error) {
	trace := bench.CIDay()
	ours, today := bench.Defaults(), bench.Today()
	const shown = 4 * time.Hour
	return picture.Courses(
		"The same runs, two autoscalers",
		"Runs that wait and instances by state over four hours, with the autoscaler of this provider and with version 2.7.1 of ec2-workerpool-autoscaler. With the first "+
			"all instances that are needed start at once; with the second they come one after the other while runs wait.",
		shown, []string{"this provider, with its defaults", "ec2-workerpool-autoscaler 2.7.1 (a model), with its defaults"},
		[]bench.Course{bench.Follow(ours, trace), bench.Follow(today, trace)},
	), nil
}

// dashboard is the dashboard of a pool, as the provider makes it, after a morning on
// which something happened.
func dashboard() (string, error) {
	const golden = "internal/stack/testdata/dashboard/full.json"
	body, err := os.ReadFile(golden)
	if err != nil {
		return "", err
	}
	return picture.Dashboard("CloudWatch dashboard of a worker pool",
		"The graphs and tables of the dashboard that monitoring.dashboard makes, with the data of three hours on the model of a pool.",
		body, bench.Follow(bench.Defaults(), bench.Morning()))
}
