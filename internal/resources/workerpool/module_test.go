package workerpool_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	scaling "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

// Names that Terraform made unique for the module.
const (
	moduleGroup    = baseName + "-202401150904321234" + "00000003"
	moduleTemplate = baseName + "-202401150904319876" + "00000001"
	moduleProfile  = baseName + "-202401150904315555" + "00000002"
	modulePolicy   = baseName + "-secure-strings"
)

// module is a pool as the Terraform module makes it.
type module struct {
	*cloud
	t        *testing.T
	brought  bool   // the role and the secret are the user's own
	role     string // name
	roleARN  string
	queueARN string
	kept     []string // objects that are the user's or the module's, besides log groups
}

// newModule makes the module's objects, one after the other. brought tells that
// the role and the secret are the user's own. What it has made bears no tag
// of the provider: the documentation says which conditions have to go for a while.
func newModule(t *testing.T, brought bool) *module {
	t.Helper()
	m := &module{cloud: newCloud(t), t: t, brought: brought, role: baseName, kept: []string{"sqs:queue/" + lifecycleName}}
	if brought {
		m.role = "workers-of-all-pools"
	}
	m.hold(t, "*", "*", "ManageTemplate", "DrainInstances") // its role has a path
	m.rights()
	m.queue()
	m.logs()
	m.launch()
	m.group()
	return m
}

// done makes a call of the module's that has to succeed.
func done[T any](t *testing.T) func(out T, err error) T {
	return func(out T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatalf("making the module's pool: %s", err)
		}
		return out
	}
}

func (m *module) ctx() context.Context { return context.WithoutCancel(m.t.Context()) }

func (m *module) tags() []iamtypes.Tag {
	return []iamtypes.Tag{{Key: ptr("Team"), Value: ptr("platform")}}
}

// rights are the role, the profile and, unless they are the user's, the secret and
// what is attached to the role.
func (m *module) rights() {
	client, name := iam.NewFromConfig(m.DirectConfig()), ptr(m.role)
	role := done[*iam.CreateRoleOutput](m.t)(client.CreateRole(m.ctx(), &iam.CreateRoleInput{
		RoleName: name, Path: ptr("/ci/"), Tags: m.tags(), AssumeRolePolicyDocument: ptr(
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}},` +
				`{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"autoscaling.amazonaws.com"}}]}`),
	}))
	m.roleARN = aws.ToString(role.Role.Arn)
	if !m.brought {
		m.kept = append(m.kept, "iam:policy/"+modulePolicy)
		m.policies(client, name)
	}
	m.attach(client, name, "arn:aws:iam::aws:policy/service-role/AutoScalingNotificationAccessRole")
	done[*iam.CreateInstanceProfileOutput](m.t)(client.CreateInstanceProfile(m.ctx(), &iam.CreateInstanceProfileInput{InstanceProfileName: ptr(moduleProfile), Tags: m.tags()}))
	done[*iam.AddRoleToInstanceProfileOutput](m.t)(client.AddRoleToInstanceProfile(m.ctx(), &iam.AddRoleToInstanceProfileInput{InstanceProfileName: ptr(moduleProfile), RoleName: name}))
}

func (m *module) attach(client *iam.Client, role *string, arn string) {
	done[*iam.AttachRolePolicyOutput](m.t)(client.AttachRolePolicy(m.ctx(), &iam.AttachRolePolicyInput{RoleName: role, PolicyArn: ptr(arn)}))
}

func (m *module) policies(client *iam.Client, role *string) {
	secret := done[*secretsmanager.CreateSecretOutput](m.t)(m.Direct().SecretsManager.CreateSecret(m.ctx(), &secretsmanager.CreateSecretInput{
		Name: ptr(baseName + "-secret"), SecretString: ptr(`{"SPACELIFT_TOKEN":"token","SPACELIFT_POOL_PRIVATE_KEY":"key"}`),
	}))
	own := done[*iam.CreatePolicyOutput](m.t)(client.CreatePolicy(m.ctx(), &iam.CreatePolicyInput{PolicyName: ptr(modulePolicy), PolicyDocument: ptr(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["secretsmanager:GetSecretValue"],"Resource":["` + aws.ToString(secret.ARN) + `"]}]}`,
	)}))
	for _, arn := range []string{
		aws.ToString(own.Policy.Arn), "arn:aws:iam::aws:policy/AutoScalingReadOnlyAccess", "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
		"arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy",
	} {
		m.attach(client, role, arn)
	}
	done[*iam.PutRolePolicyOutput](m.t)(client.PutRolePolicy(m.ctx(), &iam.PutRolePolicyInput{RoleName: role, PolicyName: ptr("extra-statements"), PolicyDocument: ptr(
		`{"Version":"2012-10-17","Statement":[{"Sid":"Mine","Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}]}`,
	)}))
}

// queue is the one of the module's lifecycle manager.
func (m *module) queue() {
	out := done[*sqs.CreateQueueOutput](m.t)(sqs.NewFromConfig(m.DirectConfig()).CreateQueue(m.ctx(), &sqs.CreateQueueInput{QueueName: ptr(baseName + "-lifecycle-manager")}))
	attributes := done[*sqs.GetQueueAttributesOutput](m.t)(sqs.NewFromConfig(m.DirectConfig()).GetQueueAttributes(m.ctx(), &sqs.GetQueueAttributesInput{
		QueueUrl: out.QueueUrl, AttributeNames: []sqstypes.QueueAttributeName{"QueueArn"},
	}))
	m.queueARN = attributes.Attributes["QueueArn"]
}

func (m *module) logs() {
	for _, name := range []string{"spacelift-info.log", "spacelift-errors.log"} {
		done[*cloudwatchlogs.CreateLogGroupOutput](m.t)(m.Direct().Logs.CreateLogGroup(m.ctx(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &name, Tags: map[string]string{"Team": "platform"}}))
		done[*cloudwatchlogs.PutRetentionPolicyOutput](m.t)(m.Direct().Logs.PutRetentionPolicy(m.ctx(), &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: &name, RetentionInDays: ptr[int32](30)}))
	}
}

// launch is the launch template, which names the profile by its ARN.
func (m *module) launch() {
	profile := done[*iam.GetInstanceProfileOutput](m.t)(m.Direct().IAM.GetInstanceProfile(m.ctx(), &iam.GetInstanceProfileInput{InstanceProfileName: ptr(moduleProfile)}))
	script := "#!/bin/bash\nset -e\nexport SPACELIFT_TOKEN=$(aws secretsmanager get-secret-value --secret-id " + baseName + "-secret)\n/usr/bin/spacelift-launcher\npoweroff\n"
	done[*ec2.CreateLaunchTemplateOutput](m.t)(m.Direct().EC2.CreateLaunchTemplate(m.ctx(), &ec2.CreateLaunchTemplateInput{
		LaunchTemplateName: ptr(moduleTemplate),
		TagSpecifications: []types.TagSpecification{{ResourceType: "launch-template", Tags: []types.Tag{
			{Key: ptr("Team"), Value: ptr("platform")}, {Key: ptr("WorkerPoolID"), Value: ptr(poolID)},
		}}},
		LaunchTemplateData: &types.RequestLaunchTemplateData{
			ImageId: ptr(awstest.ImageNewerX86), InstanceType: "t3.small", SecurityGroupIds: m.Network().SecurityGroupIDs,
			IamInstanceProfile: &types.LaunchTemplateIamInstanceProfileSpecificationRequest{Arn: profile.InstanceProfile.Arn},
			Monitoring:         &types.LaunchTemplatesMonitoringRequest{Enabled: ptr(true)},
			UserData:           ptr(base64.StdEncoding.EncodeToString([]byte(script))),
			BlockDeviceMappings: []types.LaunchTemplateBlockDeviceMappingRequest{{DeviceName: ptr("/dev/xvda"), Ebs: &types.LaunchTemplateEbsBlockDeviceRequest{
				DeleteOnTermination: ptr(true), Encrypted: ptr(false), VolumeSize: ptr[int32](40), VolumeType: "gp3",
			}}},
			MetadataOptions: &types.LaunchTemplateInstanceMetadataOptionsRequest{HttpEndpoint: "enabled", HttpTokens: "required", HttpPutResponseHopLimit: ptr[int32](1)},
		},
	}))
}

// group is the group with its hook, two instances in it.
func (m *module) group() {
	client := autoscaling.NewFromConfig(m.DirectConfig())
	tag := func(key, value string) scaling.Tag {
		return scaling.Tag{Key: &key, Value: &value, PropagateAtLaunch: ptr(true), ResourceId: ptr(moduleGroup), ResourceType: ptr("auto-scaling-group")}
	}
	done[*autoscaling.CreateAutoScalingGroupOutput](m.t)(client.CreateAutoScalingGroup(m.ctx(), &autoscaling.CreateAutoScalingGroupInput{
		AutoScalingGroupName: ptr(moduleGroup), MinSize: ptr[int32](2), MaxSize: ptr[int32](5), VPCZoneIdentifier: ptr(m.Network().SubnetIDs[0]),
		LaunchTemplate:      &scaling.LaunchTemplateSpecification{LaunchTemplateName: ptr(moduleTemplate), Version: ptr("1")},
		TerminationPolicies: []string{"OldestLaunchTemplate", "OldestInstance"}, HealthCheckType: ptr("EC2"), HealthCheckGracePeriod: ptr[int32](30),
		DefaultCooldown: ptr[int32](10), Tags: []scaling.Tag{tag("Name", baseName), tag("Team", "platform"), tag("WorkerPoolID", poolID)},
		LifecycleHookSpecificationList: []scaling.LifecycleHookSpecification{{
			LifecycleHookName: ptr("DrainWorkerLifecycleHook"), DefaultResult: ptr("CONTINUE"), HeartbeatTimeout: ptr[int32](300),
			LifecycleTransition: ptr("autoscaling:EC2_INSTANCE_TERMINATING"), NotificationTargetARN: ptr(m.queueARN), RoleARN: ptr(m.roleARN),
		}},
	}))
	done[*autoscaling.EnableMetricsCollectionOutput](m.t)(client.EnableMetricsCollection(m.ctx(), &autoscaling.EnableMetricsCollectionInput{
		AutoScalingGroupName: ptr(moduleGroup), Granularity: ptr("1Minute"), Metrics: []string{"GroupMinSize", "GroupMaxSize"},
	}))
	done[*autoscaling.SuspendProcessesOutput](m.t)(client.SuspendProcesses(m.ctx(), &autoscaling.SuspendProcessesInput{
		AutoScalingGroupName: ptr(moduleGroup), ScalingProcesses: []string{"AZRebalance"},
	}))
}

// hookWorks checks that the module's hook can still send its messages, and how
// many policies its role has in all.
type hookWorks struct {
	*module
	policies int
}

// CheckState implements statecheck.StateCheck.
func (h hookWorks) CheckState(_ context.Context, _ statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	role := done[*iam.GetRoleOutput](h.t)(h.Direct().IAM.GetRole(h.ctx(), &iam.GetRoleInput{RoleName: ptr(baseName)}))
	if !strings.Contains(aws.ToString(role.Role.AssumeRolePolicyDocument), "autoscaling.amazonaws.com") {
		resp.Error = errors.New("Auto Scaling may not assume the role any more")
	}
	out := done[*iam.ListAttachedRolePoliciesOutput](h.t)(h.Direct().IAM.ListAttachedRolePolicies(h.ctx(), &iam.ListAttachedRolePoliciesInput{RoleName: ptr(baseName)}))
	notifies := slices.ContainsFunc(out.AttachedPolicies, func(p iamtypes.AttachedPolicy) bool {
		return aws.ToString(p.PolicyName) == "AutoScalingNotificationAccessRole"
	})
	if !notifies || len(out.AttachedPolicies) != h.policies {
		resp.Error = fmt.Errorf("%d policies are attached, want %d, that of notifications among them", len(out.AttachedPolicies), h.policies)
	}
}

func deleteHook(group string) meddling {
	return func(ctx context.Context, clients *awsapi.Clients) error {
		_, err := clients.AutoScaling.DeleteLifecycleHook(ctx, &autoscaling.DeleteLifecycleHookInput{AutoScalingGroupName: &group, LifecycleHookName: ptr(hookName)})
		return err
	}
}
