package component

import (
	"context"
	"fmt"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"golang.org/x/sync/errgroup"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

// roleAnswer is what AWS tells of a role.
type roleAnswer struct {
	role    *types.Role // nil: there is none
	managed []string
	inline  map[string]string
}

// Ask implements Asker.
func (r *Role) Ask(ctx context.Context, begin func(func())) {
	if r.Known != "" {
		r.asked.ask(ctx, begin, r.question())
	}
}

// question is what the role is like. Whether there is one that is not in the
// inventory is asked before all else.
func (r *Role) question() question[roleAnswer] {
	name, known, listed := *r.name(), r.Known != "", !r.OwnOnly
	return func(ctx context.Context) (a roleAnswer, err error) {
		var failure error
		get := func() error {
			a.role, failure = r.get(ctx, name)
			return nil
		}
		if !known {
			if _ = get(); failure != nil || a.role == nil {
				return a, failure
			}
		}
		var calls errgroup.Group
		if known {
			calls.Go(get)
		}
		var own map[string]string
		calls.Go(func() (err error) { own, err = r.ownPolicy(ctx, name); return err })
		if listed {
			calls.Go(func() (err error) { a.managed, err = r.attached(ctx, name); return err })
			calls.Go(func() (err error) { a.inline, err = r.inlineNames(ctx, name); return err })
		}
		err = calls.Wait()
		if failure != nil || a.role == nil { // without a role all else fails
			return roleAnswer{}, failure
		}
		if !listed && err == nil && !r.Tags.ours(tagMap(a.role.Tags, iamPair)) { // of another tool, which gave it other rights
			if a.managed, err = r.attached(ctx, name); err == nil {
				a.inline, err = r.inlineNames(ctx, name)
			}
		}
		if a.inline == nil {
			a.inline = map[string]string{}
		}
		for name, text := range own {
			a.inline[name] = text
		}
		return a, err
	}
}

// get is the role of that name, nil for none.
func (r *Role) get(ctx context.Context, name string) (*types.Role, error) {
	out, err := r.API.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String(name)})
	if awserr.NotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading IAM role %s: %w", name, err)
	}
	return out.Role, nil
}

// ownPolicy is our inline policy by its name, nothing if the role does not have it.
func (r *Role) ownPolicy(ctx context.Context, role string) (map[string]string, error) {
	name := r.Settings.InlinePolicyName
	out, err := r.API.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: aws.String(role), PolicyName: aws.String(name)})
	if awserr.NotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the inline policy of IAM role %s: %w", role, err)
	}
	text, err := url.QueryUnescape(aws.ToString(out.PolicyDocument))
	if err != nil {
		return nil, fmt.Errorf("decoding the inline policy of IAM role %s: %w", role, err)
	}
	return map[string]string{name: text}, nil
}

func (r *Role) attached(ctx context.Context, name string) (arns []string, err error) {
	pages := iam.NewListAttachedRolePoliciesPaginator(r.API, &iam.ListAttachedRolePoliciesInput{RoleName: aws.String(name)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("listing the policies attached to IAM role %s: %w", name, err)
		}
		for _, p := range page.AttachedPolicies {
			arns = append(arns, aws.ToString(p.PolicyArn))
		}
	}
	return arns, nil
}

func (r *Role) inlineNames(ctx context.Context, role string) (map[string]string, error) {
	names := map[string]string{}
	pages := iam.NewListRolePoliciesPaginator(r.API, &iam.ListRolePoliciesInput{RoleName: aws.String(role)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("listing the inline policies of IAM role %s: %w", role, err)
		}
		for _, name := range page.PolicyNames {
			names[name] = ""
		}
	}
	return names, nil
}
