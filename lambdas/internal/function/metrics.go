package function

import (
	"context"
	"log/slog"
	"maps"
	"math"
	"slices"
	"time"
)

const (
	// Namespace is where CloudWatch keeps the metrics of all pools.
	Namespace = "Spacelift/WorkerPool"
	// Dimension is the one that tells the pools apart; its value is the pool's ULID.
	Dimension = "WorkerPoolId"
)

// Unit is what a metric counts, as CloudWatch names it:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
type Unit string

// The units in use.
const (
	Count        Unit = "Count"
	Milliseconds Unit = "Milliseconds"
	Seconds      Unit = "Seconds"
)

// Metric is one value of a metric at one moment.
type Metric struct {
	Value float64
	Unit  Unit
}

// Metrics are by name, such as PendingRuns. At most 100 in one line.
type Metrics map[string]Metric

// Log writes one line that is both: a structured log line with attrs, and a
// document in the embedded metric format, from which CloudWatch takes the metrics
// of the pool without a call of ours:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
//
// The line is written whatever the level of log is, so that LOG_LEVEL does not
// decide about metrics. Metrics stand at the root of the line beside attrs, whose
// keys must differ from them, and log must have no group. A value that is no number
// is left out: CloudWatch would drop the line for it.
func (m Metrics) Log(ctx context.Context, log *slog.Logger, level slog.Level, message, poolID string, attrs ...slog.Attr) {
	type definition struct{ Name, Unit string }
	var definitions []definition
	var values []slog.Attr
	for _, name := range slices.Sorted(maps.Keys(m)) {
		value := m[name].Value
		if math.IsNaN(value) || math.IsInf(value, 0) {
			continue
		}
		definitions = append(definitions, definition{name, string(m[name].Unit)})
		values = append(values, slog.Float64(name, value))
	}
	now := time.Now()
	record := slog.NewRecord(now, level, message, 0)
	record.AddAttrs(attrs...)
	if len(definitions) > 0 {
		record.AddAttrs(slog.Any("_aws", map[string]any{
			"Timestamp": now.UnixMilli(),
			"CloudWatchMetrics": []any{map[string]any{
				"Namespace": Namespace, "Dimensions": [][]string{{Dimension}}, "Metrics": definitions,
			}},
		}), slog.String(Dimension, poolID))
		record.AddAttrs(values...)
	}
	// Not through log itself, which asks for the level. What cannot be written has
	// no place to be reported to.
	_ = log.Handler().Handle(ctx, record)
}
