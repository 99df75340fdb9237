package stack

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

// Fleet are the instances of a group at one moment.
type Fleet struct {
	Desired   int32 // desired capacity
	Instances []FleetInstance
}

// FleetInstance is an instance as its group sees it.
type FleetInstance struct {
	ID              string
	State           string // https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
	Healthy         bool
	Zone            string // availability zone
	Type            string // such as "t3.micro"
	TemplateVersion string // number of the launch template's version that it was launched with; "" for none
}

// FleetOf asks what instances a group has, sorted by id.
func FleetOf(ctx context.Context, clients *awsapi.Clients, group string) (Fleet, error) {
	out, err := clients.AutoScaling.DescribeAutoScalingGroups(ctx, &autoscaling.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{group}})
	if err != nil {
		return Fleet{}, fmt.Errorf("reading the instances of Auto Scaling group %s: %w", group, err)
	}
	var fleet Fleet
	for _, g := range out.AutoScalingGroups {
		fleet.Desired = aws.ToInt32(g.DesiredCapacity)
		for _, i := range g.Instances {
			one := FleetInstance{
				ID: aws.ToString(i.InstanceId), State: string(i.LifecycleState), Healthy: aws.ToString(i.HealthStatus) == "Healthy",
				Zone: aws.ToString(i.AvailabilityZone), Type: aws.ToString(i.InstanceType),
			}
			if i.LaunchTemplate != nil {
				one.TemplateVersion = aws.ToString(i.LaunchTemplate.Version)
			}
			fleet.Instances = append(fleet.Instances, one)
		}
	}
	slices.SortFunc(fleet.Instances, func(a, b FleetInstance) int { return cmp.Compare(a.ID, b.ID) })
	return fleet, nil
}
