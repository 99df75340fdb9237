package component

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

// FunctionLogGroup is the log group of a function: the pool's alone, unlike a
// SharedLogGroup.
type FunctionLogGroup struct {
	Object
	API       awsapi.Logs
	GroupName string
	Settings  LogGroupSettings
	Tags      Tags
	Needs     []Component   // that are made before it
	List      *LogGroupList // that Read takes it from, nil for none

	arn   string
	seen  logGroupSeen
	asked asked[logGroupSeen]
}

// Deps implements Component.
func (g *FunctionLogGroup) Deps() []Component { return g.Needs }

// Ensure implements Component.
func (g *FunctionLogGroup) Ensure(ctx context.Context) error { return ensure(ctx, g) }

// Read implements Component.
func (g *FunctionLogGroup) Read(ctx context.Context) (Status, error) { return read(ctx, g) }

// ARN of the log group, without ":*"; "" while it is not known.
func (g *FunctionLogGroup) ARN() string { return g.arn }

// Restore sets what is known of the group without asking.
func (g *FunctionLogGroup) Restore(arn string) { g.arn = arn }

// name is that of the inventory, else the derived one.
func (g *FunctionLogGroup) name() string { return orElse(g.Known, g.GroupName) }

func (g *FunctionLogGroup) create(ctx context.Context) error {
	_, err := g.API.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{
		LogGroupName: aws.String(g.GroupName), KmsKeyId: optional(g.Settings.KMSKeyID),
		LogGroupClass: types.LogGroupClass(g.Settings.Class), Tags: g.Tags.Want,
	}, g.settle, func(o *cloudwatchlogs.Options) { o.APIOptions = append(o.APIOptions, g.noteLost) })
	if err != nil {
		return fmt.Errorf("creating log group %s: %w", g.GroupName, err)
	}
	g.Known = g.GroupName
	g.seen = logGroupSeen{kmsKeyID: g.Settings.KMSKeyID, class: g.Settings.Class, tags: g.Tags.Want}
	return nil
}

func (g *FunctionLogGroup) load(ctx context.Context) (bool, error) {
	name := g.name()
	seen, err := g.asked.take(ctx, g.question())
	if err != nil || seen.arn == "" {
		return false, err
	}
	g.Known, g.arn, g.seen = name, seen.arn, seen
	return true, nil
}

func (g *FunctionLogGroup) foreign() *ForeignError {
	if g.Tags.ours(g.seen.tags) {
		return nil
	}
	return &ForeignError{Kind: "log group", Name: g.name()}
}

func (g *FunctionLogGroup) differences() []Difference {
	var d differences
	g.seen.compare(g.Settings, &d)
	g.Tags.compare(g.seen.tags, &d)
	d.add(g.arn == "", "ARN", "its ARN is not known")
	return d
}

func (g *FunctionLogGroup) update(ctx context.Context, status Status) error {
	name := g.name()
	if err := putLogSettings(ctx, g.API, name, g.Settings, status, g.settle); err != nil {
		return err
	}
	if status.Has("ARN") {
		group, err := awaitLogGroup(ctx, g.API, name)
		if err != nil {
			return err
		}
		g.arn = arnOf(group)
	}
	err := retagged(g.Tags, g.seen.tags, func(tags map[string]string) error {
		_, err := g.API.TagResource(ctx, &cloudwatchlogs.TagResourceInput{ResourceArn: aws.String(g.arn), Tags: tags}, g.settle)
		return err
	}, func(keys []string) error {
		_, err := g.API.UntagResource(ctx, &cloudwatchlogs.UntagResourceInput{ResourceArn: aws.String(g.arn), TagKeys: keys}, g.settle)
		return err
	})
	if err != nil {
		return fmt.Errorf("tagging log group %s: %w", name, err)
	}
	return nil
}

func (g *FunctionLogGroup) settle(o *cloudwatchlogs.Options) { settleLogs(o, g.created) }

// Delete implements Component. With SkipDestroy the group stays, and is the pool's
// again should it be made anew.
func (g *FunctionLogGroup) Delete(ctx context.Context) error {
	if g.Known == "" {
		return nil
	}
	if !g.Settings.SkipDestroy || g.created {
		_, err := g.API.DeleteLogGroup(ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: aws.String(g.Known)}, func(o *cloudwatchlogs.Options) { settleLogs(o, false) })
		if absentIsFine(err) != nil {
			return fmt.Errorf("deleting log group %s: %w", g.Known, err)
		}
	}
	g.Known = ""
	return nil
}
