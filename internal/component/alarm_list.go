package component

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

// AlarmList reads alarms in one call. A nil list knows none.
type AlarmList struct {
	names  []string
	alarms shared[[]types.MetricAlarm]
}

// NewAlarmList is the list of the alarms of these names, at most 100. It asks when it
// is first used.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
func NewAlarmList(ctx context.Context, api awsapi.CloudWatch, names []string) *AlarmList {
	return &AlarmList{names, share(ctx, func(ctx context.Context) ([]types.MetricAlarm, error) { return describeAlarms(ctx, api, names) })}
}

func describeAlarms(ctx context.Context, api awsapi.CloudWatch, names []string) ([]types.MetricAlarm, error) {
	out, err := api.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{AlarmNames: names})
	if err != nil {
		return nil, fmt.Errorf("reading CloudWatch alarms %v: %w", names, err)
	}
	return out.MetricAlarms, nil
}

// find is the alarm of that name, nil for none.
func (l *AlarmList) find(ctx context.Context, api awsapi.CloudWatch, name string) (found *types.MetricAlarm, err error) {
	var alarms []types.MetricAlarm
	if l != nil && slices.Contains(l.names, name) {
		alarms, err = l.alarms.answer()
	} else {
		alarms, err = describeAlarms(ctx, api, []string{name})
	}
	for i := range alarms {
		if deref(alarms[i].AlarmName) == name {
			found = &alarms[i]
		}
	}
	return found, err
}
