package workerpool_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	scaling "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	alarms "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	functions "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/resources/workerpool"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas"
)

// functioning is a pool with all that functions bring along.
func (c *cloud) functioning() arguments {
	network := c.Network()
	return c.minimal().with(c.signedIn()).with(arguments{
		"additional_tags": `{ Team = "a" }`, "autoscaling_configuration": "{ memory_size = 256 }", "autoscaler_extra_env": `{ MY_OWN = "x" }`,
		"autoscaling_vpc_subnets": list(network.SubnetIDs[0]), "autoscaling_vpc_sg_ids": list(network.SecurityGroupIDs[0]),
		"ca_bundle":  quoted(strings.Repeat(workerpool.Certificate, 8)),
		"monitoring": `{ dashboard = true, alarm_actions = ["` + alarmTopic + `"] }`,
	})
}

// TestDriftOfFunctions is TestDriftIsShownAndRepaired for what functions bring along.
func TestDriftOfFunctions(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	config := c.config(c.functioning())
	steps := []resource.TestStep{apply(config)}
	for _, drifts := range c.functionDrifts() {
		steps = append(steps, c.drifting(t, config, drifts))
	}
	c.run(t, steps...)
}

// functionDrifts are those of functioning, step by step.
func (c *cloud) functionDrifts() [][]drift {
	return [][]drift{
		slices.Concat(c.settingsOfFunctions(), alarmDrifts(), []drift{
			{of: "GroupSettings.Retain", component: "autoscaling_group", says: "an instance whose termination hook was abandoned is terminated, not retained", group: func(in *groupInput) {
				in.InstanceLifecyclePolicy = &scaling.InstanceLifecyclePolicy{RetentionTriggers: &scaling.RetentionTriggers{TerminateHookAbandon: scaling.RetentionActionTerminate}}
			}},
			{of: "GroupSettings.Suspend", component: "autoscaling_group", says: "process AZRebalance is not suspended", change: resumeProcesses},
			{of: "the hook's heartbeat", argument: "lifecycle_hook_timeout", from: "600", to: "300", change: slowHook},
			{of: "the secret of the API key", component: "api_key_parameter_version", says: "its value was changed outside Terraform", change: changeParameter},
			{of: "the bundle", component: "ca_bundle_version", says: "changed outside Terraform", change: changeBundle},
			{of: "retention of a function's log group", component: "autoscaler_log_group", says: "retention is 7 days, not 60 days", change: onLogs(keepWeek, autoscalerLogs)},
			{of: "the dashboard", component: "dashboard", says: "its widgets were changed", change: emptyDashboard},
		}),
		{
			deleted("autoscaler_function", deleteFunction(autoscalerName)), deleted("autoscaler_permission", nil), deleted("autoscaler_rule", deleteRule(autoscalerName)),
			deleted("lifecycle_queue_mapping", deleteMapping), deleted("lifecycle_function", deleteFunction(lifecycleName)), deleted("lifecycle_permission", nil),
			deleted("autoscaler_log_group", deleteLogGroup(autoscalerLogs)), deleted("lifecycle_log_group", deleteLogGroup("/aws/lambda/"+lifecycleName)),
			deleted("lifecycle_rule", deleteRule(lifecycleName)), deleted("lifecycle_hook", deleteHook(baseName)), deleted("lifecycle_queue", deleteQueue),
			deleted("api_key_parameter", deleteParameter), deleted("api_key_parameter_version", nil), deleted("dashboard", deleteDashboard),
			deleted("alarm_runs_waiting", deleteAlarm("runs-waiting")), deleted("alarm_stray_instances", deleteAlarm("stray-instances")),
			deleted("alarm_retained_instances", deleteAlarm("retained-instances")), deleted("alarm_autoscaler_errors", deleteAlarm("autoscaler-errors")),
			deleted("alarm_lifecycle_errors", deleteAlarm("lifecycle-errors")),
		},
		{
			deleted("autoscaler_role", deleteRoleNamed(func(n stack.Names) string { return n.AutoscalerRole })),
			deleted("lifecycle_role", deleteRoleNamed(func(n stack.Names) string { return n.LifecycleRole })),
			deleted("lifecycle_hook_role", deleteRoleNamed(func(n stack.Names) string { return n.HookRole })),
			deleted("ca_bundle", deleteBundle), deleted("ca_bundle_version", nil),
		},
	}
}

// deleteRoleNamed deletes a role of the functions, which has inline policies only.
func deleteRoleNamed(name func(stack.Names) string) meddling {
	return func(ctx context.Context, clients *awsapi.Clients) error {
		role := ptr(name(stack.NamesOf(baseName, clients.Region)))
		policies, err := clients.IAM.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: role})
		if err != nil {
			return err
		}
		for _, policy := range policies.PolicyNames {
			if _, err := clients.IAM.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: role, PolicyName: &policy}); err != nil {
				return err
			}
		}
		_, err = clients.IAM.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: role})
		return err
	}
}

func changeBundle(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.SecretsManager.PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{SecretId: ptr(baseName + "-ca-bundle"), SecretString: ptr("theirs")})
	return err
}

func deleteBundle(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.SecretsManager.DeleteSecret(ctx, &secretsmanager.DeleteSecretInput{SecretId: ptr(baseName + "-ca-bundle"), ForceDeleteWithoutRecovery: ptr(true)})
	return err
}

func deleteMapping(ctx context.Context, clients *awsapi.Clients) error {
	found, err := clients.Lambda.ListEventSourceMappings(ctx, &lambda.ListEventSourceMappingsInput{FunctionName: ptr(lifecycleName)})
	if err != nil {
		return err
	}
	for i := range found.EventSourceMappings {
		_, err = clients.Lambda.DeleteEventSourceMapping(ctx, &lambda.DeleteEventSourceMappingInput{UUID: found.EventSourceMappings[i].UUID})
	}
	return err
}

func (c *cloud) settingsOfFunctions() []drift {
	network := c.Network()
	sentence := func(of, says string) drift {
		return drift{of: "FunctionSettings." + of, component: "autoscaler_function", says: says}
	}
	return []drift{
		{
			of: "FunctionSettings.MemorySize", argument: "autoscaling_configuration.memory_size", from: "512", to: "256", change: reconfigure(autoscalerName, func(in *lambda.UpdateFunctionConfigurationInput) {
				in.MemorySize, in.Timeout, in.Description = ptr[int32](512), ptr[int32](90), ptr("theirs")
				in.TracingConfig = &functions.TracingConfig{Mode: functions.TracingModePassThrough}
				in.VpcConfig = &functions.VpcConfig{SubnetIds: network.SubnetIDs[1:], SecurityGroupIds: network.SecurityGroupIDs[1:]}
			}),
		},
		{of: "FunctionSettings.Timeout", argument: "autoscaling_configuration.timeout", from: "90", to: "60"},
		sentence("Description", "its description was changed"),
		sentence("Tracing", "its tracing mode is PassThrough, not Active"),
		sentence("Subnets", fmt.Sprintf("its subnets are %v, not %v", network.SubnetIDs[1:], network.SubnetIDs[:1])),
		sentence("SecurityGroups", fmt.Sprintf("its security groups are %v, not %v", network.SecurityGroupIDs[1:], network.SecurityGroupIDs[:1])),
		{of: "FunctionSettings.Architecture", component: "autoscaler_function", says: "its architecture is x86_64, not arm64", change: otherProcessor},
		{of: "the lifecycle manager", component: "lifecycle_function", says: "its memory is 512 MiB, not 128 MiB", change: reconfigure(lifecycleName, func(in *lambda.UpdateFunctionConfigurationInput) {
			in.MemorySize = ptr[int32](512)
		})},
		{
			of: "the schedule", argument: "autoscaling_configuration.schedule_expression", from: "rate(5 minutes)", to: "rate(1 minute)",
			change: func(ctx context.Context, clients *awsapi.Clients) error {
				rule, err := clients.Events.DescribeRule(ctx, &eventbridge.DescribeRuleInput{Name: ptr(autoscalerName)})
				if err == nil {
					_, err = clients.Events.PutRule(ctx, &eventbridge.PutRuleInput{Name: rule.Name, Description: rule.Description, State: rule.State, ScheduleExpression: ptr("rate(5 minutes)")})
				}
				return err
			},
		},
		{of: "QueueSettings.Visibility", component: "lifecycle_queue", says: `VisibilityTimeout is "1"`, change: setQueue("VisibilityTimeout", "1")},
		{of: "QueueSettings.Retention", component: "lifecycle_queue", says: `MessageRetentionPeriod is "61"`, change: setQueue("MessageRetentionPeriod", "61")},
		{of: "EventSourceSettings.BatchSize", component: "lifecycle_queue_mapping", says: "its batch size is 7, not ", change: otherBatches},
		{of: "EventSourceSettings.Window", component: "lifecycle_queue_mapping", says: "its batching window is 3 s, not 0 s"},
	}
}

func alarmDrifts() []drift {
	row := func(of, says string) drift {
		return drift{of: "AlarmSettings." + of, component: "alarm_stray_instances", says: says}
	}
	description := row("Description", "its description was changed")
	description.change = otherAlarm
	return []drift{
		description,
		row("Namespace", "it watches theirs M of [A b]"), row("Metric", "it watches theirs M of [A b]"), row("Dimension", "it watches theirs M of [A b]"),
		row("Statistic", "it goes off by the Sum in 2 of 2 × 120 s"), row("Periods", "it goes off by the Sum in 2 of 2 × 120 s"), row("Period", "it goes off by the Sum in 2 of 2 × 120 s"),
		row("Datapoints", "it goes off by the Sum in 2 of 2 × 120 s"), row("Actions", "it calls [], not ["+alarmTopic+"]"),
	}
}

func otherAlarm(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.CloudWatch.PutMetricAlarm(ctx, &cloudwatch.PutMetricAlarmInput{
		AlarmName: ptr(baseName + "-stray-instances"), Namespace: ptr("theirs"), MetricName: ptr("M"), Dimensions: []alarms.Dimension{{Name: ptr("A"), Value: ptr("b")}},
		Statistic: alarms.StatisticSum, Period: ptr[int32](120), EvaluationPeriods: ptr[int32](2), Threshold: ptr(0.0), ComparisonOperator: alarms.ComparisonOperatorGreaterThanThreshold,
	})
	return err
}

func deleteAlarm(suffix string) meddling {
	return func(ctx context.Context, clients *awsapi.Clients) error {
		_, err := clients.CloudWatch.DeleteAlarms(ctx, &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{baseName + "-" + suffix}})
		return err
	}
}

func emptyDashboard(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.CloudWatch.PutDashboard(ctx, &cloudwatch.PutDashboardInput{DashboardName: ptr(baseName + "-us-east-1"), DashboardBody: ptr(`{"widgets":[]}`)})
	return err
}

func deleteDashboard(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.CloudWatch.DeleteDashboards(ctx, &cloudwatch.DeleteDashboardsInput{DashboardNames: []string{baseName + "-us-east-1"}})
	return err
}

func reconfigure(name string, change func(*lambda.UpdateFunctionConfigurationInput)) meddling {
	return func(ctx context.Context, clients *awsapi.Clients) error {
		in := &lambda.UpdateFunctionConfigurationInput{FunctionName: &name}
		change(in)
		_, err := clients.Lambda.UpdateFunctionConfiguration(ctx, in)
		return err
	}
}

func otherProcessor(ctx context.Context, clients *awsapi.Clients) error {
	zip, err := lambdas.Zip(lambdas.Autoscaler, lambdas.AMD64)
	if err == nil {
		_, err = clients.Lambda.UpdateFunctionCode(ctx, &lambda.UpdateFunctionCodeInput{
			FunctionName: ptr(autoscalerName), ZipFile: zip, Architectures: []functions.Architecture{functions.ArchitectureX8664},
		})
	}
	return err
}

func deleteFunction(name string) meddling {
	return func(ctx context.Context, clients *awsapi.Clients) error {
		_, err := clients.Lambda.DeleteFunction(ctx, &lambda.DeleteFunctionInput{FunctionName: &name})
		return err
	}
}

func deleteRule(name string) meddling {
	return func(ctx context.Context, clients *awsapi.Clients) error {
		_, err := clients.Events.RemoveTargets(ctx, &eventbridge.RemoveTargetsInput{Rule: &name, Ids: []string{"function"}})
		if err == nil {
			_, err = clients.Events.DeleteRule(ctx, &eventbridge.DeleteRuleInput{Name: &name})
		}
		return err
	}
}

func otherBatches(ctx context.Context, clients *awsapi.Clients) error {
	found, err := clients.Lambda.ListEventSourceMappings(ctx, &lambda.ListEventSourceMappingsInput{FunctionName: ptr(lifecycleName)})
	for i := range found.EventSourceMappings {
		_, err = clients.Lambda.UpdateEventSourceMapping(ctx, &lambda.UpdateEventSourceMappingInput{
			UUID: found.EventSourceMappings[i].UUID, BatchSize: ptr[int32](7), MaximumBatchingWindowInSeconds: ptr[int32](3),
		})
	}
	return err
}

func queueURL(ctx context.Context, clients *awsapi.Clients) (*string, error) {
	out, err := clients.SQS.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: ptr(lifecycleName)})
	if err != nil {
		return nil, err
	}
	return out.QueueUrl, nil
}

func setQueue(name, value string) meddling {
	return func(ctx context.Context, clients *awsapi.Clients) error {
		url, err := queueURL(ctx, clients)
		if err == nil {
			_, err = clients.SQS.SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{QueueUrl: url, Attributes: map[string]string{name: value}})
		}
		return err
	}
}

func deleteQueue(ctx context.Context, clients *awsapi.Clients) error {
	url, err := queueURL(ctx, clients)
	if err == nil {
		_, err = clients.SQS.DeleteQueue(ctx, &sqs.DeleteQueueInput{QueueUrl: url})
	}
	return err
}

func resumeProcesses(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.AutoScaling.ResumeProcesses(ctx, &autoscaling.ResumeProcessesInput{AutoScalingGroupName: ptr(baseName), ScalingProcesses: []string{"AZRebalance"}})
	return err
}

const hookName = "DrainWorkerLifecycleHook"

func slowHook(ctx context.Context, clients *awsapi.Clients) error {
	out, err := clients.AutoScaling.DescribeLifecycleHooks(ctx, &autoscaling.DescribeLifecycleHooksInput{AutoScalingGroupName: ptr(baseName), LifecycleHookNames: []string{hookName}})
	if err != nil {
		return err
	}
	for _, hook := range out.LifecycleHooks {
		_, err = clients.AutoScaling.PutLifecycleHook(ctx, &autoscaling.PutLifecycleHookInput{
			AutoScalingGroupName: hook.AutoScalingGroupName, LifecycleHookName: hook.LifecycleHookName, LifecycleTransition: hook.LifecycleTransition,
			DefaultResult: hook.DefaultResult, HeartbeatTimeout: ptr[int32](600), NotificationTargetARN: hook.NotificationTargetARN, RoleARN: hook.RoleARN,
		})
	}
	return err
}
