package function

import (
	"bytes"
	"log/slog"
	"math"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

// The line is what CloudWatch's specification asks for, and a log line besides.
func TestMetrics(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		log := newLog(&out, slog.LevelError).With("requestId", "8476a536")
		Metrics{
			"PendingRuns": {3, Count}, "PollDurationMs": {41.5, Milliseconds}, "Nobody": {math.NaN(), Count}, "Everybody": {math.Inf(1), Count},
		}.Log(t.Context(), log, slog.LevelInfo, "poll", "01HZXK3J5T9V2QWERTY0123456", slog.String("decision", "wait"))
		count := func(name, unit string) any { return map[string]any{"Name": name, "Unit": unit} }
		want := []map[string]any{{
			"timestamp": "2000-01-01T00:00:00Z", "level": "INFO", "message": "poll", "requestId": "8476a536", "decision": "wait",
			"_aws": map[string]any{
				"Timestamp": 946684800000.0,
				"CloudWatchMetrics": []any{map[string]any{
					"Namespace": "Spacelift/WorkerPool", "Dimensions": []any{[]any{"WorkerPoolId"}},
					"Metrics": []any{count("PendingRuns", "Count"), count("PollDurationMs", "Milliseconds")},
				}},
			},
			"WorkerPoolId": "01HZXK3J5T9V2QWERTY0123456", "PendingRuns": 3.0, "PollDurationMs": 41.5,
		}}
		if diff := cmp.Diff(want, utc(lines(t, &out))); diff != "" {
			t.Errorf("wanted (-) and written (+):\n%s\n%s", diff, out.String())
		}
	})
}

// A line without metrics is no document, which CloudWatch would call broken.
func TestNoMetrics(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	Metrics{"Nobody": {math.NaN(), Count}}.Log(t.Context(), newLog(&out, slog.LevelInfo), slog.LevelInfo, "poll", "pool")
	if got := lines(t, &out)[0]; got["_aws"] != nil || got["message"] != "poll" {
		t.Error(got)
	}
}
