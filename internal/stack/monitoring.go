package stack

import (
	"encoding/json"
	"fmt"
)

// Where the functions put their metrics, and by what these tell pools apart. It is
// lambdas/internal/function that writes them.
const (
	poolNamespace = "Spacelift/WorkerPool"
	poolDimension = "WorkerPoolId"
)

// Where AWS puts those of functions and groups:
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-metrics.html
const (
	lambdaNamespace = "AWS/Lambda"
	lambdaDimension = "FunctionName"
	groupNamespace  = "AWS/AutoScaling"
	groupDimension  = "AutoScalingGroupName"
)

// metricsPeriod is how much time a point of a graph, or of an alarm, stands for.
const (
	graphPeriod = 60  // seconds
	alarmPeriod = 300 // seconds
)

// pictured is what a dashboard shows: physical names, "" for what there is not.
type pictured struct {
	pool, region, group   string
	autoscaler, lifecycle string
}

// widget is a graph: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
type widget struct {
	Type       string     `json:"type"`
	X          int        `json:"x"`
	Y          int        `json:"y"`
	Width      int        `json:"width"`
	Height     int        `json:"height"`
	Properties properties `json:"properties"`
}

type properties struct {
	Title   string  `json:"title"`
	Region  string  `json:"region"`
	View    string  `json:"view"`
	Stacked bool    `json:"stacked"`
	Period  int     `json:"period"`
	Metrics [][]any `json:"metrics"`
	YAxis   any     `json:"yAxis,omitempty"`
}

// Half of the 24 columns of a dashboard, and a height that goes with it.
const (
	widgetWidth  = 12
	widgetHeight = 6
)

// dashboardBody draws the graphs in two columns.
func dashboardBody(p pictured) (string, error) {
	var widgets []widget
	for _, graph := range p.graphs() {
		if len(graph.Metrics) == 0 {
			continue
		}
		n := len(widgets)
		graph.Region, graph.View, graph.Period = p.region, "timeSeries", graphPeriod
		graph.YAxis = map[string]any{"left": map[string]any{"min": 0}}
		widgets = append(widgets, widget{
			Type: "metric", X: n % 2 * widgetWidth, Y: n / 2 * widgetHeight, Width: widgetWidth, Height: widgetHeight, Properties: graph,
		})
	}
	text, err := json.Marshal(map[string]any{"widgets": widgets})
	if err != nil {
		return "", fmt.Errorf("encoding a dashboard: %w", err)
	}
	return string(text), nil
}

// graphs are what there is to see, in the order in which one asks: do runs wait, does
// the pool follow, what is in the way, do the functions work.
func (p pictured) graphs() []properties {
	return []properties{
		{Title: "Runs and workers", Stacked: true, Metrics: p.of("Maximum", "PendingRuns", "BusyWorkers", "IdleWorkers", "BootingInstances", "DrainingWorkers")},
		{Title: "Capacity", Metrics: append(p.of("Maximum", "DesiredCapacity", "MaxSize"),
			[]any{groupNamespace, "GroupInServiceInstances", groupDimension, p.group, map[string]string{"stat": "Maximum"}})},
		{Title: "Scaled out and in", Metrics: p.of("Sum", "ScaledOut", "ScaledIn", "ReplacedStrays")},
		{Title: "Instances that wait for their runs", Metrics: p.published(p.lifecycle, "Maximum", "WaitingInstances", "RetainedInstances")},
		{Title: "What needs a look", Metrics: p.of("Maximum", "StrayInstances", "GhostWorkers")},
		{Title: "Polls of the autoscaler, ms", Metrics: p.of("Maximum", "PollDurationMs")},
		{Title: "Errors of the functions", Metrics: append(p.of("Sum", "PollErrors"), p.published(p.lifecycle, "Sum", "SweepErrors")...)},
		{Title: "Failed and throttled invocations", Metrics: p.ofFunctions("Sum", "Errors", "Throttles")},
		{Title: "Duration of the functions, ms", Metrics: p.ofFunctions("Maximum", "Duration")},
	}
}

// of are metrics that the autoscaler publishes.
func (p pictured) of(statistic string, names ...string) [][]any {
	return p.published(p.autoscaler, statistic, names...)
}

// published are metrics that a function publishes, none if there is no such function.
func (p pictured) published(by, statistic string, names ...string) (metrics [][]any) {
	if by == "" {
		return nil
	}
	for _, name := range names {
		metrics = append(metrics, []any{poolNamespace, name, poolDimension, p.pool, map[string]string{"stat": statistic}})
	}
	return metrics
}

func (p pictured) ofFunctions(statistic string, names ...string) (metrics [][]any) {
	for _, function := range []string{p.autoscaler, p.lifecycle} {
		if function == "" {
			continue
		}
		for _, name := range names {
			metrics = append(metrics, []any{lambdaNamespace, name, lambdaDimension, function, map[string]string{"stat": statistic}})
		}
	}
	return metrics
}

// dashboardURL is where the console shows a dashboard, for each partition in a domain
// of its own: https://docs.aws.amazon.com/general/latest/gr/mgmtconsole.html
func dashboardURL(at place, name string) string {
	domain := "console.aws.amazon.com"
	switch at.partition {
	case "aws-cn":
		domain = "console.amazonaws.cn"
	case "aws-us-gov":
		domain = "console.amazonaws-us-gov.com"
	}
	return fmt.Sprintf("https://%s.%s/cloudwatch/home?region=%s#dashboards/dashboard/%s", at.region, domain, at.region, name)
}
