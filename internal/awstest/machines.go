package awstest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/autoscaling"
)

// machines are the emulator's EC2 instances, in the hands of Auto Scaling.
type machines struct{ account *Account }

var _ autoscaling.Instances = (*machines)(nil)

// machineLimit bounds what Auto Scaling does with the emulator in one step.
const machineLimit = time.Minute

func (m *machines) ec2() (*ec2.Client, context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.Background(), machineLimit)
	return ec2.NewFromConfig(m.account.config(groupKeyPrefix)), ctx, cancel
}

// Template implements autoscaling.Instances.
func (m *machines) Template(spec scalingtypes.LaunchTemplateSpecification) (autoscaling.Template, error) {
	client, ctx, cancel := m.ec2()
	defer cancel()
	version := aws.ToString(spec.Version)
	if _, err := strconv.Atoi(version); err != nil && version != "$Latest" && version != "$Default" {
		return autoscaling.Template{}, autoscaling.ErrNoVersion
	}
	found, err := client.DescribeLaunchTemplateVersions(ctx, &ec2.DescribeLaunchTemplateVersionsInput{
		LaunchTemplateId: spec.LaunchTemplateId, LaunchTemplateName: spec.LaunchTemplateName, Versions: []string{version},
	})
	switch code := codeOf(err); {
	case strings.HasSuffix(code, "VersionNotFound"):
		return autoscaling.Template{}, autoscaling.ErrNoVersion
	case strings.HasPrefix(code, "InvalidLaunchTemplate"):
		return autoscaling.Template{}, autoscaling.ErrNoTemplate
	case err != nil:
		return autoscaling.Template{}, err
	case len(found.LaunchTemplateVersions) == 0:
		return autoscaling.Template{}, autoscaling.ErrNoVersion
	}
	return newTemplate(found.LaunchTemplateVersions[0]), nil
}

func newTemplate(v types.LaunchTemplateVersion) autoscaling.Template {
	t := autoscaling.Template{
		ID: aws.ToString(v.LaunchTemplateId), Name: aws.ToString(v.LaunchTemplateName),
		Version: strconv.FormatInt(aws.ToInt64(v.VersionNumber), 10),
		Tags:    map[string]string{}, VolumeTags: map[string]string{},
	}
	data := v.LaunchTemplateData
	if data == nil {
		return t
	}
	t.Image, t.InstanceType, t.Groups = aws.ToString(data.ImageId), string(data.InstanceType), data.SecurityGroupIds
	t.Spot = data.InstanceMarketOptions != nil && data.InstanceMarketOptions.MarketType == types.MarketTypeSpot
	for _, face := range data.NetworkInterfaces {
		t.Groups = append(t.Groups, face.Groups...)
	}
	if profile := data.IamInstanceProfile; profile != nil {
		t.Profile = aws.ToString(profile.Arn) + aws.ToString(profile.Name)
	}
	for _, spec := range data.TagSpecifications {
		for _, tag := range spec.Tags {
			switch spec.ResourceType {
			case types.ResourceTypeInstance:
				t.Tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
			case types.ResourceTypeVolume:
				t.VolumeTags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
			}
		}
	}
	return t
}

// ProfileUsable implements autoscaling.Instances.
func (m *machines) ProfileUsable(profile string) (bool, error) {
	name := lastOf(profile, "/")
	if !m.account.faults.useProfile(name) {
		return false, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), machineLimit)
	defer cancel()
	_, err := iam.NewFromConfig(m.account.config(groupKeyPrefix)).GetInstanceProfile(ctx, &iam.GetInstanceProfileInput{InstanceProfileName: &name})
	if codeOf(err) == "NoSuchEntity" {
		return false, nil
	}
	return err == nil, err
}

// Zones implements autoscaling.Instances.
func (m *machines) Zones(subnets []string) (map[string]string, error) {
	client, ctx, cancel := m.ec2()
	defer cancel()
	// A filter, because an unknown subnet in SubnetIds is an error.
	found, err := client.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{
		Filters: []types.Filter{{Name: aws.String("subnet-id"), Values: subnets}},
	})
	if err != nil {
		return nil, fmt.Errorf("finding subnets: %w", err)
	}
	zones := map[string]string{}
	for _, subnet := range found.Subnets {
		zones[aws.ToString(subnet.SubnetId)] = aws.ToString(subnet.AvailabilityZone)
	}
	return zones, nil
}

// Run implements autoscaling.Instances.
func (m *machines) Run(launch autoscaling.Launch, count int) ([]string, error) {
	client, ctx, cancel := m.ec2()
	defer cancel()
	in := &ec2.RunInstancesInput{
		ImageId: &launch.Image, InstanceType: types.InstanceType(launch.InstanceType), SubnetId: &launch.Subnet,
		SecurityGroupIds: launch.Groups, MinCount: aws.Int32(int32(count)), MaxCount: aws.Int32(int32(count)),
		TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypeInstance, Tags: ec2Tags(launch.Tags)}},
	}
	if len(launch.VolumeTags) > 0 {
		in.TagSpecifications = append(in.TagSpecifications, types.TagSpecification{ResourceType: types.ResourceTypeVolume, Tags: ec2Tags(launch.VolumeTags)})
	}
	if launch.Profile != "" {
		in.IamInstanceProfile = &types.IamInstanceProfileSpecification{Name: aws.String(lastOf(launch.Profile, "/"))}
	}
	out, err := client.RunInstances(ctx, in)
	if err != nil {
		return nil, fmt.Errorf("running instances: %w", err)
	}
	return each(out.Instances, func(i *types.Instance) *string { return i.InstanceId }), nil
}

// Terminate implements autoscaling.Instances. One request ends all of them; where
// it names one that is absent it ends none, and each gets its own.
func (m *machines) Terminate(ids []string) error {
	client, ctx, cancel := m.ec2()
	defer cancel()
	_, err := client.TerminateInstances(ctx, &ec2.TerminateInstancesInput{InstanceIds: ids})
	switch {
	case codeOf(err) == "InvalidInstanceID.NotFound" && len(ids) > 1:
		for _, id := range ids {
			if err := m.Terminate([]string{id}); err != nil {
				return err
			}
		}
		return nil
	case err != nil && codeOf(err) != "InvalidInstanceID.NotFound":
		return fmt.Errorf("terminating instances: %w", err)
	}
	return nil
}

// Notify implements autoscaling.Instances for queues.
func (m *machines) Notify(target, role, message string) error {
	ctx, cancel := context.WithTimeout(context.Background(), machineLimit)
	defer cancel()
	cfg := m.account.config(groupKeyPrefix)
	found, err := iam.NewFromConfig(cfg).GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String(lastOf(role, "/"))})
	if err != nil {
		return fmt.Errorf("assuming role %s: %w", role, err)
	}
	trust, err := url.QueryUnescape(aws.ToString(found.Role.AssumeRolePolicyDocument))
	if err != nil || !strings.Contains(trust, "autoscaling.amazonaws.com") {
		return fmt.Errorf("assuming role %s: it does not trust Auto Scaling", role)
	}
	if !strings.Contains(target, ":sqs:") {
		return fmt.Errorf("notifying %s: only queues are played", target)
	}
	if err := m.account.mayNotify(ctx, m.account.region, role, target); err != nil {
		return fmt.Errorf("notifying %s in role %s: %w", target, role, err)
	}
	client := sqs.NewFromConfig(cfg)
	queue, err := client.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String(lastOf(target, ":"))})
	if err != nil {
		return fmt.Errorf("finding queue %s: %w", target, err)
	}
	if _, err := client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: queue.QueueUrl, MessageBody: &message}); err != nil {
		return fmt.Errorf("sending to queue %s: %w", target, err)
	}
	return nil
}

func ec2Tags(tags map[string]string) []types.Tag {
	var all []types.Tag
	for key, text := range tags {
		all = append(all, types.Tag{Key: aws.String(key), Value: aws.String(text)})
	}
	sort.Slice(all, func(i, j int) bool { return *all[i].Key < *all[j].Key })
	return all
}

// codeOf is the AWS code of an error, or "".
func codeOf(err error) string {
	var known smithy.APIError
	if errors.As(err, &known) {
		return known.ErrorCode()
	}
	return ""
}
