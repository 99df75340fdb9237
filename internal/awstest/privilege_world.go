package awstest

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/iam"
)

// world is what package iam asks of a region of the account.
type world struct {
	tenant *tenant
	region string
}

var _ iam.World = (*world)(nil)

// GroupOf implements iam.World.
func (w *world) GroupOf(instance string) string {
	found, err := w.tenant.scaling(w.region).DescribeAutoScalingInstances(&autoscaling.DescribeAutoScalingInstancesInput{InstanceIds: []string{instance}})
	if err != nil || len(found.AutoScalingInstances) == 0 {
		return ""
	}
	return aws.ToString(found.AutoScalingInstances[0].AutoScalingGroupName)
}

// ProfileRoles implements iam.World.
func (w *world) ProfileRoles(template string) (arns []string) {
	account := &Account{tenant: w.tenant, region: w.region}
	found, err := (&machines{account}).Template(scalingtypes.LaunchTemplateSpecification{LaunchTemplateId: &template, Version: aws.String("$Latest")})
	if err != nil || found.Profile == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), machineLimit)
	defer cancel()
	profile, err := awsiam.NewFromConfig(account.DirectConfig()).GetInstanceProfile(ctx, &awsiam.GetInstanceProfileInput{InstanceProfileName: aws.String(lastOf(found.Profile, "/"))})
	if err != nil {
		return nil
	}
	for i := range profile.InstanceProfile.Roles {
		arns = append(arns, aws.ToString(profile.InstanceProfile.Roles[i].Arn))
	}
	return arns
}

// FunctionOf implements iam.World.
func (w *world) FunctionOf(mapping string) string {
	l := w.tenant.lambda(w.region)
	l.mu.Lock()
	defer l.mu.Unlock()
	if m := l.mappings[mapping]; m != nil {
		return aws.ToString(m.config.FunctionArn)
	}
	return ""
}

// resourceTags are the tags of a resource, of those services that tagsOf asks. Any
// other fails the test.
func (t *tenant) resourceTags(ctx context.Context, call *iam.Call, resource string) map[string]string {
	ctx, cancel := background(ctx)
	defer cancel()
	service := strings.SplitN(resource+"::::::", ":", 4)[2]
	if !slices.Contains([]string{"cloudwatch", "ec2", "events", "lambda", "logs", "sqs", "ssm"}, service) {
		t.lack(request{service: call.Service, action: call.Operation, region: call.Region}, "awstest does not look at the tags of "+resource+" for policies")
		return nil
	}
	return (&Account{tenant: t, region: call.Region}).tagsOf(ctx, resource)
}
