package picture

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/bench"
)

// The functions publish the metrics that the guide tells of and no others, and the
// dashboard shows those only.
func TestMetrics(t *testing.T) {
	t.Parallel()
	published := map[string]bool{}
	for _, line := range bench.Follow(bench.Defaults(), bench.Morning()).Lines {
		for name := range line.Numbers {
			if unicode.IsUpper(rune(name[0])) { // else it is a field of the line only
				published[name] = true
			}
		}
	}
	guide, err := os.ReadFile(filepath.Join("..", "..", "..", "templates", "guides", "monitoring.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(guide), "\n## Metrics\n")
	table, _, _ = strings.Cut(table, "\n## ")
	told := map[string]bool{}
	for line := range strings.Lines(table) {
		cells := strings.Split(line, "|")
		if len(cells) < 3 {
			continue
		}
		for _, found := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[1], -1) {
			told[found[1]] = true
		}
	}
	if diff := cmp.Diff(published, told); diff != "" {
		t.Errorf("metrics (-published +told):\n%s", diff)
	}
	var b body
	if err := json.Unmarshal(golden(t), &b); err != nil {
		t.Fatal(err)
	}
	for _, one := range b.Widgets {
		for _, entry := range one.Properties.Metrics {
			m, err := parseMetric(entry)
			if err != nil {
				t.Fatal(err)
			}
			if m.namespace == "Spacelift/WorkerPool" && !published[m.name] {
				t.Errorf("%q shows %s, which no function publishes", one.Properties.Title, m.name)
			}
		}
	}
}
