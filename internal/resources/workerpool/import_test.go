package workerpool_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/resources/workerpool"
)

const forget = `
removed {
  from = spacelift_ec2_workerpool.this
  lifecycle {
    destroy = false
  }
}
`

// importBlock imports the pool by an id.
func importBlock(id string) string { return importInto(pool, id) }

// importInto imports the pool at an address by an id.
func importInto(address, id string) string {
	return fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", address, id)
}

// importing is a step that imports a pool by id, and after which a plan is empty.
func (c *cloud) importing(id string, a arguments, checks ...any) resource.TestStep {
	return apply(importBlock(id)+c.config(a), checks...)
}

// reimporting is importing of a pool that the state of the step before knows.
func (c *cloud) reimporting(id string, a arguments, checks ...any) resource.TestStep {
	return c.lost(c.importing(id, a, checks...))
}

// lost is a step before which the state is lost.
func (c *cloud) lost(step resource.TestStep) resource.TestStep {
	step.PreConfig = func() {
		states, err := filepath.Glob(filepath.Join(c.dir, "*", "terraform.tfstate"))
		if err != nil || len(states) != 1 {
			panic(fmt.Sprintf("states %v: %v", states, err))
		}
		if err := os.Remove(states[0]); err != nil {
			panic(err)
		}
	}
	return step
}

// onlyChanging checks which attributes of the pool a plan changes.
func onlyChanging(attributes ...string) plancheck.PlanCheck {
	return changes{pool, attributes}
}

// changes are the attributes of the pool at an address that a plan changes.
type changes struct {
	address    string
	attributes []string
}

// CheckPlan implements plancheck.PlanCheck.
func (c changes) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, change := range req.Plan.ResourceChanges {
		before, ok := change.Change.Before.(map[string]any)
		after, ok2 := change.Change.After.(map[string]any)
		unknown, ok3 := change.Change.AfterUnknown.(map[string]any)
		if change.Address != c.address || !ok || !ok2 || !ok3 {
			continue
		}
		var changed []string
		names := maps.Clone(after)
		maps.Copy(names, unknown)
		maps.Copy(names, before)
		for _, name := range slices.Sorted(maps.Keys(names)) {
			if unknown[name] == true || !reflect.DeepEqual(before[name], after[name]) {
				changed = append(changed, name)
			}
		}
		if want := slices.Sorted(slices.Values(c.attributes)); !slices.Equal(changed, want) {
			resp.Error = fmt.Errorf("the plan changes %v of %s, want %v", changed, c.address, want)
		}
		return
	}
	resp.Error = fmt.Errorf("no change of %s is planned", c.address)
}

// A pool whose secret is not ours comes back as its configuration has it,
// whatever that is: nothing is left to do.
func TestImportOfAMatchingPoolPlansNothing(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.hold(t, "*", "") // one name, and then another
	key, secret := c.key(t), c.secret(t)
	c.defaultTags(`{ CostCenter = "42" }`)
	brought := c.minimal().with(arguments{
		"secure_env_vars": "", "cloudwatch_log_group_retention": "30",
		"byo_secretsmanager": `{ name = "` + secret.id + `", arn = "` + secret.arn + `", keys = ["SPACELIFT_TOKEN", "SPACELIFT_POOL_PRIVATE_KEY"] }`,
	})
	statement := func(sid string) string {
		return `{ Sid = "` + sid + `", Effect = "Allow", Action = ["s3:*"], Resource = "*" }`
	}
	all := brought.with(arguments{
		"base_name": `"workers"`, "region": `"us-east-1"`, "additional_tags": `{ Team = "a" }`, "min_size": "1", "max_size": "3",
		"enabled_metrics": `["GroupMinSize"]`, "ami_id": quoted(awstest.ImageOlderARM), "ami_architecture": `"arm64"`, "ec2_instance_type": `"t4g.small"`,
		"enable_monitoring": "false", "disable_container_credentials": "false", "volume_size": "50", "volume_iops": "4000", "volume_throughput": "200",
		"volume_encryption": "true", "volume_encryption_kms_key_id": quoted(key.id), "secure_env_vars_kms_key_id": quoted(key.id),
		"instance_market_options":  `{ spot_options = { max_price = "0.05" } }`,
		"tag_specifications":       `[{ resource_type = "volume", tags = { Kind = "v" } }, { resource_type = "instance", tags = { Kind = "i" } }]`,
		"launch_template_version":  `"$Default"`,
		"iam_permissions_boundary": `"arn:aws:iam::aws:policy/PowerUserAccess"`,
		"extra_iam_statements":     `[jsonencode({ Version = "2012-10-17", Statement = [` + statement("B") + ", " + statement("A") + `] }), jsonencode(` + statement("C") + `)]`,
		"configuration":            `"export A=1"`, "boot_hooks": `{ pre = "echo pre", post = "echo post\n" }`, "domain_name": `"x.example"`, "poweroff_delay": "7",
		"disable_cloudwatch_agent": "true",
	})
	hosted := brought.with(arguments{
		"mixed_instances": `{ instance_types = ["t3.small", "t3.micro"], on_demand_percentage_above_base_capacity = 0 }`, "max_instance_lifetime": "86400",
		"schedules":                `[{ name = "night", recurrence = "0 18 * * *", max_size = 2 }, { name = "day", recurrence = "0  8 * * 1-5", time_zone = "Europe/Zurich", min_size = 0, max_size = 9 }]`,
		"selfhosted_configuration": `{ s3_uri = "s3://bucket/launcher", run_launcher_as_spacelift_user = false, no_proxy_config = "localhost", power_off_on_error = false }`,
	})
	parameter := c.parameter(t, "/theirs")
	scaled := brought.with(c.apiKey("")).with(arguments{
		"byo_ssm":                   fmt.Sprintf("{ name = %q, arn = %q }", parameter.id, parameter.arn),
		"spacelift_api_credentials": fmt.Sprintf("{ api_key_endpoint = \"%s/\", api_key_id = %q }", c.SpaceliftURL(), c.Spacelift().Key().ID),
		"autoscaling_configuration": `{
    architecture = "amd64", schedule_expression = "rate(5 minutes)", max_create = 7, max_terminate = 3, timeout = 90, memory_size = 256, scale_down_delay = 4
    polling_interval = 30, min_idle_workers = 1, target_utilization = 80, scale_out_cooldown = 20, scale_in_cooldown = 40, boot_timeout = 300, log_level = "debug", dry_run = true
  }`,
		"autoscaler_extra_env": `{ MY_OWN = "x" }`, "autoscaling_vpc_subnets": list(c.Network().SubnetIDs...), "autoscaling_vpc_sg_ids": list(c.Network().SecurityGroupIDs...),
		"autoscaling_tracing_mode": `"PassThrough"`, "lifecycle_hook_timeout": "600", "drain_timeout": "7200", "on_drain_timeout": `"retain"`,
		"ca_bundle": quoted(workerpool.Certificate), "monitoring": fmt.Sprintf("{ dashboard = true, alarm_actions = [%q] }", alarmTopic),
	})
	unscaled := scaled.with(arguments{"autoscaling_configuration": "", "monitoring": "{ dashboard = true }", "autoscaler_extra_env": ""})
	pools, imports := c.provider(), ""
	for i, one := range []struct {
		arguments
		id string // %s for the worker pool's
	}{{all, "workers"}, {scaled, "%s"}, {unscaled, "sp5ft-%s"}, {hosted, "%s@us-east-1"}} {
		name, workerPool := fmt.Sprint("pool", i), numbered(i)
		pools += named(name, one.with(arguments{"worker_pool_id": quoted(workerPool)}))
		imports += importInto(address(name), strings.ReplaceAll(one.id, "%s", workerPool))
	}
	c.run(t, apply(pools), c.lost(apply(imports+pools, plancheck.ExpectEmptyPlan())))
}

// The value of the secret is not read: the plan shows that one argument.
func TestImportStoresTheSecretAnew(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.hold(t, "*", "") // names of several pools
	west := c.In("eu-west-1").Network()
	moved := c.minimal().with(arguments{
		"worker_pool_id": quoted(numbered(0)), "region": `"eu-west-1"`, "vpc_subnets": list(west.SubnetIDs...), "security_groups": list(west.SecurityGroupIDs...),
	})
	writeOnly := c.minimal().with(arguments{
		"worker_pool_id": quoted(numbered(1)), "secure_env_vars": "", "secure_env_vars_wo": `{ SPACELIFT_TOKEN = "t" }`, "secure_env_vars_wo_version": "3",
	})
	others := named("moved", moved) + named("write_only", writeOnly)
	key := c.minimal().with(c.apiKey(`api_key_secret = "plain"`)).with(arguments{"autoscaling_configuration": "{}"})
	writeOnlyKey := c.minimal().with(c.writeOnlyKey(`"other"`, 3))
	imported := func(a arguments, secret string) resource.TestStep {
		blocks := importBlock(baseName) + importInto(address("moved"), numbered(0)+"@eu-west-1") + importInto(address("write_only"), numbered(1))
		return apply(blocks+c.config(a)+others, holds{c, secret}, onlyChanging("components", "secure_env_vars", "spacelift_api_credentials"),
			changes{address("moved"), []string{"components", "secure_env_vars"}}, changes{address("write_only"), []string{"components", "secure_env_vars_wo_version"}})
	}
	c.run(t,
		apply(c.config(key)+others),
		c.lost(imported(key, "plain")),
		apply(c.config(writeOnlyKey)+others, holds{c, "other"}),
		c.lost(failing(importBlock(numbered(0))+c.config(moved), "Worker pool not found", "region us-east-1", "@eu-west-1")),
		imported(writeOnlyKey, "other"),
	)
}

// An imported pool that is not managed any further goes as a whole.
func TestImportByCommandAndDestroy(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.run(t,
		apply(c.config(c.minimal())),
		c.lost(resource.TestStep{
			Config: c.config(c.minimal()), ResourceName: pool, ImportState: true, ImportStateId: poolID, ImportStatePersist: true,
		}),
	)
}

// What was changed while nobody looked shows in the first plan.
func TestImportFindsDrift(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	old := c.minimal().with(arguments{"ami_id": quoted(awstest.ImageOlderX86), "max_size": "3"})
	c.defaultTags(`{ CostCenter = "42" }`)
	before := c.config(old)
	c.defaultTags(`{ CostCenter = "43", Stage = "x" }`)
	c.run(t,
		apply(before),
		c.meddle(t, apply(c.provider()+forget), detachPolicies, keepLogsForEver),
		c.importing(baseName, c.minimal().with(arguments{"max_size": "5"}),
			drifted{"autoscaling_group", "instance_profile", "instances_role", "launch_template", "log_group_info", "log_group_errors", "secret"},
			onlyChanging(
				"additional_tags", "ami_id", "components", "drift", "launch_template_latest_version",
				"max_size", "secure_env_vars",
			)),
	)
}

// What AWS does not know is written down, and moves no instance.
func TestImportWithAnInstanceRefresh(t *testing.T) {
	t.Parallel()
	c := newCloud(t).served(t)
	config := c.minimal().with(c.signedIn()).with(arguments{
		"secure_env_vars": "", "configuration": `"true"`, "min_size": "1", "force_destroy": "true", "instance_refresh": rolling(""),
	})
	replaced := config.with(arguments{"volume_size": "41"})
	imported := func(a arguments) resource.TestStep {
		return c.reimporting(poolID, a, action(plancheck.ResourceActionUpdate), onlyChanging(
			"components", "force_destroy", "instance_refresh", "spacelift_api_credentials",
		))
	}
	c.run(t,
		apply(c.config(config)),
		after(imported(config), c.refreshed()),
		after(apply(c.config(replaced)), c.refreshed(successful)),
		after(imported(replaced), c.refreshed(successful)), // what the group notes of its refresh is no drift
		apply(c.config(replaced.with(arguments{"instance_refresh": ""})), unmarked{c}),
	)
}

// unmarked checks that the group notes nothing of a refresh.
type unmarked struct{ *cloud }

// CheckState implements statecheck.StateCheck.
func (u unmarked) CheckState(ctx context.Context, _ statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	out, err := u.Direct().AutoScaling.DescribeAutoScalingGroups(ctx, &autoscaling.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{baseName}})
	if err != nil || len(out.AutoScalingGroups) != 1 {
		resp.Error = fmt.Errorf("%d groups: %w", len(out.AutoScalingGroups), err)
		return
	}
	for _, tag := range out.AutoScalingGroups[0].Tags {
		if *tag.Key == "WorkerPoolRefresh" {
			resp.Error = fmt.Errorf("the group has the tag %s = %s", *tag.Key, *tag.Value)
		}
	}
}
