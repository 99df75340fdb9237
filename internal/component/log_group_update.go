package component

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

func (g *SharedLogGroup) update(ctx context.Context, status Status) error {
	if status.Has("Retention") {
		if err := g.putRetention(ctx); err != nil {
			return fmt.Errorf("setting the retention of log group %s: %w", g.GroupName, err)
		}
	}
	if status.Has("KMSKeyID") {
		if err := g.putKey(ctx); err != nil {
			return fmt.Errorf("setting the KMS key of log group %s: %w", g.GroupName, err)
		}
	}
	if status.Has("ARN") { // a create does not tell it
		group, err := g.appear(ctx)
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

// appear waits for a group that was made a moment ago to be listed.
func (g *SharedLogGroup) appear(ctx context.Context) (*types.LogGroup, error) {
	for n := range lookups {
		group, err := g.describe(ctx)
		if err != nil || group != nil {
			return group, err
		}
		if err := wait(ctx, lookupPause<<n); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("log group %s disappeared", g.GroupName)
}

func (g *SharedLogGroup) putRetention(ctx context.Context) error {
	name := aws.String(g.GroupName)
	if g.Settings.Retention == 0 {
		_, err := g.API.DeleteRetentionPolicy(ctx, &cloudwatchlogs.DeleteRetentionPolicyInput{LogGroupName: name}, g.settle)
		return err
	}
	_, err := g.API.PutRetentionPolicy(ctx, &cloudwatchlogs.PutRetentionPolicyInput{
		LogGroupName: name, RetentionInDays: aws.Int32(g.Settings.Retention),
	}, g.settle)
	return err
}

func (g *SharedLogGroup) putKey(ctx context.Context) error {
	name := aws.String(g.GroupName)
	if g.Settings.KMSKeyID == "" {
		_, err := g.API.DisassociateKmsKey(ctx, &cloudwatchlogs.DisassociateKmsKeyInput{LogGroupName: name}, g.settle)
		return err
	}
	_, err := g.API.AssociateKmsKey(ctx, &cloudwatchlogs.AssociateKmsKeyInput{LogGroupName: name, KmsKeyId: aws.String(g.Settings.KMSKeyID)}, g.settle)
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

// settle tries again while a pool that shares the group changes it at the same
// time, and while the service may not see a group that was made a moment ago.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html#API_PutRetentionPolicy_Errors
func (g *SharedLogGroup) settle(o *cloudwatchlogs.Options) {
	codes := []string{"OperationAbortedException"}
	if g.created {
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
