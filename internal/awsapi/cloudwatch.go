package awsapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
)

// cloudWatchCalls holds the operations in use, and not the client: see newEC2.
type cloudWatchCalls struct {
	deleteAlarms        func(context.Context, *cloudwatch.DeleteAlarmsInput, ...func(*cloudwatch.Options)) (*cloudwatch.DeleteAlarmsOutput, error)
	deleteDashboards    func(context.Context, *cloudwatch.DeleteDashboardsInput, ...func(*cloudwatch.Options)) (*cloudwatch.DeleteDashboardsOutput, error)
	describeAlarms      func(context.Context, *cloudwatch.DescribeAlarmsInput, ...func(*cloudwatch.Options)) (*cloudwatch.DescribeAlarmsOutput, error)
	getDashboard        func(context.Context, *cloudwatch.GetDashboardInput, ...func(*cloudwatch.Options)) (*cloudwatch.GetDashboardOutput, error)
	listTagsForResource func(context.Context, *cloudwatch.ListTagsForResourceInput, ...func(*cloudwatch.Options)) (*cloudwatch.ListTagsForResourceOutput, error)
	putDashboard        func(context.Context, *cloudwatch.PutDashboardInput, ...func(*cloudwatch.Options)) (*cloudwatch.PutDashboardOutput, error)
	putMetricAlarm      func(context.Context, *cloudwatch.PutMetricAlarmInput, ...func(*cloudwatch.Options)) (*cloudwatch.PutMetricAlarmOutput, error)
	tagResource         func(context.Context, *cloudwatch.TagResourceInput, ...func(*cloudwatch.Options)) (*cloudwatch.TagResourceOutput, error)
	untagResource       func(context.Context, *cloudwatch.UntagResourceInput, ...func(*cloudwatch.Options)) (*cloudwatch.UntagResourceOutput, error)
}

func newCloudWatch(client *cloudwatch.Client) CloudWatch {
	return cloudWatchCalls{
		deleteAlarms:        client.DeleteAlarms,
		deleteDashboards:    client.DeleteDashboards,
		describeAlarms:      client.DescribeAlarms,
		getDashboard:        client.GetDashboard,
		listTagsForResource: client.ListTagsForResource,
		putDashboard:        client.PutDashboard,
		putMetricAlarm:      client.PutMetricAlarm,
		tagResource:         client.TagResource,
		untagResource:       client.UntagResource,
	}
}

func (c cloudWatchCalls) DeleteAlarms(ctx context.Context, in *cloudwatch.DeleteAlarmsInput, options ...func(*cloudwatch.Options)) (*cloudwatch.DeleteAlarmsOutput, error) {
	return c.deleteAlarms(ctx, in, options...)
}

func (c cloudWatchCalls) DeleteDashboards(ctx context.Context, in *cloudwatch.DeleteDashboardsInput, options ...func(*cloudwatch.Options)) (*cloudwatch.DeleteDashboardsOutput, error) {
	return c.deleteDashboards(ctx, in, options...)
}

func (c cloudWatchCalls) DescribeAlarms(ctx context.Context, in *cloudwatch.DescribeAlarmsInput, options ...func(*cloudwatch.Options)) (*cloudwatch.DescribeAlarmsOutput, error) {
	return c.describeAlarms(ctx, in, options...)
}

func (c cloudWatchCalls) GetDashboard(ctx context.Context, in *cloudwatch.GetDashboardInput, options ...func(*cloudwatch.Options)) (*cloudwatch.GetDashboardOutput, error) {
	return c.getDashboard(ctx, in, options...)
}

func (c cloudWatchCalls) ListTagsForResource(ctx context.Context, in *cloudwatch.ListTagsForResourceInput, options ...func(*cloudwatch.Options)) (*cloudwatch.ListTagsForResourceOutput, error) {
	return c.listTagsForResource(ctx, in, options...)
}

func (c cloudWatchCalls) PutDashboard(ctx context.Context, in *cloudwatch.PutDashboardInput, options ...func(*cloudwatch.Options)) (*cloudwatch.PutDashboardOutput, error) {
	return c.putDashboard(ctx, in, options...)
}

func (c cloudWatchCalls) PutMetricAlarm(ctx context.Context, in *cloudwatch.PutMetricAlarmInput, options ...func(*cloudwatch.Options)) (*cloudwatch.PutMetricAlarmOutput, error) {
	return c.putMetricAlarm(ctx, in, options...)
}

func (c cloudWatchCalls) TagResource(ctx context.Context, in *cloudwatch.TagResourceInput, options ...func(*cloudwatch.Options)) (*cloudwatch.TagResourceOutput, error) {
	return c.tagResource(ctx, in, options...)
}

func (c cloudWatchCalls) UntagResource(ctx context.Context, in *cloudwatch.UntagResourceInput, options ...func(*cloudwatch.Options)) (*cloudwatch.UntagResourceOutput, error) {
	return c.untagResource(ctx, in, options...)
}
