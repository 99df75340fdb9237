package component

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

// Dashboard is a CloudWatch dashboard.
type Dashboard struct {
	Object
	API           awsapi.CloudWatch
	DashboardName string
	Body          func() (string, error) // JSON, from what dependencies publish
	Tags          Tags

	arn  string
	seen dashboardSeen
}

type dashboardSeen struct {
	body   string
	wanted string
	tags   map[string]string
}

// Deps implements Component.
func (b *Dashboard) Deps() []Component { return nil }

// Ensure implements Component.
func (b *Dashboard) Ensure(ctx context.Context) error { return ensure(ctx, b) }

// Read implements Component.
func (b *Dashboard) Read(ctx context.Context) (Status, error) { return read(ctx, b) }

func (b *Dashboard) name() *string { return aws.String(orElse(b.Known, b.DashboardName)) }

// create looks for the dashboard first: PutDashboard overwrites an existing one.
func (b *Dashboard) create(ctx context.Context) error {
	if err := vacant(ctx, b); err != nil {
		return err
	}
	body, err := b.Body()
	if err != nil {
		return fmt.Errorf("making the body of CloudWatch dashboard %s: %w", b.DashboardName, err)
	}
	_, err = b.API.PutDashboard(ctx, &cloudwatch.PutDashboardInput{
		DashboardName: aws.String(b.DashboardName), DashboardBody: &body, Tags: tagList(b.Tags.Want, watchTag),
	}, func(o *cloudwatch.Options) { o.APIOptions = append(o.APIOptions, b.noteLost) })
	if err != nil {
		return fmt.Errorf("creating CloudWatch dashboard %s: %w", b.DashboardName, err)
	}
	b.Known, b.seen = b.DashboardName, dashboardSeen{body, body, b.Tags.Want}
	return nil
}

func (b *Dashboard) load(ctx context.Context) (bool, error) {
	name := b.name()
	out, err := b.API.GetDashboard(ctx, &cloudwatch.GetDashboardInput{DashboardName: name})
	if awserr.NotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("reading CloudWatch dashboard %s: %w", *name, err)
	}
	tags, err := watchTags(ctx, b.API, out.DashboardArn)
	if awserr.NotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("reading the tags of CloudWatch dashboard %s: %w", *name, err)
	}
	b.Known, b.arn, b.seen = *name, deref(out.DashboardArn), dashboardSeen{body: deref(out.DashboardBody), tags: tags}
	if b.seen.wanted, err = b.Body(); err != nil {
		return false, fmt.Errorf("making the body of CloudWatch dashboard %s: %w", *name, err)
	}
	return true, nil
}

func (b *Dashboard) foreign() *ForeignError {
	if b.Tags.ours(b.seen.tags) {
		return nil
	}
	return &ForeignError{Kind: "CloudWatch dashboard", Name: *b.name()}
}

func (b *Dashboard) differences() []Difference {
	var d differences
	d.add(!sameJSON(b.seen.body, b.seen.wanted), "Body", "its widgets were changed")
	b.Tags.compare(b.seen.tags, &d)
	return d
}

// sameJSON compares documents by meaning. A text that is none only equals itself.
func sameJSON(a, b string) bool {
	var one, other any
	if json.Unmarshal([]byte(a), &one) != nil || json.Unmarshal([]byte(b), &other) != nil {
		return a == b
	}
	return reflect.DeepEqual(one, other)
}

func (b *Dashboard) update(ctx context.Context, status Status) error {
	if status.Has("Body") {
		if _, err := b.API.PutDashboard(ctx, &cloudwatch.PutDashboardInput{DashboardName: b.name(), DashboardBody: &b.seen.wanted}); err != nil {
			return fmt.Errorf("updating CloudWatch dashboard %s: %w", *b.name(), err)
		}
	}
	if err := retagWatch(ctx, b.API, b.Tags, b.arn, b.seen.tags); err != nil {
		return fmt.Errorf("tagging CloudWatch dashboard %s: %w", *b.name(), err)
	}
	return nil
}

// Delete implements Component.
func (b *Dashboard) Delete(ctx context.Context) error {
	if b.Known == "" {
		return nil
	}
	_, err := b.API.DeleteDashboards(ctx, &cloudwatch.DeleteDashboardsInput{DashboardNames: []string{b.Known}})
	if absentIsFine(err) != nil {
		return fmt.Errorf("deleting CloudWatch dashboard %s: %w", b.Known, err)
	}
	b.Known, b.seen = "", dashboardSeen{}
	return nil
}

// watchTags are the tags of an alarm or a dashboard.
func watchTags(ctx context.Context, api awsapi.CloudWatch, arn *string) (map[string]string, error) {
	out, err := api.ListTagsForResource(ctx, &cloudwatch.ListTagsForResourceInput{ResourceARN: arn})
	if err != nil {
		return nil, err
	}
	return tagMap(out.Tags, watchPair), nil
}

// retagWatch brings them to those wanted.
func retagWatch(ctx context.Context, api awsapi.CloudWatch, tags Tags, arn string, got map[string]string) error {
	return retagged(tags, got, func(set map[string]string) error {
		_, err := api.TagResource(ctx, &cloudwatch.TagResourceInput{ResourceARN: &arn, Tags: tagList(set, watchTag)})
		return err
	}, func(keys []string) error {
		_, err := api.UntagResource(ctx, &cloudwatch.UntagResourceInput{ResourceARN: &arn, TagKeys: keys})
		return err
	})
}

func watchTag(key, value string) types.Tag {
	return types.Tag{Key: aws.String(key), Value: aws.String(value)}
}

func watchPair(t types.Tag) (key, value *string) { return t.Key, t.Value }
