package workerpool_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

// newTemplate are the outputs that a new version of the launch template changes.
var newTemplate = changing{"launch_template_latest_version"}

// bundle takes a pool through a series of changes of its minimal configuration.
type bundle struct {
	start   arguments // what is set first
	changed arguments // in place of which
	removed bool      // then back to the minimal configuration
	checks  [3][]any  // after each step
}

func (c *cloud) steps(b bundle) []resource.TestStep {
	steps := []resource.TestStep{
		apply(c.config(c.minimal().with(b.start)), b.checks[0]...),
		apply(c.config(c.minimal().with(b.start).with(b.changed)), append(b.checks[1], action(plancheck.ResourceActionUpdate))...),
	}
	if b.removed {
		steps = append(steps, apply(c.config(c.minimal()), append(b.checks[2], action(plancheck.ResourceActionUpdate))...))
	}
	return steps
}

// The group, the role and the log groups change in place, and make way for those of the user.
func TestGroupRoleAndLogArguments(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	network := c.Network()
	c.role(t, "custom")
	statement := `jsonencode({ Sid = "Assume", Effect = "Allow", Action = "sts:AssumeRole", Resource = "arn:aws:iam::123456789012:role/x" })`
	brought := changing{"components", "instances_role_arn", "instances_role_name", "launch_template_latest_version", "log_group_arns"}
	c.run(t, append(c.steps(bundle{
		start: arguments{
			"min_size": "1", "max_size": "2", "enabled_metrics": `["GroupMinSize"]`, "timeouts": `{ create = "10m" }`,
			"vpc_subnets": list(network.SubnetIDs[0]), "cloudwatch_skip_destroy": "false",
			"iam_permissions_boundary": `"arn:aws:iam::aws:policy/PowerUserAccess"`, "extra_iam_statements": "[" + statement + "]",
			"cloudwatch_log_group_retention": "7", "cloudwatch_log_group_class": `"STANDARD"`,
		},
		changed: arguments{
			"min_size": "2", "max_size": "4", "enabled_metrics": "[]", "vpc_subnets": list(network.SubnetIDs[1]), "timeouts": `{ update = "10m" }`,
			"iam_permissions_boundary":       `"arn:aws:iam::aws:policy/ReadOnlyAccess"`,
			"extra_iam_statements":           `[<<-EOT` + "\n    { \"Statement\": [{ \"Sid\": \"B\",   \"Effect\": \"Deny\", \"Action\": [\"s3:*\"], \"Resource\": \"*\" }] }\n  EOT\n  , " + statement + "]",
			"cloudwatch_log_group_retention": "0", "cloudwatch_log_group_class": "",
		},
		removed: true,
		checks: [3][]any{
			{has("min_size", knownvalue.Int64Exact(1)), has("enabled_metrics", knownvalue.SetSizeExact(1))},
			{changing{}, has("max_size", knownvalue.Int64Exact(4)), has("enabled_metrics", knownvalue.SetSizeExact(0)), has("vpc_subnets", knownvalue.SetSizeExact(1))},
			{
				changing{},
				has("min_size", knownvalue.Int64Exact(0)), has("enabled_metrics", knownvalue.SetSizeExact(8)), has("vpc_subnets", knownvalue.SetSizeExact(2)),
				has("cloudwatch_log_group_retention", knownvalue.Int64Exact(60)),
			},
		},
	}),
		apply(c.config(c.minimal().with(arguments{"create_iam_role": "false", "custom_iam_role_name": `"custom"`, "manage_log_groups": "false"})), brought,
			text("instances_role_name", "custom"), has("instances_role_arn", knownvalue.NotNull()), has("log_group_arns", knownvalue.Null()), has("components", knownvalue.MapSizeExact(5))),
		apply(c.config(c.minimal().with(arguments{"extra_iam_statements": "[]"})), brought, text("instances_role_name", "sp5ft-"+poolID+"-"+c.Region()), has("log_group_arns", knownvalue.MapSizeExact(2))),
		apply(c.config(c.minimal()), action(plancheck.ResourceActionUpdate), changing{}),
	)...)
	if _, err := c.Direct().IAM.DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: ptr("custom")}); err != nil {
		t.Errorf("the custom role was changed: %s", err)
	}
}

func TestMixedInstances(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.run(t, append(c.steps(bundle{
		start: arguments{
			"min_size": "2", "ec2_instance_type": `"t3.medium"`, "max_instance_lifetime": "86400", "instance_market_options": "{}",
		},
		changed: arguments{
			"mixed_instances":       `{ instance_types = ["t3.medium", "t3a.medium"], on_demand_percentage_above_base_capacity = 20 }`,
			"max_instance_lifetime": "0", "instance_market_options": "",
		},
		removed: true,
		checks: [3][]any{
			{has("capacity_rebalance", knownvalue.Bool(true))},
			{newTemplate, has("capacity_rebalance", knownvalue.Bool(true)), has("mixed_instances", knownvalue.ObjectPartial(map[string]knownvalue.Check{
				"on_demand_base_capacity": knownvalue.Int64Exact(0), "spot_allocation_strategy": knownvalue.StringExact("price-capacity-optimized"),
			}))},
			{newTemplate, has("mixed_instances", knownvalue.Null()), has("capacity_rebalance", knownvalue.Bool(false)), has("max_instance_lifetime", knownvalue.Int64Exact(0))},
		},
	}),
		resource.TestStep{
			Config:      c.config(c.minimal().with(arguments{"mixed_instances": `{ instance_types = ["t3.micro", "t9.micro", "t4g.micro"] }`})),
			ExpectError: words("mixed_instances.instance_types.1", "t9.micro", "does not exist"),
		},
	)...)
}

func TestSchedules(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	two := arguments{"schedules": `[{ name = "morning", recurrence = "0 8 * * 1-5", time_zone = "Europe/Berlin", min_size = 2, max_size = 8 }, { name = "evening", recurrence = "0 18 * * *", min_size = 0 }]`}
	other := arguments{"schedules": `[{ name = "evening", recurrence = "0 19 * * *", max_size = 3 }, { name = "morning", recurrence = "0 8 * * 1-5", min_size = 2, max_size = 8 }]`}
	one := arguments{"schedules": `[{ name = "morning", recurrence = "0 8 * * 1-5", min_size = 2, max_size = 8 }]`}
	listed := func(n int) any { return has("schedules", knownvalue.ListSizeExact(n)) }
	// What the schedule of the morning does.
	inForce := otherGroup([]func(*groupInput){func(in *groupInput) { in.MinSize, in.MaxSize = ptr[int32](2), ptr[int32](8) }})
	c.run(t,
		apply(c.config(c.minimal().with(two)), listed(2), has("components", knownvalue.MapPartial(map[string]knownvalue.Check{"schedules": knownvalue.StringExact("evening,morning")}))),
		apply(c.config(c.minimal().with(other)), changing{}, listed(2)),
		c.meddle(t, apply(c.config(c.minimal().with(other)), action(plancheck.ResourceActionNoop), has("min_size", knownvalue.Int64Exact(0)), has("max_size", knownvalue.Int64Exact(10))), inForce),
		apply(c.config(c.minimal().with(one)), changing{"components"}, listed(1)),
		apply(c.config(c.minimal()), changing{"components"}, has("schedules", knownvalue.Null()), has("min_size", knownvalue.Int64Exact(0))),
		resource.TestStep{
			Config:      c.config(c.minimal().with(arguments{"schedules": `[for name in ["a", "b"] : { name = name, recurrence = "0 8 * * *", min_size = 1 }]`})),
			ExpectError: words("Two schedules at the same time", "0 8 * * *"),
		},
	)
}

// What instances are launched with makes new versions of the launch template.
func TestLaunchTemplateArguments(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	key := c.key(t)
	tags := func(value string) string {
		return `[{ resource_type = "network-interface", tags = { Kind = "` + value + `" } }, { resource_type = "volume", tags = { Team = "b" } }]`
	}
	c.run(t, append(c.steps(bundle{
		start: arguments{
			"ami_architecture": `"arm64"`, "ec2_instance_type": `"t4g.small"`, "enable_monitoring": "false",
			"disable_container_credentials": "false", "security_groups": list(c.Network().SecurityGroupIDs[0]),
			"volume_size": "50", "volume_iops": "4000", "volume_throughput": "200", "volume_encryption": "true", "volume_encryption_kms_key_id": quoted(key.id),
			"instance_market_options": `{ spot_options = { max_price = "0.05", spot_instance_type = "one-time", instance_interruption_behavior = "terminate" } }`,
			"launch_template_version": `"$Latest"`, "launch_template_default_version": "1", "tag_specifications": tags("a"), "additional_tags": `{ Team = "a", App = "x" }`,
			"configuration": `"export A='it is $HOME'"`, "boot_hooks": `{ pre = "echo pre", post = "echo post" }`, "domain_name": `"example.com"`,
			"poweroff_delay": "30", "disable_cloudwatch_agent": "true",
		},
		changed: arguments{
			"ami_id": quoted(awstest.ImageOlderX86), "ami_architecture": "", "ec2_instance_type": `"t3.small"`, "enable_monitoring": "true",
			"security_groups": list(c.Network().SecurityGroupIDs[1]),
			"volume_size":     "60", "volume_type": `"io2"`, "volume_iops": "5000", "volume_throughput": "", "volume_encryption_kms_key_id": quoted(key.arn),
			"instance_market_options": `{ market_type = "spot" }`,
			"launch_template_version": `"$Default"`, "launch_template_default_version": "", "launch_template_update_default_version": "true",
			"tag_specifications": tags("b"), "additional_tags": `{ Team = "a", Env = "y" }`,
			"configuration": `"export A=2"`, "boot_hooks": `{ post = "echo after" }`, "domain_name": "", "poweroff_delay": "0", "disable_cloudwatch_agent": "false",
			"selfhosted_configuration": `{ s3_uri = "s3://bucket/launcher", http_proxy_config = "http://proxy:3128", power_off_on_error = false }`,
		},
		removed: true,
		checks: [3][]any{
			{
				text("ami_id", awstest.ImageNewerARM), text("latest_ami_id", awstest.ImageNewerARM), has("volume_iops", knownvalue.Int64Exact(4000)),
				text("launch_template_version", "$Latest"), has("poweroff_delay", knownvalue.Int64Exact(30)),
			},
			{
				changing{"launch_template_latest_version", "latest_ami_id"},
				text("ami_id", awstest.ImageOlderX86), text("latest_ami_id", awstest.ImageNewerX86), has("volume_throughput", knownvalue.Null()), text("volume_type", "io2"),
				has("launch_template_latest_version", knownvalue.Int64Exact(2)), text("domain_name", "spacelift.io"), has("poweroff_delay", knownvalue.Int64Exact(0)),
			},
			{
				newTemplate, text("ami_id", awstest.ImageNewerX86), has("launch_template_latest_version", knownvalue.Int64Exact(3)),
				text("volume_type", "gp3"), has("volume_iops", knownvalue.Null()), has("instance_market_options", knownvalue.Null()),
				has("launch_template_version", knownvalue.Null()), has("additional_tags", knownvalue.Null()), has("tag_specifications", knownvalue.Null()),
				has("selfhosted_configuration", knownvalue.Null()), has("boot_hooks", knownvalue.Null()),
			},
		},
	}),
		// A fixed version, and another default, make no new one.
		apply(c.config(c.minimal().with(arguments{"launch_template_version": `"2"`, "launch_template_default_version": "3"})), changing{}),
		resource.TestStep{
			Config:      c.config(c.minimal().with(arguments{"launch_template_version": `"7"`})),
			ExpectError: words("launch_template_version is 7", "newest version"),
		},
	)...)
}

func TestSecretArguments(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	key, secret := c.key(t), c.secret(t)
	none := arguments{"secure_env_vars": ""}
	brought := none.with(arguments{"byo_secretsmanager": `{ name = "` + secret.id + `", arn = "` + secret.arn + `", keys = ["SPACELIFT_TOKEN", "SPACELIFT_POOL_PRIVATE_KEY"] }`})
	c.run(t,
		apply(c.config(c.minimal())),
		apply(c.config(c.minimal().with(arguments{"secure_env_vars": `{ SPACELIFT_TOKEN = "another", EXTRA = "quote ' and $" }`})),
			changing{"components"}, has("secure_env_vars", knownvalue.MapSizeExact(2))),
		apply(c.config(c.minimal().with(arguments{"secure_env_vars_kms_key_id": quoted(key.arn)})), changing{"components"}),
		apply(c.config(c.minimal().with(brought).with(arguments{"secure_env_vars": "", "secure_env_vars_kms_key_id": quoted(key.id)})),
			changing{"components", "launch_template_latest_version", "secretsmanager_secret_arn"}, has("secretsmanager_secret_arn", knownvalue.Null()),
			has("components", knownvalue.MapSizeExact(6))),
		apply(c.config(c.minimal().with(arguments{"secure_env_vars": "", "configuration": `"export SPACELIFT_X=1"`})),
			changing{"components", "launch_template_latest_version"}, has("byo_secretsmanager", knownvalue.Null())),
		apply(c.config(c.minimal()),
			changing{"components", "launch_template_latest_version", "secretsmanager_secret_arn"}, has("secretsmanager_secret_arn", knownvalue.NotNull())),
	)
}
