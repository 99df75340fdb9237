package component

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

func (g *SharedLogGroup) update(ctx context.Context, status Status) error {
	if err := putLogSettings(ctx, g.API, g.GroupName, g.Settings, status, g.settle); err != nil {
		return err
	}
	if status.Has("ARN") { // a create does not tell it
		group, err := awaitLogGroup(ctx, g.API, g.GroupName)
		if err != nil {
			return err
		}
		g.arn = arnOf(group)
	}
	if status.Has("Tags") {
		if err := g.putTags(ctx); err != nil {
			return fmt.Errorf("tagging log group %s: %w", g.GroupName, err)
		}
	}
	return nil
}

// awaitLogGroup waits for a group that was made a moment ago to be listed.
func awaitLogGroup(ctx context.Context, api awsapi.Logs, name string) (*types.LogGroup, error) {
	for n := range lookups {
		group, err := findLogGroup(ctx, api, name)
		if err != nil || group != nil {
			return group, err
		}
		if err := wait(ctx, lookupPause<<n); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("log group %s disappeared", name)
}

// putLogSettings changes what differs of the settings of a log group.
func putLogSettings(ctx context.Context, api awsapi.Logs, name string, want LogGroupSettings, status Status, settle func(*cloudwatchlogs.Options)) error {
	if status.Has("Retention") {
		if err := putRetention(ctx, api, name, want.Retention, settle); err != nil {
			return fmt.Errorf("setting the retention of log group %s: %w", name, err)
		}
	}
	if status.Has("KMSKeyID") {
		if err := putLogKey(ctx, api, name, want.KMSKeyID, settle); err != nil {
			return fmt.Errorf("setting the KMS key of log group %s: %w", name, err)
		}
	}
	return nil
}

func putRetention(ctx context.Context, api awsapi.Logs, name string, retention int32, settle func(*cloudwatchlogs.Options)) error {
	if retention == 0 {
		_, err := api.DeleteRetentionPolicy(ctx, &cloudwatchlogs.DeleteRetentionPolicyInput{LogGroupName: &name}, settle)
		return err
	}
	_, err := api.PutRetentionPolicy(ctx, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: &name, RetentionInDays: &retention}, settle)
	return err
}

func putLogKey(ctx context.Context, api awsapi.Logs, name, key string, settle func(*cloudwatchlogs.Options)) error {
	if key == "" {
		_, err := api.DisassociateKmsKey(ctx, &cloudwatchlogs.DisassociateKmsKeyInput{LogGroupName: &name}, settle)
		return err
	}
	_, err := api.AssociateKmsKey(ctx, &cloudwatchlogs.AssociateKmsKeyInput{LogGroupName: &name, KmsKeyId: &key}, settle)
	return err
}

func (g *SharedLogGroup) putTags(ctx context.Context) error {
	set, remove := g.wanted().changes(g.seen.tags)
	if len(remove) > 0 {
		if _, err := g.API.UntagResource(ctx, &cloudwatchlogs.UntagResourceInput{ResourceArn: aws.String(g.arn), TagKeys: remove}, g.settle); err != nil {
			return err
		}
	}
	if len(set) == 0 {
		return nil
	}
	if _, ok := set[g.mark()]; ok {
		g.marked = true // even if the call fails: its answer may be lost
	}
	_, err := g.API.TagResource(ctx, &cloudwatchlogs.TagResourceInput{ResourceArn: aws.String(g.arn), Tags: set}, g.settle)
	return err
}

func (g *SharedLogGroup) settle(o *cloudwatchlogs.Options) { settleLogs(o, g.created) }

// settleLogs tries again while somebody else, such as a pool that shares the group,
// changes it at the same time, and while the service may not see a group that was
// made a moment ago.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html#API_PutRetentionPolicy_Errors
func settleLogs(o *cloudwatchlogs.Options, created bool) {
	codes := []string{"OperationAbortedException"}
	if created {
		codes = append(codes, "ResourceNotFoundException")
	}
	o.Retryer = patiently(o.Retryer, codes...)
}

// Abandon takes back the mark that Ensure put on a group that was there before:
// what a rollback does where it must not delete.
func (g *SharedLogGroup) Abandon(ctx context.Context) error {
	if !g.marked {
		return nil
	}
	_, err := g.API.UntagResource(ctx, &cloudwatchlogs.UntagResourceInput{ResourceArn: aws.String(g.arn), TagKeys: []string{g.mark()}}, g.settle)
	if absentIsFine(err) != nil {
		return fmt.Errorf("untagging log group %s: %w", g.GroupName, err)
	}
	g.Known = ""
	return nil
}

// Delete implements Component. The pool's mark goes first, so that of two pools
// that go at the same time one at least sees itself as the last.
func (g *SharedLogGroup) Delete(ctx context.Context) error {
	if g.Known == "" {
		return nil
	}
	if g.arn == "" {
		found, err := g.load(ctx)
		if err != nil {
			return err
		}
		if !found {
			g.Known = ""
			return nil
		}
	}
	err := g.release(ctx)
	if absentIsFine(err) != nil {
		return fmt.Errorf("releasing log group %s: %w", g.GroupName, err)
	}
	g.Known = ""
	return nil
}

func (g *SharedLogGroup) release(ctx context.Context) error {
	arn := aws.String(g.arn)
	_, err := g.API.UntagResource(ctx, &cloudwatchlogs.UntagResourceInput{ResourceArn: arn, TagKeys: []string{g.mark()}}, g.settle)
	if err != nil {
		return err
	}
	if g.Settings.SkipDestroy {
		return nil
	}
	tags, err := g.API.ListTagsForResource(ctx, &cloudwatchlogs.ListTagsForResourceInput{ResourceArn: arn})
	if err != nil {
		return err
	}
	g.seen.tags = tags.Tags
	if !g.made() || g.others() {
		return nil
	}
	_, err = g.API.DeleteLogGroup(ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: aws.String(g.GroupName)})
	if awserr.Conflict(err) { // somebody else is deleting it
		return nil
	}
	return err
}
