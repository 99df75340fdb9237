package component

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/smithy-go"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

// behind is an Auto Scaling whose answers to looks are behind what it refuses for.
type behind struct {
	awsapi.AutoScaling
	refusals, starts int
}

func (b *behind) StartInstanceRefresh(context.Context, *autoscaling.StartInstanceRefreshInput, ...func(*autoscaling.Options)) (*autoscaling.StartInstanceRefreshOutput, error) {
	b.starts++
	if b.starts <= b.refusals {
		return nil, &smithy.GenericAPIError{Code: "InstanceRefreshInProgress"}
	}
	return &autoscaling.StartInstanceRefreshOutput{InstanceRefreshId: aws.String("started")}, nil
}

func (b *behind) DescribeInstanceRefreshes(context.Context, *autoscaling.DescribeInstanceRefreshesInput, ...func(*autoscaling.Options)) (*autoscaling.DescribeInstanceRefreshesOutput, error) {
	return &autoscaling.DescribeInstanceRefreshesOutput{}, nil
}

func (b *behind) CreateOrUpdateTags(context.Context, *autoscaling.CreateOrUpdateTagsInput, ...func(*autoscaling.Options)) (*autoscaling.CreateOrUpdateTagsOutput, error) {
	return &autoscaling.CreateOrUpdateTagsOutput{}, nil
}

func TestStartOfARefreshDoesNotPressAWS(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &behind{refusals: 4}
		refresh := &InstanceRefresh{Group: &AutoScalingGroup{GroupName: "pool", API: api, seen: &types.AutoScalingGroup{}}}
		begin := time.Now()
		id, err := refresh.Start(t.Context())
		if took := time.Since(begin); err != nil || id != "started" || took < 7*time.Second {
			t.Errorf("%q, %v, after %s and %d calls", id, err, took, api.starts)
		}
	})
}
