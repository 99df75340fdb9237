package awstest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

// Network is what a worker pool finds in an account: a VPC with two subnets in
// different availability zones and two security groups.
type Network struct {
	VPCID            string
	SubnetIDs        []string // two, in different availability zones
	SecurityGroupIDs []string // two
}

// Network is the account's network in this region, made by the first call. That
// is not recorded. It fails the test when it cannot be made.
func (a *Account) Network() *Network {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	n, err := a.MakeNetwork(ctx)
	if err == nil {
		return n
	}
	if a.test == nil {
		panic(err)
	}
	a.test.Helper()
	a.test.Fatalf("making the network fixture: %v", err)
	return nil
}

// MakeNetwork is Network for callers outside tests.
func (a *Account) MakeNetwork(ctx context.Context) (*Network, error) {
	a.networking.Lock()
	defer a.networking.Unlock()
	if n := a.networks[a.region]; n != nil {
		return n, nil
	}
	client := ec2.NewFromConfig(a.DirectConfig())
	vpc, err := client.CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: aws.String("10.0.0.0/16")})
	if err != nil {
		return nil, fmt.Errorf("creating VPC: %w", err)
	}
	n := &Network{VPCID: aws.ToString(vpc.Vpc.VpcId)}
	if err := n.addSubnets(ctx, client); err != nil {
		return nil, err
	}
	for _, name := range []string{"workers", "extra"} {
		group, err := client.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{
			GroupName: &name, Description: &name, VpcId: &n.VPCID,
		})
		if err != nil {
			return nil, fmt.Errorf("creating security group: %w", err)
		}
		n.SecurityGroupIDs = append(n.SecurityGroupIDs, aws.ToString(group.GroupId))
	}
	a.networks[a.region] = n
	return n, nil
}

// addSubnets makes a subnet, with room for a pool of thousands, in each of the
// region's first two zones.
func (n *Network) addSubnets(ctx context.Context, client *ec2.Client) error {
	zones, err := client.DescribeAvailabilityZones(ctx, &ec2.DescribeAvailabilityZonesInput{})
	if err != nil {
		return fmt.Errorf("listing availability zones: %w", err)
	}
	if len(zones.AvailabilityZones) < 2 {
		return errors.New("the region has no two availability zones")
	}
	for i, zone := range zones.AvailabilityZones[:2] {
		subnet, err := client.CreateSubnet(ctx, &ec2.CreateSubnetInput{
			VpcId: &n.VPCID, CidrBlock: aws.String(fmt.Sprintf("10.0.%d.0/20", 16*i)), AvailabilityZone: zone.ZoneName,
		})
		if err != nil {
			return fmt.Errorf("creating subnet: %w", err)
		}
		n.SubnetIDs = append(n.SubnetIDs, aws.ToString(subnet.Subnet.SubnetId))
	}
	return nil
}
