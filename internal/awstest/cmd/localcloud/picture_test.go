package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/spacelift"
)

var update = flag.Bool("update", false, "write the golden files")

// burst is a pool that scales out while a refresh takes place.
func burst() awstest.Situation {
	now := time.Date(2026, 11, 27, 20, 0, 0, 0, time.UTC)
	const older, newer = "spacelift-1700000000-x86_64", "spacelift-1800000000-x86_64"
	return awstest.Situation{
		At: now,
		Instances: []awstest.Instance{
			{ID: "i-00000000000000001", Image: older, State: "Terminating:Wait"},
			{ID: "i-00000000000000002", Image: older, State: "Terminating:Proceed"},
			{ID: "i-00000000000000003", Image: older, State: "InService"},
			{ID: "i-00000000000000004", Image: newer, State: "InService"},
			{ID: "i-00000000000000005", Image: newer, State: "InService"},
			{ID: "i-00000000000000006", Image: "ami-0d0000000000000d2", State: "Pending"},
			{State: "Pending"},
		},
		WorkerPools: awstest.WorkerPools{
			Queued: 7, Running: 2, Finished: 13,
			Workers: []spacelift.Worker{
				{InstanceID: "i-00000000000000001", RunID: "r1", Drained: true},
				{InstanceID: "i-00000000000000003", RunID: "r2"},
				{InstanceID: "i-00000000000000004"},
			},
			Runs: []spacelift.Run{
				{ID: "r1", StartedAt: now.Add(-12 * time.Second)},
				{ID: "r2", StartedAt: now.Add(-900 * time.Millisecond)},
			},
		},
	}
}

func TestPictures(t *testing.T) {
	t.Parallel()
	words := map[string]saying{
		autoscaler: {text: "7 waiting and 2 busy want 9 workers; there are 5, 3 of them booting or yet to launch; 4 more are wanted: 4 are added"},
		lifecycle:  {text: "instances: 1 waiting for the hook, 0 retained; 1 wait"},
	}
	for name, c := range map[string]struct {
		now           awstest.Situation
		words         map[string]saying
		width, height int
	}{
		"narrow":  {burst(), words, 79, 23},
		"wide":    {burst(), words, 159, 49},
		"low":     {burst(), words, 79, 11},
		"tiny":    {burst(), words, 30, 5},
		"nothing": {awstest.Situation{}, nil, 79, 23},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var text strings.Builder
			for _, one := range picture(c.now, c.words, c.width, c.height) {
				if utf8.RuneCountInString(one.text) > c.width {
					t.Errorf("wider than %d: %q", c.width, one.text)
				}
				fmt.Fprintf(&text, "%d|%s\n", one.look, one.text)
			}
			golden(t, filepath.Join("testdata", name+".txt"), text.String())
		})
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}

func TestWrap(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text        string
		width, most int
		want        []string
	}{
		"nothing":     {"", 10, 3, nil},
		"one line":    {"a few words", 11, 3, []string{"a few words"}},
		"two lines":   {"a few words", 10, 3, []string{"a few", "words"}},
		"no room":     {"a few words more", 5, 2, []string{"a few", "word…"}},
		"a long word": {"a veryverylongword", 10, 3, []string{"a", "veryverylongword"}},
	} {
		if diff := cmp.Diff(c.want, wrap(c.text, c.width, c.most)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
