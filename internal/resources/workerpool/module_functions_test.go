package workerpool_test

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

// functions makes both functions of the module, with what they consist of and need.
// parameter has the secret of their API key.
func (m *module) functions(parameter string) *module {
	m.t.Helper()
	m.kept = slices.DeleteFunc(m.kept, func(object string) bool { return strings.HasPrefix(object, "sqs:queue/") })
	if parameter == ownParameter {
		done[*ssm.PutParameterOutput](m.t)(ssm.NewFromConfig(m.DirectConfig()).PutParameter(m.ctx(), &ssm.PutParameterInput{
			Name: &parameter, Value: ptr("secret"), Type: ssmtypes.ParameterTypeSecureString,
		}))
	}
	key := m.Spacelift().Key().ID
	common := map[string]string{
		"AUTOSCALING_GROUP_ARN": m.groupARN(), "AUTOSCALING_REGION": m.Region(), "SPACELIFT_API_KEY_ID": key, "SPACELIFT_API_KEY_SECRET_NAME": parameter,
		"SPACELIFT_API_KEY_ENDPOINT": m.SpaceliftURL(), "SPACELIFT_WORKER_POOL_ID": poolID,
	}
	with := func(more map[string]string) map[string]string {
		maps.Copy(more, common)
		return more
	}
	autoscaler := m.function(autoscalerName, "provided.al2", "bootstrap", 30, with(map[string]string{"AUTOSCALING_MAX_CREATE": "5", "AUTOSCALING_MAX_KILL": "2"}))
	m.schedule(autoscaler)
	m.function(lifecycleName, "python3.13", "main.main", 15, with(map[string]string{"QUEUE_URL": "https://queue"}))
	done[*lambda.CreateEventSourceMappingOutput](m.t)(lambda.NewFromConfig(m.DirectConfig()).CreateEventSourceMapping(m.ctx(), &lambda.CreateEventSourceMappingInput{
		FunctionName: ptr(lifecycleName), EventSourceArn: &m.queueARN,
	}))
	return m
}

func (m *module) groupARN() string {
	out := done[*autoscaling.DescribeAutoScalingGroupsOutput](m.t)(m.Direct().AutoScaling.DescribeAutoScalingGroups(m.ctx(), &autoscaling.DescribeAutoScalingGroupsInput{
		AutoScalingGroupNames: []string{moduleGroup},
	}))
	return aws.ToString(out.AutoScalingGroups[0].AutoScalingGroupARN)
}

// function makes one with its role and log group, and returns its ARN.
func (m *module) function(name, runtime, handler string, timeout int32, environment map[string]string) string {
	client := iam.NewFromConfig(m.DirectConfig())
	role := done[*iam.CreateRoleOutput](m.t)(client.CreateRole(m.ctx(), &iam.CreateRoleInput{
		RoleName: &name, Path: ptr("/ci/"), Tags: m.tags(), AssumeRolePolicyDocument: ptr(
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}}]}`),
	}))
	done[*iam.PutRolePolicyOutput](m.t)(client.PutRolePolicy(m.ctx(), &iam.PutRolePolicyInput{RoleName: &name, PolicyName: &name, PolicyDocument: ptr(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`,
	)}))
	done[*cloudwatchlogs.CreateLogGroupOutput](m.t)(m.Direct().Logs.CreateLogGroup(m.ctx(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: ptr("/aws/lambda/" + name)}))
	out := done[*lambda.CreateFunctionOutput](m.t)(lambda.NewFromConfig(m.DirectConfig()).CreateFunction(m.ctx(), &lambda.CreateFunctionInput{
		FunctionName: &name, Role: role.Role.Arn, Runtime: lambdatypes.Runtime(runtime), Handler: &handler, Timeout: &timeout,
		Code: &lambdatypes.FunctionCode{ZipFile: awstest.Package("not ours")}, Environment: &lambdatypes.Environment{Variables: environment},
		TracingConfig: &lambdatypes.TracingConfig{Mode: lambdatypes.TracingModeActive},
	}))
	return aws.ToString(out.FunctionArn)
}

// schedule invokes the autoscaler, with a target whose id Terraform made unique.
func (m *module) schedule(function string) {
	client := eventbridge.NewFromConfig(m.DirectConfig())
	rule := done[*eventbridge.PutRuleOutput](m.t)(client.PutRule(m.ctx(), &eventbridge.PutRuleInput{Name: ptr(autoscalerName), ScheduleExpression: ptr("rate(2 minutes)")}))
	done[*eventbridge.PutTargetsOutput](m.t)(client.PutTargets(m.ctx(), &eventbridge.PutTargetsInput{
		Rule: ptr(autoscalerName), Targets: []eventtypes.Target{{Id: ptr("terraform-20240115090432123400000004"), Arn: &function}},
	}))
	done[*lambda.AddPermissionOutput](m.t)(lambda.NewFromConfig(m.DirectConfig()).AddPermission(m.ctx(), &lambda.AddPermissionInput{
		FunctionName: ptr(autoscalerName), StatementId: ptr("AllowExecutionFromCloudWatch"), Action: ptr("lambda:InvokeFunction"),
		Principal: ptr("events.amazonaws.com"), SourceArn: rule.RuleArn,
	}))
}
