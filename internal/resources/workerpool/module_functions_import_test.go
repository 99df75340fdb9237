package workerpool_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// scaling configures the functions as the module's inputs did.
func (m *module) scaling(credentials arguments) arguments {
	return m.same().with(credentials).with(arguments{
		"autoscaling_configuration": `{ architecture = "amd64", schedule_expression = "rate(2 minutes)", timeout = 30, max_create = 5, max_terminate = 2 }`,
	})
}

// ours checks that both functions run our code, by its runtime and a handler that the
// module's have not, and that the hook keeps what nobody completes.
type ours struct{ *module }

// CheckState implements statecheck.StateCheck.
func (o ours) CheckState(_ context.Context, _ statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	for _, name := range []string{autoscalerName, lifecycleName} {
		out := done[*lambda.GetFunctionOutput](o.t)(lambda.NewFromConfig(o.DirectConfig()).GetFunction(o.ctx(), &lambda.GetFunctionInput{FunctionName: ptr(name)}))
		if c := out.Configuration; c.Runtime != "provided.al2023" || aws.ToString(c.Handler) != "bootstrap" || c.Environment.Variables["QUEUE_URL"] != "" {
			resp.Error = fmt.Errorf("%s has runtime %s and handler %s, and %v", name, c.Runtime, aws.ToString(c.Handler), c.Environment.Variables)
		}
	}
	hooks := done[*autoscaling.DescribeLifecycleHooksOutput](o.t)(o.Direct().AutoScaling.DescribeLifecycleHooks(o.ctx(), &autoscaling.DescribeLifecycleHooksInput{
		AutoScalingGroupName: ptr(moduleGroup),
	}))
	if hook := hooks.LifecycleHooks[0]; len(hooks.LifecycleHooks) != 1 || aws.ToString(hook.DefaultResult) != "ABANDON" || aws.ToString(hook.RoleARN) == o.roleARN {
		resp.Error = fmt.Errorf("the hooks are %+v", hooks.LifecycleHooks)
	}
}

// The functions of the module's pool become those of the provider in their places, by
// one apply, after which nothing is left to do.
func TestImportOfTheFunctionsOfTheModule(t *testing.T) {
	t.Parallel()
	m := newModule(t, false).functions(ownParameter)
	still := unmoved{m, m.instances()}
	config := m.scaling(m.signedIn())
	named := has("components", knownvalue.MapPartial(map[string]knownvalue.Check{
		"autoscaler_function": knownvalue.StringExact(autoscalerName), "autoscaler_role": knownvalue.StringExact(autoscalerName), "autoscaler_rule": knownvalue.StringExact(autoscalerName),
		"lifecycle_function": knownvalue.StringExact(lifecycleName), "lifecycle_role": knownvalue.StringExact(lifecycleName), "lifecycle_queue": knownvalue.NotNull(),
		"api_key_parameter": knownvalue.StringExact(ownParameter), "lifecycle_hook": knownvalue.StringExact(hookName), "lifecycle_rule": knownvalue.StringExact(lifecycleName),
	}))
	m.run(
		m.importing(poolID, config, action(plancheck.ResourceActionUpdate), still, named, ours{m}, holds{m.cloud, m.Spacelift().Key().Secret},
			onlyChanging("components", "drift", "launch_template_latest_version", "secure_env_vars", "spacelift_api_credentials"),
			says("autoscaler_function", "its code is not that of this version of the provider", "its runtime is provided.al2", "tag ManagedBy is missing"),
			says("lifecycle_function", "its handler is main.main", "environment variable QUEUE_URL is left over"),
			says("autoscaler_role", "its description was changed", "inline policy "+autoscalerName+" was added outside Terraform"),
			says("autoscaler_rule", "it invokes others besides the function"),
			says("lifecycle_hook", "its default result is CONTINUE, not ABANDON"),
			says("lifecycle_hook_role", "missing"), says("lifecycle_rule", "missing"), says("lifecycle_queue", "VisibilityTimeout"),
			text("autoscaler_log_group_name", autoscalerLogs), text("api_key_ssm_parameter_name", ownParameter)),
		m.reimporting(moduleGroup, config, onlyChanging("components", "secure_env_vars", "spacelift_api_credentials"), still, named, ours{m}),
	)
}

// A parameter that the user brought to the module stays the user's.
func TestImportOfTheFunctionsOfTheModuleWithAParameterOfTheUsers(t *testing.T) {
	t.Parallel()
	m := newModule(t, false)
	theirs := m.parameter(t, "/theirs")
	m.functions(theirs.id)
	m.kept = append(m.kept, "ssm:parameter/theirs")
	config := m.scaling(m.apiKey("")).with(arguments{"byo_ssm": fmt.Sprintf("{ name = %q, arn = %q }", theirs.id, theirs.arn)})
	m.run(m.importing(poolID, config, onlyChanging("components", "drift", "launch_template_latest_version", "secure_env_vars"), ours{m}, text("api_key_ssm_parameter_name", "/theirs")))
}

// Without credentials in the configuration the functions go, the hook first of all of
// what would hold an instance.
func TestImportOfTheModuleWithoutItsFunctions(t *testing.T) {
	t.Parallel()
	m := newModule(t, false).functions(ownParameter)
	m.run(m.importing(poolID, m.same(), action(plancheck.ResourceActionUpdate), unmoved{m, m.instances()}, hookless{m},
		has("lifecycle_manager_function_arn", knownvalue.Null()), has("autoscaler_function_arn", knownvalue.Null()), has("lifecycle_queue_url", knownvalue.Null())))
}

// hookless checks that the group has no hook.
type hookless struct{ *module }

// CheckState implements statecheck.StateCheck.
func (h hookless) CheckState(_ context.Context, _ statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	out := done[*autoscaling.DescribeLifecycleHooksOutput](h.t)(h.Direct().AutoScaling.DescribeLifecycleHooks(h.ctx(), &autoscaling.DescribeLifecycleHooksInput{
		AutoScalingGroupName: ptr(moduleGroup),
	}))
	if len(out.LifecycleHooks) > 0 {
		resp.Error = fmt.Errorf("the group has hooks: %+v", out.LifecycleHooks)
	}
}

// The functions of an imported pool go with it.
func TestDestroyOfTheFunctionsOfTheModule(t *testing.T) {
	t.Parallel()
	m := newModule(t, false).functions(ownParameter)
	m.run(resource.TestStep{
		Config: m.config(m.scaling(m.signedIn())), ResourceName: pool, ImportState: true, ImportStateId: poolID, ImportStatePersist: true,
	})
}
