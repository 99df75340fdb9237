package awstest

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

// fails calls until it works and counts the failures, all of which have code.
func fails(t *testing.T, code string, call func() error) int {
	t.Helper()
	for n := range 10 {
		err := call()
		if err == nil {
			return n
		}
		if codeOf(err) != code {
			t.Fatalf("want %s, got %v", code, err)
		}
	}
	t.Fatal("it never worked")
	return 0
}

func TestNewObjectsAreUnknownAtFirst(t *testing.T) {
	t.Parallel()
	a := Start(t)
	makeRole(t, a, "old")
	a.Inject(EventuallyConsistent(2))
	clients, ctx := a.Clients(), t.Context()
	makeRole(t, a, "new")
	if _, err := clients.IAM.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: aws.String("profile")}); err != nil {
		t.Fatal(err)
	}
	secret, err := clients.SecretsManager.CreateSecret(ctx, &secretsmanager.CreateSecretInput{Name: aws.String("secret"), SecretString: aws.String("x")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := clients.Logs.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("/group")}); err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		code string
		want int
		call func() error
	}{
		"role and profile, two uses each": {"NoSuchEntity", 4, func() error {
			_, err := clients.IAM.AddRoleToInstanceProfile(ctx, &iam.AddRoleToInstanceProfileInput{RoleName: aws.String("new"), InstanceProfileName: aws.String("profile")})
			return err
		}},
		"older role": {"", 0, func() error {
			_, err := clients.IAM.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String("old")})
			return err
		}},
		"secret by ARN": {"ResourceNotFoundException", 2, func() error {
			_, err := clients.SecretsManager.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: secret.ARN})
			return err
		}},
		"log group": {"ResourceNotFoundException", 2, func() error {
			_, err := clients.Logs.PutRetentionPolicy(ctx, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: aws.String("/group"), RetentionInDays: aws.Int32(7)})
			return err
		}},
	}
	for name, c := range cases {
		if got := fails(t, c.code, c.call); got != c.want {
			t.Errorf("%s: %d failures, want %d", name, got, c.want)
		}
	}
}

func TestGroupRefusesNewProfile(t *testing.T) {
	t.Parallel()
	a := Start(t)
	a.Inject(EventuallyConsistent(1))
	clients, ctx, subnets := a.Clients(), t.Context(), a.Network().SubnetIDs
	if _, err := clients.IAM.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: aws.String("profile")}); err != nil {
		t.Fatal(err)
	}
	template, err := clients.EC2.CreateLaunchTemplate(ctx, &ec2.CreateLaunchTemplateInput{
		LaunchTemplateName: aws.String("template"),
		LaunchTemplateData: &types.RequestLaunchTemplateData{
			ImageId: aws.String(ImageNewerX86), InstanceType: types.InstanceTypeT3Micro,
			IamInstanceProfile: &types.LaunchTemplateIamInstanceProfileSpecificationRequest{Name: aws.String("profile")},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	id := template.LaunchTemplate.LaunchTemplateId
	read := func() error {
		_, err := ec2.NewFromConfig(a.Config()).DescribeLaunchTemplates(ctx, &ec2.DescribeLaunchTemplatesInput{LaunchTemplateIds: []string{*id}})
		return err
	}
	if got := fails(t, "InvalidLaunchTemplateId.NotFound", read); got != 1 {
		t.Errorf("launch template: %d failures, want 1", got)
	}
	create := func() error {
		_, err := clients.AutoScaling.CreateAutoScalingGroup(ctx, &autoscaling.CreateAutoScalingGroupInput{
			AutoScalingGroupName: aws.String("group"), MinSize: aws.Int32(0), MaxSize: aws.Int32(1), VPCZoneIdentifier: aws.String(subnets[0]),
			LaunchTemplate: &scalingtypes.LaunchTemplateSpecification{LaunchTemplateId: id},
		})
		return err
	}
	if got := fails(t, "ValidationError", create); got != 1 {
		t.Errorf("group: %d failures, want 1", got)
	}
	for _, want := range []int{0, 1} {
		out, err := clients.AutoScaling.DescribeAutoScalingGroups(ctx, &autoscaling.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{"group"}})
		if err != nil || len(out.AutoScalingGroups) != want {
			t.Errorf("the new group is listed as %v, %v; want %d", out, err, want)
		}
	}
}

func TestSecretScheduledForDeletion(t *testing.T) {
	t.Parallel()
	a := Start(t)
	client, ctx := a.Clients().SecretsManager, t.Context()
	create := func() error {
		_, err := client.CreateSecret(ctx, &secretsmanager.CreateSecretInput{Name: aws.String("s"), SecretString: aws.String("x")})
		return err
	}
	if err := create(); err != nil {
		t.Fatal(err)
	}
	if _, err := client.DeleteSecret(ctx, &secretsmanager.DeleteSecretInput{SecretId: aws.String("s"), RecoveryWindowInDays: aws.Int64(7)}); err != nil {
		t.Fatal(err)
	}
	if objects, err := a.Objects(ctx); err != nil || len(objects) != 0 {
		t.Errorf("objects %q, %v", objects, err)
	}
	if err := create(); codeOf(err) != "InvalidRequestException" {
		t.Errorf("creating over a scheduled deletion: %v", err)
	}
	if _, err := client.RestoreSecret(ctx, &secretsmanager.RestoreSecretInput{SecretId: aws.String("s")}); err != nil {
		t.Errorf("restoring: %v", err)
	}
	if err := create(); codeOf(err) != "ResourceExistsException" {
		t.Errorf("creating over a restored secret: %v", err)
	}
}
