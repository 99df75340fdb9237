package e2e

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"

	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas"
)

// scaledBy are the arguments of an autoscaler that is quick, with more settings.
func scaledBy(more string) arguments {
	return arguments{
		"autoscaling_configuration": "{ max_create = 5, max_terminate = 5, timeout = 3, polling_interval = 1, " + more + " }",
		"autoscaler_extra_env":      fmt.Sprintf("{ AUTOSCALING_POLLING_INTERVAL = %q }", interval),
	}
}

// autoscalerParts are the components of an autoscaler.
var autoscalerParts = []string{"autoscaler_role", "autoscaler_log_group", "autoscaler_function", "autoscaler_rule", "autoscaler_permission"}

// TestTransitionsOfTheAutoscaler changes whether there is one, where it finds its
// key and where it runs.
func TestTransitionsOfTheAutoscaler(t *testing.T) {
	t.Parallel()
	c := newChangling(t, newWorkspace(t), nil)
	key, network := c.account.Spacelift().Key(), c.account.Network()
	credentials := fmt.Sprintf("{ api_key_endpoint = %q, api_key_id = %q }", c.account.SpaceliftURL(), key.ID)
	theirs := c.parameter(key.Secret)
	own := []string{"api_key_parameter", "api_key_parameter_version"}
	c.through(
		transition{name: "autoscaler on", change: scaledBy(`architecture = "amd64"`), adds: autoscalerParts},
		transition{name: "own parameter to theirs", leaves: own, change: arguments{
			"spacelift_api_credentials": credentials, "byo_ssm": fmt.Sprintf("{ name = %q, arn = %q }", theirs, c.parameterARN(theirs)),
		}},
		transition{name: "VPC on", adds: []string{"function_network"}, change: arguments{
			"autoscaling_vpc_subnets": "[" + quoted(network.SubnetIDs) + "]", "autoscaling_vpc_sg_ids": "[" + quoted(network.SecurityGroupIDs) + "]",
		}},
		transition{name: "their parameter to own", adds: own, change: arguments{"spacelift_api_credentials": c.arguments["spacelift_api_credentials"], "byo_ssm": ""}},
		transition{name: "VPC off", leaves: []string{"function_network"}, change: arguments{"autoscaling_vpc_subnets": "", "autoscaling_vpc_sg_ids": ""}},
		transition{name: "autoscaler off", leaves: autoscalerParts, change: arguments{"autoscaling_configuration": "", "autoscaler_extra_env": ""}},
	)
	c.finish()
}

// TestTransitionsOfTheCode changes what the functions consist of, and what watches
// them.
func TestTransitionsOfTheCode(t *testing.T) {
	t.Parallel()
	c := newChangling(t, newWorkspace(t), scaledBy(`architecture = "arm64"`))
	theirs := c.repacked(lambdas.Autoscaler)
	bucket, _ := c.account.PutPackage(t, "theirs.zip", theirs)
	c.terraform.hold(t, "YOUR-BUCKET", bucket)
	alarms := []string{"dashboard", "alarm_runs_waiting", "alarm_stray_instances", "alarm_retained_instances", "alarm_autoscaler_errors", "alarm_lifecycle_errors"}
	embedded := scaledBy(`architecture = "amd64"`)
	c.through(
		transition{name: "arm64 to amd64", change: embedded, then: runsOn("x86_64")},
		transition{name: "new version of the provider", first: outdated, then: func(c *changling) {
			for name, deployed := range c.deploys {
				ours, err := lambdas.SHA256(name, lambdas.AMD64)
				if got := *c.function(deployed).CodeSha256; err != nil || got != ours {
					c.Errorf("the hash of the code of %s is %s, not %s: %v", deployed, got, ours, err)
				}
			}
		}},
		transition{name: "embedded to s3_package", then: consistsOf(awstest.CodeSHA256(theirs)), change: scaledBy(fmt.Sprintf(
			`architecture = "amd64", s3_package = { bucket = %q, key = "theirs.zip" }`, bucket))},
		transition{name: "monitoring on", adds: alarms, change: arguments{"monitoring": `{ dashboard = true, alarm_actions = ["arn:aws:sns:us-east-1:123456789012:alarms"] }`}},
		transition{name: "s3_package to embedded", change: embedded},
		transition{name: "monitoring off", leaves: alarms, change: arguments{"monitoring": ""}},
		transition{name: "amd64 to arm64", change: scaledBy(`architecture = "arm64"`), then: runsOn("arm64")},
	)
	c.finish()
}

// outdated gives the functions the code of another version of the provider, of which
// the next plan tells.
func outdated(c *changling) {
	c.Helper()
	client := awslambda.NewFromConfig(c.account.DirectConfig())
	for name, deployed := range c.deploys {
		if _, err := client.UpdateFunctionCode(c.Context(), &awslambda.UpdateFunctionCodeInput{
			FunctionName: &deployed, ZipFile: c.repacked(name), Architectures: []lambdatypes.Architecture{lambdatypes.ArchitectureX8664},
		}); err != nil {
			c.Fatal(err)
		}
	}
	said := strings.Join(strings.Fields(c.terraform.output(c.T, "plan")), " ")
	for _, wanted := range []string{"Functions will be updated", "the code of this version of the provider", liveAutoscaler, liveLifecycle} {
		if !strings.Contains(said, wanted) {
			c.Errorf("the plan does not say %q: %s", wanted, said)
		}
	}
}

// runsOn checks the architecture of both functions.
func runsOn(architecture string) func(*changling) {
	return func(c *changling) {
		c.Helper()
		for _, name := range c.deploys {
			if got := fmt.Sprint(c.function(name).Architectures); got != "["+architecture+"]" {
				c.Errorf("%s runs on %s, not %s", name, got, architecture)
			}
		}
	}
}

// consistsOf checks the code of the autoscaler.
func consistsOf(hash string) func(*changling) {
	return func(c *changling) {
		c.Helper()
		if got := *c.function(liveAutoscaler).CodeSha256; got != hash {
			c.Errorf("the hash of the autoscaler's code is %s, not %s", got, hash)
		}
	}
}

// function is the configuration of a function.
func (c *changling) function(name string) *lambdatypes.FunctionConfiguration {
	c.Helper()
	out, err := awslambda.NewFromConfig(c.account.DirectConfig()).GetFunction(c.Context(), &awslambda.GetFunctionInput{FunctionName: &name})
	if err != nil {
		c.Fatal(err)
	}
	return out.Configuration
}

// parameter makes an SSM parameter of the user's and returns its name.
func (c *changling) parameter(secret string) (name string) {
	c.Helper()
	name = "/theirs"
	if _, err := ssm.NewFromConfig(c.account.DirectConfig()).PutParameter(c.Context(), &ssm.PutParameterInput{
		Name: &name, Type: ssmtypes.ParameterTypeSecureString, Value: &secret,
	}); err != nil {
		c.Fatal(err)
	}
	return name
}

func (c *changling) parameterARN(name string) string {
	return "arn:aws:ssm:" + c.account.Region() + ":" + c.account.ID() + ":parameter" + name
}

// repacked is a function for this machine, in an archive that is not the provider's.
func (c *changling) repacked(name string) []byte {
	c.Helper()
	ours, err := lambdas.Zip(name, lambdas.AMD64)
	if err != nil {
		c.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(ours), int64(len(ours)))
	if err != nil {
		c.Fatal(err)
	}
	var theirs bytes.Buffer
	z := zip.NewWriter(&theirs)
	if err := firstError(z.SetComment("theirs"), z.Copy(archive.File[0]), z.Close()); err != nil {
		c.Fatal(err)
	}
	return theirs.Bytes()
}
