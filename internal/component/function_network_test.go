package component

import (
	"context"
	"fmt"
	"path"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

// interfaces is EC2 with a network interface that stays for some time.
type interfaces struct {
	awsapi.EC2
	description string
	until       time.Time
}

func (i *interfaces) DescribeNetworkInterfaces(_ context.Context, in *ec2.DescribeNetworkInterfacesInput, _ ...func(*ec2.Options)) (*ec2.DescribeNetworkInterfacesOutput, error) {
	if len(in.Filters) != 1 || *in.Filters[0].Name != "description" {
		return nil, fmt.Errorf("filtered by %v", in.Filters)
	}
	asked := func(pattern string) bool { matches, _ := path.Match(pattern, i.description); return matches }
	if time.Now().After(i.until) || !slices.ContainsFunc(in.Filters[0].Values, asked) {
		return &ec2.DescribeNetworkInterfacesOutput{}, nil
	}
	return &ec2.DescribeNetworkInterfacesOutput{NetworkInterfaces: []types.NetworkInterface{{Description: aws.String(i.description)}}}, nil
}

func TestNetworkInterfacesOfFunctionsAreWaitedFor(t *testing.T) {
	t.Parallel()
	const ours = "AWS Lambda VPC ENI-pool-fn-0a1b2c3d-0000"
	tests := map[string]struct {
		description string
		stays, took time.Duration // took: at least
		most        time.Duration
	}{
		"gone":              {description: ours},
		"gone in a while":   {description: ours, stays: 7 * time.Minute, took: 7 * time.Minute, most: 8 * time.Minute},
		"of others as well": {description: ours, stays: time.Hour, took: LeavingLimit, most: LeavingLimit + time.Minute},
		"of another":        {description: "AWS Lambda VPC ENI-pool-fn2-0a1b2c3d", stays: time.Hour, most: time.Second},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				api := &interfaces{description: test.description, until: begun.Add(test.stays - 1)}
				network := &FunctionNetwork{Object: Object{Known: "sg-1,sg-2"}, API: api, Functions: []string{"pool-lcm", "pool-fn"}}
				if err := network.Delete(t.Context()); err != nil || network.ID() != "" {
					t.Errorf("got %v, id %q", err, network.ID())
				}
				if took := time.Since(begun); took < test.took || took > max(test.most, time.Second) {
					t.Errorf("took %s", took)
				}
			})
		})
	}
}

func TestNetworkOfFunctionsFollowsItsSecurityGroups(t *testing.T) {
	t.Parallel()
	network := &FunctionNetwork{SecurityGroups: []string{"sg-2", "sg-1"}}
	for _, want := range []State{Absent, InSync, Drifted, InSync} {
		status, err := network.Read(t.Context())
		if err != nil || status.State != want {
			t.Fatalf("state %d, want %d: %v", status.State, want, err)
		}
		if want == InSync {
			network.SecurityGroups = []string{"sg-3"}
			continue
		}
		if err := network.Ensure(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if network.ID() != "sg-3" || !network.Created() {
		t.Errorf("id %q, created %t", network.ID(), network.Created())
	}
}
