package stack

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"golang.org/x/sync/errgroup"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

// placed is a subnet or a security group and the VPC it is in.
type placed struct{ id, vpc string }

// network are the subnets and security groups of instances or functions, and the
// arguments that name them.
type network struct {
	subnets, groups         []string // ids
	subnetsName, groupsName string
	whose                   string // such as "a worker pool is"
}

func workerNetwork(spec Spec) network {
	return network{spec.Subnets, spec.SecurityGroups, "vpc_subnets", "security_groups", "a worker pool is"}
}

// functionNetwork is empty for functions that run in no VPC of the user's, or not at
// all.
func functionNetwork(spec Spec) network {
	n := network{subnetsName: "autoscaling_vpc_subnets", groupsName: "autoscaling_vpc_sg_ids", whose: "the functions are"}
	if vpc := spec.Functions.VPC; vpc != nil && spec.APICredentials != nil {
		n.subnets, n.groups = vpc.Subnets, vpc.SecurityGroups
	}
	return n
}

// key tells networks apart.
func (n network) key() string {
	return strings.Join(sorted(n.subnets), ",") + ";" + strings.Join(sorted(n.groups), ",")
}

func checkNetwork(ctx context.Context, clients *awsapi.Clients, spec Spec) ([]Problem, error) {
	return workerNetwork(spec).check(ctx, clients)
}

func checkFunctionNetwork(ctx context.Context, clients *awsapi.Clients, spec Spec) ([]Problem, error) {
	return functionNetwork(spec).check(ctx, clients)
}

// check refuses subnets and security groups that do not exist or are not all of one
// VPC. It asks by filter, which tells of all that are missing at once.
func (n network) check(ctx context.Context, clients *awsapi.Clients) ([]Problem, error) {
	var subnets, groups []placed
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() (err error) { subnets, err = subnetsOf(ctx, clients.EC2, n.subnets); return err })
	both.Go(func() (err error) { groups, err = securityGroupsOf(ctx, clients.EC2, n.groups); return err })
	if err := both.Wait(); err != nil {
		return nil, err
	}
	problems := slices.Concat(
		absentOf(n.subnetsName, "subnet", n.subnets, subnets, clients.Region),
		absentOf(n.groupsName, "security group", n.groups, groups, clients.Region),
		n.straysOf(n.subnetsName, "subnet", subnets, subnets),
	)
	if len(problems) == 0 {
		problems = n.straysOf(n.groupsName, "security group", subnets, groups)
	}
	return problems, nil
}

func subnetsOf(ctx context.Context, api awsapi.EC2, ids []string) (found []placed, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	pages := ec2.NewDescribeSubnetsPaginator(api, &ec2.DescribeSubnetsInput{
		Filters: []types.Filter{{Name: aws.String("subnet-id"), Values: ids}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("reading subnets: %w", err)
		}
		for _, subnet := range page.Subnets {
			found = append(found, placed{aws.ToString(subnet.SubnetId), aws.ToString(subnet.VpcId)})
		}
	}
	return found, nil
}

func securityGroupsOf(ctx context.Context, api awsapi.EC2, ids []string) (found []placed, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	pages := ec2.NewDescribeSecurityGroupsPaginator(api, &ec2.DescribeSecurityGroupsInput{
		Filters: []types.Filter{{Name: aws.String("group-id"), Values: ids}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("reading security groups: %w", err)
		}
		for _, group := range page.SecurityGroups {
			found = append(found, placed{aws.ToString(group.GroupId), aws.ToString(group.VpcId)})
		}
	}
	return found, nil
}

func absentOf(attribute, kind string, wanted []string, found []placed, region string) (problems []Problem) {
	for _, id := range sorted(wanted) {
		if !slices.ContainsFunc(found, func(p placed) bool { return p.id == id }) {
			problems = append(problems, missing(attribute, kind, id, region, "Correct the id, or the region."))
		}
	}
	return problems
}

// straysOf reports which of objects are not in the VPC of the first of subnets.
func (n network) straysOf(attribute, kind string, subnets, objects []placed) []Problem {
	if len(subnets) == 0 {
		return nil
	}
	slices.SortFunc(subnets, func(a, b placed) int { return strings.Compare(a.id, b.id) })
	home := subnets[0]
	var problems []Problem
	for _, object := range objects {
		if object.vpc != home.vpc {
			problems = append(problems, Problem{
				Attribute: attribute,
				Summary:   "More than one VPC",
				Detail: fmt.Sprintf("%s names the %s %s of VPC %s, but subnet %s is of VPC %s: %s in one VPC. "+
					"Name only subnets and security groups of the same VPC.", attribute, kind, object.id, object.vpc, home.id, home.vpc, n.whose),
			})
		}
	}
	return problems
}
