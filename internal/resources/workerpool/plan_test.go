package workerpool

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// noise is a text of 40000 characters that does not compress well.

// offline is a provider that does not reach AWS.

func offline() *ProviderData { return &ProviderData{Unknown: true} }

// in is a provider for a region. Its clients must not be used.

// nowhere is a provider that knows no region.

// existing is the state of a pool made from config, as a refresh leaves it.

func existing(t *testing.T, config object) object {
	t.Helper()
	values := decode(t, planned(t, offline(), config, nil).PlannedState)
	state := object{}
	for name, value := range values {
		if value.IsKnown() {
			state[name] = value
		}
	}
	components := object{}
	for _, name := range []string{
		stack.ComponentGroup, stack.ComponentLaunchTemplate, stack.ComponentProfile, stack.ComponentRole, stack.ComponentSecret,
		stack.ComponentSecretVersion, stack.ComponentInfoLog, stack.ComponentErrorLog,
	} {
		components[name] = "x"
	}
	return state.with(object{
		"ami_id": "ami-00000001", "latest_ami_id": "ami-00000001", "autoscaling_group_arn": "arn", "autoscaling_group_name": "name",
		"launch_template_id": "lt", "launch_template_latest_version": 3, "instances_role_arn": "arn", "instances_role_name": "name",
		"instance_profile_arn": "arn", "secretsmanager_secret_arn": "arn", "log_group_arns": object{"a": "b"}, "components": components,
	})
}

func decode(t *testing.T, dynamic *tfprotov6.DynamicValue) map[string]tftypes.Value {
	t.Helper()
	v, err := dynamic.Unmarshal(objectType(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]tftypes.Value{}
	if err := v.As(&values); err != nil {
		t.Fatal(err)
	}
	return values
}

var allOutputs = []string{
	"latest_ami_id", "autoscaling_group_arn", "autoscaling_group_name", "launch_template_id", "launch_template_latest_version",
	"instances_role_arn", "instances_role_name", "instance_profile_arn", "secretsmanager_secret_arn", "log_group_arns", "components",
	"api_key_ssm_parameter_name", "autoscaler_function_arn", "autoscaler_log_group_name", "lifecycle_manager_function_arn", "lifecycle_queue_url", "dashboard_url",
}

// An update makes unknown what it may change, and nothing else.

func TestUpdateMakesUnknownWhatItMayChange(t *testing.T) {
	t.Parallel()
	const version = "launch_template_latest_version"
	role := []string{"instances_role_arn", "instances_role_name"}
	lifecycle := []string{"api_key_ssm_parameter_name", "components", "lifecycle_manager_function_arn", "lifecycle_queue_url", "log_group_arns"}
	autoscaler := []string{"autoscaler_function_arn", "autoscaler_log_group_name"}
	for name, test := range map[string]struct {
		config object // changes of the configuration
		state  object // changes of the state
		want   []string
	}{
		"sizes":              {config: object{"max_size": 3, "min_size": 2}},
		"schedules":          {config: scheduled(nil), want: []string{"components"}},
		"several types":      {config: mixed(object{"on_demand_percentage_above_base_capacity": 50})},
		"lifetime":           {config: object{"max_instance_lifetime": 86400, "capacity_rebalance": true}},
		"metrics":            {config: object{"enabled_metrics": []any{}}},
		"subnets":            {config: object{"vpc_subnets": []any{"subnet-0123456789abcdef1"}}},
		"retention":          {config: object{"cloudwatch_log_group_retention": 7}},
		"boundary":           {config: object{"iam_permissions_boundary": "arn:aws:iam::aws:policy/X"}},
		"statements":         {config: object{"extra_iam_statements": []any{allow("A")}}},
		"version in use":     {config: object{"launch_template_version": "2"}},
		"timeouts":           {config: object{"timeouts": object{"create": "1h"}}},
		"instance type":      {config: object{"ec2_instance_type": "t3.large"}, want: []string{version}},
		"security groups":    {config: object{"security_groups": []any{"sg-0123456789abcdef1"}}, want: []string{version}},
		"tags":               {config: object{"additional_tags": object{"a": "b"}}, want: []string{version}},
		"tag specifications": {config: object{"tag_specifications": []any{object{"resource_type": "volume", "tags": object{"a": "b"}}}}, want: []string{version}},
		"configuration":      {config: object{"configuration": "export A=1"}, want: []string{version}},
		"image":              {config: object{"ami_id": "ami-00000002"}, want: []string{version}},
		"newer image":        {state: object{"latest_ami_id": "ami-00000002"}, want: []string{version}},
		"architecture":       {config: object{"ami_architecture": "arm64"}, want: []string{"ami_id", "latest_ami_id", version}},
		"secret value":       {config: object{"secure_env_vars": object{"A": "top-secret"}}, want: []string{"components"}},
		"secret unknown": {
			config: object{"secure_env_vars": object{"A": notKnown{}}},
			want:   slices.Concat([]string{version, "secretsmanager_secret_arn", "dashboard_url"}, role, lifecycle, autoscaler),
		},
		"write-only values instead": {config: writeOnlyPool(nil), want: []string{"components"}},
		"write-only values not known": {
			config: writeOnlyPool(object{"secure_env_vars_wo": notKnown{}, "max_size": 3}),
			state:  object{"secure_env_vars": nil, "secure_env_vars_wo_version": 1},
		},
		"another write-only version": {
			config: writeOnlyPool(object{"secure_env_vars_wo_version": 2}), want: []string{"components"},
			state: object{"secure_env_vars": nil, "secure_env_vars_wo_version": 1},
		},
		"a key":         {config: withKey(nil), want: lifecycle},
		"an autoscaler": {config: scaled(nil), want: slices.Concat(lifecycle, autoscaler)},
		"no secret":     {config: object{"secure_env_vars": nil, "configuration": "export A=1"}, want: []string{"components", version, "secretsmanager_secret_arn"}},
		"custom role":   {config: object{"create_iam_role": false, "custom_iam_role_name": "mine"}, want: slices.Concat([]string{"components", version}, role)},
		"no log groups": {config: object{"manage_log_groups": false}, want: []string{"components", "log_group_arns"}},
		"drift of the group": {
			state: object{"drift": object{stack.ComponentGroup: "changed"}}, want: []string{"components"},
		},
		"group deleted": {
			state: object{"drift": object{stack.ComponentGroup: "deleted"}, "autoscaling_group_arn": nil, "autoscaling_group_name": nil},
			want:  []string{"autoscaling_group_arn", "autoscaling_group_name", "components"},
		},
		"drift of the template": {state: object{"drift": object{stack.ComponentLaunchTemplate: "changed"}}, want: []string{"components", version}},
		"drift of the secret":   {state: object{"drift": object{stack.ComponentSecret: "changed"}}, want: []string{"components"}},
		"drift of the role":     {state: object{"drift": object{stack.ComponentRole: "changed"}}, want: []string{"components"}},
		"drift of a log group":  {state: object{"drift": object{stack.ComponentErrorLog: "changed"}}, want: []string{"components"}},
		"newest image not seen": {state: object{"latest_ami_id": nil}, config: object{"max_size": 3}, want: []string{"latest_ami_id"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state := existing(t, right().with(object{"region": "eu-west-1"})).with(test.state)
			resp := planned(t, tagged(map[string]string{}), right().with(object{"region": "eu-west-1"}).with(test.config), state)
			if len(errorsIn(resp.Diagnostics)) > 0 || len(resp.RequiresReplace) > 0 {
				t.Fatalf("%s\nreplace: %v", describe(resp.Diagnostics), resp.RequiresReplace)
			}
			after := decode(t, resp.PlannedState)
			var unknown []string
			for _, output := range append(allOutputs, "ami_id") {
				if !after[output].IsKnown() {
					unknown = append(unknown, output)
				}
			}
			if slices.Sort(unknown); !slices.Equal(unknown, slices.Sorted(slices.Values(test.want))) {
				t.Errorf("unknown are %v, want %v", unknown, test.want)
			}
		})
	}
}

func TestUnchangedConfigurationPlansNothing(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]object{
		"minimal":     {},
		"self-hosted": hosted(object{"ca_certificates": []any{testCertificate}}),
		"spot":        spot(object{"max_price": "0.05"}),
		"schedules":   scheduled(object{"max_size": 3}),
		"mixed":       mixed(object{"on_demand_percentage_above_base_capacity": 20}),
		"functions":   scaled(object{"max_create": 3}).with(object{"monitoring": object{"dashboard": true}, "ca_bundle": testCertificate}),
		"API secret":  writeOnlyKey(nil),
		"set in another order": {
			"security_groups": []any{"sg-0123456789abcdef1", "sg-0123456789abcdef0"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := right().with(object{"region": "eu-west-1"}).with(change)
			state := existing(t, config)
			if resp := planned(t, offline(), config, state); len(resp.Diagnostics) > 0 {
				t.Error(describe(resp.Diagnostics))
			} else if changes := differences(t, state, resp); len(changes) > 0 {
				t.Errorf("plans to change %v", changes)
			}
		})
	}
}

func differences(t *testing.T, state object, resp *tfprotov6.PlanResourceChangeResponse) (names []string) {
	t.Helper()
	before := map[string]tftypes.Value{}
	if err := value(t, objectType(t.Context()), state).As(&before); err != nil {
		t.Fatal(err)
	}
	for name, after := range decode(t, resp.PlannedState) {
		if !before[name].Equal(after) {
			names = append(names, fmt.Sprintf("%s (%s → %s)", name, before[name], after))
		}
	}
	return names
}

func TestReplacedBy(t *testing.T) {
	t.Parallel()
	start := object{"region": "eu-west-1", "base_name": "mine"}
	for name, test := range map[string]struct {
		data   *ProviderData
		change object
		want   []string
	}{
		"nothing":                  {offline(), object{}, nil},
		"a size":                   {offline(), object{"max_size": 2}, nil},
		"another pool":             {offline(), object{"worker_pool_id": "01HZXK3J5T9V2QWERTY0123457"}, []string{"worker_pool_id"}},
		"another name":             {offline(), object{"base_name": "other"}, []string{"base_name"}},
		"the default name":         {offline(), object{"base_name": nil}, []string{"base_name"}},
		"another region":           {offline(), object{"region": "eu-west-2"}, []string{"region"}},
		"the provider's region":    {in("us-east-1", "aws"), object{"region": nil}, []string{"region"}},
		"a provider not yet known": {offline(), object{"region": nil}, nil},
		"an unknown name":          {offline(), object{"base_name": notKnown{}}, []string{"base_name"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp := planned(t, test.data, right().with(start).with(test.change), existing(t, right().with(start)))
			var got []string
			for _, path := range resp.RequiresReplace {
				got = append(got, attributeOf(path))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("replaced by %v, want %v\n%s", got, test.want, describe(resp.Diagnostics))
			}
		})
	}
}

func TestDestroyPlansNothing(t *testing.T) {
	t.Parallel()
	typ := objectType(t.Context())
	null := dynamic(t, tftypes.NewValue(typ, nil))
	resp, err := server(t, offline()).PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: resourceType, Config: null, ProposedNewState: null, PriorState: dynamic(t, value(t, typ, existing(t, right()))),
	})
	if err != nil || len(resp.Diagnostics) > 0 {
		t.Error(err, describe(resp.Diagnostics))
	}
}

// Nothing can be made with a provider that is not configured, and the error says so.

func TestComponentsComeFromTheStack(t *testing.T) {
	t.Parallel()
	m := model{SecureEnvVars: mapOf(map[string]string{"A": "b"}), ManageLogGroups: types.BoolValue(true)}
	want := slices.Sorted(slices.Values(expand(m, nil).Components()))
	var components map[string]tftypes.Value
	if err := value(t, tftypes.Map{ElementType: tftypes.String}, existing(t, right())["components"].(object)).As(&components); err != nil {
		t.Fatal(err)
	}
	if got := slices.Sorted(maps.Keys(components)); !slices.Equal(got, want) {
		t.Errorf("the tests think that a pool has %v, but it has %v", got, want)
	}
}

// functioning is the state of a pool with functions.
func functioning(t *testing.T, config object) object {
	t.Helper()
	components := object{}
	spec := stack.Spec{
		Secret: stack.Secret{Values: map[string]string{"A": "b"}}, LogGroups: stack.LogGroups{Managed: true}, Autoscaling: &stack.Autoscaling{},
		APICredentials: &stack.APICredentials{Existing: &stack.ExistingParameter{}},
	}
	for _, name := range spec.Components() {
		components[name] = "x"
	}
	return existing(t, config).with(object{
		"components": components, "api_key_ssm_parameter_name": "/p", "autoscaler_function_arn": "arn", "autoscaler_log_group_name": "logs", "lifecycle_manager_function_arn": "arn",
		"lifecycle_queue_url": "https://q",
	})
}

// What an update of the functions makes unknown.
func TestUpdateOfFunctions(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config object
		state  object
		want   []string
	}{
		"limits":             {config: scaled(object{"max_create": 3})},
		"processor":          {config: scaled(object{"architecture": "amd64"})},
		"package":            {config: scaled(object{"s3_package": object{"bucket": "my-bucket", "key": "k"}})},
		"variables":          {config: variables(object{"MY_OWN": "x"})},
		"draining":           {config: object{"drain_timeout": 60, "lifecycle_hook_timeout": 400, "on_drain_timeout": "retain"}},
		"network":            {config: object{"autoscaling_vpc_subnets": []any{"subnet-01234567"}, "autoscaling_vpc_sg_ids": []any{"sg-01234567"}}, want: []string{"components"}},
		"bundle":             {config: object{"ca_bundle": testCertificate}},
		"long bundle":        {config: object{"ca_bundle": strings.Repeat(testCertificate, 10)}, want: []string{"components"}},
		"account":            {config: withKey(object{"byo_ssm": withKey(nil)["byo_ssm"], "autoscaling_tracing_mode": "PassThrough"})},
		"own secret":         {config: writeOnlyKey(object{"api_key_secret_wo": notKnown{}}).with(object{"autoscaling_configuration": object{}}), want: []string{"api_key_ssm_parameter_name", "components"}},
		"another parameter":  {config: existingParameter(object{"name": "/b", "arn": "arn:aws:ssm:eu-west-1:123456789012:parameter/b"}), want: []string{"api_key_ssm_parameter_name"}},
		"no autoscaler":      {config: object{"autoscaling_configuration": nil}, want: []string{"autoscaler_function_arn", "autoscaler_log_group_name", "components", "log_group_arns"}},
		"autoscaler deleted": {state: object{"autoscaler_function_arn": nil, "drift": object{"autoscaler": "deleted"}}, want: []string{"autoscaler_function_arn", "components"}},
		"queue deleted":      {state: object{"lifecycle_queue_url": nil, "drift": object{"lifecycle_queue": "deleted"}}, want: []string{"components", "lifecycle_queue_url"}},
		"no functions": {
			config: object{"autoscaling_configuration": nil, "spacelift_api_credentials": nil, "byo_ssm": nil},
			want:   []string{"autoscaler_function_arn", "autoscaler_log_group_name", "components", "log_group_arns", "api_key_ssm_parameter_name", "lifecycle_manager_function_arn", "lifecycle_queue_url"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := right().with(object{"region": "eu-west-1"}).with(scaled(nil))
			config := start.with(test.config)
			if test.config["autoscaling_configuration"] == nil && test.config["spacelift_api_credentials"] != nil {
				config = config.with(object{"autoscaling_configuration": start["autoscaling_configuration"]})
			}
			resp := planned(t, tagged(map[string]string{}), config, functioning(t, start).with(test.state))
			if len(errorsIn(resp.Diagnostics)) > 0 {
				t.Fatal(describe(resp.Diagnostics))
			}
			after := decode(t, resp.PlannedState)
			var unknown []string
			for _, output := range allOutputs {
				if !after[output].IsKnown() {
					unknown = append(unknown, output)
				}
			}
			if slices.Sort(unknown); !slices.Equal(unknown, slices.Sorted(slices.Values(test.want))) {
				t.Errorf("unknown are %v, want %v", unknown, test.want)
			}
		})
	}
}
