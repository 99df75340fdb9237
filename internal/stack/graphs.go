package stack

import (
	"slices"
	"strings"
)

// Colors of the console, the same for the same thing in each graph, and readable in
// its light and its dark mode.
const (
	blue   = "#1f77b4"
	orange = "#ff7f0e"
	green  = "#2ca02c"
	red    = "#d62728"
	purple = "#9467bd"
	brown  = "#8c564b"
	gray   = "#7f7f7f"
)

// What a point of a graph is made of. A count of things is what it was at most,
// except in a stack, which has to add up; of what happens it is the sum.
const (
	statMaximum = "Maximum"
	statAverage = "Average"
	statSum     = "Sum"
)

// curve is one metric in a graph.
type curve struct{ metric, label, color string }

// rows are what there is to see, in the order in which one asks: do runs wait, does
// the pool follow, what is in the way, do the functions work, what did they decide.
func (p pictured) rows() [][]properties {
	return [][]properties{
		{
			{Title: "Runs waiting", Stat: statMaximum, YAxis: axis("runs"), Metrics: p.scaling(curve{"PendingRuns", "Waiting", red})},
			{Title: "Instances by state", Stat: statAverage, Stacked: true, YAxis: axis("instances"), Metrics: p.scaling(
				curve{"BusyWorkers", "Busy", green}, curve{"IdleWorkers", "Idle", blue}, curve{"BootingInstances", "Booting", orange},
				curve{"DrainingWorkers", "Draining", purple}, curve{"StrayInstances", "Without a worker", brown}, curve{"RetainedInstances", "Retained", gray})},
		},
		{
			{Title: "Capacity", Stat: statMaximum, YAxis: axis("instances"), Metrics: p.capacity()},
			{Title: "Instances added and ended", Stat: statSum, YAxis: axis("instances"), Metrics: p.scaling(
				curve{"ScaledOut", "Added", orange}, curve{"ScaledIn", "Ended, idle", blue}, curve{"ReplacedStrays", "Ended, without a worker", brown})},
		},
		{
			{Title: "Instances kept for their runs", Stat: statMaximum, YAxis: axis("instances"), Metrics: p.draining(
				curve{"WaitingInstances", "Waiting for the termination hook", purple}, curve{"RetainedInstances", "Retained", gray})},
			{Title: "Instances without a worker, workers without an instance", Stat: statMaximum, YAxis: axis(""), Metrics: p.scaling(
				curve{"StrayInstances", "Instances without a worker", brown}, curve{"GhostWorkers", "Workers of no instance of the group", gray})},
		},
		{
			{Title: "Invocations", Stat: statSum, YAxis: axis("a minute"), Metrics: p.functions(curve{"Invocations", "", green}, curve{"Invocations", "", purple})},
			{Title: "Errors and throttles", Stat: statSum, YAxis: axis("a minute"), Metrics: p.errors()},
			{Title: "Time of a poll", Stat: statMaximum, YAxis: axis("ms"), Metrics: p.scaling(curve{"PollDurationMs", "Autoscaler", green})},
		},
		{{Title: "Latest decisions of the autoscaler", Query: p.decisions()}},
		{{Title: "Latest errors of the functions", Query: p.failures()}},
	}
}

// axis begins at zero and says what it counts, which CloudWatch does not know: to it
// all of them are of the unit Count.
func axis(label string) any {
	left := map[string]any{"min": 0, "showUnits": false}
	if label != "" {
		left["label"] = label
	}
	return map[string]any{"left": left}
}

// scaling are metrics that the autoscaler publishes.
func (p pictured) scaling(curves ...curve) [][]any {
	return p.published(p.autoscaler, curves)
}

// draining are metrics that the lifecycle manager publishes.
func (p pictured) draining(curves ...curve) [][]any {
	return p.published(p.lifecycle, curves)
}

func (p pictured) published(by loggedFunction, curves []curve) (metrics [][]any) {
	if by.name == "" {
		return nil
	}
	for _, one := range curves {
		metrics = append(metrics, one.of(poolNamespace, poolDimension, p.pool))
	}
	return metrics
}

func (c curve) of(namespace, dimension, value string) []any {
	return []any{namespace, c.metric, dimension, value, map[string]string{"label": c.label, "color": c.color}}
}

// capacity is what the autoscaler saw at each poll, else what the group tells.
func (p pictured) capacity() [][]any {
	metrics := p.scaling(curve{"MaxSize", "Maximum size", red}, curve{"DesiredCapacity", "Desired", orange})
	curves := []curve{{"GroupInServiceInstances", "In service", green}}
	if metrics == nil {
		curves = append([]curve{{"GroupMaxSize", "Maximum size", red}, {"GroupDesiredCapacity", "Desired", orange}}, curves...)
	}
	for _, one := range curves {
		if slices.Contains(p.groupMetrics, one.metric) {
			metrics = append(metrics, one.of(groupNamespace, groupDimension, p.group))
		}
	}
	return metrics
}

// functions are metrics of Lambda: the first of the autoscaler, the second of the
// lifecycle manager. Their labels begin with whose they are.
func (p pictured) functions(autoscaler, lifecycle curve) (metrics [][]any) {
	for _, of := range []struct {
		name, label string
		curve       curve
	}{{p.autoscaler.name, "Autoscaler", autoscaler}, {p.lifecycle.name, "Lifecycle manager", lifecycle}} {
		if of.name != "" {
			of.curve.label = of.label + of.curve.label
			metrics = append(metrics, of.curve.of(lambdaNamespace, lambdaDimension, of.name))
		}
	}
	return metrics
}

// errors are invocations that failed or did not happen, and what went wrong in those
// that went on: a message that wakes the lifecycle manager never fails.
func (p pictured) errors() [][]any {
	metrics := p.functions(curve{"Errors", " failed", red}, curve{"Errors", " failed", purple})
	metrics = append(metrics, p.functions(curve{"Throttles", " throttled", orange}, curve{"Throttles", " throttled", brown})...)
	metrics = append(metrics, p.scaling(curve{"PollErrors", "Errors of polls", gray})...)
	return append(metrics, p.draining(curve{"SweepErrors", "Errors of sweeps", blue})...)
}

// decisions is a query of Logs Insights for the polls that did something, or could
// not: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
func (p pictured) decisions() string {
	if p.autoscaler.name == "" {
		return ""
	}
	return strings.Join([]string{
		"SOURCE '" + p.autoscaler.log + "'",
		"fields @timestamp, ScaledOut, ScaledIn, ReplacedStrays, message",
		"filter ScaledOut > 0 or ScaledIn > 0 or ReplacedStrays > 0 or PollErrors > 0",
		"sort @timestamp desc",
		"limit 20",
	}, " | ")
}

func (p pictured) failures() string {
	var parts []string
	for _, of := range []loggedFunction{p.autoscaler, p.lifecycle} {
		if of.name != "" {
			parts = append(parts, "SOURCE '"+of.log+"'")
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(append(parts, "fields @timestamp, message, error", `filter level = "ERROR"`, "sort @timestamp desc", "limit 20"), " | ")
}
