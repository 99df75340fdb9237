package workerpool_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
)

// run takes the pool through steps. When it is destroyed, its objects are gone and
// everything else of the module stays.
func (m *module) run(steps ...resource.TestStep) {
	m.t.Helper()
	m.through(m.t, steps, func(*terraform.State) error {
		want := slices.Sorted(slices.Values(append(m.kept, "logs:log-group/spacelift-errors.log", "logs:log-group/spacelift-info.log")))
		var left []string
		for _, object := range m.objects(m.t) {
			kind, name, _ := strings.Cut(object, "/")
			left = append(left, kind+"/"+name[strings.LastIndex(name, "/")+1:])
		}
		if diff := cmp.Diff(want, left); diff != "" {
			return fmt.Errorf("to be left behind (-) and left (+):\n%s", diff)
		}
		return nil
	})
}

// same configures the pool as the module's inputs did.
func (m *module) same() arguments {
	return m.minimal().with(arguments{
		"vpc_subnets": list(m.Network().SubnetIDs[0]), "min_size": "2", "max_size": "5", "ec2_instance_type": `"t3.small"`, "additional_tags": `{ Team = "platform" }`,
		"enabled_metrics": `["GroupMinSize", "GroupMaxSize"]`, "cloudwatch_log_group_retention": "30",
		"extra_iam_statements": `[jsonencode({ Statement = [{ Sid = "Mine", Effect = "Allow", Action = "s3:ListBucket", Resource = "*" }] })]`,
	})
}

// instances are the ids of the group's instances.
func (m *module) instances() []string {
	m.t.Helper()
	out := done[*autoscaling.DescribeAutoScalingGroupsOutput](m.t)(m.Direct().AutoScaling.DescribeAutoScalingGroups(m.ctx(), &autoscaling.DescribeAutoScalingGroupsInput{
		AutoScalingGroupNames: []string{moduleGroup},
	}))
	var ids []string
	for _, instance := range out.AutoScalingGroups[0].Instances {
		ids = append(ids, aws.ToString(instance.InstanceId)+" "+string(instance.LifecycleState))
	}
	slices.Sort(ids)
	return ids
}

// unmoved checks that the instances are the same ones, in service.
type unmoved struct {
	*module
	before []string
}

// CheckState implements statecheck.StateCheck.
func (u unmoved) CheckState(_ context.Context, _ statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	if diff := cmp.Diff(u.before, u.instances()); diff != "" || len(u.before) != 2 {
		resp.Error = fmt.Errorf("instances before (-) and after (+):\n%s", diff)
	}
}

// says checks what the plan says of a component's drift.
func says(component string, texts ...string) plancheck.PlanCheck { return saying{component, texts} }

type saying struct {
	component string
	texts     []string
}

// CheckPlan implements plancheck.PlanCheck.
func (s saying) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, change := range req.Plan.ResourceChanges {
		before, ok := change.Change.Before.(map[string]any)
		if change.Address != pool || !ok {
			continue
		}
		drift, _ := before["drift"].(map[string]any)
		sentence, _ := drift[s.component].(string)
		for _, text := range s.texts {
			if !strings.Contains(sentence, text) {
				resp.Error = fmt.Errorf("the drift of %s says %q, not %q", s.component, sentence, text)
			}
		}
	}
}

// A pool of the module is taken over as it is, by the id of the worker pool:
// nothing is replaced, no instance goes, every object keeps its name.
func TestImportOfAPoolOfTheModule(t *testing.T) {
	t.Parallel()
	m := newModule(t, false)
	still := unmoved{m, m.instances()}
	named := has("components", knownvalue.MapPartial(map[string]knownvalue.Check{
		"autoscaling_group": knownvalue.StringExact(moduleGroup), "instances_role": knownvalue.StringExact(baseName), "instance_profile": knownvalue.StringExact(moduleProfile),
		"secret": knownvalue.NotNull(), "launch_template": knownvalue.NotNull(), "log_group_info": knownvalue.NotNull(), "log_group_errors": knownvalue.NotNull(),
	}))
	m.run(
		m.importing(poolID, m.same(), action(plancheck.ResourceActionUpdate), still, named,
			drifted{"autoscaling_group", "instance_profile", "instances_role", "launch_template", "log_group_errors", "log_group_info", "secret"},
			onlyChanging("components", "drift", "launch_template_latest_version", "secure_env_vars"),
			says("autoscaling_group", "tag ManagedBy is missing", "tag WorkerPoolState is missing"),
			says("launch_template", "user data (the boot script) differs", "tag ManagedBy is missing"),
			says("instances_role", "its description was changed", "AutoScalingReadOnlyAccess was attached", modulePolicy+" was attached", "inline policy spacelift-worker is missing", "inline policy extra-statements was added"),
			says("log_group_info", "tag spacelift-worker-pool:"+baseName+" is missing"),
			text("id", baseName), text("autoscaling_group_name", moduleGroup), text("instances_role_arn", m.roleARN)),
		// What its hook works through stays for as long as there is a hook.
		before(apply(m.config(m.same().with(arguments{"max_size": "6"})), action(plancheck.ResourceActionUpdate), still, hookWorks{m, 3}),
			func() { m.hold(t, "*", "*", "DrainInstances") }),
		m.meddle(t, apply(m.config(m.same()), action(plancheck.ResourceActionUpdate), still, drifted{"instances_role"},
			says("instances_role", "its trust policy was changed", "AutoScalingNotificationAccessRole was attached")), deleteHook(moduleGroup)),
		// Once more, as a pool of ours.
		m.reimporting(moduleGroup, m.same(), onlyChanging("components", "secure_env_vars"), still, named),
	)
}

// An imported pool of the module can be destroyed at once.
func TestDestroyOfAPoolOfTheModule(t *testing.T) {
	t.Parallel()
	m := newModule(t, false)
	m.run(resource.TestStep{Config: m.config(m.same()), ResourceName: pool, ImportState: true, ImportStateId: baseName + "@us-east-1", ImportStatePersist: true})
}

// A role and a secret that the user brought to the module stay the user's.
func TestImportOfAPoolOfTheModuleWithARoleOfTheUsers(t *testing.T) {
	t.Parallel()
	m := newModule(t, true)
	still, secret := unmoved{m, m.instances()}, m.secret(t)
	m.kept = append(m.kept, "iam:role/"+m.role, "secretsmanager:secret/worker")
	config := m.same().with(arguments{
		"extra_iam_statements": "", "secure_env_vars": "", "create_iam_role": "false", "custom_iam_role_name": quoted(m.role),
		"byo_secretsmanager": `{ name = "` + secret.id + `", arn = "` + secret.arn + `", keys = ["SPACELIFT_TOKEN"] }`,
	})
	m.run(
		m.importing(poolID, config, action(plancheck.ResourceActionUpdate), still,
			drifted{"autoscaling_group", "instance_profile", "launch_template", "log_group_errors", "log_group_info"},
			onlyChanging("byo_secretsmanager", "components", "drift", "launch_template_latest_version"),
			text("instances_role_name", m.role)),
	)
}

// A role that an import takes for the pool's is let go of, and never deleted, when
// the user says that it is not.
func TestImportedRoleIsTheUsersAfterAll(t *testing.T) {
	t.Parallel()
	m := newModule(t, false)
	m.kept = append(m.kept, "iam:role/"+m.role)
	config := m.same().with(arguments{"extra_iam_statements": "", "create_iam_role": "false", "custom_iam_role_name": quoted(m.role)})
	m.run(m.importing(poolID, config, action(plancheck.ResourceActionUpdate), text("instances_role_name", m.role), hookWorks{m, 5}))
}
