package workerpool_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

// otherSubnet makes a subnet in a VPC of its own.
func (c *cloud) otherSubnet(t *testing.T) string {
	t.Helper()
	client := ec2.NewFromConfig(c.DirectConfig())
	vpc, err := client.CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: ptr("10.1.0.0/16")})
	if err != nil {
		t.Fatal(err)
	}
	subnet, err := client.CreateSubnet(t.Context(), &ec2.CreateSubnetInput{VpcId: vpc.Vpc.VpcId, CidrBlock: ptr("10.1.0.0/24")})
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(subnet.Subnet.SubnetId)
}

// What only AWS can tell is refused in the plan: nothing has been made then.
func TestPlanRefusesWhatDoesNotExist(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.hold(t, "sp5ft-", "absent")
	other := c.otherSubnet(t)
	absentKey := "arn:aws:kms:" + c.Region() + ":" + c.ID() + ":key/12345678-1234-1234-1234-123456789012"
	var steps []resource.TestStep
	refused := func(change arguments, expected ...string) {
		steps = append(steps, resource.TestStep{Config: c.config(c.minimal().with(change)), PlanOnly: true, ExpectError: words(expected...)})
	}
	refused(arguments{"vpc_subnets": list("subnet-0123456789abcdef0")}, "vpc_subnets names the subnet subnet-0123456789abcdef0, which does not exist")
	refused(arguments{"security_groups": list("sg-0123456789abcdef0")}, "security_groups names the security group sg-0123456789abcdef0, which does not exist")
	refused(arguments{"vpc_subnets": list(c.Network().SubnetIDs[0], other)}, "More than one VPC", "vpc_subnets names")
	refused(arguments{"vpc_subnets": list(other)}, "More than one VPC", "security_groups names")
	refused(arguments{"ec2_instance_type": `"t3.gigantic"`}, "ec2_instance_type names the instance type t3.gigantic, which does not exist")
	refused(arguments{"ec2_instance_type": `"t4g.micro"`}, `ec2_instance_type is "t4g.micro"`, `ami_architecture is "x86_64"`)
	refused(arguments{"ami_architecture": `"arm64"`}, `ec2_instance_type is "t3.micro"`, "arm64")
	refused(arguments{"ami_id": `"ami-0123456789abcdef0"`}, "ami_id names the AMI ami-0123456789abcdef0, which does not exist")
	refused(arguments{"ami_id": quoted(awstest.ImageNewerARM)}, "ami_id names", "image for arm64", `ami_architecture is "x86_64"`)
	refused(arguments{"ami_id": quoted(awstest.ImageNewerX86), "volume_size": "1"}, "volume_size is 1 GiB", "Set at least that")
	refused(arguments{"create_iam_role": "false", "custom_iam_role_name": `"absent"`}, "custom_iam_role_name names the IAM role absent, which does not exist")
	refused(arguments{"secure_env_vars_kms_key_id": quoted(absentKey)}, "secure_env_vars_kms_key_id names the KMS key", "does not exist")
	refused(arguments{"volume_encryption": "true", "volume_encryption_kms_key_id": `"alias/absent"`}, "volume_encryption_kms_key_id names the KMS key alias/absent")
	refused(arguments{"cloudwatch_kms_key_id": quoted(absentKey)}, "cloudwatch_kms_key_id names the KMS key")
	refused(arguments{"secure_env_vars": "", "worker_pool_id": `"X"`}, "worker_pool_id", "ULID")
	c.run(t, steps...)
	if left := c.objects(t); len(left) != len(c.before) {
		t.Errorf("a plan made %v", left)
	}
}

// A pool that another state has is not taken over: the plan refuses it, and so
// does the apply where the plan cannot see it.
func TestPoolOfSomebodyElseIsRefused(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	config := c.config(c.minimal())
	twice := config + "\n" + strings.Replace(block(c.minimal()), `"this"`, `"second"`, 1)
	c.run(t,
		apply(config),
		before(apply(config), func() {
			other := &cloud{Account: c.Account}
			other.run(t, resource.TestStep{Config: config, PlanOnly: true, ExpectError: words("Worker pool already exists", "two owners", "base_name", "terraform import spacelift_ec2_workerpool.NAME sp5ft-"+poolID+"@us-east-1")})
		}),
		failing(twice, "Worker pool already exists", "base_name"),
		apply(config),
	)
}
