package component

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"golang.org/x/sync/errgroup"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

// Ask implements Asker.
func (p *Parameter) Ask(ctx context.Context, begin func(func())) {
	if p.Known != "" {
		p.asked.ask(ctx, begin, p.question())
	}
}

// question is what the parameter is like, nil for none.
func (p *Parameter) question() question[*parameterSeen] {
	name, known, arn := *p.name(), p.Known != "", p.arn
	return func(ctx context.Context) (*parameterSeen, error) {
		var found *types.ParameterMetadata
		var tags map[string]string // nil: it is not there
		find := func() (err error) { found, err = p.find(ctx, name); return err }
		if !known {
			if err := find(); err != nil || found == nil {
				return nil, err
			}
		}
		var calls errgroup.Group
		if known {
			calls.Go(find)
		}
		calls.Go(func() (err error) {
			tags, err = p.Tags.read(ctx, arn, func(ctx context.Context) (map[string]string, error) { return p.tagsOf(ctx, name) })
			return err
		})
		if err := calls.Wait(); err != nil || found == nil || tags == nil {
			return nil, err
		}
		return &parameterSeen{found.Type, deref(found.KeyId), found.Version, tags}, nil
	}
}

// find is the parameter of that name, nil for none. A page may be empty although
// another one follows: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html
func (p *Parameter) find(ctx context.Context, name string) (*types.ParameterMetadata, error) {
	pages := ssm.NewDescribeParametersPaginator(p.API, &ssm.DescribeParametersInput{
		ParameterFilters: []types.ParameterStringFilter{{Key: aws.String("Name"), Option: aws.String("Equals"), Values: []string{name}}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("reading SSM parameter %s: %w", name, err)
		}
		if len(page.Parameters) > 0 {
			return &page.Parameters[0], nil
		}
	}
	return nil, nil
}

// tagsOf are the tags of the parameter of that name, nil if there is none.
func (p *Parameter) tagsOf(ctx context.Context, name string) (map[string]string, error) {
	out, err := p.API.ListTagsForResource(ctx, &ssm.ListTagsForResourceInput{
		ResourceType: types.ResourceTypeForTaggingParameter, ResourceId: aws.String(name),
	})
	if awserr.NotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the tags of SSM parameter %s: %w", name, err)
	}
	return tagMap(out.TagList, parameterPair), nil
}
