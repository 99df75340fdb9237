package marks_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
)

func TestParse(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 27, 16, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		text string
		want marks.Mark
	}{
		"scale in":        {"2026-11-27T16:00:00Z scale in", marks.Mark{At: at, Reason: marks.ScaleIn}},
		"deletion":        {"2026-11-27T17:00:00+01:00 worker pool is being deleted", marks.Mark{At: at, Reason: marks.Deletion}},
		"time alone":      {"2026-11-27T16:00:00Z", marks.Mark{At: at}},
		"somebody's word": {"keep this one", marks.Mark{Reason: "keep this one"}},
		"empty":           {"", marks.Mark{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := marks.Parse(c.text)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("Parse(%q) (-want +got):\n%s", c.text, diff)
			}
		})
	}
}

func TestStringIsReadBack(t *testing.T) {
	t.Parallel()
	want := marks.Mark{At: time.Date(2026, 11, 27, 16, 0, 1, 0, time.UTC), Reason: marks.NoWorker}
	if got := marks.Parse(want.String()); got != want {
		t.Errorf("Parse(%q) = %v", want, got)
	}
}

func TestTime(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 27, 16, 0, 0, 0, time.UTC)
	if got := marks.Time(marks.Format(at.In(time.FixedZone("CET", 3600)))); !got.Equal(at) {
		t.Errorf("got %s", got)
	}
	if got := marks.Time("yesterday"); !got.IsZero() {
		t.Errorf("Time of no time = %s", got)
	}
}
