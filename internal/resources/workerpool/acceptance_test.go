package workerpool_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/provider"
)

const (
	poolID      = "01HZXK3J5T9V2QWERTY0123456"
	otherPoolID = "01HZXK3J5T9V2QWERTY0123457"
	pool        = "spacelift_ec2_workerpool.this"
)

// numbered is the id of one of ten other worker pools.
func numbered(digit int) string { return fmt.Sprint(poolID[:len(poolID)-1], digit) }

// address is that of the pool with a name.
func address(name string) string { return "spacelift_ec2_workerpool." + name }

func TestMain(m *testing.M) {
	// The namespace of the source address that the examples declare.
	if os.Getenv("TF_ACC_PROVIDER_NAMESPACE") == "" {
		if err := os.Setenv("TF_ACC_PROVIDER_NAMESPACE", "spacelift-io"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// arguments are those of the resource, as HCL expressions.
type arguments map[string]string

// with returns a copy of a with changes; an empty text removes.
func (a arguments) with(changes arguments) arguments {
	changed := maps.Clone(a)
	maps.Copy(changed, changes)
	maps.DeleteFunc(changed, func(_, expression string) bool { return expression == "" })
	return changed
}

// cloud is an AWS account with a network, and the provider configured for it.
type cloud struct {
	*awstest.Account
	before   []string // objects that are not the pool's
	settings string   // more of the provider block
	dir      string   // where the test's Terraform has its state, "" for anywhere
}

func newCloud(t *testing.T) *cloud {
	t.Helper()
	c := &cloud{Account: awstest.Start(t), dir: t.TempDir()}
	c.Network()
	c.hold(t, "sp5ft-", "custom")
	return c
}

// hold holds the provider to the policies that the documentation gives an operator, of
// pools whose names begin like this, and of a role that pools are given. The statements
// of these names apply without their condition.
func (c *cloud) hold(t *testing.T, name, role string, unconditional ...string) {
	t.Helper()
	var policies []string
	for _, text := range awstest.OperatorPolicies(t, "sp5ft-", name, "YOUR-ROLE", role, "YOUR-KEY", "*") {
		var policy struct {
			Version   string
			Statement []map[string]any
		}
		if err := json.Unmarshal([]byte(text), &policy); err != nil {
			t.Fatal(err)
		}
		for _, statement := range policy.Statement {
			if sid, _ := statement["Sid"].(string); slices.Contains(unconditional, sid) {
				delete(statement, "Condition")
			}
		}
		held, err := json.Marshal(policy)
		if err != nil {
			t.Fatal(err)
		}
		policies = append(policies, string(held))
	}
	if err := c.Hold(policies...); err != nil {
		t.Fatal(err)
	}
}

// minimal is as little as a pool takes.
func (c *cloud) minimal() arguments {
	return arguments{
		"worker_pool_id":  quoted(poolID),
		"vpc_subnets":     list(c.Network().SubnetIDs...),
		"security_groups": list(c.Network().SecurityGroupIDs...),
		"secure_env_vars": `{ SPACELIFT_TOKEN = "token", SPACELIFT_POOL_PRIVATE_KEY = "key" }`,
	}
}

// signedIn are the arguments with which a pool's functions get at the account's
// Spacelift.
func (c *cloud) signedIn() arguments {
	key := c.Spacelift().Key()
	return arguments{"spacelift_api_credentials": fmt.Sprintf(
		"{ api_key_endpoint = %q, api_key_id = %q, api_key_secret_wo = %q, api_key_secret_wo_version = 1 }", c.SpaceliftURL(), key.ID, key.Secret,
	)}
}

// config is a whole configuration with one pool.
func (c *cloud) config(a arguments) string { return c.provider() + block(a) }

// block is the pool alone.
func block(a arguments) string { return named("this", a) }

// named is a pool whose address has this name.
func named(name string, a arguments) string {
	var body strings.Builder
	for _, argument := range slices.Sorted(maps.Keys(a)) {
		if argument == "timeouts" {
			fmt.Fprintf(&body, "  timeouts %s\n", a[argument])
			continue
		}
		fmt.Fprintf(&body, "  %s = %s\n", argument, a[argument])
	}
	return fmt.Sprintf("resource \"spacelift_ec2_workerpool\" %q {\n  provider = spacelift-ec2\n%s}\n", name, body.String())
}

func (c *cloud) provider() string {
	return `terraform {
  required_providers {
    spacelift-ec2 = {
      source = "spacelift-io/spacelift-ec2"
    }
  }
}
` + c.providerBlock()
}

func (c *cloud) providerBlock() string {
	var endpoints strings.Builder
	for _, service := range awstest.Services {
		fmt.Fprintf(&endpoints, "    %s = %q\n", service, c.Endpoint())
	}
	return fmt.Sprintf("provider \"spacelift-ec2\" {\n  region = %q\n  access_key = %q\n  secret_key = %q\n  endpoints = {\n%s  }\n%s}\n",
		c.Region(), c.AccessKey(), c.SecretKey(), endpoints.String(), c.settings)
}

func quoted(text string) string { return fmt.Sprintf("%q", text) }

func list(texts ...string) string {
	expressions := make([]string, 0, len(texts))
	for _, text := range texts {
		expressions = append(expressions, quoted(text))
	}
	return "[" + strings.Join(expressions, ", ") + "]"
}

// run takes the account through steps; afterwards nothing may be left in it.
func (c *cloud) run(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	c.before = c.objects(t)
	c.through(t, steps, func(*terraform.State) error {
		if left := c.objects(t); !slices.Equal(left, c.before) {
			return fmt.Errorf("objects before %v, left behind %v", c.before, left)
		}
		return nil
	})
}

// through takes the account through steps, and checks what is left afterwards.
func (c *cloud) through(t *testing.T, steps []resource.TestStep, left resource.TestCheckFunc) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"spacelift-ec2": providerserver.NewProtocol6WithError(provider.New("test")()),
		},
		WorkingDir:   c.dir,
		Steps:        steps,
		CheckDestroy: left,
	})
}

func (c *cloud) objects(t *testing.T) []string {
	t.Helper()
	objects, err := c.Objects(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

// apply is a step after which a plan is empty.
func apply(config string, checks ...any) resource.TestStep {
	step := resource.TestStep{Config: config}
	step.ConfigPlanChecks.PostApplyPostRefresh = []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}
	for _, check := range checks {
		add(&step, check)
	}
	return step
}
