package stack

import (
	"encoding/json"
	"fmt"
	"slices"
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

// How much time a point of a graph, or of an alarm, stands for.
const (
	graphPeriod = 60  // seconds
	alarmPeriod = 300 // seconds
	// longestAlarm is how many seconds the periods of an alarm may take together:
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
	longestAlarm = 86_400
)

// pictured is what a dashboard shows: physical names, "" for what there is not.
type pictured struct {
	pool, region, group   string
	groupMetrics          []string // which the group publishes
	autoscaler, lifecycle loggedFunction
}

// loggedFunction is the names of a function and of its log group, "" for none.
type loggedFunction struct{ name, log string }

// widget is a graph or a query:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
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
	Stacked bool    `json:"stacked,omitempty"`
	Stat    string  `json:"stat,omitempty"`
	Period  int     `json:"period,omitempty"`
	Metrics [][]any `json:"metrics,omitempty"`
	YAxis   any     `json:"yAxis,omitempty"`
	Query   string  `json:"query,omitempty"`
}

// The columns of a dashboard, and a height that goes with half of them.
const (
	dashboardColumns = 24
	widgetHeight     = 6
)

// dashboardBody lays the rows out. Those of a row that show something share its
// columns.
func dashboardBody(p pictured) (string, error) {
	widgets := []widget{} // an empty list is a dashboard, and null is none
	y := 0
	for _, row := range p.rows() {
		row = slices.DeleteFunc(row, func(one properties) bool { return len(one.Metrics) == 0 && one.Query == "" })
		if len(row) == 0 {
			continue
		}
		width := dashboardColumns / len(row)
		for i, one := range row {
			widgets = append(widgets, p.widget(one, i*width, y, width))
		}
		y += widgetHeight
	}
	text, err := json.Marshal(map[string]any{"widgets": widgets})
	if err != nil {
		return "", fmt.Errorf("encoding a dashboard: %w", err)
	}
	return string(text), nil
}

func (p pictured) widget(of properties, x, y, width int) widget {
	kind := "log"
	of.Region, of.View = p.region, "table"
	if of.Query == "" {
		kind = "metric"
		of.View, of.Period = "timeSeries", graphPeriod
	}
	return widget{Type: kind, X: x, Y: y, Width: width, Height: widgetHeight, Properties: of}
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
