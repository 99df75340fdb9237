package picture

import (
	"fmt"
	"slices"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/bench"
)

// Colors of what the pictures show, those of the dashboard.
const (
	busyColor    = "#2ca02c"
	idleColor    = "#1f77b4"
	bootingColor = "#ff7f0e"
	leavingColor = "#9467bd"
	waitingColor = "#d62728"
)

// Courses is the same runs with several autoscalers, one below the other.
func Courses(title, description string, length time.Duration, names []string, courses []bench.Course) string {
	const width, height, gap, head = 860, 250, 12, 36
	c := &canvas{width: width, height: head + float64(len(courses))*(height+gap)}
	c.text("title", after, gap+2, 24, title)
	charts := make([]chart, len(courses))
	most := 0.0
	for i, course := range courses {
		charts[i] = courseChart(names[i], length, course)
		most = max(most, charts[i].highest())
	}
	for i := range charts {
		charts[i].most = most // the same scale for all
		c.chart(area{gap, head + float64(i)*(height+gap), width - 2*gap, height}, charts[i])
	}
	return c.finish(title, description)
}

func courseChart(name string, length time.Duration, course bench.Course) chart {
	samples := course.Samples[:min(len(course.Samples), int(length/bench.Step))]
	busy, idle, booting, leaving, waiting := pick(samples)
	drawn := chart{
		title: name, unit: "instances, runs", length: length, stacked: true, series: []series{
			{label: "busy", color: busyColor, values: busy},
			{label: "idle", color: idleColor, values: idle},
			{label: "booting", color: bootingColor, values: booting},
			{label: "leaving", color: leavingColor, values: leaving},
			{label: fmt.Sprintf("runs waiting, for %.0f minutes in all", runMinutes(waiting)), color: waitingColor, values: waiting, front: true},
		},
	}
	// Those of which there is nothing to see have no place in the legend.
	drawn.series = slices.DeleteFunc(drawn.series, func(s series) bool { return slices.Max(s.values) == 0 })
	return drawn
}

// runMinutes is how long all runs together wait.
func runMinutes(waiting []float64) (minutes float64) {
	for _, runs := range waiting {
		minutes += runs * bench.Step.Minutes()
	}
	return minutes
}

func pick(samples []bench.Sample) (busy, idle, booting, leaving, waiting []float64) {
	for _, one := range samples {
		busy, idle = append(busy, float64(one.Busy)), append(idle, float64(one.Idle))
		booting, leaving = append(booting, float64(one.Booting)), append(leaving, float64(one.Leaving))
		waiting = append(waiting, float64(one.Waiting))
	}
	return busy, idle, booting, leaving, waiting
}
