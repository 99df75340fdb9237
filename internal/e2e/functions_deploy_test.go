package e2e

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/lambdaenv"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas"
)

// What the pool's own deployment is called.
const (
	queueName       = "lifecycle"
	hookRole        = "hook"
	secretParameter = "/workers/api-secret"
)

// makeRole makes a role that a service may assume, with the policy of that name.
func (w *poolWorld) makeRole(name, service string) string {
	w.Helper()
	made, err := iam.NewFromConfig(w.account.Config()).CreateRole(w.Context(), &iam.CreateRoleInput{
		RoleName: &name, AssumeRolePolicyDocument: aws.String(fmt.Sprintf(
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"%s.amazonaws.com"}}]}`, service)),
	})
	if err != nil {
		w.Fatal(err)
	}
	if _, err := iam.NewFromConfig(w.account.Config()).PutRolePolicy(w.Context(), &iam.PutRolePolicyInput{
		RoleName: &name, PolicyName: &name, PolicyDocument: aws.String(w.policy(name)),
	}); err != nil {
		w.Fatal(err)
	}
	return *made.Role.Arn
}

// makeQueue makes the hook's queue and returns its ARN.
func (w *poolWorld) makeQueue() string {
	w.Helper()
	if _, err := sqs.NewFromConfig(w.account.Config()).CreateQueue(w.Context(), &sqs.CreateQueueInput{
		QueueName: aws.String(queueName), Attributes: map[string]string{"VisibilityTimeout": "60"},
	}); err != nil {
		w.Fatal(err)
	}
	return "arn:aws:sqs:" + w.account.Region() + ":" + w.account.ID() + ":" + queueName
}

// keepSecret puts the secret of the API key where the functions look for it.
func (w *poolWorld) keepSecret(secret string) (parameter string) {
	w.Helper()
	parameter = secretParameter
	if _, err := ssm.NewFromConfig(w.account.Config()).PutParameter(w.Context(), &ssm.PutParameterInput{
		Name: &parameter, Value: &secret, Type: ssmtypes.ParameterTypeSecureString,
	}); err != nil {
		w.Fatal(err)
	}
	return parameter
}

// deploy makes both functions with what wakes them.
func (w *poolWorld) deploy(queue string) {
	w.Helper()
	lifecycle := lambdaenv.Lifecycle{
		Common: w.env.Common, HookName: hookName, DrainTimeout: 30 * minute, OnDrainTimeout: lambdaenv.Retain, PollingInterval: interval,
	}
	w.deployFunction(lambdas.Autoscaler, w.makeRole(lambdas.Autoscaler, "lambda"), w.env.Map())
	w.deployFunction(lambdas.Lifecycle, w.makeRole(lambdas.Lifecycle, "lambda"), lifecycle.Map())
	if _, err := awslambda.NewFromConfig(w.account.Config()).CreateEventSourceMapping(w.Context(), &awslambda.CreateEventSourceMappingInput{
		FunctionName: aws.String(lambdas.Lifecycle), EventSourceArn: &queue,
	}); err != nil {
		w.Fatal(err)
	}
}

// deployFunction makes a function with its schedule.
func (w *poolWorld) deployFunction(name, role string, env map[string]string) {
	w.Helper()
	code, err := lambdas.Zip(name, lambdas.AMD64)
	if err != nil {
		w.Skip(err)
	}
	client, rules := awslambda.NewFromConfig(w.account.Config()), eventbridge.NewFromConfig(w.account.Config())
	made, err := client.CreateFunction(w.Context(), &awslambda.CreateFunctionInput{
		FunctionName: &name, Role: &role, Code: &lambdatypes.FunctionCode{ZipFile: code}, Runtime: lambdatypes.RuntimeProvidedal2023,
		Handler: aws.String("bootstrap"), Timeout: aws.Int32(60), Environment: &lambdatypes.Environment{Variables: env},
	})
	if err != nil {
		w.Fatal(err)
	}
	rule, err := rules.PutRule(w.Context(), &eventbridge.PutRuleInput{Name: &name, ScheduleExpression: aws.String("rate(1 minute)")})
	if err != nil {
		w.Fatal(err)
	}
	if _, err := client.PutFunctionEventInvokeConfig(w.Context(), &awslambda.PutFunctionEventInvokeConfigInput{
		FunctionName: &name, MaximumRetryAttempts: aws.Int32(0),
	}); err != nil {
		w.Fatal(err)
	}
	if _, err := client.AddPermission(w.Context(), &awslambda.AddPermissionInput{
		FunctionName: &name, StatementId: &name, Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("events.amazonaws.com"), SourceArn: rule.RuleArn,
	}); err != nil {
		w.Fatal(err)
	}
	if _, err := rules.PutTargets(w.Context(), &eventbridge.PutTargetsInput{Rule: &name, Targets: []eventtypes.Target{{Id: &name, Arn: made.FunctionArn}}}); err != nil {
		w.Fatal(err)
	}
}
