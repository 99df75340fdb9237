package stack

import (
	"context"
	"fmt"
	"regexp"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
)

// imageOwners are the accounts that publish the worker image, by partition:
// https://github.com/spacelift-io/spacelift-worker-image
var imageOwners = map[string]string{"aws": "643313122712", "aws-us-gov": "092348861888"}

// PublishesImages tells whether worker images are published in a partition; in
// others the user must name an AMI.
func PublishesImages(partition string) bool { return imageOwners[partition] != "" }

// images looks AMIs up and remembers what it found.
type images struct {
	clients *awsapi.Clients

	mu    sync.Mutex
	known map[string]component.Image
}

// newest returns the newest worker image of an architecture.
func (i *images) newest(ctx context.Context, architecture string) (component.Image, error) {
	image, err := newestImage(ctx, i.clients, architecture)
	if err != nil {
		return component.Image{}, err
	}
	return i.remember(image), nil
}

// newestImage finds the newest worker image. Image names end in the Unix time of
// their build, so the greatest name is the newest.
func newestImage(ctx context.Context, clients *awsapi.Clients, architecture string) (types.Image, error) {
	owner := imageOwners[clients.Partition]
	if owner == "" {
		return types.Image{}, fmt.Errorf("no worker images are published in partition %s: set ami_id", clients.Partition)
	}
	name := regexp.MustCompile(`^spacelift-\d{10}-` + regexp.QuoteMeta(architecture) + `$`)
	pages := ec2.NewDescribeImagesPaginator(clients.EC2, &ec2.DescribeImagesInput{
		Owners: []string{owner},
		Filters: []types.Filter{
			{Name: aws.String("name"), Values: []string{"spacelift-*-" + architecture}},
			{Name: aws.String("state"), Values: []string{"available"}},
			{Name: aws.String("root-device-type"), Values: []string{"ebs"}},
			{Name: aws.String("virtualization-type"), Values: []string{"hvm"}},
		},
	})
	var best types.Image
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return types.Image{}, fmt.Errorf("looking for the newest worker image: %w", err)
		}
		for _, image := range page.Images {
			if name.MatchString(aws.ToString(image.Name)) && aws.ToString(image.Name) > aws.ToString(best.Name) {
				best = image
			}
		}
	}
	if best.ImageId == nil {
		return types.Image{}, fmt.Errorf("account %s has no worker image for %s in region %s: set ami_id", owner, architecture, clients.Region)
	}
	return best, nil
}

// WorkerImage is a machine image that Spacelift publishes.
type WorkerImage struct {
	ID         string
	Name       string    // such as "spacelift-1700000000-x86_64"
	RootDevice string    // such as "/dev/xvda"
	Created    time.Time // zero when AWS does not tell
}

// NewestImage looks for the newest worker image of an architecture ("x86_64" or
// "arm64") in the region of clients.
func NewestImage(ctx context.Context, clients *awsapi.Clients, architecture string) (WorkerImage, error) {
	image, err := newestImage(ctx, clients, architecture)
	if err != nil {
		return WorkerImage{}, err
	}
	// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Image.html
	created, _ := time.Parse(time.RFC3339, aws.ToString(image.CreationDate)) // zero for what is no time
	return WorkerImage{ID: aws.ToString(image.ImageId), Name: aws.ToString(image.Name), RootDevice: aws.ToString(image.RootDeviceName), Created: created}, nil
}

// byID returns the image with an id.
func (i *images) byID(ctx context.Context, id string) (component.Image, error) {
	i.mu.Lock()
	image, ok := i.known[id]
	i.mu.Unlock()
	if ok {
		return image, nil
	}
	out, err := i.clients.EC2.DescribeImages(ctx, &ec2.DescribeImagesInput{ImageIds: []string{id}})
	if err != nil {
		return component.Image{}, fmt.Errorf("reading image %s: %w", id, err)
	}
	if len(out.Images) == 0 {
		return component.Image{}, fmt.Errorf("image %s does not exist in region %s", id, i.clients.Region)
	}
	return i.remember(out.Images[0]), nil
}

func (i *images) remember(image types.Image) component.Image {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.known == nil {
		i.known = map[string]component.Image{}
	}
	found := component.Image{ID: aws.ToString(image.ImageId), RootDevice: aws.ToString(image.RootDeviceName)}
	i.known[found.ID] = found
	return found
}

// architectureOf is the processor architecture of an image, or the first that an
// instance type has where the image does not exist; "" when neither tells.
func architectureOf(ctx context.Context, api awsapi.EC2, imageID, instanceType string) (string, error) {
	out, err := api.DescribeImages(ctx, &ec2.DescribeImagesInput{ImageIds: []string{imageID}})
	switch {
	case err == nil && len(out.Images) > 0:
		return string(out.Images[0].Architecture), nil
	case err != nil && !awserr.NotFound(err):
		return "", fmt.Errorf("reading image %s: %w", imageID, err)
	}
	kinds, err := api.DescribeInstanceTypes(ctx, &ec2.DescribeInstanceTypesInput{InstanceTypes: []types.InstanceType{types.InstanceType(instanceType)}})
	if err != nil {
		return "", fmt.Errorf("reading instance type %s: %w", instanceType, err)
	}
	for _, kind := range kinds.InstanceTypes {
		if kind.ProcessorInfo == nil {
			continue
		}
		for _, architecture := range kind.ProcessorInfo.SupportedArchitectures {
			if name := string(architecture); name == "x86_64" || name == "arm64" {
				return name, nil
			}
		}
	}
	return "", nil
}
