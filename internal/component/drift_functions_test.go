package component

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

// parameterIn writes the parameter anew.
func parameterIn(change func(*ssm.PutParameterInput)) func(*world) error {
	return func(w *world) error {
		in := &ssm.PutParameterInput{Name: aws.String(parameterName), Value: aws.String("x"), Type: ssmtypes.ParameterTypeSecureString, Overwrite: aws.Bool(true)}
		change(in)
		_, err := w.Direct().SSM.PutParameter(w.ctx, in)
		return err
	}
}

func tagParameter(key, value string) func(*world) error {
	return func(w *world) error {
		_, err := w.Direct().SSM.AddTagsToResource(w.ctx, &ssm.AddTagsToResourceInput{
			ResourceType: ssmtypes.ResourceTypeForTaggingParameter, ResourceId: aws.String(parameterName), Tags: []ssmtypes.Tag{parameterTag(key, value)},
		})
		return err
	}
}

var parameterDrifts = []drift{
	{"KMS key", []string{"KMSKeyID"}, `its KMS key is "` + otherKey + `", not "alias/aws/ssm"`, fixture(parameterIn(func(in *ssm.PutParameterInput) { in.KeyId = aws.String(otherKey) }))},
	{"type", []string{"Type"}, "its type is String, not SecureString", fixture(parameterIn(func(in *ssm.PutParameterInput) { in.Type = ssmtypes.ParameterTypeString }))},
	{"tag missing", []string{"Tags"}, "tag Team is missing", fixture(func(w *world) error {
		_, err := w.Direct().SSM.RemoveTagsFromResource(w.ctx, &ssm.RemoveTagsFromResourceInput{
			ResourceType: ssmtypes.ResourceTypeForTaggingParameter, ResourceId: aws.String(parameterName), TagKeys: []string{"Team"},
		})
		return err
	})},
	{"tag changed", []string{"Tags"}, `tag Team is "red", not "blue"`, fixture(tagParameter("Team", "red"))},
	{"tag left over", []string{"Tags"}, "tag Stale is left over", fixture(tagParameter("Stale", "x"))},
}

var parameterVersionDrifts = []drift{
	{"value", []string{"Value"}, "its value was changed outside Terraform (version 2)", fixture(parameterIn(func(*ssm.PutParameterInput) {}))},
}

var functionRoleDrifts = []drift{
	{"trust policy", []string{"TrustPolicy"}, "trust policy was changed", fixture(func(w *world) error {
		_, err := w.Direct().IAM.UpdateAssumeRolePolicy(w.ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: aws.String(fnRoleName), PolicyDocument: aws.String(trust)})
		return err
	})},
	{"inline policy changed", []string{"InlinePolicies"}, "was changed", fixture(func(w *world) error {
		_, err := w.Direct().IAM.PutRolePolicy(w.ctx, &iam.PutRolePolicyInput{RoleName: aws.String(fnRoleName), PolicyName: aws.String("function"), PolicyDocument: aws.String(inline)})
		return err
	})},
	{"inline policy missing", []string{"InlinePolicies"}, "is missing", fixture(func(w *world) error {
		_, err := w.Direct().IAM.DeleteRolePolicy(w.ctx, &iam.DeleteRolePolicyInput{RoleName: aws.String(fnRoleName), PolicyName: aws.String("function")})
		return err
	})},
	{"tag missing", []string{"Tags"}, "tag Team is missing", fixture(func(w *world) error {
		_, err := w.Direct().IAM.UntagRole(w.ctx, &iam.UntagRoleInput{RoleName: aws.String(fnRoleName), TagKeys: []string{"Team"}})
		return err
	})},
}

var functionLogDrifts = []drift{
	{"retention", []string{"Retention"}, "retention is 14 days, not 7 days", fixture(func(w *world) error {
		_, err := w.Direct().Logs.PutRetentionPolicy(w.ctx, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: aws.String(fnLogName), RetentionInDays: aws.Int32(14)})
		return err
	})},
	{"KMS key removed", []string{"KMSKeyID"}, `its KMS key is "", not "` + secretKey + `"`, fixture(func(w *world) error {
		_, err := w.Direct().Logs.DisassociateKmsKey(w.ctx, &cloudwatchlogs.DisassociateKmsKeyInput{LogGroupName: aws.String(fnLogName)})
		return err
	})},
	{"tag missing", []string{"Tags"}, "tag Team is missing", fixture(func(w *world) error {
		_, err := w.Direct().Logs.UntagResource(w.ctx, &cloudwatchlogs.UntagResourceInput{ResourceArn: aws.String(w.functionLogARN()), TagKeys: []string{"Team"}})
		return err
	})},
	{"tag left over", []string{"Tags"}, "tag Stale is left over", fixture(func(w *world) error {
		_, err := w.Direct().Logs.TagResource(w.ctx, &cloudwatchlogs.TagResourceInput{ResourceArn: aws.String(w.functionLogARN()), Tags: map[string]string{"Stale": "x"}})
		return err
	})},
}

func (w *world) functionLogARN() string {
	return "arn:aws:logs:us-east-1:" + w.ID() + ":log-group:" + fnLogName
}

func (w *world) functionARN() string {
	return "arn:aws:lambda:us-east-1:" + w.ID() + ":function:" + fnName
}

func configure(change func(*lambda.UpdateFunctionConfigurationInput)) func(*world) error {
	return func(w *world) error {
		in := &lambda.UpdateFunctionConfigurationInput{FunctionName: aws.String(fnName)}
		change(in)
		_, err := w.Direct().Lambda.UpdateFunctionConfiguration(w.ctx, in)
		return err
	}
}

func tagFunction(tags map[string]string) func(*world) error {
	return func(w *world) error {
		_, err := w.Direct().Lambda.TagResource(w.ctx, &lambda.TagResourceInput{Resource: aws.String(w.functionARN()), Tags: tags})
		return err
	}
}

func setEnvironment(variables map[string]string) func(*world) error {
	return configure(func(in *lambda.UpdateFunctionConfigurationInput) {
		in.Environment = &types.Environment{Variables: variables}
	})
}

var functionDrifts = []drift{
	{"memory", []string{"MemorySize"}, "its memory is 256 MiB, not 128 MiB", fixture(configure(func(in *lambda.UpdateFunctionConfigurationInput) { in.MemorySize = aws.Int32(256) }))},
	{"timeout", []string{"Timeout"}, "its timeout is 3 s, not 60 s", fixture(configure(func(in *lambda.UpdateFunctionConfigurationInput) { in.Timeout = aws.Int32(3) }))},
	{"description", []string{"Description"}, "its description was changed", fixture(configure(func(in *lambda.UpdateFunctionConfigurationInput) { in.Description = aws.String("x") }))},
	{"handler", []string{"Handler"}, "its handler is main, not bootstrap", fixture(configure(func(in *lambda.UpdateFunctionConfigurationInput) { in.Handler = aws.String("main") }))},
	{"runtime", []string{"Runtime"}, "its runtime is provided.al2, not provided.al2023", fixture(configure(func(in *lambda.UpdateFunctionConfigurationInput) { in.Runtime = types.RuntimeProvidedal2 }))},
	{"tracing", []string{"Tracing"}, "its tracing mode is PassThrough, not Active", fixture(configure(func(in *lambda.UpdateFunctionConfigurationInput) {
		in.TracingConfig = &types.TracingConfig{Mode: types.TracingModePassThrough}
	}))},
	{"log group", []string{"LogGroup"}, "its log group is /other, not " + fnLogName, fixture(configure(func(in *lambda.UpdateFunctionConfigurationInput) {
		in.LoggingConfig = &types.LoggingConfig{LogGroup: aws.String("/other")}
	}))},
	{"log format", []string{"LogFormat"}, "its log format is JSON, not Text", fixture(configure(func(in *lambda.UpdateFunctionConfigurationInput) {
		in.LoggingConfig = &types.LoggingConfig{LogFormat: types.LogFormatJson, LogGroup: aws.String(fnLogName)}
	}))},
	{"VPC", []string{"VPC"}, "its subnets are [subnet-1], not []; its security groups are [sg-1], not []", fixture(configure(func(in *lambda.UpdateFunctionConfigurationInput) {
		in.VpcConfig = &types.VpcConfig{SubnetIds: []string{"subnet-1"}, SecurityGroupIds: []string{"sg-1"}}
	}))},
	{"role", []string{"Role"}, "not arn:aws:iam::", fixture(func(w *world) error {
		_, err := w.Direct().IAM.CreateRole(w.ctx, &iam.CreateRoleInput{RoleName: aws.String("other"), AssumeRolePolicyDocument: aws.String(fnTrust)})
		if err != nil {
			return err
		}
		return configure(func(in *lambda.UpdateFunctionConfigurationInput) {
			in.Role = aws.String("arn:aws:iam::" + w.ID() + ":role/other")
		})(w)
	})},
	{"environment changed", []string{"Environment"}, "environment variable A was changed", fixture(setEnvironment(map[string]string{"A": "3", "B": "2"}))},
	{"environment missing", []string{"Environment"}, "environment variable B is missing", fixture(setEnvironment(map[string]string{"A": "1"}))},
	{"environment left over", []string{"Environment"}, "environment variable C is left over", fixture(setEnvironment(map[string]string{"A": "1", "B": "2", "C": "3"}))},
	{"code", []string{"Code"}, "its code is not that of this version of the provider", fixture(func(w *world) error {
		_, err := w.Direct().Lambda.UpdateFunctionCode(w.ctx, &lambda.UpdateFunctionCodeInput{FunctionName: aws.String(fnName), ZipFile: awstest.Package("two"), Architectures: []types.Architecture{"arm64"}})
		return err
	})},
	{"architecture", []string{"Architecture"}, "its architecture is x86_64, not arm64", fixture(func(w *world) error {
		_, err := w.Direct().Lambda.UpdateFunctionCode(w.ctx, &lambda.UpdateFunctionCodeInput{FunctionName: aws.String(fnName), ZipFile: awstest.Package("one"), Architectures: []types.Architecture{"x86_64"}})
		return err
	})},
	{"repetitions", []string{"Async"}, "its failed asynchronous invocations are repeated", fixture(func(w *world) error {
		_, err := w.Direct().Lambda.PutFunctionEventInvokeConfig(w.ctx, &lambda.PutFunctionEventInvokeConfigInput{FunctionName: aws.String(fnName), MaximumRetryAttempts: aws.Int32(2), MaximumEventAgeInSeconds: aws.Int32(60)})
		return err
	})},
	{"events kept", []string{"Async"}, "are kept for longer than 60 s", fixture(func(w *world) error {
		_, err := w.Direct().Lambda.PutFunctionEventInvokeConfig(w.ctx, &lambda.PutFunctionEventInvokeConfigInput{FunctionName: aws.String(fnName), MaximumRetryAttempts: aws.Int32(0)})
		return err
	})},
	{"made for a role that is gone", []string{"RoleMadeAgain", "Tags"}, "its role was made again since", fixture(tagFunction(map[string]string{TagRole: "AROAOTHER"}))},
	{"role not told", []string{"Tags"}, "tag " + TagRole + " is missing", fixture(func(w *world) error {
		_, err := w.Direct().Lambda.UntagResource(w.ctx, &lambda.UntagResourceInput{Resource: aws.String(w.functionARN()), TagKeys: []string{TagRole}})
		return err
	})},
	{"tag missing", []string{"Tags"}, "tag Team is missing", fixture(func(w *world) error {
		_, err := w.Direct().Lambda.UntagResource(w.ctx, &lambda.UntagResourceInput{Resource: aws.String(w.functionARN()), TagKeys: []string{"Team"}})
		return err
	})},
	{"tag changed", []string{"Tags"}, `tag Team is "red", not "blue"`, fixture(tagFunction(map[string]string{"Team": "red"}))},
	{"tag left over", []string{"Tags"}, "tag Stale is left over", fixture(tagFunction(map[string]string{"Stale": "x"}))},
}

func putRule(change func(*eventbridge.PutRuleInput)) func(*world) error {
	return func(w *world) error {
		in := &eventbridge.PutRuleInput{Name: aws.String(fnName), ScheduleExpression: aws.String("rate(1 minute)"), Description: aws.String("Wakes"), State: eventtypes.RuleStateEnabled}
		change(in)
		_, err := w.Direct().Events.PutRule(w.ctx, in)
		return err
	}
}

func putTarget(id, arn, input string) func(*world) error {
	return func(w *world) error {
		_, err := w.Direct().Events.PutTargets(w.ctx, &eventbridge.PutTargetsInput{Rule: aws.String(fnName), Targets: []eventtypes.Target{{Id: &id, Arn: &arn, Input: optional(input)}}})
		return err
	}
}

func (w *world) ruleARN() *string {
	return aws.String("arn:aws:events:us-east-1:" + w.ID() + ":rule/" + fnName)
}

var ruleDrifts = []drift{
	{"schedule", []string{"Expression"}, `its schedule is "rate(5 minutes)", not "rate(1 minute)"`, fixture(putRule(func(in *eventbridge.PutRuleInput) { in.ScheduleExpression = aws.String("rate(5 minutes)") }))},
	{"description", []string{"Description"}, "its description was changed", fixture(putRule(func(in *eventbridge.PutRuleInput) { in.Description = aws.String("x") }))},
	{"disabled", []string{"State"}, "it is DISABLED", fixture(putRule(func(in *eventbridge.PutRuleInput) { in.State = eventtypes.RuleStateDisabled }))},
	{"events", []string{"Pattern"}, "it waits for events besides its schedule", fixture(putRule(func(in *eventbridge.PutRuleInput) { in.EventPattern = aws.String(`{"source":["aws.ec2"]}`) }))},
	{"target gone", []string{"Targets"}, "it invokes nothing of ours", fixture(func(w *world) error {
		_, err := w.Direct().Events.RemoveTargets(w.ctx, &eventbridge.RemoveTargetsInput{Rule: aws.String(fnName), Ids: []string{invocationTarget}})
		return err
	})},
	{"input", []string{"Targets"}, "what it invokes was changed", fixture(func(w *world) error { return putTarget(invocationTarget, w.functionARN(), `{"a":1}`)(w) })},
	{"another target", []string{"Targets"}, "it invokes others besides the function", fixture(func(w *world) error { return putTarget("other", w.functionARN(), "")(w) })},
	{"tag missing", []string{"Tags"}, "tag Team is missing", fixture(func(w *world) error {
		_, err := w.Direct().Events.UntagResource(w.ctx, &eventbridge.UntagResourceInput{ResourceARN: w.ruleARN(), TagKeys: []string{"Team"}})
		return err
	})},
	{"tag left over", []string{"Tags"}, "tag Stale is left over", fixture(func(w *world) error {
		_, err := w.Direct().Events.TagResource(w.ctx, &eventbridge.TagResourceInput{ResourceARN: w.ruleARN(), Tags: []eventtypes.Tag{ruleTag("Stale", "x")}})
		return err
	})},
}

var permissionDrifts = []drift{
	{"of another rule", []string{"Permission"}, "what EventBridge may do with its function was changed", fixture(func(w *world) error {
		_, err := w.Direct().Lambda.RemovePermission(w.ctx, &lambda.RemovePermissionInput{FunctionName: aws.String(fnName), StatementId: aws.String(sid)})
		if err == nil {
			_, err = w.Direct().Lambda.AddPermission(w.ctx, &lambda.AddPermissionInput{
				FunctionName: aws.String(fnName), StatementId: aws.String(sid), Action: aws.String(invokingFunction), Principal: aws.String(eventBridge),
				SourceArn: aws.String(*w.ruleARN() + "-other"),
			})
		}
		return err
	})},
}

func (w *world) queueURL() *string { return aws.String(w.known[keyQueue]) }

func setQueue(name, value string) func(*world) error {
	return func(w *world) error {
		_, err := w.Direct().SQS.SetQueueAttributes(w.ctx, &sqs.SetQueueAttributesInput{QueueUrl: w.queueURL(), Attributes: map[string]string{name: value}})
		return err
	}
}

var queueDrifts = []drift{
	{"visibility", []string{"VisibilityTimeout"}, `VisibilityTimeout is "30", not "360"`, fixture(setQueue("VisibilityTimeout", "30"))},
	{"retention", []string{"MessageRetentionPeriod"}, `MessageRetentionPeriod is "60", not "3600"`, fixture(setQueue("MessageRetentionPeriod", "60"))},
	{"encryption", []string{"SqsManagedSseEnabled"}, `SqsManagedSseEnabled is "false", not "true"`, fixture(setQueue("SqsManagedSseEnabled", "false"))},
	{"policy", []string{"Policy"}, "its policy was changed", fixture(func(w *world) error {
		return setQueue("Policy", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"*"}]}`)(w)
	})},
	{"redrive", []string{"RedrivePolicy"}, "it gives up messages that were received too often", fixture(func(w *world) error {
		_, err := w.Direct().SQS.CreateQueue(w.ctx, &sqs.CreateQueueInput{QueueName: aws.String("dead")})
		if err != nil {
			return err
		}
		return setQueue("RedrivePolicy", `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:`+w.ID()+`:dead","maxReceiveCount":3}`)(w)
	})},
	{"tag missing", []string{"Tags"}, "tag Team is missing", fixture(func(w *world) error {
		_, err := w.Direct().SQS.UntagQueue(w.ctx, &sqs.UntagQueueInput{QueueUrl: w.queueURL(), TagKeys: []string{"Team"}})
		return err
	})},
	{"tag left over", []string{"Tags"}, "tag Stale is left over", fixture(func(w *world) error {
		_, err := w.Direct().SQS.TagQueue(w.ctx, &sqs.TagQueueInput{QueueUrl: w.queueURL(), Tags: map[string]string{"Stale": "x"}})
		return err
	})},
}

func changeMapping(change func(*lambda.UpdateEventSourceMappingInput)) func(*world) error {
	return func(w *world) error {
		in := &lambda.UpdateEventSourceMappingInput{UUID: aws.String(w.known[keyMapping])}
		change(in)
		_, err := w.Direct().Lambda.UpdateEventSourceMapping(w.ctx, in)
		return err
	}
}

func (w *world) mappingARN() *string {
	return aws.String("arn:aws:lambda:us-east-1:" + w.ID() + ":event-source-mapping:" + w.known[keyMapping])
}

var mappingDrifts = []drift{
	{"batch size", []string{"BatchSize"}, "its batch size is 1, not 10", fixture(changeMapping(func(in *lambda.UpdateEventSourceMappingInput) { in.BatchSize = aws.Int32(1) }))},
	{"window", []string{"Window"}, "its batching window is 5 s, not 0 s", fixture(changeMapping(func(in *lambda.UpdateEventSourceMappingInput) { in.MaximumBatchingWindowInSeconds = aws.Int32(5) }))},
	{"disabled", []string{"State"}, "it is disabled", fixture(changeMapping(func(in *lambda.UpdateEventSourceMappingInput) { in.Enabled = aws.Bool(false) }))},
	{"tag missing", []string{"Tags"}, "tag Team is missing", fixture(func(w *world) error {
		_, err := w.Direct().Lambda.UntagResource(w.ctx, &lambda.UntagResourceInput{Resource: w.mappingARN(), TagKeys: []string{"Team"}})
		return err
	})},
	{"tag left over", []string{"Tags"}, "tag Stale is left over", fixture(func(w *world) error {
		_, err := w.Direct().Lambda.TagResource(w.ctx, &lambda.TagResourceInput{Resource: w.mappingARN(), Tags: map[string]string{"Stale": "x"}})
		return err
	})},
}

func putHook(change func(*autoscaling.PutLifecycleHookInput)) func(*world) error {
	return func(w *world) error {
		in := &autoscaling.PutLifecycleHookInput{AutoScalingGroupName: aws.String("pool"), LifecycleHookName: aws.String(hookName)}
		change(in)
		_, err := w.Direct().AutoScaling.PutLifecycleHook(w.ctx, in)
		return err
	}
}

var hookDrifts = []drift{
	{"heartbeat", []string{"Heartbeat"}, "its heartbeat timeout is 60 s, not 300 s", fixture(putHook(func(in *autoscaling.PutLifecycleHookInput) { in.HeartbeatTimeout = aws.Int32(60) }))},
	{"result", []string{"DefaultResult"}, "its default result is CONTINUE, not ABANDON", fixture(putHook(func(in *autoscaling.PutLifecycleHookInput) { in.DefaultResult = aws.String("CONTINUE") }))},
	{"transition", []string{"Transition"}, "it waits for autoscaling:EC2_INSTANCE_LAUNCHING", fixture(putHook(func(in *autoscaling.PutLifecycleHookInput) {
		in.LifecycleTransition = aws.String("autoscaling:EC2_INSTANCE_LAUNCHING")
	}))},
	{"queue", []string{"Queue"}, `it tells "", not arn:aws:sqs:`, fixture(putHook(func(in *autoscaling.PutLifecycleHookInput) { in.NotificationTargetARN = aws.String("") }))},
	{"role", []string{"Role"}, `it works through role "arn:aws:iam::111122223333:role/other", not arn:aws:iam::`, fixture(putHook(func(in *autoscaling.PutLifecycleHookInput) {
		in.RoleARN = aws.String("arn:aws:iam::111122223333:role/other")
	}))},
}
