package component

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
)

// Numbers of instances that one call takes.
const (
	// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html takes 1000
	// and advises smaller batches.
	tagBatch = 200
	// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html
	filterBatch = 200
)

// Instance is an instance of the group.
type Instance struct {
	ID     string
	State  string // such as "Pending", "InService", "Terminating:Wait"
	Health string // "Healthy", "Unhealthy"
}

// Leaving tells that the instance is on its way out of the group.
func (i Instance) Leaving() bool {
	return strings.HasPrefix(i.State, "Terminat") || strings.HasPrefix(i.State, "Detach")
}

// Held tells that the instance is to be terminated and goes on all the same: it waits
// for the termination hook, is about to, or was retained after that.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
func (i Instance) Held() bool {
	switch i.State {
	case "Terminating", "Terminating:Wait", "Terminating:Retained":
		return true
	}
	return false
}

// Instances are those of the group, as of the last Read.
func (g *AutoScalingGroup) Instances() (instances []Instance) {
	if g.seen == nil {
		return nil
	}
	for i := range g.seen.Instances {
		one := &g.seen.Instances[i]
		instances = append(instances, Instance{deref(one.InstanceId), string(one.LifecycleState), deref(one.HealthStatus)})
	}
	return instances
}

// Mark tags instances with marks.Drain. Instances that are gone are no error.
func (g *AutoScalingGroup) Mark(ctx context.Context, instances []string, value string) error {
	err := batches(instances, func(some []string) error {
		_, err := g.EC2.CreateTags(ctx, &ec2.CreateTagsInput{
			Resources: some, Tags: []types.Tag{{Key: aws.String(marks.Drain), Value: aws.String(value)}},
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("tagging instances of Auto Scaling group %s with %s: %w", *g.name(), marks.Drain, err)
	}
	return nil
}

// Unmark removes marks.Drain from instances. Instances that are gone are no error.
func (g *AutoScalingGroup) Unmark(ctx context.Context, instances []string) error {
	err := batches(instances, func(some []string) error {
		_, err := g.EC2.DeleteTags(ctx, &ec2.DeleteTagsInput{Resources: some, Tags: []types.Tag{{Key: aws.String(marks.Drain)}}})
		return err
	})
	if err != nil {
		return fmt.Errorf("removing tag %s from instances of Auto Scaling group %s: %w", marks.Drain, *g.name(), err)
	}
	return nil
}

// batches calls tag with some instances at a time. One that is gone spoils a
// batch, whose instances then follow one by one.
func batches(instances []string, tag func(some []string) error) error {
	for some := range slices.Chunk(instances, tagBatch) {
		err := tag(some)
		if awserr.NotFound(err) && len(some) > 1 {
			for _, one := range some {
				if err = absentIsFine(tag([]string{one})); err != nil {
					break
				}
			}
		}
		if err := absentIsFine(err); err != nil {
			return err
		}
	}
	return nil
}

// Marks are the values of marks.Drain, by instance, of those of the group's
// instances that have it.
func (g *AutoScalingGroup) Marks(ctx context.Context) (map[string]string, error) {
	of := map[string]bool{}
	for _, instance := range g.Instances() {
		of[instance.ID] = true
	}
	marked := map[string]string{}
	// All marks of the region: fewer calls than asking for each instance's.
	pages := ec2.NewDescribeTagsPaginator(g.EC2, &ec2.DescribeTagsInput{Filters: []types.Filter{
		{Name: aws.String("key"), Values: []string{marks.Drain}},
		{Name: aws.String("resource-type"), Values: []string{"instance"}},
	}})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("reading tags %s of instances: %w", marks.Drain, err)
		}
		for _, tag := range page.Tags {
			if id := deref(tag.ResourceId); of[id] {
				marked[id] = deref(tag.Value)
			}
		}
	}
	return marked, nil
}

// Launched tells when instances were launched. Instances that are gone are left
// out.
func (g *AutoScalingGroup) Launched(ctx context.Context, instances []string) (map[string]time.Time, error) {
	launched := map[string]time.Time{}
	for some := range slices.Chunk(instances, filterBatch) {
		// A filter, because one instance that is gone would make all of InstanceIds fail.
		pages := ec2.NewDescribeInstancesPaginator(g.EC2, &ec2.DescribeInstancesInput{
			Filters: []types.Filter{{Name: aws.String("instance-id"), Values: some}},
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, fmt.Errorf("reading launch times of instances of Auto Scaling group %s: %w", *g.name(), err)
			}
			for _, reservation := range page.Reservations {
				for i := range reservation.Instances {
					one := &reservation.Instances[i]
					launched[deref(one.InstanceId)] = deref(one.LaunchTime)
				}
			}
		}
	}
	return launched, nil
}
