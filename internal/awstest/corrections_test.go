package awstest

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func TestLogGroupKeepsClassAndKey(t *testing.T) {
	t.Parallel()
	a := Start(t)
	client, ctx := cloudwatchlogs.NewFromConfig(a.Config()), t.Context()
	group, key := aws.String("/group"), aws.String("arn:aws:kms:us-east-1:"+a.ID()+":key/1")
	read := func() logstypes.LogGroup {
		out, err := client.DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: group})
		if err != nil || len(out.LogGroups) != 1 {
			t.Fatalf("reading log groups: %v, %v", out, err)
		}
		return out.LogGroups[0]
	}
	associate := func() error {
		_, err := client.AssociateKmsKey(ctx, &cloudwatchlogs.AssociateKmsKeyInput{LogGroupName: group, KmsKeyId: key})
		return err
	}
	if err := associate(); codeOf(err) != "ResourceNotFoundException" {
		t.Errorf("associating a key with no group: %v", err)
	}
	_, err := client.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: group, LogGroupClass: logstypes.LogGroupClassInfrequentAccess})
	if err != nil {
		t.Fatal(err)
	}
	if err := associate(); err != nil {
		t.Errorf("associating a key: %v", err)
	}
	if got := read(); got.LogGroupClass != logstypes.LogGroupClassInfrequentAccess || aws.ToString(got.KmsKeyId) != *key {
		t.Errorf("class %s, key %s", got.LogGroupClass, aws.ToString(got.KmsKeyId))
	}
	if _, err := client.DisassociateKmsKey(ctx, &cloudwatchlogs.DisassociateKmsKeyInput{LogGroupName: group}); err != nil {
		t.Errorf("disassociating the key: %v", err)
	}
	if got := read(); got.KmsKeyId != nil {
		t.Errorf("key %s is still there", *got.KmsKeyId)
	}
	for days, code := range map[int32]string{7: "", 8: "InvalidParameterException"} {
		_, err := client.PutRetentionPolicy(ctx, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: group, RetentionInDays: &days})
		if codeOf(err) != code {
			t.Errorf("retention of %d days: %v", days, err)
		}
	}
}

func TestLaunchTemplateDataHasNoTagsOfTheTemplate(t *testing.T) {
	t.Parallel()
	client, ctx := ec2.NewFromConfig(Start(t).Config()), t.Context()
	tags := []types.Tag{{Key: aws.String("k"), Value: aws.String("v")}, {Key: aws.String("l"), Value: aws.String("w")}}
	_, err := client.CreateLaunchTemplate(ctx, &ec2.CreateLaunchTemplateInput{
		LaunchTemplateName: aws.String("template"),
		TagSpecifications:  []types.TagSpecification{{ResourceType: types.ResourceTypeLaunchTemplate, Tags: tags}},
		LaunchTemplateData: &types.RequestLaunchTemplateData{
			ImageId:           aws.String(ImageNewerX86),
			TagSpecifications: []types.LaunchTemplateTagSpecificationRequest{{ResourceType: types.ResourceTypeInstance, Tags: tags}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	out, err := client.DescribeLaunchTemplateVersions(ctx, &ec2.DescribeLaunchTemplateVersionsInput{LaunchTemplateName: aws.String("template"), Versions: []string{"$Latest"}})
	if err != nil {
		t.Fatal(err)
	}
	specs := out.LaunchTemplateVersions[0].LaunchTemplateData.TagSpecifications
	if len(specs) != 1 || specs[0].ResourceType != types.ResourceTypeInstance || len(specs[0].Tags) != 2 {
		t.Errorf("tag specifications %+v", specs)
	}
}
