package workerpool_test

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	scaling "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

// scheduleDrifts are those of the scheduled actions: one is changed, one deleted.
func scheduleDrifts() []drift {
	const (
		morning = "map[max_size:%s min_size:%s name:morning recurrence:%s time_zone:%s]"
		evening = "map[max_size:<nil> min_size:0 name:evening recurrence:0 18 * * * time_zone:Etc/UTC]"
	)
	from := "[" + fmt.Sprintf(morning, "6", "1", "5 8 * * *", "Asia/Tokyo") + "]"
	to := "[" + fmt.Sprintf(morning, "5", "0", "0 8 * * 1-5", "Europe/Berlin") + " " + evening + "]"
	row := func(of string, change meddling) drift {
		return drift{of: of, change: change, argument: "schedules", from: from, to: to}
	}
	return []drift{
		row("Schedule.Recurrence", putSchedule), row("Schedule.TimeZone", nil), row("Schedule.MinSize", nil), row("Schedule.MaxSize", nil),
		row("a schedule that somebody deleted", dropSchedule),
		{of: "desired capacity of a schedule", component: "schedules", says: "schedule morning sets the desired capacity to 2"},
	}
}

// putSchedule changes one, and makes another that is no business of the pool.
func putSchedule(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.AutoScaling.BatchPutScheduledUpdateGroupAction(ctx, &autoscaling.BatchPutScheduledUpdateGroupActionInput{
		AutoScalingGroupName: ptr(baseName),
		ScheduledUpdateGroupActions: []scaling.ScheduledUpdateGroupActionRequest{{
			ScheduledActionName: ptr("morning"), Recurrence: ptr("5 8 * * *"), TimeZone: ptr("Asia/Tokyo"), MinSize: ptr[int32](1), MaxSize: ptr[int32](6), DesiredCapacity: ptr[int32](2),
		}, {
			ScheduledActionName: ptr("by-hand"), Recurrence: ptr("7 7 * * *"), MinSize: ptr[int32](0),
		}},
	})
	return err
}

func dropSchedule(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.AutoScaling.BatchDeleteScheduledAction(ctx, &autoscaling.BatchDeleteScheduledActionInput{
		AutoScalingGroupName: ptr(baseName), ScheduledActionNames: []string{"evening"},
	})
	return err
}
