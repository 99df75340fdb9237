package autoscaling

import (
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// metrics: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_EnableMetricsCollection.html
var metrics = []string{
	"GroupMinSize", "GroupMaxSize", "GroupDesiredCapacity", "GroupInServiceInstances", "GroupPendingInstances",
	"GroupStandbyInstances", "GroupTerminatingInstances", "GroupTotalInstances",
	"GroupTerminatingRetainedInstances", "GroupTerminatingRetainedCapacity",
	"GroupInServiceCapacity", "GroupPendingCapacity", "GroupStandbyCapacity", "GroupTerminatingCapacity", "GroupTotalCapacity",
	"WarmPoolDesiredCapacity", "WarmPoolWarmedCapacity", "WarmPoolPendingCapacity", "WarmPoolTerminatingCapacity",
	"WarmPoolTotalCapacity", "GroupAndWarmPoolDesiredCapacity", "GroupAndWarmPoolTotalCapacity",
}

// oneMinute is the only granularity there is.
const oneMinute = "1Minute"

// EnableMetricsCollection adds metrics to a group; none named means all.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_EnableMetricsCollection.html
func (g *Groups) EnableMetricsCollection(in *autoscaling.EnableMetricsCollectionInput) (*autoscaling.EnableMetricsCollectionOutput, error) {
	defer g.enter()()
	found, names, err := g.metrics(in.AutoScalingGroupName, in.Metrics)
	if err != nil {
		return nil, err
	}
	if value(in.Granularity) != oneMinute {
		return nil, invalid("The only valid granularity is %s", oneMinute)
	}
	on := enabled(found)
	var all []types.EnabledMetric
	for _, metric := range metrics {
		if oneOf(metric, names...) || oneOf(metric, on...) {
			all = append(all, types.EnabledMetric{Metric: ptr(metric), Granularity: ptr(oneMinute)})
		}
	}
	found.record.EnabledMetrics = all
	return &autoscaling.EnableMetricsCollectionOutput{}, nil
}

// DisableMetricsCollection takes metrics away; none named means all.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DisableMetricsCollection.html
func (g *Groups) DisableMetricsCollection(in *autoscaling.DisableMetricsCollectionInput) (*autoscaling.DisableMetricsCollectionOutput, error) {
	defer g.enter()()
	found, names, err := g.metrics(in.AutoScalingGroupName, in.Metrics)
	if err != nil {
		return nil, err
	}
	var left []types.EnabledMetric
	for _, metric := range found.record.EnabledMetrics {
		if !oneOf(value(metric.Metric), names...) {
			left = append(left, metric)
		}
	}
	found.record.EnabledMetrics = left
	return &autoscaling.DisableMetricsCollectionOutput{}, nil
}

// metrics finds the group and checks the metrics' names.
func (g *Groups) metrics(name *string, names []string) (*group, []string, error) {
	found, err := g.lookupLiving(name)
	if err != nil {
		return nil, nil, err
	}
	for _, metric := range names {
		if !oneOf(metric, metrics...) {
			return nil, nil, invalid("Metric %s is not supported", metric)
		}
	}
	if len(names) == 0 {
		names = metrics
	}
	return found, names, nil
}

func enabled(found *group) []string {
	var names []string
	for _, metric := range found.record.EnabledMetrics {
		names = append(names, value(metric.Metric))
	}
	return names
}
