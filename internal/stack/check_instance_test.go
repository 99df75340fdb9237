package stack_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// paged is an EC2 whose first page of instance types is empty.
type paged struct{ awsapi.EC2 }

// DescribeInstanceTypes implements awsapi.EC2.
func (p paged) DescribeInstanceTypes(ctx context.Context, in *ec2.DescribeInstanceTypesInput, options ...func(*ec2.Options)) (*ec2.DescribeInstanceTypesOutput, error) {
	if in.NextToken == nil {
		return &ec2.DescribeInstanceTypesOutput{NextToken: aws.String("more")}, nil
	}
	rest := *in
	rest.NextToken = nil
	return p.EC2.DescribeInstanceTypes(ctx, &rest, options...)
}

func TestInstanceTypesOnALaterPageAreKnown(t *testing.T) {
	t.Parallel()
	a := awstest.Start(t)
	clients := *a.Clients()
	clients.EC2 = paged{clients.EC2}
	if problems := stack.Check(t.Context(), &clients, workerPool(a), nil); len(problems) > 0 {
		t.Errorf("problems: %v", problems)
	}
}
