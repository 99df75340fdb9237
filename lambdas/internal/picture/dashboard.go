package picture

import (
	"encoding/json"
	"fmt"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/bench"
)

// body is a dashboard as CloudWatch takes it:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
type body struct{ Widgets []widget }

type widget struct {
	Type                string
	X, Y, Width, Height float64 // in columns and rows
	Properties          struct {
		Title, Stat, Query string
		Stacked            bool
		Metrics            [][]json.RawMessage
		YAxis              struct{ Left struct{ Label string } }
	}
}

// metric is an entry of Metrics.
type metric struct {
	namespace, name, of string
	label, color        string
}

// How large a column and a row of a dashboard are drawn, in pixels.
const (
	columnWidth = 48
	rowHeight   = 35
	gap         = 10
)

// Dashboard draws a dashboard, given as CloudWatch takes it, with the data of a
// course.
func Dashboard(title, description string, dashboard []byte, course bench.Course) (string, error) {
	var b body
	if err := json.Unmarshal(dashboard, &b); err != nil {
		return "", fmt.Errorf("reading the dashboard: %w", err)
	}
	c := &canvas{}
	for _, one := range b.Widgets {
		c.width = max(c.width, (one.X+one.Width)*columnWidth+gap)
		c.height = max(c.height, (one.Y+one.Height)*rowHeight+gap)
		at := area{one.X*columnWidth + gap, one.Y*rowHeight + gap, one.Width*columnWidth - gap, one.Height*rowHeight - gap}
		if one.Type == "log" {
			if err := c.query(at, one, course); err != nil {
				return "", err
			}
			continue
		}
		drawn, err := one.chart(course)
		if err != nil {
			return "", err
		}
		c.chart(at, drawn)
	}
	return c.finish(title, description), nil
}

// chart is the widget with the data of a course.
func (w widget) chart(course bench.Course) (chart, error) {
	p := w.Properties
	drawn := chart{title: p.Title, unit: p.YAxis.Left.Label, length: course.Trace.Length, stacked: p.Stacked, lacking: "The model has no figures of this."}
	for _, entry := range p.Metrics {
		m, err := parseMetric(entry)
		if err != nil {
			return chart{}, fmt.Errorf("reading a metric of %q: %w", p.Title, err)
		}
		values, known, err := valuesOf(course, m, p.Stat)
		if err != nil {
			return chart{}, fmt.Errorf("drawing %q: %w", p.Title, err)
		}
		if known {
			drawn.series = append(drawn.series, series{label: m.label, color: m.color, values: values})
		}
	}
	return drawn, nil
}

// parseMetric reads a metric with one dimension.
func parseMetric(entry []json.RawMessage) (m metric, err error) {
	const parts = 5
	if len(entry) != parts {
		return metric{}, fmt.Errorf("it has %d parts, not %d", len(entry), parts)
	}
	var dimension string
	var options struct{ Label, Color string }
	for i, into := range []any{&m.namespace, &m.name, &dimension, &m.of, &options} {
		if err := json.Unmarshal(entry[i], into); err != nil {
			return metric{}, err
		}
	}
	m.label, m.color = options.Label, options.Color
	return m, nil
}
