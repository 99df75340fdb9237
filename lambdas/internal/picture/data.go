package picture

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/bench"
)

// valuesOf is what CloudWatch would show of a metric, each minute of a course.
// Without known, the model has no figures of it: how long things take.
func valuesOf(course bench.Course, m metric, stat string) (values []float64, known bool, err error) {
	minutes := make([][]float64, int(course.Trace.Length/time.Minute))
	put := func(at time.Duration, value float64) {
		if minute := int(at / time.Minute); minute < len(minutes) {
			minutes[minute] = append(minutes[minute], value)
		}
	}
	switch m.namespace {
	case "Spacelift/WorkerPool":
		if m.name == "PollDurationMs" {
			return nil, false, nil
		}
		for _, line := range course.Lines {
			if value, has := line.Numbers[m.name]; has {
				put(line.At, value)
			}
		}
	case "AWS/AutoScaling":
		for i, sample := range course.Samples {
			put(time.Duration(i)*bench.Step, float64(sample.InService))
		}
	case "AWS/Lambda":
		invocations(course, m, put)
	default:
		return nil, false, fmt.Errorf("nothing is known of metrics in %s", m.namespace)
	}
	values, err = statistic(minutes, stat)
	return values, true, err
}

// invocations are those of one function. A schedule makes one each minute, which
// fails if any of its looks did. A message makes one more of the lifecycle manager,
// which looks once and never fails.
func invocations(course bench.Course, m metric, put func(time.Duration, float64)) {
	looks := "SweepErrors"
	if strings.HasSuffix(m.of, "-ec2-autoscaler") {
		looks = "PollErrors"
	}
	failed := map[time.Duration]bool{}
	for _, line := range course.Lines {
		if line.Numbers[looks] > 0 {
			failed[line.At.Truncate(time.Minute)] = true
		}
	}
	woken := 0
	for i, sample := range course.Samples {
		if m.name == "Invocations" && looks == "SweepErrors" {
			put(time.Duration(i)*bench.Step, float64(sample.Woken-woken))
		}
		woken = sample.Woken
	}
	for at := time.Duration(0); at < course.Trace.Length; at += time.Minute {
		count := 0.0
		if m.name == "Invocations" || m.name == "Errors" && failed[at] {
			count = 1
		}
		put(at, count)
	}
}

// statistic is one value for each minute, none (NaN) where there are no values.
func statistic(minutes [][]float64, stat string) ([]float64, error) {
	all := make([]float64, len(minutes))
	for i, values := range minutes {
		if len(values) == 0 {
			all[i] = math.NaN()
		}
		for _, value := range values {
			switch stat {
			case "Maximum":
				all[i] = max(all[i], value)
			case "Average":
				all[i] += value / float64(len(values))
			case "Sum":
				all[i] += value
			default:
				return nil, fmt.Errorf("nothing is known of the statistic %q", stat)
			}
		}
	}
	return all, nil
}
