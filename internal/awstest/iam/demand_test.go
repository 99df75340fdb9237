package iam

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fakeWorld has one group, one profile and one mapping.
type fakeWorld struct{}

func (fakeWorld) GroupOf(instance string) string {
	return map[string]string{"i-1": "pool"}[instance]
}

func (fakeWorld) ProfileRoles(template string) []string {
	return map[string][]string{"lt-1": {"arn:aws:iam::123456789012:role/workers"}}[template]
}

func (fakeWorld) FunctionOf(mapping string) string {
	return map[string]string{"m-1": "arn:aws:lambda:eu-west-1:123456789012:function:f"}[mapping]
}

// form is the parameters of a query, as a list of name=value.
func form(t *testing.T, pairs ...string) map[string]any {
	t.Helper()
	values, err := url.ParseQuery(strings.Join(pairs, "&"))
	if err != nil {
		t.Fatal(err)
	}
	return FromForm(values)
}

func TestDemands(t *testing.T) {
	t.Parallel()
	const group = "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:00000000-0000-4000-8000-000000000000:autoScalingGroupName/pool"
	tests := map[string]struct {
		service, operation string
		params             map[string]any
		want               []string // action, resources
	}{
		"an action without resources": {"ec2", "DescribeInstances", nil, []string{"ec2:DescribeInstances *"}},
		"a group by its instance":     {"autoscaling", "TerminateInstanceInAutoScalingGroup", form(t, "InstanceId=i-1"), []string{"autoscaling:TerminateInstanceInAutoScalingGroup " + group}},
		"an instance of no group":     {"autoscaling", "TerminateInstanceInAutoScalingGroup", form(t, "InstanceId=i-2"), []string{"autoscaling:TerminateInstanceInAutoScalingGroup"}},
		"a new group": {"autoscaling", "CreateAutoScalingGroup", form(t, "AutoScalingGroupName=pool", "Tags.member.1.Key=a", "Tags.member.1.Value=b", "LaunchTemplate.LaunchTemplateId=lt-1"), []string{
			"autoscaling:CreateAutoScalingGroup " + group, "autoscaling:CreateOrUpdateTags " + group,
			"ec2:RunInstances arn:aws:ec2:eu-west-1:123456789012:instance/i-00000000000000000 arn:aws:ec2:eu-west-1:123456789012:launch-template/lt-1",
			"ec2:CreateTags arn:aws:ec2:eu-west-1:123456789012:instance/i-00000000000000000", "iam:PassRole arn:aws:iam::123456789012:role/workers",
			"iam:CreateServiceLinkedRole arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
		}},
		"tags of instances": {"ec2", "CreateTags", form(t, "ResourceId.1=i-1", "ResourceId.2=lt-1", "Tag.1.Key=a"), []string{
			"ec2:CreateTags arn:aws:ec2:eu-west-1:123456789012:instance/i-1 arn:aws:ec2:eu-west-1:123456789012:launch-template/lt-1",
		}},
		"a secure parameter": {"ssm", "GetParameter", map[string]any{"Name": "/a/b", "WithDecryption": true}, []string{
			"ssm:GetParameter arn:aws:ssm:eu-west-1:123456789012:parameter/a/b", "kms:Decrypt arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-4000-8000-000000000000",
		}},
		"a secret with a key": {"secretsmanager", "CreateSecret", map[string]any{"Name": "s", "KmsKeyId": "1234", "Tags": []any{map[string]any{"Key": "a", "Value": "b"}}}, []string{
			"secretsmanager:CreateSecret arn:aws:secretsmanager:eu-west-1:123456789012:secret:s-AbCdEf",
			"secretsmanager:TagResource arn:aws:secretsmanager:eu-west-1:123456789012:secret:s-AbCdEf",
			"kms:Decrypt arn:aws:kms:eu-west-1:123456789012:key/1234", "kms:GenerateDataKey arn:aws:kms:eu-west-1:123456789012:key/1234",
		}},
		"a function in a network": {"lambda", "CreateFunction", map[string]any{
			"FunctionName": "f", "Role": "arn:aws:iam::123456789012:role/r", "Code": map[string]any{"S3Bucket": "b", "S3Key": "k", "S3ObjectVersion": "1"},
			"VpcConfig": map[string]any{"SubnetIds": []any{"subnet-1"}},
		}, []string{
			"lambda:CreateFunction arn:aws:lambda:eu-west-1:123456789012:function:f", "iam:PassRole arn:aws:iam::123456789012:role/r", "s3:GetObjectVersion arn:aws:s3:::b/k",
			"ec2:DescribeSecurityGroups *", "ec2:DescribeSubnets *", "ec2:DescribeVpcs *",
		}},
		"a batch":   {"sqs", "DeleteMessageBatch", map[string]any{"QueueUrl": "http://127.0.0.1/123456789012/q"}, []string{"sqs:DeleteMessage arn:aws:sqs:eu-west-1:123456789012:q"}},
		"a log":     {"logs", "CreateLogGroup", map[string]any{"logGroupName": "g"}, []string{"logs:CreateLogGroup arn:aws:logs:eu-west-1:123456789012:log-group:g:*"}},
		"log tags":  {"logs", "TagResource", map[string]any{"resourceArn": "arn:aws:logs:eu-west-1:123456789012:log-group:g"}, []string{"logs:TagResource arn:aws:logs:eu-west-1:123456789012:log-group:g"}},
		"who am I":  {"sts", "GetCallerIdentity", nil, nil},
		"dashboard": {"cloudwatch", "PutDashboard", map[string]any{"DashboardName": "d"}, []string{"cloudwatch:PutDashboard arn:aws:cloudwatch::123456789012:dashboard/d"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			demands, err := Demands(&Call{
				Service: test.service, Operation: test.operation, Params: test.params, Partition: "aws", Region: "eu-west-1", Account: "123456789012", World: fakeWorld{},
			})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range demands {
				got = append(got, strings.Join(append([]string{d.Action}, d.Resources...), " "))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("demands (-want +got):\n%s", diff)
			}
		})
	}
}

func TestKeysOfDemands(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		service, operation, action string
		params                     map[string]any
		want                       map[string][]string
	}{
		"tags of a query": {"ec2", "CreateTags", "ec2:CreateTags", form(t, "ResourceId.1=i-1", "Tag.1.Key=a", "Tag.1.Value=1", "Tag.2.Key=b"), map[string][]string{
			"aws:RequestTag/a": {"1"}, "aws:RequestTag/b": {""}, "aws:TagKeys": {"a", "b"},
		}},
		"keys of tags": {"iam", "UntagRole", "iam:UntagRole", form(t, "RoleName=r", "TagKeys.member.1=a", "TagKeys.member.2=b"), map[string][]string{"aws:TagKeys": {"a", "b"}}},
		"no tags":      {"ec2", "DeleteTags", "ec2:DeleteTags", form(t, "ResourceId.1=i-1"), map[string][]string{}},
		"a map of tags": {"lambda", "TagResource", "lambda:TagResource", map[string]any{"Resource": "arn:r", "Tags": map[string]any{"a": "1"}}, map[string][]string{
			"aws:RequestTag/a": {"1"}, "aws:TagKeys": {"a"},
		}},
		"tags of what is made": {"ec2", "CreateLaunchTemplate", "ec2:CreateTags", form(t, "TagSpecification.1.ResourceType=launch-template", "TagSpecification.1.Tag.1.Key=a", "TagSpecification.1.Tag.1.Value=1"), map[string][]string{
			"aws:RequestTag/a": {"1"}, "aws:TagKeys": {"a"}, "ec2:CreateAction": {"CreateLaunchTemplate"},
		}},
		"decryption": {"ssm", "GetParameter", "kms:Decrypt", map[string]any{"Name": "/a", "WithDecryption": true}, map[string][]string{
			"kms:EncryptionContext:PARAMETER_ARN": {"arn:aws:ssm:eu-west-1:123456789012:parameter/a"}, "kms:ViaService": {"ssm.eu-west-1.amazonaws.com"},
		}},
		"a role that is handed over": {"autoscaling", "PutLifecycleHook", "iam:PassRole", form(t, "RoleARN=arn:r"), map[string][]string{"iam:PassedToService": {"autoscaling.amazonaws.com"}}},
		"a mapping by its id":        {"lambda", "DeleteEventSourceMapping", "lambda:DeleteEventSourceMapping", map[string]any{"UUID": "m-1"}, map[string][]string{"lambda:FunctionArn": {"arn:aws:lambda:eu-west-1:123456789012:function:f"}}},
		"a managed policy":           {"iam", "AttachRolePolicy", "iam:AttachRolePolicy", form(t, "RoleName=r", "PolicyArn=arn:p"), map[string][]string{"iam:PolicyARN": {"arn:p"}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			demands, err := Demands(&Call{
				Service: test.service, Operation: test.operation, Params: test.params, Partition: "aws", Region: "eu-west-1", Account: "123456789012", World: fakeWorld{},
			})
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(demands, func(d Demand) bool { return d.Action == test.action })
			if i < 0 {
				t.Fatalf("it does not demand %s: %+v", test.action, demands)
			}
			if diff := cmp.Diff(test.want, demands[i].Keys); diff != "" {
				t.Errorf("keys (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnknownOperation(t *testing.T) {
	t.Parallel()
	if demands, err := Demands(&Call{Service: "ec2", Operation: "DescribeVpcs"}); err == nil {
		t.Errorf("it demands %+v", demands)
	}
}
