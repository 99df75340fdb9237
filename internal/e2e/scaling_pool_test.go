package e2e

import (
	"fmt"
	"path/filepath"
	"testing"
)

// scalingPoolID is the pool of scalingPool.
const scalingPoolID = "01HZXK3J5T9V2QWERTY0123456"

// scalingPool is a pool that scales, drains and replaces its instances by itself:
// secret, log groups, parameter, both functions with all that they take, and an
// instance refresh. It takes the URL and the key of the account's Spacelift.
const scalingPool = `
terraform {
  required_providers {
    spacelift-ec2 = { source = "spacelift-io/spacelift-ec2" }
  }
}

variable "security_groups" { type = set(string) }
variable "vpc_subnets" { type = set(string) }
variable "max_size" { default = 5 }
variable "max_create" { default = 1 }
variable "memory_size" { default = 128 }
variable "schedule" { default = "rate(1 minute)" }
variable "drain_timeout" { default = 7200 }
variable "hook_timeout" { default = 300 }
variable "secret_version" { default = 1 }
variable "retention" { default = 60 }

resource "spacelift_ec2_workerpool" "this" {
  provider        = spacelift-ec2
  worker_pool_id  = "01HZXK3J5T9V2QWERTY0123456"
  security_groups = var.security_groups
  vpc_subnets     = var.vpc_subnets
  max_size        = var.max_size
  additional_tags = { Team = "a" }
  secure_env_vars = {
    SPACELIFT_TOKEN            = "the-token-of-the-pool"
    SPACELIFT_POOL_PRIVATE_KEY = "the-private-key-of-the-pool"
  }

  spacelift_api_credentials = {
    api_key_endpoint          = "%s"
    api_key_id                = "%s"
    api_key_secret_wo         = "%s"
    api_key_secret_wo_version = var.secret_version
  }
  autoscaling_configuration = {
    max_create          = var.max_create
    memory_size         = var.memory_size
    schedule_expression = var.schedule
  }
  instance_refresh               = {}
  drain_timeout                  = var.drain_timeout
  lifecycle_hook_timeout         = var.hook_timeout
  cloudwatch_log_group_retention = var.retention
}
`

// newScalingWorkspace is a workspace for scalingPool.
func newScalingWorkspace(tb testing.TB) *workspace {
	tb.Helper()
	w := newWorkspace(tb)
	service := w.account.Spacelift()
	service.AddPool(scalingPoolID)
	key := service.Key()
	write(tb, filepath.Join(w.dir, "main.tf"), fmt.Sprintf(scalingPool, w.account.SpaceliftURL(), key.ID, key.Secret))
	w.set(tb, w.account.SpaceliftEnv())
	w.account.ResetCalls()
	return w
}
