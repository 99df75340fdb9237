package stack_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	autoscalingtypes "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// somebodyElses makes an object that is not ours, by kind, under one of names.
var somebodyElses = map[string]func(t *testing.T, a *awstest.Account, names stack.Names) error{
	"IAM role": func(t *testing.T, a *awstest.Account, names stack.Names) error {
		_, err := a.Direct().IAM.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String(names.Role), AssumeRolePolicyDocument: aws.String("{}")})
		return err
	},
	"instance profile": func(t *testing.T, a *awstest.Account, names stack.Names) error {
		_, err := a.Direct().IAM.CreateInstanceProfile(t.Context(), &iam.CreateInstanceProfileInput{InstanceProfileName: aws.String(names.Profile)})
		return err
	},
	"Secrets Manager secret": func(t *testing.T, a *awstest.Account, names stack.Names) error {
		_, err := a.Direct().SecretsManager.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: aws.String(names.Secret), SecretString: aws.String("{}")})
		return err
	},
	"launch template": func(t *testing.T, a *awstest.Account, names stack.Names) error {
		return foreignTemplate(t, a, names.LaunchTemplate)
	},
	"Auto Scaling group": func(t *testing.T, a *awstest.Account, names stack.Names) error {
		if err := foreignTemplate(t, a, "other"); err != nil {
			return err
		}
		_, err := a.Direct().AutoScaling.CreateAutoScalingGroup(t.Context(), &autoscaling.CreateAutoScalingGroupInput{
			AutoScalingGroupName: aws.String(names.Group), MinSize: aws.Int32(0), MaxSize: aws.Int32(1),
			LaunchTemplate:    &autoscalingtypes.LaunchTemplateSpecification{LaunchTemplateName: aws.String("other")},
			VPCZoneIdentifier: aws.String(a.Network().SubnetIDs[0]),
		})
		return err
	},
}

func foreignTemplate(t *testing.T, a *awstest.Account, name string) error {
	t.Helper()
	_, err := a.Direct().EC2.CreateLaunchTemplate(t.Context(), &ec2.CreateLaunchTemplateInput{
		LaunchTemplateName: aws.String(name),
		LaunchTemplateData: &ec2types.RequestLaunchTemplateData{ImageId: aws.String(awstest.ImageNewerX86), InstanceType: "t3.micro"},
	})
	return err
}

func TestCreateRefusesForeignObjects(t *testing.T) {
	t.Parallel()
	for kind, occupy := range somebodyElses {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			account := awstest.Start(t)
			spec := workerPool(account)
			if err := occupy(t, account, stack.NamesOf(spec.BaseName, account.Region())); err != nil {
				t.Fatal(err)
			}
			before, err := account.Objects(t.Context())
			if err != nil || len(before) == 0 {
				t.Fatalf("objects: %v, %v", before, err)
			}
			_, err = stack.New(account.Clients(), spec, stack.Observed{}).Create(t.Context())
			var foreign *component.ForeignError
			if !errors.As(err, &foreign) || foreign.Kind != kind {
				t.Errorf("error is %v", err)
			}
			if problem := stack.Explain(err, stack.Creating)[0]; problem.Attribute != "base_name" {
				t.Errorf("the problem does not name the attribute: %+v", problem)
			}
			after, err := account.Objects(t.Context())
			if err != nil || !slices.Equal(before, after) {
				t.Errorf("before: %v\nafter: %v, %v", before, after, err)
			}
		})
	}
}
