package awsapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
)

// eventsCalls holds the operations in use, and not the client: see newEC2.
type eventsCalls struct {
	deleteRule          func(context.Context, *eventbridge.DeleteRuleInput, ...func(*eventbridge.Options)) (*eventbridge.DeleteRuleOutput, error)
	describeRule        func(context.Context, *eventbridge.DescribeRuleInput, ...func(*eventbridge.Options)) (*eventbridge.DescribeRuleOutput, error)
	listRules           func(context.Context, *eventbridge.ListRulesInput, ...func(*eventbridge.Options)) (*eventbridge.ListRulesOutput, error)
	listTagsForResource func(context.Context, *eventbridge.ListTagsForResourceInput, ...func(*eventbridge.Options)) (*eventbridge.ListTagsForResourceOutput, error)
	listTargetsByRule   func(context.Context, *eventbridge.ListTargetsByRuleInput, ...func(*eventbridge.Options)) (*eventbridge.ListTargetsByRuleOutput, error)
	putRule             func(context.Context, *eventbridge.PutRuleInput, ...func(*eventbridge.Options)) (*eventbridge.PutRuleOutput, error)
	putTargets          func(context.Context, *eventbridge.PutTargetsInput, ...func(*eventbridge.Options)) (*eventbridge.PutTargetsOutput, error)
	removeTargets       func(context.Context, *eventbridge.RemoveTargetsInput, ...func(*eventbridge.Options)) (*eventbridge.RemoveTargetsOutput, error)
	tagResource         func(context.Context, *eventbridge.TagResourceInput, ...func(*eventbridge.Options)) (*eventbridge.TagResourceOutput, error)
	untagResource       func(context.Context, *eventbridge.UntagResourceInput, ...func(*eventbridge.Options)) (*eventbridge.UntagResourceOutput, error)
}

func newEvents(client *eventbridge.Client) Events {
	return eventsCalls{
		deleteRule:          client.DeleteRule,
		describeRule:        client.DescribeRule,
		listRules:           client.ListRules,
		listTagsForResource: client.ListTagsForResource,
		listTargetsByRule:   client.ListTargetsByRule,
		putRule:             client.PutRule,
		putTargets:          client.PutTargets,
		removeTargets:       client.RemoveTargets,
		tagResource:         client.TagResource,
		untagResource:       client.UntagResource,
	}
}

func (c eventsCalls) DeleteRule(ctx context.Context, in *eventbridge.DeleteRuleInput, options ...func(*eventbridge.Options)) (*eventbridge.DeleteRuleOutput, error) {
	return c.deleteRule(ctx, in, options...)
}

func (c eventsCalls) DescribeRule(ctx context.Context, in *eventbridge.DescribeRuleInput, options ...func(*eventbridge.Options)) (*eventbridge.DescribeRuleOutput, error) {
	return c.describeRule(ctx, in, options...)
}

func (c eventsCalls) ListRules(ctx context.Context, in *eventbridge.ListRulesInput, options ...func(*eventbridge.Options)) (*eventbridge.ListRulesOutput, error) {
	return c.listRules(ctx, in, options...)
}

func (c eventsCalls) ListTagsForResource(ctx context.Context, in *eventbridge.ListTagsForResourceInput, options ...func(*eventbridge.Options)) (*eventbridge.ListTagsForResourceOutput, error) {
	return c.listTagsForResource(ctx, in, options...)
}

func (c eventsCalls) ListTargetsByRule(ctx context.Context, in *eventbridge.ListTargetsByRuleInput, options ...func(*eventbridge.Options)) (*eventbridge.ListTargetsByRuleOutput, error) {
	return c.listTargetsByRule(ctx, in, options...)
}

func (c eventsCalls) PutRule(ctx context.Context, in *eventbridge.PutRuleInput, options ...func(*eventbridge.Options)) (*eventbridge.PutRuleOutput, error) {
	return c.putRule(ctx, in, options...)
}

func (c eventsCalls) PutTargets(ctx context.Context, in *eventbridge.PutTargetsInput, options ...func(*eventbridge.Options)) (*eventbridge.PutTargetsOutput, error) {
	return c.putTargets(ctx, in, options...)
}

func (c eventsCalls) RemoveTargets(ctx context.Context, in *eventbridge.RemoveTargetsInput, options ...func(*eventbridge.Options)) (*eventbridge.RemoveTargetsOutput, error) {
	return c.removeTargets(ctx, in, options...)
}

func (c eventsCalls) TagResource(ctx context.Context, in *eventbridge.TagResourceInput, options ...func(*eventbridge.Options)) (*eventbridge.TagResourceOutput, error) {
	return c.tagResource(ctx, in, options...)
}

func (c eventsCalls) UntagResource(ctx context.Context, in *eventbridge.UntagResourceInput, options ...func(*eventbridge.Options)) (*eventbridge.UntagResourceOutput, error) {
	return c.untagResource(ctx, in, options...)
}
