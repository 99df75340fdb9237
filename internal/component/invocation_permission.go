package component

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

// What a rule does with a function.
const (
	eventBridge      = "events.amazonaws.com"
	invokingFunction = "lambda:InvokeFunction"
)

// InvocationPermission lets an InvocationRule invoke its function, by a statement in
// the policy of the function. Its ID is that of the statement.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-lambda-permissions
type InvocationPermission struct {
	Object
	API  awsapi.Lambda
	Rule *InvocationRule

	seen  *permission
	asked asked[*lambda.GetPolicyOutput]
}

// permission is a statement of a function's policy.
type permission struct {
	Sid       string
	Effect    string
	Principal any
	Action    any
	Condition map[string]map[string]any
}

// Deps implements Component.
func (p *InvocationPermission) Deps() []Component { return []Component{p.Rule, p.Rule.Function} }

// Ensure implements Component.
func (p *InvocationPermission) Ensure(ctx context.Context) error { return ensure(ctx, p) }

// Read implements Component.
func (p *InvocationPermission) Read(ctx context.Context) (Status, error) { return read(ctx, p) }

// sid names the statement. Whoever made one of this name, it is ours: the function is.
const sid = "InvokeOnSchedule"

func (p *InvocationPermission) create(ctx context.Context) error {
	_, err := p.API.AddPermission(ctx, &lambda.AddPermissionInput{
		FunctionName: p.Rule.Function.name(), StatementId: aws.String(sid), Action: aws.String(invokingFunction),
		Principal: aws.String(eventBridge), SourceArn: aws.String(p.Rule.ARN()),
	}, func(o *lambda.Options) {
		o.APIOptions = append(o.APIOptions, p.noteLost)
		if p.Rule.Function.Renewed() {
			o.Retryer = patiently(o.Retryer, "ResourceNotFoundException")
		}
	})
	if err != nil {
		return fmt.Errorf("letting EventBridge invoke Lambda function %s: %w", *p.Rule.Function.name(), err)
	}
	p.Known = sid
	p.seen = &permission{
		Sid: sid, Effect: "Allow", Principal: map[string]any{"Service": eventBridge}, Action: invokingFunction,
		Condition: map[string]map[string]any{"ArnLike": {"AWS:SourceArn": p.Rule.ARN()}},
	}
	return nil
}

func (p *InvocationPermission) load(ctx context.Context) (bool, error) {
	p.seen = nil
	name := p.Rule.Function.name()
	out, err := p.asked.take(ctx, p.question())
	if awserr.NotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("reading the policy of Lambda function %s: %w", *name, err)
	}
	var document struct{ Statement []permission }
	if err := json.Unmarshal([]byte(deref(out.Policy)), &document); err != nil {
		return false, fmt.Errorf("decoding the policy of Lambda function %s: %w", *name, err)
	}
	for i := range document.Statement {
		if document.Statement[i].Sid == sid {
			p.Known, p.seen = sid, &document.Statement[i]
		}
	}
	return p.seen != nil, nil
}

// foreign is never: the function is ours.
func (p *InvocationPermission) foreign() *ForeignError { return nil }

func (p *InvocationPermission) differences() []Difference {
	var d differences
	got := p.seen
	principal, _ := got.Principal.(map[string]any)
	right := got.Effect == "Allow" && got.Action == invokingFunction && principal["Service"] == eventBridge
	source := ""
	for _, keys := range got.Condition {
		for _, value := range keys {
			source = fmt.Sprint(value)
		}
	}
	d.add(!right || p.Rule.ARN() != "" && source != p.Rule.ARN(), "Permission", "what EventBridge may do with its function was changed")
	return d
}

func (p *InvocationPermission) update(ctx context.Context, _ Status) error {
	if err := p.Delete(ctx); err != nil {
		return err
	}
	return p.create(ctx)
}

// Delete implements Component.
func (p *InvocationPermission) Delete(ctx context.Context) error {
	if p.Known == "" || p.Rule.Function.ID() == "" {
		p.Known = "" // it goes with its function
		return nil
	}
	_, err := p.API.RemovePermission(ctx, &lambda.RemovePermissionInput{FunctionName: p.Rule.Function.name(), StatementId: aws.String(sid)})
	if absentIsFine(err) != nil {
		return fmt.Errorf("taking EventBridge's permission to invoke Lambda function %s back: %w", *p.Rule.Function.name(), err)
	}
	p.Known, p.seen = "", nil
	return nil
}
