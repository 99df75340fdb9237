package stack

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

// typeUse is an instance type and the argument that names it.
type typeUse struct{ attribute, name string }

func typesOf(spec Spec) []typeUse {
	uses := []typeUse{{"ec2_instance_type", spec.Instance.Type}}
	if spec.Mixed != nil {
		for i, name := range spec.Mixed.InstanceTypes {
			uses = append(uses, typeUse{fmt.Sprintf("mixed_instances.instance_types.%d", i), name})
		}
	}
	return slices.DeleteFunc(uses, func(use typeUse) bool { return use.name == "" })
}

// checkInstanceTypes refuses types that do not exist or have another processor.
func checkInstanceTypes(ctx context.Context, clients *awsapi.Clients, spec Spec) ([]Problem, error) {
	uses := typesOf(spec)
	if len(uses) == 0 {
		return nil, nil
	}
	var names []string
	for _, use := range uses {
		names = append(names, use.name)
	}
	known, err := instanceTypes(ctx, clients.EC2, names)
	if err != nil {
		return nil, fmt.Errorf("reading instance types %v: %w", names, err)
	}
	var problems []Problem
	for _, use := range uses {
		at := slices.IndexFunc(known, func(info types.InstanceTypeInfo) bool { return string(info.InstanceType) == use.name })
		if at < 0 {
			problems = append(problems, missing(use.attribute, "instance type", use.name, clients.Region, "Choose another type, or another region."))
			continue
		}
		problems = append(problems, use.checkProcessor(known[at].ProcessorInfo, spec.Instance.Architecture)...)
	}
	return problems, nil
}

// instanceTypes asks which of the types exist, by a filter: an unknown one in
// InstanceTypes fails the whole call. AWS filters page by page, so that any but
// the last may be empty.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypes.html
func instanceTypes(ctx context.Context, api awsapi.EC2, names []string) (known []types.InstanceTypeInfo, err error) {
	pages := ec2.NewDescribeInstanceTypesPaginator(api, &ec2.DescribeInstanceTypesInput{
		Filters: []types.Filter{{Name: aws.String("instance-type"), Values: slices.Compact(sorted(names))}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		known = append(known, page.InstanceTypes...)
	}
	return known, nil
}

func (use typeUse) checkProcessor(processor *types.ProcessorInfo, architecture string) []Problem {
	if processor == nil || architecture == "" || slices.Contains(processor.SupportedArchitectures, types.ArchitectureType(architecture)) {
		return nil
	}
	var has []string
	for _, one := range processor.SupportedArchitectures {
		has = append(has, string(one))
	}
	return []Problem{{
		Attribute: use.attribute,
		Summary:   "Instance type of another architecture",
		Detail: fmt.Sprintf("%s is %q, whose processor is %s, but ami_architecture is %q. Change one of the two, "+
			"such as t3.micro for x86_64 or t4g.micro for arm64.", use.attribute, use.name, strings.Join(has, " or "), architecture),
	}}
}

// checkImage refuses an image that does not exist, has another architecture, or
// is larger than the root volume.
func checkImage(ctx context.Context, clients *awsapi.Clients, spec Spec) ([]Problem, error) {
	id := spec.Instance.AMIID
	out, err := clients.EC2.DescribeImages(ctx, &ec2.DescribeImagesInput{ImageIds: []string{id}})
	absent := missing("ami_id", "AMI", id, clients.Region, "Correct the id (each region has its own), or share the image with this account.")
	if err != nil {
		return unlessAbsent(err, absent)
	}
	if len(out.Images) == 0 {
		return []Problem{absent}, nil
	}
	image := out.Images[0]
	var problems []Problem
	if want := spec.Instance.Architecture; want != "" && string(image.Architecture) != want {
		problems = append(problems, Problem{
			Attribute: "ami_id",
			Summary:   "AMI of another architecture",
			Detail: fmt.Sprintf("ami_id names %s, an image for %s, but ami_architecture is %q. Change one of the two.",
				id, image.Architecture, want),
		})
	}
	if size, want := rootSize(image), spec.Instance.Volume.Size; want != 0 && want < size {
		problems = append(problems, Problem{
			Attribute: "volume_size",
			Summary:   "Root volume too small",
			Detail:    fmt.Sprintf("volume_size is %d GiB, but the root snapshot of %s has %d GiB. Set at least that.", want, id, size),
		})
	}
	return problems, nil
}

// rootSize is the size of the image's root snapshot in GiB, 0 if AWS does not tell.
func rootSize(image types.Image) int32 {
	for _, mapping := range image.BlockDeviceMappings {
		if mapping.Ebs != nil && aws.ToString(mapping.DeviceName) == aws.ToString(image.RootDeviceName) {
			return aws.ToInt32(mapping.Ebs.VolumeSize)
		}
	}
	return 0
}

// checkRole refuses a custom role that does not exist.
func checkRole(ctx context.Context, clients *awsapi.Clients, spec Spec) ([]Problem, error) {
	name := spec.Role.CustomName
	if name == "" {
		return nil, nil
	}
	_, err := clients.IAM.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String(name)})
	if err == nil {
		return nil, nil
	}
	return unlessAbsent(err, missing("custom_iam_role_name", "IAM role", name, "this account", "Correct the name, or create the role first."))
}
