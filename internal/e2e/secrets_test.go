package e2e

import (
	"encoding/base64"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

// way is one of handing secrets to a pool.
type way struct {
	argument  string // HCL
	variables string // more HCL of the variables with secrets
	inState   string // the argument that the state and saved plans hold, "" for none
}

var ways = map[string]way{
	"in the state": {"secure_env_vars = local.secrets", "", "secure_env_vars"},
	"write-only":   {"secure_env_vars_wo = local.secrets\n  secure_env_vars_wo_version = var.round", "ephemeral = true", ""},
}

// huntedVariables begin a configuration all of whose secrets come from variables.
const huntedVariables = `
terraform {
  required_providers {
    spacelift-ec2 = { source = "spacelift-io/spacelift-ec2" }
  }
}

provider "spacelift-ec2" {
  spacelift = {
    api_key_endpoint = var.api_key_endpoint
    api_key_id       = var.api_key_id
    api_key_secret   = var.api_key_secret
  }
}

variable "security_groups" { type = set(string) }
variable "vpc_subnets" { type = set(string) }
variable "round" { type = number }
variable "token" {
  type      = string
  sensitive = true
  %[2]s
}
variable "key" {
  type      = string
  sensitive = true
  %[2]s
}
variable "api_key_endpoint" { type = string }
variable "api_key_id" { type = string }
variable "api_key_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}

locals {
  secrets = { SPACELIFT_TOKEN = var.token, SPACELIFT_POOL_PRIVATE_KEY = var.key }
}
`

// hunted is such a configuration.
const hunted = huntedVariables + `
resource "spacelift_ec2_workerpool" "this" {
  provider        = spacelift-ec2
  worker_pool_id  = "01HZXK3J5T9V2QWERTY0123456"
  security_groups = var.security_groups
  vpc_subnets     = var.vpc_subnets
  min_size        = 1
  configuration   = "export ROUND=${var.round}"
  %[1]s
}
`

// token and key are the pool's, which are others in each round.
func token(round int) string {
	return fmt.Sprintf("tokenQX7ZKround%d \"quoted\" 'single' $HOME `tick` \\ %%41&plus+ <tag>\nsecondLineOfRound%d", round, round)
}

func key(round int) string {
	return base64.StdEncoding.EncodeToString([]byte(strings.Repeat(fmt.Sprint("-----BEGIN KEY----- of round ", round), 4)))
}

// hunt runs Terraform at its most talkative and looks for secrets in all that is
// left of it.
type hunt struct {
	*workspace
	way    way
	search *search
	round  int
}

const rounds = 3

func newHunt(t *testing.T, way way) *hunt {
	t.Helper()
	return newHuntOf(t, fmt.Sprintf(hunted, way.argument, way.variables), way)
}

// newHuntOf is newHunt for another configuration with the same variables.
func newHuntOf(t *testing.T, text string, way way) *hunt {
	t.Helper()
	h := &hunt{workspace: newWorkspaceOf(t, text), way: way}
	spacelift := h.account.Spacelift()
	spacelift.AddPool("01HZXK3J5T9V2QWERTY0123456")
	h.env["TF_VAR_api_key_endpoint"], h.env["TF_VAR_api_key_id"] = h.account.SpaceliftURL(), spacelift.Key().ID
	h.env["TF_VAR_api_key_secret"] = spacelift.Key().Secret
	all := map[string]string{
		"api_key_secret": spacelift.Key().Secret, "aws_secret_key": h.account.SecretKey(),
		"Spacelift session": base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)), // how all of them begin
	}
	for round := range rounds {
		all[fmt.Sprint("token ", round)], all[fmt.Sprint("key ", round)] = token(round), key(round)
	}
	h.search = newSearch(all)
	return h
}

func TestSecretsStayWhereTheyBelong(t *testing.T) {
	t.Parallel()
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHunt(t, way)
			h.run(t, true, "plan", "-out=create.tfplan")
			h.run(t, true, "show", "-json", "create.tfplan")
			h.run(t, true, "apply", "create.tfplan")
			h.round++
			h.run(t, true, "apply", "-auto-approve")
			h.meddle(t)
			h.run(t, true, "plan", "-out=repair.tfplan")
			h.run(t, true, "apply", "repair.tfplan")
			h.round++
			h.account.Inject(awstest.FailAction("secretsmanager", "PutSecretValue", "AccessDeniedException", 0))
			h.run(t, false, "apply", "-auto-approve")
			h.account.ClearFaults()
			h.run(t, true, "show", "-json")
			h.examineTemplate(t, rounds)
			h.run(t, true, "destroy", "-auto-approve")
			h.examineFiles(t, "create.tfplan", "repair.tfplan")
			h.examineCalls(t, map[string]int{"PutSecretValue": rounds + 1}) // the drift, too
			h.nothingLeft(t)
		})
	}
}

// run runs Terraform, looks into what it says and returns that.
func (h *hunt) run(t *testing.T, succeeds bool, arguments ...string) string {
	t.Helper()
	command := exec.Command(terraform(t), append(arguments, "-no-color")...)
	command.Dir = h.dir
	command.Env = append(h.environment(), "TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(h.dir, "trace.log"), "TF_INPUT=0", "TMPDIR="+h.dir,
		"TF_VAR_token="+token(h.round), "TF_VAR_key="+key(h.round), fmt.Sprint("TF_VAR_round=", h.round))
	out, err := command.CombinedOutput()
	if (err == nil) != succeeds {
		t.Fatalf("terraform %v: %v\n%s", arguments, err, out)
	}
	if slices.Contains(arguments, "-json") {
		out = h.allowed(t, out)
	}
	h.examine(t, "the output of terraform "+arguments[0], out)
	return string(out)
}

// meddle changes the stored values as a stranger does.
func (h *hunt) meddle(t *testing.T) {
	t.Helper()
	_, err := h.account.Direct().SecretsManager.PutSecretValue(t.Context(), &secretsmanager.PutSecretValueInput{
		SecretId: aws.String("sp5ft-01HZXK3J5T9V2QWERTY0123456-secret"), SecretString: aws.String("{}"),
	})
	if err != nil {
		t.Fatal(err)
	}
}
