package component

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

// The components of which one call tells all, or all that can be asked ahead.
var (
	_ Asker = (*AutoScalingGroup)(nil)
	_ Asker = (*FunctionLogGroup)(nil)
	_ Asker = (*InstanceProfile)(nil)
	_ Asker = (*InvocationPermission)(nil)
	_ Asker = (*LifecycleHook)(nil)
	_ Asker = (*Secret)(nil)
	_ Asker = (*SharedLogGroup)(nil)
)

// Ask implements Asker.
func (s *Secret) Ask(ctx context.Context, begin func(func())) {
	if s.Known != "" {
		s.asked.ask(ctx, begin, s.question(s.Known))
	}
}

func (s *Secret) question(name string) question[*secretsmanager.DescribeSecretOutput] {
	return func(ctx context.Context) (*secretsmanager.DescribeSecretOutput, error) {
		return s.API.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: aws.String(name)})
	}
}

// Ask implements Asker.
func (p *InstanceProfile) Ask(ctx context.Context, begin func(func())) {
	if p.Known != "" {
		p.asked.ask(ctx, begin, p.question(p.Known))
	}
}

func (p *InstanceProfile) question(name string) question[*iam.GetInstanceProfileOutput] {
	return func(ctx context.Context) (*iam.GetInstanceProfileOutput, error) {
		return p.API.GetInstanceProfile(ctx, &iam.GetInstanceProfileInput{InstanceProfileName: aws.String(name)})
	}
}

// Ask implements Asker.
func (g *AutoScalingGroup) Ask(ctx context.Context, begin func(func())) {
	if g.Known != "" {
		g.asked.ask(ctx, begin, g.question())
	}
}

func (g *AutoScalingGroup) question() question[*autoscaling.DescribeAutoScalingGroupsOutput] {
	in := g.describe()
	return func(ctx context.Context) (*autoscaling.DescribeAutoScalingGroupsOutput, error) {
		return g.API.DescribeAutoScalingGroups(ctx, in)
	}
}

// Ask implements Asker.
func (h *LifecycleHook) Ask(ctx context.Context, begin func(func())) {
	if h.Known != "" && h.Group.ID() != "" {
		h.asked.ask(ctx, begin, h.question())
	}
}

func (h *LifecycleHook) question() question[*autoscaling.DescribeLifecycleHooksOutput] {
	in := &autoscaling.DescribeLifecycleHooksInput{AutoScalingGroupName: h.Group.name(), LifecycleHookNames: []string{*h.name()}}
	return func(ctx context.Context) (*autoscaling.DescribeLifecycleHooksOutput, error) {
		return h.API.DescribeLifecycleHooks(ctx, in)
	}
}

// Ask implements Asker.
func (p *InvocationPermission) Ask(ctx context.Context, begin func(func())) {
	if p.Known != "" {
		p.asked.ask(ctx, begin, p.question())
	}
}

func (p *InvocationPermission) question() question[*lambda.GetPolicyOutput] {
	in := &lambda.GetPolicyInput{FunctionName: p.Rule.Function.name()}
	return func(ctx context.Context) (*lambda.GetPolicyOutput, error) { return p.API.GetPolicy(ctx, in) }
}

// Ask implements Asker.
func (g *SharedLogGroup) Ask(ctx context.Context, begin func(func())) {
	if g.Known != "" {
		g.asked.ask(ctx, begin, g.question())
	}
}

func (g *SharedLogGroup) question() question[logGroupSeen] {
	right := func(tags map[string]string) bool { return g.wantedAmong(tags).right(tags) }
	return askLogGroup(g.API, g.List, g.Tags.Index, g.GroupName, firstARN(g.Known, g.arn), right)
}

// Ask implements Asker.
func (g *FunctionLogGroup) Ask(ctx context.Context, begin func(func())) {
	if g.Known != "" {
		g.asked.ask(ctx, begin, g.question())
	}
}

func (g *FunctionLogGroup) question() question[logGroupSeen] {
	return askLogGroup(g.API, g.List, g.Tags.Index, g.name(), firstARN(g.Known, g.arn), g.Tags.right)
}

// firstARN is the ARN of an object that is in the inventory: that of another says
// nothing about whether it is there.
func firstARN(known, arn string) string {
	if known == "" {
		return ""
	}
	return arn
}
