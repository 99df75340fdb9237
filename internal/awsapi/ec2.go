package awsapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

// ec2Calls holds the operations in use, and not the client: see newEC2.
type ec2Calls struct {
	createLaunchTemplate           func(context.Context, *ec2.CreateLaunchTemplateInput, ...func(*ec2.Options)) (*ec2.CreateLaunchTemplateOutput, error)
	createLaunchTemplateVersion    func(context.Context, *ec2.CreateLaunchTemplateVersionInput, ...func(*ec2.Options)) (*ec2.CreateLaunchTemplateVersionOutput, error)
	createTags                     func(context.Context, *ec2.CreateTagsInput, ...func(*ec2.Options)) (*ec2.CreateTagsOutput, error)
	deleteLaunchTemplate           func(context.Context, *ec2.DeleteLaunchTemplateInput, ...func(*ec2.Options)) (*ec2.DeleteLaunchTemplateOutput, error)
	deleteTags                     func(context.Context, *ec2.DeleteTagsInput, ...func(*ec2.Options)) (*ec2.DeleteTagsOutput, error)
	describeImages                 func(context.Context, *ec2.DescribeImagesInput, ...func(*ec2.Options)) (*ec2.DescribeImagesOutput, error)
	describeInstances              func(context.Context, *ec2.DescribeInstancesInput, ...func(*ec2.Options)) (*ec2.DescribeInstancesOutput, error)
	describeInstanceTypes          func(context.Context, *ec2.DescribeInstanceTypesInput, ...func(*ec2.Options)) (*ec2.DescribeInstanceTypesOutput, error)
	describeLaunchTemplateVersions func(context.Context, *ec2.DescribeLaunchTemplateVersionsInput, ...func(*ec2.Options)) (*ec2.DescribeLaunchTemplateVersionsOutput, error)
	describeNetworkInterfaces      func(context.Context, *ec2.DescribeNetworkInterfacesInput, ...func(*ec2.Options)) (*ec2.DescribeNetworkInterfacesOutput, error)
	describeSecurityGroups         func(context.Context, *ec2.DescribeSecurityGroupsInput, ...func(*ec2.Options)) (*ec2.DescribeSecurityGroupsOutput, error)
	describeTags                   func(context.Context, *ec2.DescribeTagsInput, ...func(*ec2.Options)) (*ec2.DescribeTagsOutput, error)
	describeSubnets                func(context.Context, *ec2.DescribeSubnetsInput, ...func(*ec2.Options)) (*ec2.DescribeSubnetsOutput, error)
	getConsoleOutput               func(context.Context, *ec2.GetConsoleOutputInput, ...func(*ec2.Options)) (*ec2.GetConsoleOutputOutput, error)
	modifyLaunchTemplate           func(context.Context, *ec2.ModifyLaunchTemplateInput, ...func(*ec2.Options)) (*ec2.ModifyLaunchTemplateOutput, error)
}

// newEC2 keeps the client itself out of every interface. A type that is in one
// keeps all its methods in the binary, because reflection elsewhere in a provider
// (net/rpc, text/template) might call them: those 750 of EC2 were 28 of 68 MB of
// the binary (`make build; ls -l build`).
func newEC2(client *ec2.Client) EC2 {
	return ec2Calls{
		createLaunchTemplate:           client.CreateLaunchTemplate,
		createLaunchTemplateVersion:    client.CreateLaunchTemplateVersion,
		createTags:                     client.CreateTags,
		deleteLaunchTemplate:           client.DeleteLaunchTemplate,
		deleteTags:                     client.DeleteTags,
		describeImages:                 client.DescribeImages,
		describeInstances:              client.DescribeInstances,
		describeInstanceTypes:          client.DescribeInstanceTypes,
		describeLaunchTemplateVersions: client.DescribeLaunchTemplateVersions,
		describeNetworkInterfaces:      client.DescribeNetworkInterfaces,
		describeSecurityGroups:         client.DescribeSecurityGroups,
		describeTags:                   client.DescribeTags,
		describeSubnets:                client.DescribeSubnets,
		getConsoleOutput:               client.GetConsoleOutput,
		modifyLaunchTemplate:           client.ModifyLaunchTemplate,
	}
}

func (c ec2Calls) CreateLaunchTemplate(ctx context.Context, in *ec2.CreateLaunchTemplateInput, options ...func(*ec2.Options)) (*ec2.CreateLaunchTemplateOutput, error) {
	return c.createLaunchTemplate(ctx, in, options...)
}

func (c ec2Calls) CreateLaunchTemplateVersion(ctx context.Context, in *ec2.CreateLaunchTemplateVersionInput, options ...func(*ec2.Options)) (*ec2.CreateLaunchTemplateVersionOutput, error) {
	return c.createLaunchTemplateVersion(ctx, in, options...)
}

func (c ec2Calls) CreateTags(ctx context.Context, in *ec2.CreateTagsInput, options ...func(*ec2.Options)) (*ec2.CreateTagsOutput, error) {
	return c.createTags(ctx, in, options...)
}

func (c ec2Calls) DeleteLaunchTemplate(ctx context.Context, in *ec2.DeleteLaunchTemplateInput, options ...func(*ec2.Options)) (*ec2.DeleteLaunchTemplateOutput, error) {
	return c.deleteLaunchTemplate(ctx, in, options...)
}

func (c ec2Calls) DeleteTags(ctx context.Context, in *ec2.DeleteTagsInput, options ...func(*ec2.Options)) (*ec2.DeleteTagsOutput, error) {
	return c.deleteTags(ctx, in, options...)
}

func (c ec2Calls) DescribeImages(ctx context.Context, in *ec2.DescribeImagesInput, options ...func(*ec2.Options)) (*ec2.DescribeImagesOutput, error) {
	return c.describeImages(ctx, in, options...)
}

func (c ec2Calls) DescribeInstances(ctx context.Context, in *ec2.DescribeInstancesInput, options ...func(*ec2.Options)) (*ec2.DescribeInstancesOutput, error) {
	return c.describeInstances(ctx, in, options...)
}

func (c ec2Calls) DescribeInstanceTypes(ctx context.Context, in *ec2.DescribeInstanceTypesInput, options ...func(*ec2.Options)) (*ec2.DescribeInstanceTypesOutput, error) {
	return c.describeInstanceTypes(ctx, in, options...)
}

func (c ec2Calls) DescribeLaunchTemplateVersions(ctx context.Context, in *ec2.DescribeLaunchTemplateVersionsInput, options ...func(*ec2.Options)) (*ec2.DescribeLaunchTemplateVersionsOutput, error) {
	return c.describeLaunchTemplateVersions(ctx, in, options...)
}

func (c ec2Calls) DescribeNetworkInterfaces(ctx context.Context, in *ec2.DescribeNetworkInterfacesInput, options ...func(*ec2.Options)) (*ec2.DescribeNetworkInterfacesOutput, error) {
	return c.describeNetworkInterfaces(ctx, in, options...)
}

func (c ec2Calls) DescribeSecurityGroups(ctx context.Context, in *ec2.DescribeSecurityGroupsInput, options ...func(*ec2.Options)) (*ec2.DescribeSecurityGroupsOutput, error) {
	return c.describeSecurityGroups(ctx, in, options...)
}

func (c ec2Calls) DescribeTags(ctx context.Context, in *ec2.DescribeTagsInput, options ...func(*ec2.Options)) (*ec2.DescribeTagsOutput, error) {
	return c.describeTags(ctx, in, options...)
}

func (c ec2Calls) DescribeSubnets(ctx context.Context, in *ec2.DescribeSubnetsInput, options ...func(*ec2.Options)) (*ec2.DescribeSubnetsOutput, error) {
	return c.describeSubnets(ctx, in, options...)
}

func (c ec2Calls) GetConsoleOutput(ctx context.Context, in *ec2.GetConsoleOutputInput, options ...func(*ec2.Options)) (*ec2.GetConsoleOutputOutput, error) {
	return c.getConsoleOutput(ctx, in, options...)
}

func (c ec2Calls) ModifyLaunchTemplate(ctx context.Context, in *ec2.ModifyLaunchTemplateInput, options ...func(*ec2.Options)) (*ec2.ModifyLaunchTemplateOutput, error) {
	return c.modifyLaunchTemplate(ctx, in, options...)
}
