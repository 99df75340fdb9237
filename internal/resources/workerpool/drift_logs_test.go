package workerpool_test

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

const (
	infoLog  = "spacelift-info.log"
	errorLog = "spacelift-errors.log"
)

// onLogs changes log groups, or one of them.
func onLogs(change func(context.Context, awsapi.Logs, *string) error, names ...string) meddling {
	return func(ctx context.Context, clients *awsapi.Clients) error {
		for _, name := range names {
			if err := change(ctx, clients.Logs, &name); err != nil {
				return err
			}
		}
		return nil
	}
}

func keepWeek(ctx context.Context, api awsapi.Logs, name *string) error {
	_, err := api.PutRetentionPolicy(ctx, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: name, RetentionInDays: ptr[int32](7)})
	return err
}

func withoutKey(ctx context.Context, api awsapi.Logs, name *string) error {
	_, err := api.DisassociateKmsKey(ctx, &cloudwatchlogs.DisassociateKmsKeyInput{LogGroupName: name})
	return err
}

// logDrifts differ between the log groups: one argument cannot show two values.
func (c *cloud) logDrifts() []drift {
	return []drift{
		{of: "retention of one log group", component: "log_group_info", says: "retention is forever, not 60 days", change: keepLogsForEver},
		{of: "key of one log group", component: "log_group_errors", says: `its KMS key is "", not "arn:aws:kms:`, change: onLogs(withoutKey, errorLog)},
		{of: "a tag of a log group", component: "log_group_info", says: `tag Team is "other", not "a"`, change: c.tagLog(infoLog, "Team", "other")},
		{of: "the mark of a log group", component: "log_group_errors", says: "tag spacelift-worker-pool:" + baseName + " is missing", change: func(ctx context.Context, clients *awsapi.Clients) error {
			_, err := clients.Logs.UntagResource(ctx, &cloudwatchlogs.UntagResourceInput{ResourceArn: c.logARN(errorLog), TagKeys: []string{"spacelift-worker-pool:" + baseName}})
			return err
		}},
	}
}

// otherLogDrifts are of both log groups, hence of an argument.
func otherLogDrifts(key thing) []drift {
	return []drift{
		{of: "LogGroupSettings.Retention", argument: "cloudwatch_log_group_retention", from: "7", to: "60", change: onLogs(keepWeek, infoLog, errorLog)},
		{of: "LogGroupSettings.KMSKeyID", argument: "cloudwatch_kms_key_id", from: "<nil>", to: key.arn, change: onLogs(withoutKey, infoLog, errorLog)},
	}
}

func keepLogsForEver(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.Logs.DeleteRetentionPolicy(ctx, &cloudwatchlogs.DeleteRetentionPolicyInput{LogGroupName: ptr(infoLog)})
	return err
}

func (c *cloud) logARN(name string) *string {
	return ptr("arn:aws:logs:" + c.Region() + ":" + c.ID() + ":log-group:" + name)
}

func (c *cloud) tagLog(name, key, value string) meddling {
	return func(ctx context.Context, clients *awsapi.Clients) error {
		_, err := clients.Logs.TagResource(ctx, &cloudwatchlogs.TagResourceInput{ResourceArn: c.logARN(name), Tags: map[string]string{key: value}})
		return err
	}
}

func deleteLogGroup(name string) meddling {
	return func(ctx context.Context, clients *awsapi.Clients) error {
		_, err := clients.Logs.DeleteLogGroup(ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: &name})
		return err
	}
}
