package bench

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
)

// candidates are the autoscalers that are compared. The last but one of ours has the
// default settings.
func candidates() []Subject {
	const minute = time.Minute
	return append(Others(),
		Ours(1, 1, 0), Ours(5, 5, 0), Ours(10, 10, 0), Ours(50, 1, 0), Ours(50, 50, 0), Ours(50, 10, minute), Ours(50, 10, 3*minute), Ours(50, 10, 0), Ours(50, 10, 10*minute))
}

// table is the results of all subjects on all traces, in Markdown.
func table(traces []Trace, subjects []Subject, results [][]Result) string {
	var text strings.Builder
	text.WriteString("| runs | autoscaler | p50 wait | p95 wait | idle minutes | of these booting | calls a minute |\n|---|---|--:|--:|--:|--:|--:|\n")
	for i, trace := range traces {
		for j, subject := range subjects {
			r := results[i][j]
			fmt.Fprintf(&text, "| %s | %s | %.0f s | %.0f s | %.0f | %.0f | %.1f |\n",
				trace.Name, subject.Name, r.P50.Seconds(), r.P95.Seconds(), r.Idle.Minutes(), r.Boots.Minutes(), r.Calls)
		}
	}
	return text.String()
}

// measure lets all subjects scale for all traces.
func measure(traces []Trace, subjects []Subject) [][]Result {
	results := make([][]Result, len(traces))
	var all errgroup.Group
	all.SetLimit(runtime.GOMAXPROCS(0))
	for i, trace := range traces {
		results[i] = make([]Result, len(subjects))
		for j, subject := range subjects {
			all.Go(func() error {
				results[i][j] = Measure(subject, trace)
				return nil
			})
		}
	}
	_ = all.Wait() // nothing fails
	return results
}

// BenchmarkAutoscalers prints how long runs wait, and what that costs, with the
// autoscaler of this provider and with others.
func BenchmarkAutoscalers(b *testing.B) {
	for b.Loop() {
		traces, subjects := Traces(), candidates()
		// Not b.Log, which keeps ten lines of it.
		if _, err := os.Stdout.WriteString("\n" + table(traces, subjects, measure(traces, subjects))); err != nil {
			b.Fatal(err)
		}
	}
}
