package component

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

const (
	keyDashboard = "dashboard"
	keyAlarm     = "alarm"
	topic        = "arn:aws:sns:us-east-1:111122223333:alerts"
)

// monitoring are the components that show and report how a pool does, by key.
func monitoring(object func(string) Object, of func(string) *awsapi.Clients, tags Tags) map[string]Component {
	return map[string]Component{
		keyDashboard: &Dashboard{
			Object: object(keyDashboard), API: of(keyDashboard).CloudWatch, DashboardName: "pool", Tags: tags,
			Body: func() (string, error) { return `{"widgets":[{"type":"text","x":0}]}`, nil },
		},
		keyAlarm: &Alarm{
			Object: object(keyAlarm), API: of(keyAlarm).CloudWatch, AlarmName: "pool-strays", Tags: tags,
			Settings: AlarmSettings{
				Description: "Strays", Namespace: "Spacelift/WorkerPool", Metric: "StrayInstances", Dimension: [2]string{"WorkerPoolId", "01POOL"},
				Statistic: "Minimum", Period: 300, Periods: 6, Datapoints: 4, Actions: []string{topic},
			},
		},
	}
}

func (w *world) watchARN(key string) *string {
	if key == keyDashboard {
		return aws.String("arn:aws:cloudwatch::" + w.ID() + ":dashboard/pool")
	}
	return aws.String("arn:aws:cloudwatch:us-east-1:" + w.ID() + ":alarm:pool-strays")
}

func watchDrifts(key string) []drift {
	return []drift{
		{"tag missing", []string{"Tags"}, "tag Team is missing", fixture(func(w *world) error {
			_, err := w.Direct().CloudWatch.UntagResource(w.ctx, &cloudwatch.UntagResourceInput{ResourceARN: w.watchARN(key), TagKeys: []string{"Team"}})
			return err
		})},
		{"tag left over", []string{"Tags"}, "tag Stale is left over", fixture(func(w *world) error {
			_, err := w.Direct().CloudWatch.TagResource(w.ctx, &cloudwatch.TagResourceInput{ResourceARN: w.watchARN(key), Tags: []types.Tag{watchTag("Stale", "x")}})
			return err
		})},
	}
}

var dashboardDrifts = append([]drift{
	{"widgets", []string{"Body"}, "its widgets were changed", fixture(func(w *world) error {
		_, err := w.Direct().CloudWatch.PutDashboard(w.ctx, &cloudwatch.PutDashboardInput{DashboardName: aws.String("pool"), DashboardBody: aws.String(`{"widgets":[]}`)})
		return err
	})},
}, watchDrifts(keyDashboard)...)

func putAlarm(change func(*cloudwatch.PutMetricAlarmInput)) func(*world) error {
	return func(w *world) error {
		in := w.kit("", nil)[keyAlarm].(*Alarm).request()
		change(in)
		_, err := w.Direct().CloudWatch.PutMetricAlarm(w.ctx, in)
		return err
	}
}

var alarmDrifts = append([]drift{
	{"description", []string{"Description"}, "its description was changed", fixture(putAlarm(func(in *cloudwatch.PutMetricAlarmInput) { in.AlarmDescription = aws.String("x") }))},
	{"metric", []string{"Metric"}, "it watches Spacelift/WorkerPool GhostWorkers of [WorkerPoolId 01POOL], not", fixture(putAlarm(func(in *cloudwatch.PutMetricAlarmInput) { in.MetricName = aws.String("GhostWorkers") }))},
	{"statistic", []string{"Condition"}, "it goes off by the Maximum in 4 of 6 × 300 s, not by the Minimum in 4 of 6 × 300 s", fixture(putAlarm(func(in *cloudwatch.PutMetricAlarmInput) { in.Statistic = types.StatisticMaximum }))},
	{"periods", []string{"Condition"}, "it goes off by the Minimum in 1 of 1 × 60 s", fixture(putAlarm(func(in *cloudwatch.PutMetricAlarmInput) {
		in.Period, in.EvaluationPeriods, in.DatapointsToAlarm = aws.Int32(60), aws.Int32(1), nil
	}))},
	{"datapoints", []string{"Condition"}, "it goes off by the Minimum in 6 of 6 × 300 s, not", fixture(putAlarm(func(in *cloudwatch.PutMetricAlarmInput) { in.DatapointsToAlarm = nil }))},
	{"threshold", []string{"Condition"}, "when it goes off was changed", fixture(putAlarm(func(in *cloudwatch.PutMetricAlarmInput) { in.Threshold = aws.Float64(5) }))},
	{"muted", []string{"Condition"}, "when it goes off was changed", fixture(putAlarm(func(in *cloudwatch.PutMetricAlarmInput) { in.ActionsEnabled = aws.Bool(false) }))},
	{"actions", []string{"Actions"}, "it calls [], not [" + topic + "]", fixture(putAlarm(func(in *cloudwatch.PutMetricAlarmInput) { in.AlarmActions, in.OKActions = nil, nil }))},
}, watchDrifts(keyAlarm)...)
