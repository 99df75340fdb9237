package userdata

import (
	"strconv"
	"strings"
	"testing"
)

// pauses are the seconds between the attempts of the boot, without the delay of the power-off, which comes last.
func pauses(t *testing.T, calls []string) []int {
	t.Helper()
	var seconds []int
	for _, call := range calls {
		if text, ok := strings.CutPrefix(call, "sleep "); ok {
			n, err := strconv.Atoi(text)
			if err != nil {
				t.Fatal(err)
			}
			seconds = append(seconds, n)
		}
	}
	return seconds[:len(seconds)-1]
}

func TestDownloadsAreRetried(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"launcher":  "spacelift-launcher-x86_64",
		"checksums": "spacelift-launcher-x86_64_SHA256SUMS",
		"signature": "spacelift-launcher-x86_64_SHA256SUMS.sig",
		"key":       signers(t).pinned.fingerprint,
		"token":     "token",
		"metadata":  "ami-id",
		"secret":    "aws",
	}
	for name, what := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.write("www/secret", `{"A":"1"}`)
			w.fail(what, 4)
			got := w.boot(with(saas(), func(c *Config) { c.Secret = &Secret{ARN: managedARN} }))
			if got.env == nil || got.errors != "" {
				t.Fatalf("the launcher did not run\n%s%s", got.output, got.errors)
			}
			if n := len(pauses(t, got.calls)); n != 4 {
				t.Errorf("paused %d times, want 4", n)
			}
			if n := strings.Count(got.info, "next try in "); n != 4 {
				t.Errorf("info.log tells of %d failed attempts, want 4:\n%s", n, got.info)
			}
		})
	}
}

// The pauses double up to half a minute, with as much again at random, and end within five minutes.
func TestRetriesGiveUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fail("spacelift-launcher-x86_64", 1000)
	got := w.boot(saas())
	checkFailure(t, got, "boot failed: downloading the launcher: downloading https://downloads.spacelift.io/spacelift-launcher-x86_64: "+
		"gave up after five minutes: curl: (22) The requested URL returned error: 503")
	total := 0
	for i, pause := range pauses(t, got.calls) {
		half := 1 << min(i, 4)
		if pause < half || pause >= 3*half {
			t.Errorf("pause %d took %d s, want %d to %d", i, pause, half, 3*half-1)
		}
		total += pause
	}
	// The longest pause is 47 s, so that giving up early means at least 300 - 47 s.
	if total < 253 || total >= 300 {
		t.Errorf("gave up after %d s, want nearly 300", total)
	}
}

func TestRetriesDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 2 {
		w := newWorld(t)
		w.fail("spacelift-launcher-x86_64", 1000)
		seen[strings.Join(w.boot(saas()).calls, "\n")] = true
	}
	if len(seen) == 1 {
		t.Error("two workers retried at the same times")
	}
}
