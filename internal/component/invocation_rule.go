package component

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/smithy-go"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

// invocationTarget is the id of a rule's one target.
const invocationTarget = "function"

// InvocationRule is an EventBridge rule that invokes a function on a schedule. What
// a Schedule does is another matter: it sets the size of an Auto Scaling group.
type InvocationRule struct {
	Object
	API         awsapi.Events
	RuleName    string
	Expression  string // such as "rate(1 minute)"
	Description string
	Function    *Function
	Tags        Tags
	Needs       []Component // that must be in place before the function runs
	List        *RuleList   // that Read takes it from, nil for none

	arn   string
	seen  ruleSeen
	asked asked[*ruleSeen]
}

type ruleSeen struct {
	arn         string
	expression  string
	description string
	state       types.RuleState
	pattern     string
	targets     map[string]types.Target // by id
	tags        map[string]string
}

// Deps implements Component.
func (r *InvocationRule) Deps() []Component { return append([]Component{r.Function}, r.Needs...) }

// Ensure implements Component.
func (r *InvocationRule) Ensure(ctx context.Context) error { return ensure(ctx, r) }

// Read implements Component.
func (r *InvocationRule) Read(ctx context.Context) (Status, error) { return read(ctx, r) }

// ARN of the rule; "" before Ensure or Read.
func (r *InvocationRule) ARN() string { return r.arn }

// Restore sets what is known of the rule without asking.
func (r *InvocationRule) Restore(arn string) { r.arn = arn }

// SeenExpression is the schedule as AWS has it, "" for none.
func (r *InvocationRule) SeenExpression() string { return r.seen.expression }

func (r *InvocationRule) name() *string { return aws.String(orElse(r.Known, r.RuleName)) }

func (r *InvocationRule) create(ctx context.Context) error {
	if err := vacant(ctx, r); err != nil {
		return err
	}
	in := r.request()
	in.Tags = tagList(r.Tags.Want, ruleTag)
	out, err := r.API.PutRule(ctx, in, r.uncontended, func(o *eventbridge.Options) { o.APIOptions = append(o.APIOptions, r.noteLost) })
	if err != nil {
		return fmt.Errorf("creating EventBridge rule %s: %w", r.RuleName, err)
	}
	r.Known, r.arn = r.RuleName, deref(out.RuleArn)
	r.seen = ruleSeen{r.arn, r.Expression, r.Description, types.RuleStateEnabled, "", nil, r.Tags.Want}
	return nil
}

func (r *InvocationRule) request() *eventbridge.PutRuleInput {
	return &eventbridge.PutRuleInput{
		Name: r.name(), ScheduleExpression: aws.String(r.Expression), Description: aws.String(r.Description), State: types.RuleStateEnabled,
	}
}

func (r *InvocationRule) load(ctx context.Context) (bool, error) {
	name := r.name()
	seen, err := r.asked.take(ctx, r.question())
	if err != nil || seen == nil {
		return false, err
	}
	r.Known, r.arn, r.seen = *name, seen.arn, *seen
	return true, nil
}

func (r *InvocationRule) foreign() *ForeignError {
	if r.Tags.ours(r.seen.tags) {
		return nil
	}
	return &ForeignError{Kind: "EventBridge rule", Name: *r.name()}
}

func (r *InvocationRule) differences() []Difference {
	var d differences
	got := r.seen
	d.add(got.expression != r.Expression, "Expression", "its schedule is %q, not %q", got.expression, r.Expression)
	d.add(got.description != r.Description, "Description", "its description was changed")
	d.add(got.state != types.RuleStateEnabled, "State", "it is %s", got.state)
	d.add(got.pattern != "", "Pattern", "it waits for events besides its schedule")
	target, has := got.targets[invocationTarget]
	d.add(!has, "Targets", "it invokes nothing of ours")
	right := deref(target.Arn) == r.Function.ARN() && target.Input == nil && target.InputPath == nil && target.InputTransformer == nil
	d.add(has && r.Function.ARN() != "" && !right, "Targets", "what it invokes was changed")
	d.add(len(got.targets) > 1 || len(got.targets) == 1 && !has, "Targets", "it invokes others besides the function")
	r.Tags.compare(got.tags, &d)
	return d
}

func (r *InvocationRule) update(ctx context.Context, status Status) error {
	if status.Has("Pattern") { // an empty one is not taken for none: the rule has to be made again
		return r.replace(ctx)
	}
	if status.Has("Expression", "Description", "State") {
		if _, err := r.API.PutRule(ctx, r.request(), r.uncontended); err != nil {
			return fmt.Errorf("updating EventBridge rule %s: %w", *r.name(), err)
		}
	}
	if status.Has("Targets") {
		if err := r.putTargets(ctx); err != nil {
			return fmt.Errorf("letting EventBridge rule %s invoke %s: %w", *r.name(), r.Function.ARN(), err)
		}
	}
	arn := aws.String(r.arn)
	err := retagged(r.Tags, r.seen.tags, func(tags map[string]string) error {
		_, err := r.API.TagResource(ctx, &eventbridge.TagResourceInput{ResourceARN: arn, Tags: tagList(tags, ruleTag)}, r.uncontended)
		return err
	}, func(keys []string) error {
		_, err := r.API.UntagResource(ctx, &eventbridge.UntagResourceInput{ResourceARN: arn, TagKeys: keys}, r.uncontended)
		return err
	})
	if err != nil {
		return fmt.Errorf("tagging EventBridge rule %s: %w", *r.name(), err)
	}
	return nil
}

func (r *InvocationRule) replace(ctx context.Context) error {
	if err := r.Delete(ctx); err != nil {
		return err
	}
	if err := r.create(ctx); err != nil {
		return err
	}
	r.renewed = true
	return converge(ctx, r)
}

// putTargets makes the function the rule's only target.
func (r *InvocationRule) putTargets(ctx context.Context) error {
	var others []string
	for id := range r.seen.targets {
		if id != invocationTarget {
			others = append(others, id)
		}
	}
	if err := r.removeTargets(ctx, others); err != nil {
		return err
	}
	out, err := r.API.PutTargets(ctx, &eventbridge.PutTargetsInput{
		Rule: r.name(), Targets: []types.Target{{Id: aws.String(invocationTarget), Arn: aws.String(r.Function.ARN())}},
	}, r.uncontended, func(o *eventbridge.Options) {
		if r.created {
			o.Retryer = patiently(o.Retryer, "ResourceNotFoundException")
		}
	})
	if err == nil && len(out.FailedEntries) > 0 {
		err = &smithy.GenericAPIError{Code: deref(out.FailedEntries[0].ErrorCode), Message: deref(out.FailedEntries[0].ErrorMessage)}
	}
	return err
}

func (r *InvocationRule) removeTargets(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	out, err := r.API.RemoveTargets(ctx, &eventbridge.RemoveTargetsInput{Rule: r.name(), Ids: ids}, r.uncontended)
	if err == nil && len(out.FailedEntries) > 0 {
		err = &smithy.GenericAPIError{Code: deref(out.FailedEntries[0].ErrorCode), Message: deref(out.FailedEntries[0].ErrorMessage)}
	}
	return err
}

// Delete implements Component. A rule can only be deleted without targets:
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteRule.html
func (r *InvocationRule) Delete(ctx context.Context) error {
	if r.Known == "" {
		return nil
	}
	err := r.deleteBare(ctx, []string{invocationTarget})
	if awserr.Code(err) == "ValidationException" { // somebody has given it others
		found, loadErr := r.load(ctx)
		if loadErr != nil {
			return loadErr
		}
		if err = nil; found {
			ids := make([]string, 0, len(r.seen.targets))
			for id := range r.seen.targets {
				ids = append(ids, id)
			}
			err = r.deleteBare(ctx, ids)
		}
	}
	if absentIsFine(err) != nil {
		return fmt.Errorf("deleting EventBridge rule %s: %w", r.Known, err)
	}
	r.Known, r.seen = "", ruleSeen{}
	return nil
}

func (r *InvocationRule) deleteBare(ctx context.Context, targets []string) error {
	if err := r.removeTargets(ctx, targets); err != nil {
		return err
	}
	_, err := r.API.DeleteRule(ctx, &eventbridge.DeleteRuleInput{Name: r.name()}, r.uncontended)
	return err
}

// uncontended makes a call wait for another change of the rule.
func (r *InvocationRule) uncontended(o *eventbridge.Options) {
	o.Retryer = patiently(o.Retryer, "ConcurrentModificationException")
}

func ruleTag(key, value string) types.Tag {
	return types.Tag{Key: aws.String(key), Value: aws.String(value)}
}

func rulePair(t types.Tag) (key, value *string) { return t.Key, t.Value }
