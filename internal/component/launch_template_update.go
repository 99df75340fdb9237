package component

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func (t *LaunchTemplate) update(ctx context.Context, status Status) error {
	for _, d := range status.Differences {
		if d.Field != "Tags" && d.Field != "DefaultVersion" {
			if err := t.createVersion(ctx); err != nil {
				return fmt.Errorf("creating a version of launch template %s: %w", t.Known, err)
			}
			break
		}
	}
	if want := t.wantDefault(); want != t.seen.defaultVersion {
		_, err := t.API.ModifyLaunchTemplate(ctx, &ec2.ModifyLaunchTemplateInput{
			LaunchTemplateId: aws.String(t.Known), DefaultVersion: aws.String(strconv.FormatInt(want, 10)),
		})
		if err != nil {
			return fmt.Errorf("setting the default version of launch template %s to %d: %w", t.Known, want, err)
		}
		t.renewed, t.redefaulted = true, true
	}
	if !status.Has("Tags") {
		return nil
	}
	if err := t.putTags(ctx); err != nil {
		return fmt.Errorf("tagging launch template %s: %w", t.Known, err)
	}
	return nil
}

func (t *LaunchTemplate) createVersion(ctx context.Context) error {
	data, err := t.data(ctx)
	if err != nil {
		return err
	}
	out, err := t.API.CreateLaunchTemplateVersion(ctx, &ec2.CreateLaunchTemplateVersionInput{
		LaunchTemplateId: aws.String(t.Known), LaunchTemplateData: data, VersionDescription: aws.String(versionDescription),
	})
	if err != nil {
		return err
	}
	t.latest, t.renewed, t.advanced = aws.ToInt64(out.LaunchTemplateVersion.VersionNumber), true, true
	return nil
}

func (t *LaunchTemplate) putTags(ctx context.Context) error {
	set, remove := t.Tags.changes(t.seen.tags)
	if len(remove) > 0 {
		_, err := t.API.DeleteTags(ctx, &ec2.DeleteTagsInput{
			Resources: []string{t.Known},
			Tags:      tagKeys(remove, func(key string) types.Tag { return types.Tag{Key: aws.String(key)} }),
		})
		if err != nil {
			return err
		}
	}
	if len(set) == 0 {
		return nil
	}
	_, err := t.API.CreateTags(ctx, &ec2.CreateTagsInput{Resources: []string{t.Known}, Tags: tagList(set, ec2Tag)})
	return err
}

// wantDefault is the number of the version that should be the default one.
func (t *LaunchTemplate) wantDefault() int64 {
	switch {
	case t.Default.Newest:
		return t.latest
	case t.Default.Number != nil:
		return *t.Default.Number
	}
	return t.seen.defaultVersion
}

// Delete implements Component.
func (t *LaunchTemplate) Delete(ctx context.Context) error {
	if t.Known == "" {
		return nil
	}
	_, err := t.API.DeleteLaunchTemplate(ctx, &ec2.DeleteLaunchTemplateInput{LaunchTemplateId: aws.String(t.Known)})
	if absentIsFine(err) != nil {
		return fmt.Errorf("deleting launch template %s: %w", t.Known, err)
	}
	t.Known = ""
	return nil
}

func ec2Tag(key, value string) types.Tag {
	return types.Tag{Key: aws.String(key), Value: aws.String(value)}
}
