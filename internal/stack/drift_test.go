package stack_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	scaling "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

func scheduleDeletion(t *testing.T, a *awstest.Account, arn string) {
	t.Helper()
	_, err := a.Direct().SecretsManager.DeleteSecret(t.Context(), &secretsmanager.DeleteSecretInput{
		SecretId: aws.String(arn), RecoveryWindowInDays: aws.Int64(7),
	})
	if err != nil {
		t.Fatal(err)
	}
}

// handmadeVersion makes a version of the pool's template as a person would.
func handmadeVersion(t *testing.T, a *awstest.Account, pool stack.Observed, change func(*types.RequestLaunchTemplateData)) error {
	t.Helper()
	data := &types.RequestLaunchTemplateData{ImageId: aws.String(pool.Spec.Instance.AMIID), InstanceType: "t3.micro"}
	change(data)
	_, err := a.Direct().EC2.CreateLaunchTemplateVersion(t.Context(), &ec2.CreateLaunchTemplateVersionInput{
		LaunchTemplateId: aws.String(pool.LaunchTemplateID), LaunchTemplateData: data,
	})
	return err
}

// TestDrift changes a pool behind Terraform's back: what is an argument shows in
// the argument, all else in words, and an update repairs both.
func TestDrift(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(t *testing.T, a *awstest.Account, pool stack.Observed) error
		drift  map[string]string     // component → part of its sentence
		spec   func(stack.Spec) bool // the argument shows it
	}{
		"max size": {
			change: func(t *testing.T, a *awstest.Account, p stack.Observed) error {
				_, err := a.Direct().AutoScaling.UpdateAutoScalingGroup(t.Context(), &autoscaling.UpdateAutoScalingGroupInput{
					AutoScalingGroupName: aws.String(p.AutoScalingGroupName), MaxSize: aws.Int32(9),
				})
				return err
			},
			spec: func(s stack.Spec) bool { return s.MaxSize == 9 },
		},
		"mixed instances": {
			change: func(t *testing.T, a *awstest.Account, p stack.Observed) error {
				_, err := a.Direct().AutoScaling.UpdateAutoScalingGroup(t.Context(), &autoscaling.UpdateAutoScalingGroupInput{
					AutoScalingGroupName: aws.String(p.AutoScalingGroupName), CapacityRebalance: aws.Bool(true), MaxInstanceLifetime: aws.Int32(86400),
					MixedInstancesPolicy: &scaling.MixedInstancesPolicy{
						InstancesDistribution: &scaling.InstancesDistribution{OnDemandBaseCapacity: aws.Int32(1), SpotMaxPrice: aws.String("0.5")},
						LaunchTemplate: &scaling.LaunchTemplate{
							LaunchTemplateSpecification: &scaling.LaunchTemplateSpecification{LaunchTemplateId: aws.String(p.LaunchTemplateID), Version: aws.String("1")},
							Overrides:                   []scaling.LaunchTemplateOverrides{{InstanceType: aws.String("t3.micro"), WeightedCapacity: aws.String("1")}},
						},
					},
				})
				return err
			},
			drift: map[string]string{stack.ComponentGroup: "spot instances have a maximum price of 0.5; instance type t3.micro has the weight 1"},
			spec: func(s stack.Spec) bool {
				want := &stack.MixedInstances{InstanceTypes: []string{"t3.micro"}, OnDemandBase: 1, OnDemandPercentage: 100, SpotStrategy: "lowest-price"}
				return cmp.Equal(s.Mixed, want) && s.CapacityRebalance && s.MaxInstanceLifetime == 86400
			},
		},
		"cooldown": {
			change: func(t *testing.T, a *awstest.Account, p stack.Observed) error {
				_, err := a.Direct().AutoScaling.UpdateAutoScalingGroup(t.Context(), &autoscaling.UpdateAutoScalingGroupInput{
					AutoScalingGroupName: aws.String(p.AutoScalingGroupName), DefaultCooldown: aws.Int32(300),
				})
				return err
			},
			drift: map[string]string{stack.ComponentGroup: "default cooldown is 300 s, not 10 s"},
		},
		"template version by hand": {
			change: func(t *testing.T, a *awstest.Account, p stack.Observed) error {
				return handmadeVersion(t, a, p, func(d *types.RequestLaunchTemplateData) { d.InstanceType = "c6i.large" })
			},
			drift: map[string]string{stack.ComponentLaunchTemplate: "version 2 was made outside Terraform", stack.ComponentGroup: `launch template version is "1", not 2`},
			spec:  func(s stack.Spec) bool { return s.Instance.Type == "c6i.large" },
		},
		"policy detached": {
			change: func(t *testing.T, a *awstest.Account, p stack.Observed) error {
				_, err := a.Direct().IAM.DetachRolePolicy(t.Context(), &iam.DetachRolePolicyInput{
					RoleName: aws.String(p.InstancesRoleName), PolicyArn: aws.String("arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"),
				})
				return err
			},
			drift: map[string]string{stack.ComponentRole: "AmazonSSMManagedInstanceCore is not attached"},
		},
		"policy widened": {
			change: func(t *testing.T, a *awstest.Account, p stack.Observed) error {
				_, err := a.Direct().IAM.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{
					RoleName: aws.String(p.InstancesRoleName), PolicyName: aws.String("spacelift-worker"),
					PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`),
				})
				return err
			},
			drift: map[string]string{stack.ComponentRole: "inline policy spacelift-worker was changed"},
		},
		"permissions boundary": {
			change: func(t *testing.T, a *awstest.Account, p stack.Observed) error {
				_, err := a.Direct().IAM.PutRolePermissionsBoundary(t.Context(), &iam.PutRolePermissionsBoundaryInput{
					RoleName: aws.String(p.InstancesRoleName), PermissionsBoundary: aws.String("arn:aws:iam::aws:policy/PowerUserAccess"),
				})
				return err
			},
			spec: func(s stack.Spec) bool {
				return s.Role.PermissionsBoundary == "arn:aws:iam::aws:policy/PowerUserAccess"
			},
		},
		"secret value": {
			change: func(t *testing.T, a *awstest.Account, p stack.Observed) error {
				_, err := a.Direct().SecretsManager.PutSecretValue(t.Context(), &secretsmanager.PutSecretValueInput{
					SecretId: aws.String(p.SecretARN), SecretString: aws.String(`{"SPACELIFT_TOKEN":"stolen"}`),
				})
				return err
			},
			drift: map[string]string{stack.ComponentSecretVersion: "changed outside Terraform"},
		},
		"retention of one log group": {
			change: func(t *testing.T, a *awstest.Account, _ stack.Observed) error {
				_, err := a.Direct().Logs.PutRetentionPolicy(t.Context(), &cloudwatchlogs.PutRetentionPolicyInput{
					LogGroupName: aws.String("spacelift-info.log"), RetentionInDays: aws.Int32(7),
				})
				return err
			},
			drift: map[string]string{stack.ComponentInfoLog: "retention is 7 days, not 60 days"},
		},
		"retention of both log groups": {
			change: func(t *testing.T, a *awstest.Account, _ stack.Observed) error {
				for _, name := range []string{"spacelift-info.log", "spacelift-errors.log"} {
					_, err := a.Direct().Logs.PutRetentionPolicy(t.Context(), &cloudwatchlogs.PutRetentionPolicyInput{
						LogGroupName: aws.String(name), RetentionInDays: aws.Int32(7),
					})
					if err != nil {
						return err
					}
				}
				return nil
			},
			spec: func(s stack.Spec) bool { return s.LogGroups.Retention == 7 },
		},
		"log group deleted": {
			change: func(t *testing.T, a *awstest.Account, _ stack.Observed) error {
				_, err := a.Direct().Logs.DeleteLogGroup(t.Context(), &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: aws.String("spacelift-info.log")})
				return err
			},
			drift: map[string]string{stack.ComponentInfoLog: "deleted outside Terraform"},
		},
		"secret deleted": {
			change: func(t *testing.T, a *awstest.Account, p stack.Observed) error {
				_, err := a.Direct().SecretsManager.DeleteSecret(t.Context(), &secretsmanager.DeleteSecretInput{
					SecretId: aws.String(p.SecretARN), ForceDeleteWithoutRecovery: aws.Bool(true),
				})
				return err
			},
			drift: map[string]string{stack.ComponentSecret: "deleted outside Terraform", stack.ComponentSecretVersion: "deleted outside Terraform"},
		},
		"group deleted": {
			change: func(t *testing.T, a *awstest.Account, p stack.Observed) error {
				_, err := a.Direct().AutoScaling.DeleteAutoScalingGroup(t.Context(), &autoscaling.DeleteAutoScalingGroupInput{
					AutoScalingGroupName: aws.String(p.AutoScalingGroupName), ForceDelete: aws.Bool(true),
				})
				return err
			},
			drift: map[string]string{stack.ComponentGroup: "deleted outside Terraform"},
		},
		"group and template deleted": {
			change: func(t *testing.T, a *awstest.Account, p stack.Observed) error {
				_, err := a.Direct().AutoScaling.DeleteAutoScalingGroup(t.Context(), &autoscaling.DeleteAutoScalingGroupInput{
					AutoScalingGroupName: aws.String(p.AutoScalingGroupName), ForceDelete: aws.Bool(true),
				})
				if err != nil {
					return err
				}
				_, err = a.Direct().EC2.DeleteLaunchTemplate(t.Context(), &ec2.DeleteLaunchTemplateInput{LaunchTemplateId: aws.String(p.LaunchTemplateID)})
				return err
			},
			drift: map[string]string{stack.ComponentGroup: "deleted outside Terraform", stack.ComponentLaunchTemplate: "deleted outside Terraform"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			account := awstest.Start(t)
			made := create(t, account, workerPool(account))
			if err := test.change(t, account, made); err != nil {
				t.Fatal(err)
			}
			seen := refresh(t, account, made)
			if len(seen.Drift) != len(test.drift) {
				t.Errorf("drift is %v, want %v", seen.Drift, test.drift)
			}
			for component, sentence := range test.drift {
				if !strings.Contains(seen.Drift[component], sentence) {
					t.Errorf("drift of %s is %q, want %q", component, seen.Drift[component], sentence)
				}
			}
			if test.spec != nil && !test.spec(seen.Spec) {
				t.Errorf("the arguments do not show it: %+v", seen.Spec)
			}
			updated := update(t, account, made.Spec, seen)
			repaired := refresh(t, account, updated)
			same(t, "update", updated, repaired)
			if len(repaired.Drift) > 0 {
				t.Errorf("drift after the update: %v", repaired.Drift)
			}
		})
	}
}

// TestDesiredCapacityIsNotDrift changes what is the operator's and the scaler's.
func TestDesiredCapacityIsNotDrift(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made := create(t, account, workerPool(account))
	_, err := account.Direct().AutoScaling.UpdateAutoScalingGroup(t.Context(), &autoscaling.UpdateAutoScalingGroupInput{
		AutoScalingGroupName: aws.String(made.AutoScalingGroupName), DesiredCapacity: aws.Int32(4),
	})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "create", made, refresh(t, account, made))
}
