package component

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"golang.org/x/sync/errgroup"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

// RuleList reads the rules whose names begin alike in one call. A nil list knows none.
type RuleList struct {
	rules shared[[]types.Rule]
}

// NewRuleList is the list of the rules whose names begin with prefix. It asks when it
// is first used, and only for one page: with names that begin like those of many
// others, a rule that is on none of it is read by itself.
func NewRuleList(ctx context.Context, api awsapi.Events, prefix string) *RuleList {
	return &RuleList{share(ctx, func(ctx context.Context) ([]types.Rule, error) {
		out, err := api.ListRules(ctx, &eventbridge.ListRulesInput{NamePrefix: aws.String(prefix)})
		if err != nil {
			return nil, fmt.Errorf("reading EventBridge rules %s…: %w", prefix, err)
		}
		return out.Rules, nil
	})}
}

// get reads the rule of that name, nil for none, from the list if that has it.
func (l *RuleList) get(ctx context.Context, api awsapi.Events, name string) (*ruleSeen, error) {
	if l != nil {
		rules, err := l.rules.answer()
		for i := range rules {
			if got := &rules[i]; err == nil && deref(got.Name) == name {
				return &ruleSeen{
					arn: deref(got.Arn), expression: deref(got.ScheduleExpression), description: deref(got.Description), state: got.State, pattern: deref(got.EventPattern),
				}, nil
			}
		}
	}
	out, err := api.DescribeRule(ctx, &eventbridge.DescribeRuleInput{Name: aws.String(name)})
	if awserr.NotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading EventBridge rule %s: %w", name, err)
	}
	return &ruleSeen{
		arn: deref(out.Arn), expression: deref(out.ScheduleExpression), description: deref(out.Description), state: out.State, pattern: deref(out.EventPattern),
	}, nil
}

// Ask implements Asker.
func (r *InvocationRule) Ask(ctx context.Context, begin func(func())) {
	if r.Known != "" && r.arn != "" {
		r.asked.ask(ctx, begin, r.question())
	}
}

// question is what the rule is like, nil for none. Whether there is one that is not in
// the inventory is asked first.
func (r *InvocationRule) question() question[*ruleSeen] {
	name, arn := *r.name(), r.arn
	if r.Known == "" {
		arn = ""
	}
	return func(ctx context.Context) (seen *ruleSeen, err error) {
		var tags map[string]string
		var targets map[string]types.Target
		get := func() (err error) { seen, err = r.List.get(ctx, r.API, name); return err }
		var calls errgroup.Group
		if arn == "" {
			if err := get(); err != nil || seen == nil {
				return nil, err
			}
			arn = seen.arn
		} else {
			calls.Go(get)
		}
		calls.Go(func() (err error) {
			tags, err = r.Tags.read(ctx, arn, func(ctx context.Context) (map[string]string, error) { return r.tagsOf(ctx, arn) })
			return err
		})
		calls.Go(func() (err error) { targets, err = r.targetsOf(ctx, name); return err })
		if err := calls.Wait(); err != nil || seen == nil || tags == nil || targets == nil {
			return nil, absentIsFine(err)
		}
		seen.tags, seen.targets = tags, targets
		return seen, nil
	}
}

func (r *InvocationRule) tagsOf(ctx context.Context, arn string) (map[string]string, error) {
	out, err := r.API.ListTagsForResource(ctx, &eventbridge.ListTagsForResourceInput{ResourceARN: aws.String(arn)})
	if err != nil {
		return nil, fmt.Errorf("reading the tags of EventBridge rule %s: %w", arn, err)
	}
	return tagMap(out.Tags, rulePair), nil
}

// targetsOf are a rule's targets by their ids, at most 5:
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
func (r *InvocationRule) targetsOf(ctx context.Context, name string) (map[string]types.Target, error) {
	out, err := r.API.ListTargetsByRule(ctx, &eventbridge.ListTargetsByRuleInput{Rule: aws.String(name)})
	if err != nil {
		return nil, fmt.Errorf("reading the targets of EventBridge rule %s: %w", name, err)
	}
	targets := map[string]types.Target{}
	for i := range out.Targets {
		targets[deref(out.Targets[i].Id)] = out.Targets[i]
	}
	return targets, nil
}
