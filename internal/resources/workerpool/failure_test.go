package workerpool_test

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

// before does something before a step.
func before(step resource.TestStep, do func()) resource.TestStep {
	step.PreConfig = do
	return step
}

// inject arms faults, in place of those of the step before.
func (c *cloud) inject(faults ...awstest.Fault) func() {
	return func() {
		c.ClearFaults()
		for _, fault := range faults {
			c.Inject(fault)
		}
	}
}

func failing(config string, expected ...string) resource.TestStep {
	return resource.TestStep{Config: config, ExpectError: words(expected...)}
}

// A create that fails leaves nothing, neither on AWS nor in the state.
func TestFailedCreateLeavesNothing(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	config := c.config(c.minimal())
	c.run(t,
		before(failing(config, "autoscaling_group", "CreateAutoScalingGroup failed", "removed again"),
			c.inject(awstest.FailAction("autoscaling", "CreateAutoScalingGroup", "AccessDenied", 0))),
		before(apply(config, action(plancheck.ResourceActionCreate)), func() {
			c.ClearFaults()
			if left := c.objects(t); !slices.Equal(left, c.before) {
				t.Errorf("left behind: %v", left)
			}
		}),
	)
}

// What could not be removed after a failed create is in the state, tainted, and
// the next apply starts from there.
func TestFailedCreateKeepsWhatIsLeft(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	config := c.config(c.minimal())
	c.run(t,
		before(failing(config, "CreateAutoScalingGroup failed", "tainted resource"), c.inject(
			awstest.FailAction("autoscaling", "CreateAutoScalingGroup", "AccessDenied", 0),
			awstest.FailAction("iam", "DeleteRole", "AccessDenied", 0),
		)),
		before(apply(config, action(plancheck.ResourceActionReplace), has("components", knownvalue.MapSizeExact(8))), c.inject()),
	)
}

// An update that fails saves what really is: the next plan holds exactly the rest.
func TestFailedUpdateSavesWhatReallyIs(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	changed := c.config(c.minimal().with(arguments{
		"max_size": "3", "ec2_instance_type": `"t3.large"`, "configuration": `"export A=1"`,
		"secure_env_vars": `{ SPACELIFT_TOKEN = "new" }`, "iam_permissions_boundary": `"arn:aws:iam::aws:policy/ReadOnlyAccess"`,
	}))
	c.run(t,
		apply(c.config(c.minimal())),
		before(failing(changed, "autoscaling_group", "UpdateAutoScalingGroup failed"), c.inject(awstest.FailAction("autoscaling", "UpdateAutoScalingGroup", "AccessDenied", 0))),
		before(apply(changed, action(plancheck.ResourceActionUpdate),
			plancheck.ExpectKnownValue(pool, jsonPath("max_size"), knownvalue.Int64Exact(3)), text("ec2_instance_type", "t3.large")), c.inject()),
	)
}

// A delete that fails keeps what is left, and the next one goes on with it.
func TestFailedDestroyGoesOn(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	config := c.config(c.minimal())
	destroy := apply(c.provider() + "locals {}\n")
	c.run(t,
		apply(config),
		before(resource.TestStep{Config: config, Destroy: true, ExpectError: words("instances_role", "DeleteRole failed")},
			c.inject(awstest.FailAction("iam", "DeleteRole", "AccessDenied", 0))),
		before(destroy, func() {
			if left := c.objects(t); len(left) == 0 {
				t.Error("nothing is left")
			}
			c.ClearFaults()
		}),
	)
}

// A refresh that fails says so and changes nothing.
func TestFailedReadKeepsTheState(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	config := c.config(c.minimal())
	c.run(t,
		apply(config),
		before(failing(config, "DescribeAutoScalingGroups failed", "lack the permission"),
			c.inject(awstest.FailAction("autoscaling", "DescribeAutoScalingGroups", "AccessDenied", 0))),
		before(apply(config), c.inject()),
	)
}

// A timeout says which one it was.
func TestTimeoutIsNamed(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.run(t,
		before(failing(c.config(c.minimal().with(arguments{"timeouts": `{ create = "3s" }`})), "Out of time", "timeouts.create"),
			c.inject(awstest.Throttle("autoscaling", "CreateAutoScalingGroup", 0))),
		before(apply(c.config(c.minimal())), c.inject()),
	)
}

// Credentials that may not look at what a plan checks can still plan and apply.
func TestPlanWithoutPermissionToLook(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.run(t,
		before(apply(c.config(c.minimal())), c.inject(
			awstest.FailAction("ec2", "DescribeSubnets", "UnauthorizedOperation", 0),
			awstest.FailAction("ec2", "DescribeSecurityGroups", "UnauthorizedOperation", 0),
			awstest.FailAction("ec2", "DescribeInstanceTypes", "UnauthorizedOperation", 0),
		)),
	)
}
