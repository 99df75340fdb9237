package e2e

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-exec/tfexec"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	// What the binary is built from: without it, go test would show the results of
	// another provider from its cache.
	_ "github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/provider"
)

// provider builds the binary once, and returns the folder it is in.
var provider = sync.OnceValues(func() (string, error) {
	root, err := filepath.Abs("../..")
	if err != nil {
		return "", err
	}
	for _, name := range []string{"GNUmakefile", "main.go"} { // go test notices what it reads
		if _, err := os.ReadFile(filepath.Join(root, name)); err != nil {
			return "", err
		}
	}
	if out, err := exec.Command("make", "-C", root, "build").CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the provider: %w\n%s", err, out)
	}
	return filepath.Join(root, "build"), nil
})

// runsFunctions skips a test where the functions that the provider carries cannot run.
func runsFunctions(tb testing.TB) {
	tb.Helper()
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		tb.Skip("the built functions run on Linux; this machine's architecture is not tested")
	}
}

// configuration is a pool with a secret and log groups. Its sizes are variables,
// so that a test can change one argument.
const configuration = `
terraform {
  required_providers {
    spacelift-ec2 = { source = "spacelift-io/spacelift-ec2" }
  }
}

variable "security_groups" { type = set(string) }
variable "vpc_subnets" { type = set(string) }
variable "max_size" { default = 5 }
variable "volume_size" { default = 40 }
variable "configuration" { default = "export A=1" }
variable "instance_type" { default = "t3.micro" }
variable "morning" { default = "0 8 * * 1-5" }

resource "spacelift_ec2_workerpool" "this" {
  provider          = spacelift-ec2
  worker_pool_id    = "01HZXK3J5T9V2QWERTY0123456"
  security_groups   = var.security_groups
  vpc_subnets       = var.vpc_subnets
  min_size          = 1
  max_size          = var.max_size
  volume_size       = var.volume_size
  ec2_instance_type = var.instance_type
  configuration     = var.configuration
  secure_env_vars = {
    SPACELIFT_TOKEN            = "the-token-of-the-pool"
    SPACELIFT_POOL_PRIVATE_KEY = "the-private-key-of-the-pool"
  }
}
`

// workspace is a folder with a configuration, in an account of its own.
type workspace struct {
	*tfexec.Terraform
	account *awstest.Account
	dir     string
	env     map[string]string
}

// newWorkspace prepares Terraform for the configuration. The provider is found
// through dev_overrides, which needs no init.
func newWorkspace(tb testing.TB) *workspace {
	tb.Helper()
	return newWorkspaceOf(tb, configuration)
}

// newWorkspaceOf is newWorkspace for another configuration.
func newWorkspaceOf(tb testing.TB, text string) *workspace {
	tb.Helper()
	binary, err := provider()
	if err != nil {
		tb.Fatal(err)
	}
	account := awstest.Start(tb)
	network := account.Network()
	w := &workspace{account: account, dir: tb.TempDir()}
	write(tb, filepath.Join(w.dir, "main.tf"), text)
	write(tb, filepath.Join(w.dir, "terraform.tfvars"), fmt.Sprintf("vpc_subnets = [%s]\nsecurity_groups = [%s]\n",
		quoted(network.SubnetIDs), quoted(network.SecurityGroupIDs)))
	rc := filepath.Join(w.dir, "terraform.rc")
	write(tb, rc, fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"spacelift-io/spacelift-ec2\" = %q\n  }\n  direct {}\n}\n", binary))
	w.env = map[string]string{
		"TF_CLI_CONFIG_FILE": rc, "CHECKPOINT_DISABLE": "1", "PATH": os.Getenv("PATH"), "HOME": w.dir,
		// Go's own: with the provider's, a quarter of its time goes into saving memory.
		// The tests of memory and time do without.
		"GOGC": "100",
	}
	if w.Terraform, err = tfexec.NewTerraform(w.dir, terraform(tb)); err != nil {
		tb.Fatal(err)
	}
	w.set(tb, account.Env())
	w.SetStderr(io.Discard)
	w.hold(tb)
	account.ResetCalls()
	return w
}

// set adds variables, as NAME=value, to Terraform's environment.
func (w *workspace) set(tb testing.TB, variables []string) {
	tb.Helper()
	for _, variable := range variables {
		name, value, _ := strings.Cut(variable, "=")
		w.env[name] = value
	}
	if err := w.SetEnv(w.env); err != nil {
		tb.Fatal(err)
	}
}

// terraform is the path of the binary that the make targets found or installed.
func terraform(tb testing.TB) string {
	tb.Helper()
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		return path
	}
	path, err := exec.LookPath("terraform")
	if err != nil {
		tb.Fatal("terraform is neither on PATH nor named by TF_ACC_TERRAFORM_PATH: run the tests with `make test`, which installs it")
	}
	return path
}

// calls runs an operation and tells which AWS calls it made.
func (w *workspace) calls(tb testing.TB, operation func(context.Context) error) []awstest.Call {
	tb.Helper()
	w.account.ResetCalls()
	if err := operation(context.Background()); err != nil {
		tb.Fatal(err)
	}
	return w.account.Calls()
}

// nothingLeft asks the emulator itself.
func (w *workspace) nothingLeft(tb testing.TB) {
	tb.Helper()
	if objects := w.objects(tb); len(objects) > 0 {
		tb.Errorf("left behind: %s", strings.Join(objects, ", "))
	}
}

func (w *workspace) objects(tb testing.TB) []string {
	tb.Helper()
	objects, err := w.account.Objects(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	return objects
}

func write(tb testing.TB, path, text string) {
	tb.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
}

func quoted(list []string) string {
	texts := make([]string, 0, len(list))
	for _, item := range list {
		texts = append(texts, fmt.Sprintf("%q", item))
	}
	return strings.Join(texts, ", ")
}
