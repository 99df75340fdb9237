package stack_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// silent is an EC2 that never answers, as in a region that does not exist.
type silent struct{ awsapi.EC2 }

func (silent) DescribeSubnets(ctx context.Context, _ *ec2.DescribeSubnetsInput, _ ...func(*ec2.Options)) (*ec2.DescribeSubnetsOutput, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// A plan does not hang on what AWS does not tell.
func TestCheckGivesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		start := time.Now()
		problems := stack.Check(ctx, &awsapi.Clients{EC2: silent{}}, stack.Spec{Subnets: []string{"subnet-0123456789abcdef0"}}, &stack.Spec{})
		if took := time.Since(start); len(problems) > 0 || took > time.Minute {
			t.Errorf("after %s: %v", took, problems)
		}
	})
}
