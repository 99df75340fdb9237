package awstest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

// allowing is a document with one statement that allows actions on resources, and more
// fields.
func allowing(actions, resources, more string) string {
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[%s],"Resource":[%s]%s}]}`, actions, resources, more)
}

// A call that its caller may not make is refused in the way of its service, which the
// provider takes for what it is, and the test fails that does not expect it.
func TestCallsAreRefused(t *testing.T) {
	t.Parallel()
	calls := map[string]struct {
		call func(*Account) error
		code string
	}{
		"ec2:DescribeInstances": {func(a *Account) error {
			_, err := a.Clients().EC2.DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{})
			return err
		}, "UnauthorizedOperation"},
		"iam:GetRole": {func(a *Account) error {
			_, err := a.Clients().IAM.GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("r")})
			return err
		}, "AccessDenied"},
		"autoscaling:SetDesiredCapacity": {func(a *Account) error {
			_, err := autoscaling.NewFromConfig(a.Config()).SetDesiredCapacity(t.Context(), &autoscaling.SetDesiredCapacityInput{
				AutoScalingGroupName: aws.String("g"), DesiredCapacity: aws.Int32(1),
			})
			return err
		}, "AccessDenied"},
		"secretsmanager:DescribeSecret": {func(a *Account) error {
			_, err := a.Clients().SecretsManager.DescribeSecret(t.Context(), &secretsmanager.DescribeSecretInput{SecretId: aws.String("s")})
			return err
		}, "AccessDeniedException"},
		"sqs:GetQueueUrl": {func(a *Account) error {
			_, err := a.Clients().SQS.GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String("q")})
			return err
		}, "AccessDeniedException"},
		"lambda:GetFunction": {func(a *Account) error {
			_, err := a.Clients().Lambda.GetFunction(t.Context(), &awslambda.GetFunctionInput{FunctionName: aws.String("f")})
			return err
		}, "AccessDeniedException"},
		"cloudwatch:GetDashboard": {func(a *Account) error {
			_, err := a.Clients().CloudWatch.GetDashboard(t.Context(), &cloudwatch.GetDashboardInput{DashboardName: aws.String("d")})
			return err
		}, "AccessDeniedException"},
	}
	for action, test := range calls {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			watched := &watchedT{TB: t}
			a := Start(watched)
			if err := a.Hold(allowing(`"iam:CreateRole"`, `"*"`, "")); err != nil {
				t.Fatal(err)
			}
			if err := test.call(a); codeOf(err) != test.code || !awserr.AccessDenied(err) {
				t.Errorf("refused with %v, want %s", err, test.code)
			}
			watched.end()
			if len(watched.errors) != 1 || !strings.Contains(watched.errors[0], action) {
				t.Errorf("the test was told %q", watched.errors)
			}
			excused := &watchedT{TB: t}
			a = Start(excused)
			if err := a.Hold(allowing(`"iam:CreateRole"`, `"*"`, "")); err != nil {
				t.Fatal(err)
			}
			a.ExpectRefused(action)
			_ = test.call(a)
			excused.end()
			if len(excused.errors) != 0 {
				t.Errorf("an expected refusal failed the test: %q", excused.errors)
			}
		})
	}
}

// What the table of package iam does not know never passes.
func TestUnknownOperationFailsTheTest(t *testing.T) {
	t.Parallel()
	watched := &watchedT{TB: t}
	a := Start(watched)
	if err := a.Hold(allowing(`"*"`, `"*"`, "")); err != nil {
		t.Fatal(err)
	}
	if _, err := ec2.NewFromConfig(a.Config()).DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{}); codeOf(err) != codeLacking {
		t.Errorf("it passes: %v", err)
	}
	watched.end()
	if len(watched.errors) != 1 || !strings.Contains(watched.errors[0], "ec2:DescribeVpcs") {
		t.Errorf("the test was told %q", watched.errors)
	}
}

// The tags of an instance, and those of the call, decide.
func TestTagsDecide(t *testing.T) {
	t.Parallel()
	a := Start(t)
	ids := map[string]string{}
	for _, owner := range []string{"ours", "theirs"} {
		out, err := ec2.NewFromConfig(a.DirectConfig()).RunInstances(t.Context(), &ec2.RunInstancesInput{
			ImageId: aws.String(ImageOlderX86), MinCount: aws.Int32(1), MaxCount: aws.Int32(1), TagSpecifications: []ec2types.TagSpecification{{
				ResourceType: ec2types.ResourceTypeInstance, Tags: []ec2types.Tag{{Key: aws.String("Owner"), Value: &owner}},
			}},
		})
		if err != nil {
			t.Fatal(err)
		}
		ids[owner] = *out.Instances[0].InstanceId
	}
	if err := a.Hold(allowing(`"ec2:CreateTags"`, `"arn:aws:ec2:*:*:instance/*"`, `,"Condition":{"StringEquals":{"aws:ResourceTag/Owner":"ours"},"ForAllValues:StringEquals":{"aws:TagKeys":"Mark"}}`)); err != nil {
		t.Fatal(err)
	}
	tag := func(id, key string) string {
		_, err := a.Clients().EC2.CreateTags(t.Context(), &ec2.CreateTagsInput{Resources: []string{id}, Tags: []ec2types.Tag{{Key: &key, Value: aws.String("v")}}})
		return codeOf(err)
	}
	a.ExpectRefused("ec2:CreateTags")
	if got := tag(ids["ours"], "Mark"); got != "" {
		t.Errorf("our instance: %s", got)
	}
	for what, got := range map[string]string{"their instance": tag(ids["theirs"], "Mark"), "another tag": tag(ids["ours"], "Other")} {
		if got != "UnauthorizedOperation" {
			t.Errorf("%s: %q", what, got)
		}
	}
}

// A function may do what the policies of its role say at the time: inline ones, managed
// ones, and within its boundary.
func TestFunctionIsHeldToItsRole(t *testing.T) {
	t.Parallel()
	a := Start(t)
	client := deployFunction(t, a, nil)
	roles := iam.NewFromConfig(a.DirectConfig())
	for _, action := range []string{"ssm:DescribeParameters"} {
		a.ExpectRefused(action)
	}
	policy := func(name, actions string) *string {
		made, err := roles.CreatePolicy(t.Context(), &iam.CreatePolicyInput{PolicyName: &name, PolicyDocument: aws.String(allowing(actions, `"*"`, ""))})
		if err != nil {
			t.Fatal(err)
		}
		return made.Policy.Arn
	}
	answers := func(when string, want bool) {
		t.Helper()
		out := callFunction(t, client, `{"do":"call"}`)
		if got := strings.Contains(string(out.Payload), "200 OK"); got != want {
			t.Errorf("%s: answer %s", when, out.Payload)
		}
	}
	answers("as deployed", true)
	allow(t, a, "role", "logs:*")
	answers("without the permission", false)
	managed := policy("managed", `"ssm:*"`)
	if _, err := roles.AttachRolePolicy(t.Context(), &iam.AttachRolePolicyInput{RoleName: aws.String("role"), PolicyArn: managed}); err != nil {
		t.Fatal(err)
	}
	answers("by a managed policy", true)
	if _, err := roles.PutRolePermissionsBoundary(t.Context(), &iam.PutRolePermissionsBoundaryInput{RoleName: aws.String("role"), PermissionsBoundary: policy("boundary", `"logs:*"`)}); err != nil {
		t.Fatal(err)
	}
	answers("beyond the boundary", false)
}

// Lambda and Auto Scaling refuse roles that lack what they do in them.
func TestServicesNeedTheirRoles(t *testing.T) {
	t.Parallel()
	a, ctx := Start(t), t.Context()
	client := deployFunction(t, a, nil)
	_, queue := makeQueue(t, a, "q", "60")
	allow(t, a, "role", "logs:CreateLogStream")
	for _, action := range []string{"ec2:CreateNetworkInterface", "xray:PutTraceSegments", "sqs:ReceiveMessage", "logs:PutLogEvents"} {
		a.ExpectRefused(action)
	}
	for what, call := range map[string]func() error{
		"a network": func() error {
			_, err := client.UpdateFunctionConfiguration(ctx, &awslambda.UpdateFunctionConfigurationInput{
				FunctionName: aws.String("f"), VpcConfig: &lambdatypes.VpcConfig{SubnetIds: a.Network().SubnetIDs, SecurityGroupIds: a.Network().SecurityGroupIDs},
			})
			return err
		},
		"traces": func() error {
			_, err := client.UpdateFunctionConfiguration(ctx, &awslambda.UpdateFunctionConfigurationInput{
				FunctionName: aws.String("f"), TracingConfig: &lambdatypes.TracingConfig{Mode: lambdatypes.TracingModeActive},
			})
			return err
		},
		"a queue": func() error {
			_, err := client.CreateEventSourceMapping(ctx, &awslambda.CreateEventSourceMappingInput{FunctionName: aws.String("f"), EventSourceArn: &queue})
			return err
		},
	} {
		if err := call(); codeOf(err) != "InvalidParameterValueException" {
			t.Errorf("%s: %v", what, err)
		}
	}
	callFunction(t, client, `{}`) // it runs, without logs
	if got := strings.Join(a.Refused(), "\n"); !strings.Contains(got, "logs:PutLogEvents") {
		t.Errorf("refused: %s", got)
	}
}

// A hook's role and the queue's policy decide together.
func TestHookNeedsItsRole(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		role, effect string // actions of the role, effect of the queue's policy
		want         string // refused action
	}{
		"neither":           {role: `"sqs:GetQueueUrl"`, want: "sqs:SendMessage"},
		"the role":          {role: `"sqs:GetQueueUrl","sqs:SendMessage"`},
		"the queue":         {role: `"sqs:GetQueueUrl"`, effect: "Allow"},
		"the queue forbids": {role: `"sqs:*"`, effect: "Deny", want: "sqs:SendMessage"},
		"without its URL":   {role: `"sqs:SendMessage"`, want: "sqs:GetQueueUrl"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := Start(t)
			a.ExpectRefused(test.want)
			address, queue := makeQueue(t, a, "q", "60")
			role := makeRole(t, a, "role")
			if _, err := a.Clients().IAM.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{
				RoleName: aws.String("role"), PolicyName: aws.String("p"), PolicyDocument: aws.String(allowing(test.role, `"*"`, "")),
			}); err != nil {
				t.Fatal(err)
			}
			if test.effect != "" {
				policy := strings.Replace(allowing(`"sqs:SendMessage"`, fmt.Sprintf("%q", queue), fmt.Sprintf(`,"Principal":{"AWS":%q}`, role)), "Allow", test.effect, 1)
				if _, err := a.Clients().SQS.SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{QueueUrl: &address, Attributes: map[string]string{"Policy": policy}}); err != nil {
					t.Fatal(err)
				}
			}
			err := a.mayNotify(t.Context(), a.Region(), role, queue)
			if (err != nil) != (test.want != "") || (test.want != "" && !strings.HasPrefix(strings.Join(a.Refused(), ""), test.want)) {
				t.Errorf("got %v, refused %q, want %q", err, a.Refused(), test.want)
			}
		})
	}
}
