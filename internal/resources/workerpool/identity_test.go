package workerpool_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

// defaultTags sets the provider's default_tags.
func (c *cloud) defaultTags(tags string) { c.settings = "  default_tags = { tags = " + tags + " }\n" }

// tagged checks the tags of the role of the pool.
type tagged struct {
	*cloud
	want map[string]string // besides the provider's own
}

// CheckState implements statecheck.StateCheck.
func (c tagged) CheckState(ctx context.Context, _ statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	out, err := c.Direct().IAM.GetRole(ctx, &iam.GetRoleInput{RoleName: ptr("sp5ft-" + poolID + "-" + c.Region())})
	if err != nil {
		resp.Error = err
		return
	}
	got := map[string]string{}
	for _, tag := range out.Role.Tags {
		got[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	want := maps.Clone(c.want)
	want["ManagedBy"], want["WorkerPoolID"] = "terraform-provider-spacelift-ec2", poolID
	if !maps.Equal(got, want) {
		resp.Error = fmt.Errorf("the role's tags are %v, want %v", got, want)
	}
}

func TestTags(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	with := func(defaults, additional string) string {
		c.defaultTags(defaults)
		return c.config(c.minimal().with(arguments{"additional_tags": additional}))
	}
	updated := action(plancheck.ResourceActionUpdate)
	c.run(t,
		apply(with(`{ CostCenter = "42", Team = "platform" }`, `{ Team = "mine" }`), tagged{c, map[string]string{"CostCenter": "42", "Team": "mine"}}),
		apply(with(`{ CostCenter = "42", Team = "platform" }`, ""), updated, tagged{c, map[string]string{"CostCenter": "42", "Team": "platform"}}),
		apply(with(`{ CostCenter = "43", Stage = "x" }`, ""), updated, tagged{c, map[string]string{"CostCenter": "43", "Stage": "x"}}),
		apply(with(`{}`, `{ App = "a" }`), updated, tagged{c, map[string]string{"App": "a"}}),
		apply(with(`{}`, `{}`), updated, tagged{c, map[string]string{}}),
		resource.TestStep{
			Config: with(`{ team = "a" }`, `{ Team = "b" }`), ExpectError: words("additional_tags with the provider's default_tags", "Team", "team"),
		},
	)
}

func TestReplacement(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.hold(t, "*", "") // one name, and then another
	named := c.minimal().with(arguments{"base_name": `"mine"`})
	west := c.In("eu-west-1").Network()
	moved := arguments{"region": `"eu-west-1"`, "vpc_subnets": list(west.SubnetIDs...), "security_groups": list(west.SecurityGroupIDs...)}
	replaced := action(plancheck.ResourceActionReplace)
	c.run(t,
		apply(c.config(c.minimal())),
		apply(c.config(named), replaced, text("id", "mine"), text("autoscaling_group_name", "mine")),
		// The group of the pool that is replaced is in the way of the new one only in the plan.
		apply(c.config(named.with(arguments{"worker_pool_id": quoted(otherPoolID)})), replaced, text("id", "mine")),
		tainted(apply(c.config(named.with(arguments{"worker_pool_id": quoted(otherPoolID), "max_size": "3"})), replaced)),
		apply(c.config(named.with(moved)), replaced, text("region", "eu-west-1"), text("instances_role_name", "mine-eu-west-1")),
	)
}

func tainted(step resource.TestStep) resource.TestStep {
	step.Taint = []string{pool}
	return step
}

// A name is 64 characters with the region in it.
func TestLongBaseName(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	name := "a23456789012345678901234567890123456789012345678901234"
	c.hold(t, "a23", "") // functions have shorter names
	c.run(t,
		resource.TestStep{Config: c.config(c.minimal().with(arguments{"base_name": quoted(name + "5"), "region": `"us-east-1"`})), ExpectError: words("base_name", "3 to 54")},
		resource.TestStep{Config: c.config(c.minimal().with(arguments{"base_name": quoted(name), "region": `"ap-southeast-1"`})), ExpectError: words("54 characters", "at most 49")},
		apply(c.config(c.minimal().with(arguments{"base_name": quoted(name)})), text("instances_role_name", name+"-us-east-1")),
	)
}

// Values that come from other resources are not known when a pool is planned.
func TestUnknownValues(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	values := func(version string) string {
		return `
resource "terraform_data" "values" {
  triggers_replace = "` + version + `"
  input = {
    subnets  = ` + list(c.Network().SubnetIDs...) + `
    groups   = ` + list(c.Network().SecurityGroupIDs...) + `
    token    = "token ` + version + `"
    text     = "export VERSION=` + version + `"
    type     = "t3.micro"
    size     = 3
    tag      = "` + version + `"
  }
}
`
	}
	unknown := c.config(arguments{
		"worker_pool_id": quoted(poolID), "vpc_subnets": "terraform_data.values.output.subnets", "security_groups": "toset(terraform_data.values.output.groups)",
		"secure_env_vars": "{ SPACELIFT_TOKEN = terraform_data.values.output.token }", "configuration": "terraform_data.values.output.text",
		"ec2_instance_type": "terraform_data.values.output.type", "max_size": "terraform_data.values.output.size",
		"additional_tags": "{ Version = terraform_data.values.output.tag }", "ami_id": `terraform_data.values.output.size == 3 ? null : ""`,
		"extra_iam_statements": `[jsonencode({ Sid = "A", Effect = "Allow", Action = "s3:*", Resource = "arn:aws:s3:::${terraform_data.values.output.tag}" })]`,
	})
	c.run(t,
		apply(values("1")+unknown, has("max_size", knownvalue.Int64Exact(3))),
		apply(values("2")+unknown, action(plancheck.ResourceActionUpdate), text("configuration", "export VERSION=2")),
	)
}

// A provider whose arguments are not known yet plans without asking AWS.
func TestUnknownProvider(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	values := func(version string) string {
		return "resource \"terraform_data\" \"values\" {\n  triggers_replace = \"" + version + "\"\n  input = { retries = 3, tag = \"" + version + "\" }\n}\n"
	}
	c.defaultTags("{ Version = terraform_data.values.output.tag }")
	tagsAlone := c.config(c.minimal().with(arguments{"max_size": "6"}))
	c.settings += "  max_retries = terraform_data.values.output.retries\n"
	unknown := c.config(c.minimal())
	c.run(t,
		apply(values("1")+unknown, tagged{c, map[string]string{"Version": "1"}}),
		apply(values("1")+c.config(c.minimal().with(arguments{"max_size": "4"}))),
		// Reading the pool takes what the plan does not know: its state stays as it is.
		apply(values("2")+c.config(c.minimal().with(arguments{"max_size": "5"})), action(plancheck.ResourceActionUpdate), newTemplate,
			tagged{c, map[string]string{"Version": "2"}}),
		apply(values("3")+tagsAlone, action(plancheck.ResourceActionUpdate), newTemplate, tagged{c, map[string]string{"Version": "3"}}),
	)
}

// A newer image shows in the plan and makes one new version.
func TestNewerImage(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	old := c.minimal().with(arguments{"ami_id": quoted("ami-0c0000000000000a1")})
	c.run(t,
		apply(c.config(old)),
		apply(c.config(c.minimal()), newTemplate, plancheck.ExpectKnownValue(pool, jsonPath("ami_id"), knownvalue.StringExact("ami-0c0000000000000a2")),
			has("launch_template_latest_version", knownvalue.Int64Exact(2))),
	)
}

// Of two resources that make the same pool at the same time, one does nothing at all.
func TestTwoPoolsOfOneName(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.run(t, resource.TestStep{
		Config:      c.config(c.minimal()) + named("other", c.minimal()),
		ExpectError: words("Two worker pools of one name", baseName, "each.key"),
	})
	for action, want := range map[string]int{"CreateSecret": 1, "PutSecretValue": 1, "PutRolePolicy": 1} {
		if got := len(slices.DeleteFunc(c.Calls(), func(call awstest.Call) bool { return call.Action != action })); got != want {
			t.Errorf("%d calls of %s, want %d", got, action, want)
		}
	}
}
