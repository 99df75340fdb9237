package component

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

// LeavingLimit is how long Lambda may take to remove the network interfaces of a
// function that is gone:
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
const LeavingLimit = 20 * time.Minute

// FunctionNetwork stands for the network interfaces that Lambda keeps for functions
// in a VPC. Lambda removes them some time after the last function, with the rights of
// a function's role, which must not go before, no more than the security groups. Its
// ID is the security groups, joined by commas.
type FunctionNetwork struct {
	Object
	API            awsapi.EC2
	Functions      []string // names
	SecurityGroups []string
	Roles          []*Role // with which Lambda removes the interfaces
}

// Deps implements Component.
func (n *FunctionNetwork) Deps() []Component {
	deps := make([]Component, 0, len(n.Roles))
	for _, role := range n.Roles {
		deps = append(deps, role)
	}
	return deps
}

// Ensure implements Component: Lambda makes the interfaces.
func (n *FunctionNetwork) Ensure(context.Context) error {
	n.created = n.created || n.Known == ""
	n.Known = n.wanted()
	return nil
}

func (n *FunctionNetwork) wanted() string {
	return strings.Join(slices.Sorted(slices.Values(n.SecurityGroups)), ",")
}

// Read implements Component. It asks nothing of AWS.
func (n *FunctionNetwork) Read(context.Context) (Status, error) {
	switch n.Known {
	case "":
		return Status{State: Absent}, nil
	case n.wanted():
		return Status{State: InSync}, nil
	}
	return Status{State: Drifted, Differences: []Difference{{"SecurityGroups", "its security groups are " + n.Known + ", not " + n.wanted()}}}, nil
}

// Delete implements Component: it waits until the interfaces are gone. Those that are
// still there after the longest time that Lambda takes serve functions of somebody
// else as well, who has a role for them.
func (n *FunctionNetwork) Delete(ctx context.Context) error {
	if n.Known == "" {
		return nil
	}
	err := poll(ctx, LeavingLimit, func(ctx context.Context) (bool, error) {
		left, err := n.left(ctx)
		return !left, err
	})
	if err != nil && !errors.Is(err, errStill) {
		return fmt.Errorf("waiting for the network interfaces of Lambda functions %s to be gone: %w", strings.Join(n.Functions, " and "), err)
	}
	n.Known = ""
	return nil
}

// left tells whether an interface of the functions is there, be it in security groups that
// they had before. Their description is the only thing that tells of which function they are.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
func (n *FunctionNetwork) left(ctx context.Context) (bool, error) {
	descriptions := make([]string, 0, len(n.Functions))
	for _, name := range n.Functions {
		descriptions = append(descriptions, "AWS Lambda VPC ENI-"+name+"-*")
	}
	pages := ec2.NewDescribeNetworkInterfacesPaginator(n.API, &ec2.DescribeNetworkInterfacesInput{
		Filters: []types.Filter{{Name: aws.String("description"), Values: descriptions}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil || len(page.NetworkInterfaces) > 0 {
			return err == nil, err
		}
	}
	return false, nil
}
