package awstest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/iam"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/lambda"
)

// refusedError is what a service meets that may not do something in a role.
type refusedError struct{ why string }

func (e refusedError) Error() string { return e.why }

// inRole is why a service that acts in a role may not do something; nil if it may.
// What it does is an operation of package iam, or an action without a row there that
// takes resources as they are given.
func (t *tenant) inRole(ctx context.Context, region, role string, actions []string, resource string) error {
	held, err := t.entitlementOf(ctx, role)
	if err != nil {
		return err
	}
	for _, action := range actions {
		service, operation, _ := strings.Cut(action, ":")
		call := &iam.Call{Service: service, Operation: operation, Partition: partitionOf(region), Region: region, Account: t.id, World: &world{t, region}}
		if why := t.ask(ctx, held, role, call, iam.Demand{Action: action, Resources: []string{resource}}); why != "" {
			return refusedError{why}
		}
	}
	return nil
}

// What Lambda does in the role of a function.
var (
	// https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
	networkActions = []string{
		"ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DeleteNetworkInterface",
		"ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses",
	}
	// https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html#services-xray-permissions
	traceActions = []string{"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
	// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions
	pollActions = []string{"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
	// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html#monitoring-cloudwatchlogs-prereqs
	logActions = []string{"logs:CreateLogStream", "logs:PutLogEvents"}
)

// checkRole refuses a function whose role lacks what Lambda does in it for the
// function's network and traces.
func (l *Lambda) checkRole(ctx context.Context, q request, name string) *answer {
	var in struct {
		Role          string
		VpcConfig     *types.VpcConfig
		TracingConfig *types.TracingConfig
	}
	if json.Unmarshal(q.body, &in) != nil {
		return nil
	}
	if in.Role == "" {
		in.Role = l.roleOf(name)
	}
	var actions []string
	if in.VpcConfig != nil && len(in.VpcConfig.SubnetIds) > 0 {
		actions = append(actions, networkActions...)
	}
	if in.TracingConfig != nil && in.TracingConfig.Mode == types.TracingModeActive {
		actions = append(actions, traceActions...)
	}
	if in.Role == "" || len(actions) == 0 {
		return nil
	}
	return refusedRole(q, l.account.inRole(ctx, q.region, in.Role, actions, "*"))
}

// refusedRole is how Lambda says that a role lacks something.
func refusedRole(q request, err error) *answer {
	if err == nil {
		return nil
	}
	return refusal(q, http.StatusBadRequest, "InvalidParameterValueException", "The provided execution role does not have permissions: "+err.Error())
}

func (l *Lambda) roleOf(name string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if known := l.functions[name]; known != nil {
		return known.role
	}
	return ""
}

// mayLog asks whether Lambda may write the logs of an invocation in the role.
// A role that may not write them fails the test: the invocation itself does not.
func (l *Lambda) mayLog(ctx context.Context, name string) {
	l.mu.Lock()
	known := l.functions[name]
	if known == nil {
		l.mu.Unlock()
		return
	}
	role, group := known.role, "/aws/lambda/"+name
	var logging types.LoggingConfig
	if json.Unmarshal(known.traits["LoggingConfig"], &logging) == nil && logging.LogGroup != nil {
		group = *logging.LogGroup
	}
	l.mu.Unlock()
	stream := l.arn("logs", fmt.Sprintf("log-group:%s:log-stream:2026/01/01/[$LATEST]%s", group, name))
	_ = l.account.inRole(ctx, l.account.region, role, logActions, stream) // it is on record
}

// polled are the queues of a mapping, in the role of its function.
type polled struct {
	*sqs.Client

	lambda *Lambda
	name   string // of the function
	queue  string // ARN
}

var _ lambda.Queues = polled{}

// ReceiveMessage implements lambda.Queues.
func (p polled) ReceiveMessage(ctx context.Context, in *sqs.ReceiveMessageInput, options ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error) {
	if err := p.may(ctx, "sqs:ReceiveMessage"); err != nil {
		return nil, err
	}
	return p.Client.ReceiveMessage(ctx, in, options...)
}

// DeleteMessageBatch implements lambda.Queues.
func (p polled) DeleteMessageBatch(ctx context.Context, in *sqs.DeleteMessageBatchInput, options ...func(*sqs.Options)) (*sqs.DeleteMessageBatchOutput, error) {
	if err := p.may(ctx, "sqs:DeleteMessage"); err != nil {
		return nil, err
	}
	return p.Client.DeleteMessageBatch(ctx, in, options...)
}

func (p polled) may(ctx context.Context, action string) error {
	role := p.lambda.roleOf(p.name)
	if role == "" {
		return nil // the function is being deleted
	}
	return p.lambda.account.inRole(ctx, p.lambda.account.region, role, []string{action}, p.queue)
}

// mayNotify is why a hook may not send to its queue; nil if it may: its role lets it,
// or the queue lets the role, and neither forbids it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html
func (t *tenant) mayNotify(ctx context.Context, region, role, queue string) error {
	held, err := t.entitlementOf(ctx, role)
	if err != nil {
		return err
	}
	t.mu.Lock()
	text := t.policies[region+"/"+lastOf(queue, ":")]
	t.mu.Unlock()
	granted := *held
	request := iam.Request{Action: "sqs:SendMessage", Resource: queue, Principal: role, Value: func(key string) []string {
		if strings.EqualFold(key, "aws:SecureTransport") {
			return []string{"true"}
		}
		return nil
	}}
	if text != "" {
		policy, err := iam.Parse(text)
		if err != nil {
			return fmt.Errorf("reading the policy of %s: %w", queue, err)
		}
		switch (iam.Policies{policy}).Judge(request) {
		case iam.Denied:
			t.privileges.refuse(request.Action, fmt.Sprintf("the policy of %s denies it to %s", queue, role))
			return refusedError{"the queue's policy denies it"}
		case iam.Allowed:
			granted.policies = append(iam.Policies{policy}, held.policies...)
		case iam.Unmentioned:
		}
	}
	call := &iam.Call{Service: "autoscaling", Operation: "notification", Partition: partitionOf(region), Region: region, Account: t.id, World: &world{t, region}}
	// https://docs.aws.amazon.com/autoscaling/ec2/userguide/prepare-for-lifecycle-notifications.html
	for action, by := range map[string]*entitlement{"sqs:GetQueueUrl": held, "sqs:SendMessage": &granted} {
		if why := t.ask(ctx, by, role, call, iam.Demand{Action: action, Resources: []string{queue}}); why != "" {
			return refusedError{why}
		}
	}
	return nil
}
