package awstest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"golang.org/x/sync/errgroup"
)

// The functions look at machines all the time, and mark some meanwhile.
func TestMachinesAreMarkedWhileTheyAreListed(t *testing.T) {
	t.Parallel()
	const times, lookers, labels = 40, 3, 40 // labels make a look take longer
	account := Start(t)
	client := ec2.NewFromConfig(account.Config())
	specification := types.TagSpecification{ResourceType: types.ResourceTypeInstance}
	for i := range labels {
		specification.Tags = append(specification.Tags, types.Tag{Key: aws.String(fmt.Sprintf("label-%d", i)), Value: aws.String("x")})
	}
	made, err := client.RunInstances(t.Context(), &ec2.RunInstancesInput{
		ImageId: aws.String(ImageNewerX86), InstanceType: types.InstanceTypeT3Micro, MinCount: aws.Int32(10), MaxCount: aws.Int32(10),
		TagSpecifications: []types.TagSpecification{specification},
	})
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{}
	for _, one := range made.Instances {
		ids = append(ids, *one.InstanceId)
	}
	work, ctx := errgroup.WithContext(t.Context())
	for range lookers {
		work.Go(func() error {
			for range times {
				if _, err := client.DescribeInstances(ctx, &ec2.DescribeInstancesInput{InstanceIds: ids}); err != nil {
					return fmt.Errorf("listing: %w", err)
				}
			}
			return nil
		})
	}
	work.Go(func() error {
		for i := range times {
			tags := []types.Tag{{Key: aws.String(fmt.Sprintf("mark-%d", i)), Value: aws.String("x")}}
			if _, err := client.CreateTags(ctx, &ec2.CreateTagsInput{Resources: slices.Clone(ids), Tags: tags}); err != nil {
				return fmt.Errorf("marking: %w", err)
			}
			if _, err := client.DeleteTags(ctx, &ec2.DeleteTagsInput{Resources: slices.Clone(ids), Tags: tags}); err != nil {
				return fmt.Errorf("removing a mark: %w", err)
			}
		}
		return nil
	})
	if err := work.Wait(); err != nil {
		t.Error(err)
	}
}

// The SDK gives each call a client token of its own, and keeps it when it tries again.
func TestCallWhoseAnswerIsLostActsOnce(t *testing.T) {
	t.Parallel()
	account := Start(t)
	client, ctx := ec2.NewFromConfig(account.Config()), t.Context()
	data := &types.RequestLaunchTemplateData{ImageId: aws.String(ImageNewerX86)}
	account.Inject(DropAnswer("ec2", "CreateLaunchTemplate"))
	account.Inject(DropAnswer("ec2", "CreateLaunchTemplateVersion"))
	if _, err := client.CreateLaunchTemplate(ctx, &ec2.CreateLaunchTemplateInput{LaunchTemplateName: aws.String("template"), LaunchTemplateData: data}); err != nil {
		t.Error(err)
	}
	for want := int64(2); want <= 3; want++ { // the one with a lost answer, and another
		made, err := client.CreateLaunchTemplateVersion(ctx, &ec2.CreateLaunchTemplateVersionInput{LaunchTemplateName: aws.String("template"), LaunchTemplateData: data})
		if err != nil {
			t.Fatal(err)
		}
		if got := aws.ToInt64(made.LaunchTemplateVersion.VersionNumber); got != want {
			t.Errorf("the new version has number %d, want %d", got, want)
		}
	}
}
