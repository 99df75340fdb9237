package picture

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/bench"
)

// golden is the dashboard that the provider makes.
func golden(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "internal", "stack", "testdata", "dashboard", "full.json"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestDashboard(t *testing.T) {
	t.Parallel()
	course := bench.Follow(bench.Defaults(), bench.Morning())
	svg, err := Dashboard("Title", "Description", golden(t), course)
	if err != nil {
		t.Fatal(err)
	}
	texts := textsIn(t, svg)
	var b body
	if err := json.Unmarshal(golden(t), &b); err != nil {
		t.Fatal(err)
	}
	for _, one := range b.Widgets {
		if !texts[one.Properties.Title] {
			t.Errorf("the picture has no widget %q", one.Properties.Title)
		}
	}
	for _, want := range []string{"Waiting", "Booting", "Ended, without a worker", "503 Service Unavailable", "The model has no figures of this."} {
		if !texts[want] {
			t.Errorf("the picture does not say %q", want)
		}
	}
	again, err := Dashboard("Title", "Description", golden(t), bench.Follow(bench.Defaults(), bench.Morning()))
	if err != nil || again != svg {
		t.Errorf("the same course drawn again differs (error: %v)", err)
	}
}

func TestDashboardRefuses(t *testing.T) {
	t.Parallel()
	course := bench.Course{Trace: bench.Trace{Length: time.Minute}, Lines: []bench.Line{{}}}
	for text, want := range map[string]string{
		`no JSON`: "reading the dashboard",
		`{"widgets":[{"type":"metric","properties":{"title":"t","stat":"Sum","metrics":[["a","b"]]}}]}`:                                     "2 parts",
		`{"widgets":[{"type":"metric","properties":{"title":"t","stat":"Sum","metrics":[["a","b","c","d",{}]]}}]}`:                          "nothing is known of metrics in a",
		`{"widgets":[{"type":"log","properties":{"title":"t","query":"SOURCE 'x' | limit 5"}}]}`:                                            "no fields",
		`{"widgets":[{"type":"log","height":6,"width":6,"properties":{"title":"t","query":"fields message | filter message like \"x\""}}]}`: "nothing is known of the filter",
	} {
		if _, err := Dashboard("", "", []byte(text), course); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	point := [][]float64{{1}}
	if _, err := statistic(point, "p99"); err == nil {
		t.Error("p99 was drawn")
	}
}

func TestCourses(t *testing.T) {
	t.Parallel()
	trace := bench.CIDay()
	trace.Length = time.Hour
	svg := Courses("A & B", "Description", time.Hour, []string{"ours", "theirs"},
		[]bench.Course{bench.Follow(bench.Defaults(), trace), bench.Follow(bench.Today(), trace)})
	texts := textsIn(t, svg)
	for _, want := range []string{"A & B", "ours", "theirs", "busy", "booting", "09:00"} {
		if !texts[want] {
			t.Errorf("the picture does not say %q", want)
		}
	}
	if !strings.Contains(svg, "prefers-color-scheme:dark") {
		t.Error("the picture has no dark mode")
	}
}

// textsIn are the texts of an image, which has to be XML.
func textsIn(t *testing.T, svg string) map[string]bool {
	t.Helper()
	texts := map[string]bool{}
	for decoder := xml.NewDecoder(strings.NewReader(svg)); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return texts
		}
		if err != nil {
			t.Fatal(err)
		}
		if text, ok := token.(xml.CharData); ok {
			texts[string(text)] = true
		}
	}
}

func TestStairs(t *testing.T) {
	t.Parallel()
	none := math.NaN()
	for want, values := range map[string][]float64{
		"M0 10H20V0H40":       {0, 0, 10, 10},
		"M0 5H10M20 5H40":     {5, none, 5, 5},
		"M10 10H20V5H30V0H40": {none, 0, 5, 10},
		"":                    {none, none},
	} {
		if got := stairs(area{0, 0, 40, 10}, 10, values, "M"); got != want {
			t.Errorf("%v gave %s, want %s", values, got, want)
		}
	}
}

func TestTicks(t *testing.T) {
	t.Parallel()
	for least, want := range map[float64]float64{0: 1, 1: 1, 1.5: 2, 4: 5, 7.75: 10, 11: 20, 300: 500} {
		if got := tidy(least); got != want {
			t.Errorf("a step of at least %v is %v, want %v", least, got, want)
		}
	}
	for length, want := range map[time.Duration]time.Duration{time.Hour: 10 * time.Minute, 4 * time.Hour: 30 * time.Minute, 1000 * time.Hour: 1000 * time.Hour} {
		if got := even(length, 8); got != want {
			t.Errorf("the clock steps by %s in %s, want %s", got, length, want)
		}
	}
	if got := shorten("a long text", 30); got != "a lo…" && got != "a l…" {
		t.Errorf("shortened to %q", got)
	}
}
