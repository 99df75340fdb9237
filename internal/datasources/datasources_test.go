package datasources_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/provider"
)

const poolID = "01HZXK3J5T9V2QWERTY0123456"

func TestMain(m *testing.M) {
	// The namespace of the source address that the examples declare.
	if os.Getenv("TF_ACC_PROVIDER_NAMESPACE") == "" {
		if err := os.Setenv("TF_ACC_PROVIDER_NAMESPACE", "spacelift-io"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// start is an account in which the provider is held to the policies that the documentation
// gives an operator, of pools whose names begin with name.
func start(t *testing.T, name string) *awstest.Account {
	t.Helper()
	a := awstest.Start(t)
	a.Network()
	if err := a.Hold(awstest.OperatorPolicies(t, "sp5ft-", name)...); err != nil {
		t.Fatal(err)
	}
	return a
}

// configured is a provider for the account; key adds its Spacelift API key.
func configured(a *awstest.Account, key bool) string {
	var endpoints strings.Builder
	for _, service := range awstest.Services {
		fmt.Fprintf(&endpoints, "    %s = %q\n", service, a.Endpoint())
	}
	spacelift := ""
	if key {
		k := a.Spacelift().Key()
		spacelift = fmt.Sprintf("  spacelift = { api_key_endpoint = %q, api_key_id = %q, api_key_secret = %q }\n", a.SpaceliftURL(), k.ID, k.Secret)
	}
	return fmt.Sprintf(`terraform {
  required_providers {
    spacelift-ec2 = {
      source = "spacelift-io/spacelift-ec2"
    }
  }
}
provider "spacelift-ec2" {
  region = %q
  access_key = %q
  secret_key = %q
  endpoints = {
%s  }
%s}
`, a.Region(), a.AccessKey(), a.SecretKey(), endpoints.String(), spacelift)
}

func run(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"spacelift-ec2": providerserver.NewProtocol6WithError(provider.New("test")()),
		},
		Steps: steps,
	})
}

func data(kind, arguments string) string {
	return fmt.Sprintf("data %q \"this\" {\n  provider = spacelift-ec2\n%s}\n", kind, arguments)
}

func has(kind string, want map[string]knownvalue.Check) (checks []statecheck.StateCheck) {
	for attribute, value := range want {
		checks = append(checks, statecheck.ExpectKnownValue("data."+kind+".this", tfjsonpath.New(attribute), value))
	}
	return checks
}

func words(text string) *regexp.Regexp {
	return regexp.MustCompile(strings.ReplaceAll(regexp.QuoteMeta(text), " ", `[\s│]+`))
}

const imageType = "spacelift_ec2_worker_image"

func TestWorkerImage(t *testing.T) {
	t.Parallel()
	a := start(t, "sp5ft-")
	text := knownvalue.StringExact
	run(t,
		resource.TestStep{
			Config: configured(a, false) + data(imageType, ""),
			ConfigStateChecks: has(imageType, map[string]knownvalue.Check{
				"id": text(awstest.ImageNewerX86), "name": text("spacelift-1800000000-x86_64"), "architecture": text("x86_64"),
				"region": text("us-east-1"), "creation_date": text("2027-01-15T08:00:00Z"), "root_device_name": text("/dev/xvda"),
			}),
		},
		resource.TestStep{
			Config:            configured(a, false) + data(imageType, "architecture = \"arm64\"\nregion = \"eu-west-1\"\n"),
			ConfigStateChecks: has(imageType, map[string]knownvalue.Check{"id": text(awstest.ImageNewerARM), "region": text("eu-west-1")}),
		},
		resource.TestStep{Config: configured(a, false) + data(imageType, "architecture = \"riscv\"\n"), ExpectError: words(`value must be one of`)},
		resource.TestStep{Config: configured(a, false) + data(imageType, "region = \"mars-1\"\n"), ExpectError: words(`"mars-1", which is not the name of an AWS region`)},
		resource.TestStep{Config: configured(a, false) + data(imageType, "region = \"cn-north-1\"\n"), ExpectError: words("no worker images are published in partition aws-cn")},
	)
}

const poolType = "spacelift_ec2_workerpool"

func TestWorkerPool(t *testing.T) {
	t.Parallel()
	a := start(t, "workers")
	a.Spacelift().AddPool(poolID)
	network := a.Network()
	managed := fmt.Sprintf(`resource "spacelift_ec2_workerpool" "this" {
  provider        = spacelift-ec2
  worker_pool_id  = %q
  base_name       = "workers"
  vpc_subnets     = [%q]
  security_groups = [%q]
  min_size        = 2
  max_size        = 4
  secure_env_vars = { SPACELIFT_TOKEN = "t" }
  wait_for_workers = 2
}
`, poolID, network.SubnetIDs[0], network.SecurityGroupIDs[0])
	byID := data(poolType, "worker_pool_id = spacelift_ec2_workerpool.this.worker_pool_id\ndepends_on = [spacelift_ec2_workerpool.this]\n")
	byName := data(poolType, "base_name = \"workers\"\nregion = \"us-east-1\"\n")
	text, number := knownvalue.StringExact, knownvalue.Int64Exact
	worker := knownvalue.ObjectPartial(map[string]knownvalue.Check{
		"busy": knownvalue.Bool(false), "drained": knownvalue.Bool(false), "autoscaling_group_name": text("workers"), "instance_id": knownvalue.StringRegexp(regexp.MustCompile("^i-")),
	})
	instance := knownvalue.ObjectPartial(map[string]knownvalue.Check{
		"state": text("InService"), "healthy": knownvalue.Bool(true), "instance_type": text("t3.micro"), "launch_template_version": text("1"),
	})
	run(t,
		resource.TestStep{
			Config: configured(a, true) + managed + byID,
			ConfigStateChecks: has(poolType, map[string]knownvalue.Check{
				"base_name": text("workers"), "region": text("us-east-1"), "autoscaling_group_name": text("workers"), "min_size": number(2), "max_size": number(4),
				"desired_capacity": number(2), "ami_id": text(awstest.ImageNewerX86), "instances_role_name": text("workers-us-east-1"),
				"components": knownvalue.MapSizeExact(8), "secretsmanager_secret_arn": knownvalue.NotNull(), "launch_template_latest_version": number(1),
				"instances": knownvalue.ListExact([]knownvalue.Check{instance, instance}),
				"workers":   knownvalue.ListExact([]knownvalue.Check{worker, worker}), "pending_runs": number(0),
			}),
		},
		resource.TestStep{
			Config: configured(a, false) + strings.Replace(managed, "  wait_for_workers = 2\n", "", 1) + byName,
			ConfigStateChecks: has(poolType, map[string]knownvalue.Check{
				"worker_pool_id": text(poolID), "instances": knownvalue.ListSizeExact(2), "workers": knownvalue.Null(), "pending_runs": knownvalue.Null(),
			}),
		},
		resource.TestStep{Config: configured(a, false) + managed + data(poolType, ""), ExpectError: words("One of worker_pool_id and base_name")},
		resource.TestStep{
			Config:      configured(a, false) + strings.Replace(managed, "  wait_for_workers = 2\n", "", 1) + data(poolType, "base_name = \"other\"\n"),
			ExpectError: words("Worker pool not found"),
		},
	)
}

// A pool that Spacelift does not show is an error, not an empty list.
func TestWorkersNotRead(t *testing.T) {
	t.Parallel()
	a := start(t, "sp5ft-")
	network := a.Network()
	managed := fmt.Sprintf("resource \"spacelift_ec2_workerpool\" \"this\" {\n  provider = spacelift-ec2\n  worker_pool_id = %q\n  vpc_subnets = [%q]\n  security_groups = [%q]\n"+
		"  configuration = \"true\"\n  force_destroy = true\n}\n", poolID, network.SubnetIDs[0], network.SecurityGroupIDs[0])
	run(t,
		resource.TestStep{Config: configured(a, false) + managed},
		resource.TestStep{
			Config:      configured(a, true) + managed + data(poolType, "worker_pool_id = \""+poolID+"\"\n"),
			ExpectError: regexp.MustCompile(`(?s)Workers not read.*does not\s+exist`),
		},
		resource.TestStep{Config: configured(a, false) + managed},
	)
}
