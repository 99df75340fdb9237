package awstest

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	local "github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/autoscaling"
)

// makeGroup makes a launch template and a group of so many instances.
func makeGroup(t *testing.T, account *Account, size int32) *autoscaling.Client {
	t.Helper()
	ctx := t.Context()
	if _, err := ec2.NewFromConfig(account.Config()).CreateLaunchTemplate(ctx, &ec2.CreateLaunchTemplateInput{
		LaunchTemplateName: aws.String("template"),
		LaunchTemplateData: &types.RequestLaunchTemplateData{
			ImageId: aws.String(ImageNewerX86), InstanceType: types.InstanceTypeT3Micro,
			TagSpecifications: []types.LaunchTemplateTagSpecificationRequest{{
				ResourceType: types.ResourceTypeInstance, Tags: []types.Tag{{Key: aws.String("from"), Value: aws.String("template")}},
			}},
		},
	}); err != nil {
		t.Fatal(err)
	}
	in := &autoscaling.CreateAutoScalingGroupInput{
		AutoScalingGroupName: aws.String("group"), MinSize: aws.Int32(0), MaxSize: aws.Int32(2000), DesiredCapacity: &size,
		VPCZoneIdentifier: aws.String(strings.Join(account.Network().SubnetIDs, ",")),
		LaunchTemplate:    &scalingtypes.LaunchTemplateSpecification{LaunchTemplateName: aws.String("template")},
	}
	client := autoscaling.NewFromConfig(account.Config())
	if _, err := client.CreateAutoScalingGroup(ctx, in); err != nil {
		t.Fatal(err)
	}
	return client
}

func members(t *testing.T, client *autoscaling.Client) []scalingtypes.Instance {
	t.Helper()
	out, err := client.DescribeAutoScalingGroups(t.Context(), &autoscaling.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{"group"}})
	if err != nil || len(out.AutoScalingGroups) != 1 {
		t.Fatalf("%v, %v", out, err)
	}
	return out.AutoScalingGroups[0].Instances
}

// Instances that are alike are started in one request a zone, and ended in one:
// a hundred of them are a matter of a second.
func TestBigGroup(t *testing.T) {
	t.Parallel()
	account := Start(t)
	client := makeGroup(t, account, 100)
	running := func() int {
		machines, err := instances(t.Context(), account)
		if err != nil {
			t.Fatal(err)
		}
		return len(machines)
	}
	if got := members(t, client); len(got) != 100 || running() != 100 {
		t.Errorf("%d instances, %d machines", len(got), running())
	}
	if _, err := client.DeleteAutoScalingGroup(t.Context(), &autoscaling.DeleteAutoScalingGroupInput{AutoScalingGroupName: aws.String("group"), ForceDelete: aws.Bool(true)}); err != nil {
		t.Fatal(err)
	}
	if running() != 0 {
		t.Errorf("%d machines are left", running())
	}
}

// Whatever ends a machine over EC2, its group notices; a boot takes its time.
func TestGroupNoticesEndedMachines(t *testing.T) {
	t.Parallel()
	account := Start(t)
	account.Scaling().Behave(func(b *local.Behavior) { b.BootTime = 50 * time.Millisecond })
	client := makeGroup(t, account, 2)
	all := members(t, client)
	eventually(t, func() bool {
		return !slices.ContainsFunc(members(t, client), func(i scalingtypes.Instance) bool { return i.LifecycleState != scalingtypes.LifecycleStateInService })
	})
	machines := ec2.NewFromConfig(account.Config())
	if _, err := machines.TerminateInstances(t.Context(), &ec2.TerminateInstancesInput{InstanceIds: []string{*all[0].InstanceId}}); err != nil {
		t.Fatal(err)
	}
	if _, err := machines.StopInstances(t.Context(), &ec2.StopInstancesInput{InstanceIds: []string{*all[1].InstanceId}}); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool {
		now := members(t, client)
		return len(now) == 2 && !slices.ContainsFunc(now, func(i scalingtypes.Instance) bool {
			return *i.InstanceId == *all[0].InstanceId || *i.InstanceId == *all[1].InstanceId
		})
	})
}

// A hook's messages arrive in a real queue, with the rights of a role that
// trusts Auto Scaling; without such a role the hook is refused.
func TestHookSpeaksToAQueue(t *testing.T) {
	t.Parallel()
	account, ctx := Start(t), t.Context()
	client := makeGroup(t, account, 1)
	queues := sqs.NewFromConfig(account.Config())
	queue, err := queues.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("queue")})
	if err != nil {
		t.Fatal(err)
	}
	roles := iam.NewFromConfig(account.Config())
	arns := map[string]*string{}
	for _, service := range []string{"autoscaling", "lambda"} {
		role, err := roles.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String(service), AssumeRolePolicyDocument: aws.String(
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"` + service + `.amazonaws.com"},"Action":"sts:AssumeRole"}]}`)})
		if err != nil {
			t.Fatal(err)
		}
		allow(t, account, service, "sqs:SendMessage", "sqs:GetQueueUrl")
		arns[service] = role.Role.Arn
	}
	put := func(role *string) error {
		_, err := client.PutLifecycleHook(ctx, &autoscaling.PutLifecycleHookInput{
			AutoScalingGroupName: aws.String("group"), LifecycleHookName: aws.String("hook"), RoleARN: role,
			LifecycleTransition:   aws.String("autoscaling:EC2_INSTANCE_TERMINATING"),
			NotificationTargetARN: aws.String("arn:aws:sqs:us-east-1:" + account.ID() + ":queue"),
		})
		return err
	}
	if err := put(arns["lambda"]); codeOf(err) != "ValidationError" {
		t.Errorf("a role that does not trust Auto Scaling: %v", err)
	}
	if err := put(arns["autoscaling"]); err != nil {
		t.Fatal(err)
	}
	if test := receive(ctx, t, queues, queue.QueueUrl); test["Event"] != "autoscaling:TEST_NOTIFICATION" {
		t.Errorf("test message %v", test)
	}
	id := *members(t, client)[0].InstanceId
	if _, err := client.SetDesiredCapacity(ctx, &autoscaling.SetDesiredCapacityInput{AutoScalingGroupName: aws.String("group"), DesiredCapacity: aws.Int32(0)}); err != nil {
		t.Fatal(err)
	}
	message := receive(ctx, t, queues, queue.QueueUrl)
	if message["EC2InstanceId"] != id || message["LifecycleHookName"] != "hook" || members(t, client)[0].LifecycleState != scalingtypes.LifecycleStateTerminatingWait {
		t.Errorf("message %v", message)
	}
	if _, err := client.CompleteLifecycleAction(ctx, &autoscaling.CompleteLifecycleActionInput{
		AutoScalingGroupName: aws.String("group"), LifecycleHookName: aws.String("hook"), LifecycleActionResult: aws.String("CONTINUE"),
		LifecycleActionToken: aws.String(message["LifecycleActionToken"]),
	}); err != nil || len(members(t, client)) != 0 {
		t.Errorf("completed: %v, %d instances", err, len(members(t, client)))
	}
}

// receive takes the next message from a queue.
func receive(ctx context.Context, t *testing.T, queues *sqs.Client, url *string) map[string]string {
	t.Helper()
	out, err := queues.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: url, MaxNumberOfMessages: 1, WaitTimeSeconds: 5})
	if err != nil || len(out.Messages) != 1 {
		t.Fatalf("messages %v, %v", out, err)
	}
	if _, err := queues.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: out.Messages[0].ReceiptHandle}); err != nil {
		t.Fatal(err)
	}
	content := map[string]string{}
	if err := json.Unmarshal([]byte(aws.ToString(out.Messages[0].Body)), &content); err != nil {
		t.Fatal(err)
	}
	return content
}
