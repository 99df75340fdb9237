package workerpool_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	runner "github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/lambda"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas"
)

const (
	ownParameter    = "/" + baseName + "/api-secret-" + poolID
	autoscalerName  = baseName + "-ec2-autoscaler"
	lifecycleName   = baseName + "-lifecycle-manager"
	alarmTopic      = "arn:aws:sns:us-east-1:123456789012:alarms"
	autoscalerLogs  = "/aws/lambda/" + autoscalerName
	autoscalerGiven = "autoscaler_function_arn"
)

// served lets the account's Lambda run the pool's functions, on the processor of
// this machine, and its Spacelift serve the pool.
func (c *cloud) served(t *testing.T) *cloud {
	t.Helper()
	c.Spacelift().AddPool(poolID)
	c.Lambda().Adjust(func(f *runner.Function) {
		function := lambdas.Autoscaler
		if f.Name == lifecycleName {
			function = lambdas.Lifecycle
		}
		zip, err := lambdas.Zip(function, runtime.GOARCH)
		if err != nil {
			t.Error(err)
			return
		}
		f.Zip, f.Arch = zip, ""
	})
	c.Lambda().Start(0)
	return c
}

// apiKey are the arguments of a pool with an API key, whose secret this is.
func (c *cloud) apiKey(secret string) arguments {
	return arguments{"spacelift_api_credentials": fmt.Sprintf("{ api_key_endpoint = %q, api_key_id = %q, %s }", c.SpaceliftURL(), c.Spacelift().Key().ID, secret)}
}

// writeOnlyKey are those with a secret that is not in the state.
func (c *cloud) writeOnlyKey(secret string, version int) arguments {
	return c.apiKey(fmt.Sprintf("api_key_secret_wo = %s, api_key_secret_wo_version = %d", secret, version))
}

// parameter makes an SSM parameter of the user's.
func (c *cloud) parameter(t *testing.T, name string) thing {
	t.Helper()
	_, err := ssm.NewFromConfig(c.DirectConfig()).PutParameter(t.Context(), &ssm.PutParameterInput{Name: &name, Type: ssmtypes.ParameterTypeSecureString, Value: ptr("theirs")})
	if err != nil {
		t.Fatal(err)
	}
	return thing{name, "arn:aws:ssm:" + c.Region() + ":" + c.ID() + ":parameter" + name}
}

// holds checks the secret that the pool's parameter holds.
type holds struct {
	*cloud
	secret string
}

// CheckState implements statecheck.StateCheck.
func (h holds) CheckState(ctx context.Context, _ statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	out, err := ssm.NewFromConfig(h.DirectConfig()).GetParameter(ctx, &ssm.GetParameterInput{Name: ptr(ownParameter), WithDecryption: ptr(true)})
	if err != nil {
		resp.Error = err
		return
	}
	if got := aws.ToString(out.Parameter.Value); got != h.secret {
		resp.Error = fmt.Errorf("the parameter holds %q, want %q", got, h.secret)
	}
}

// deployed checks a variable of a function, "" for none.
type deployed struct {
	*cloud
	function, variable, value string
}

// CheckState implements statecheck.StateCheck.
func (d deployed) CheckState(ctx context.Context, _ statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	out, err := lambda.NewFromConfig(d.DirectConfig()).GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: &d.function})
	if err != nil {
		resp.Error = err
		return
	}
	if got := out.Configuration.Environment.Variables[d.variable]; got != d.value {
		resp.Error = fmt.Errorf("%s of %s is %q, want %q", d.variable, d.function, got, d.value)
	}
}

func changeParameter(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.SSM.PutParameter(ctx, &ssm.PutParameterInput{Name: ptr(ownParameter), Value: ptr("somebody's"), Overwrite: ptr(true)})
	return err
}

func deleteParameter(ctx context.Context, clients *awsapi.Clients) error {
	_, err := clients.SSM.DeleteParameter(ctx, &ssm.DeleteParameterInput{Name: ptr(ownParameter)})
	return err
}

func TestFunctionArguments(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	network := c.Network()
	lifecycle := changing{"components", "api_key_ssm_parameter_name", "lifecycle_manager_function_arn", "lifecycle_queue_url", "log_group_arns"}
	autoscaler := changing{"components", autoscalerGiven, "autoscaler_log_group_name", "log_group_arns"}
	keyed := c.minimal().with(c.writeOnlyKey(quoted(c.Spacelift().Key().Secret), 1))
	scaled := keyed.with(arguments{"autoscaling_configuration": "{}"})
	all := keyed.with(arguments{
		"autoscaling_configuration": `{
    architecture = "amd64", schedule_expression = "rate(5 minutes)", max_create = 7, max_terminate = 3, timeout = 90, memory_size = 256, scale_down_delay = 4
    polling_interval = 30, min_idle_workers = 1, target_utilization = 80, scale_out_cooldown = 20, scale_in_cooldown = 40, boot_timeout = 300, log_level = "debug", dry_run = true
  }`,
		"autoscaler_extra_env": `{ AUTOSCALING_MAX_KILL = "9", MY_OWN = "x" }`, "autoscaling_vpc_subnets": list(network.SubnetIDs...), "autoscaling_vpc_sg_ids": list(network.SecurityGroupIDs...),
		"autoscaling_tracing_mode": `"PassThrough"`, "lifecycle_hook_timeout": "600", "drain_timeout": "7200", "on_drain_timeout": `"retain"`,
		"monitoring": fmt.Sprintf("{ dashboard = true, alarm_actions = [%q] }", alarmTopic),
	})
	c.run(t,
		apply(c.config(c.minimal()), has(autoscalerGiven, knownvalue.Null()), has("lifecycle_queue_url", knownvalue.Null())),
		apply(c.config(keyed), lifecycle, has(autoscalerGiven, knownvalue.Null()), has("lifecycle_queue_url", knownvalue.NotNull()),
			deployed{c, lifecycleName, "LIFECYCLE_DRAIN_TIMEOUT", "4h0m0s"}),
		apply(c.config(scaled), autoscaler, has(autoscalerGiven, knownvalue.NotNull()), text("autoscaler_log_group_name", autoscalerLogs),
			deployed{c, autoscalerName, "AUTOSCALING_POLLING_INTERVAL", "10s"}),
		apply(c.config(all), changing{"components", "dashboard_url"}, has("dashboard_url", knownvalue.NotNull()), deployed{c, autoscalerName, "AUTOSCALING_MAX_CREATE", "7"},
			deployed{c, autoscalerName, "AUTOSCALING_MAX_KILL", "9"}, deployed{c, autoscalerName, "MY_OWN", "x"}, deployed{c, lifecycleName, "LOG_LEVEL", "debug"},
			deployed{c, lifecycleName, "LIFECYCLE_ON_DRAIN_TIMEOUT", "retain"}, deployed{c, lifecycleName, "LIFECYCLE_DRAIN_TIMEOUT", "2h0m0s"}),
		apply(c.config(scaled), changing{"components", "dashboard_url"}, has("dashboard_url", knownvalue.Null()), deployed{c, autoscalerName, "MY_OWN", ""}),
		apply(c.config(keyed), autoscaler, has(autoscalerGiven, knownvalue.Null())),
		apply(c.config(c.minimal()), lifecycle, has("lifecycle_manager_function_arn", knownvalue.Null()), has("api_key_ssm_parameter_name", knownvalue.Null())),
	)
}
