package component

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"golang.org/x/sync/errgroup"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

// templateAnswer is what AWS tells of a launch template.
type templateAnswer struct {
	found    bool
	versions []types.LaunchTemplateVersion // the newest and the default one
	tags     map[string]string             // nil: not asked
}

// Ask implements Asker.
func (t *LaunchTemplate) Ask(ctx context.Context, begin func(func())) {
	if t.Known != "" {
		t.asked.ask(ctx, begin, t.question())
	}
}

func (t *LaunchTemplate) question() question[templateAnswer] {
	in := &ec2.DescribeLaunchTemplateVersionsInput{Versions: []string{"$Latest", "$Default"}}
	id, name, arn := t.Known, orElse(t.Known, t.TemplateName), t.arn
	if id != "" {
		in.LaunchTemplateId = aws.String(id)
	} else {
		in.LaunchTemplateName = aws.String(name)
	}
	return func(ctx context.Context) (a templateAnswer, err error) {
		var calls errgroup.Group
		calls.Go(func() error {
			out, err := t.API.DescribeLaunchTemplateVersions(ctx, in)
			if awserr.NotFound(err) {
				return nil
			}
			if err != nil {
				return fmt.Errorf("reading launch template %s: %w", name, err)
			}
			a.found, a.versions = true, out.LaunchTemplateVersions
			return nil
		})
		switch {
		case id == "": // its id is needed first
		case t.TagsAreRight:
			a.tags = t.Tags.Want
		default:
			calls.Go(func() (err error) {
				a.tags, err = t.Tags.read(ctx, arn, func(ctx context.Context) (map[string]string, error) { return t.tagsOf(ctx, id) })
				return err
			})
		}
		err = calls.Wait()
		return a, err
	}
}

func (t *LaunchTemplate) tagsOf(ctx context.Context, id string) (map[string]string, error) {
	tags := map[string]string{}
	pages := ec2.NewDescribeTagsPaginator(t.API, &ec2.DescribeTagsInput{
		Filters: []types.Filter{{Name: aws.String("resource-id"), Values: []string{id}}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("reading the tags of launch template %s: %w", id, err)
		}
		for _, tag := range page.Tags {
			tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
		}
	}
	return tags, nil
}
