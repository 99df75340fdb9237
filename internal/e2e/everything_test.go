package e2e

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
)

// everything is a pool with every argument of the worker side, and the lifecycle manager. It takes a KMS key
// and the account's Spacelift: its URL, and the id and secret of an API key.
const everything = `
terraform {
  required_providers {
    spacelift-ec2 = { source = "spacelift-io/spacelift-ec2" }
  }
}

provider "spacelift-ec2" {
  default_tags = { tags = { Owner = "platform" } }
}

variable "security_groups" { type = set(string) }
variable "vpc_subnets" { type = set(string) }
variable "max_size" { default = 5 }
variable "volume_size" { default = 40 }
variable "configuration" { default = "export A=1" }
variable "instance_type" { default = "t3.micro" }
variable "morning" { default = "0 8 * * 1-5" }

resource "spacelift_ec2_workerpool" "this" {
  provider        = spacelift-ec2
  worker_pool_id  = "01HZXK3J5T9V2QWERTY0123456"
  base_name       = "everything"
  additional_tags = { Team = "a" }
  security_groups = var.security_groups
  vpc_subnets     = var.vpc_subnets

  min_size              = 1
  max_size              = var.max_size
  enabled_metrics       = ["GroupMinSize", "GroupMaxSize"]
  max_instance_lifetime = 86400
  wait_for_workers      = 1
  mixed_instances = {
    instance_types          = ["t3.medium", "t3a.medium"]
    on_demand_base_capacity = 1
  }

  schedules = [
    { name = "morning", recurrence = var.morning, time_zone = "Europe/Berlin", min_size = 1 },
    { name = "evening", recurrence = "0 18 * * *", min_size = 1 },
  ]

  spacelift_api_credentials = {
    api_key_endpoint          = "%[2]s"
    api_key_id                = "%[3]s"
    api_key_secret_wo         = "%[4]s"
    api_key_secret_wo_version = 1
  }

  instance_refresh = {
    triggers    = ["secure_env_vars_wo_version"]
    preferences = { min_healthy_percentage = 50 }
  }

  ami_architecture              = "x86_64"
  ec2_instance_type             = var.instance_type
  disable_container_credentials = false
  volume_size                   = var.volume_size
  volume_iops                   = 4000
  volume_throughput             = 200
  volume_encryption             = true
  volume_encryption_kms_key_id  = "%[1]s"

  launch_template_update_default_version = true
  tag_specifications                     = [{ resource_type = "network-interface", tags = { Kind = "a" } }]

  secure_env_vars_wo = {
    SPACELIFT_TOKEN            = "the-token-of-the-pool"
    SPACELIFT_POOL_PRIVATE_KEY = "the-private-key-of-the-pool"
  }
  secure_env_vars_wo_version = 1
  secure_env_vars_kms_key_id = "%[1]s"

  iam_permissions_boundary = "arn:aws:iam::aws:policy/PowerUserAccess"
  extra_iam_statements     = [jsonencode({ Sid = "Extra", Effect = "Allow", Action = "s3:GetObject", Resource = "*" })]

  configuration = var.configuration
  boot_hooks    = { pre = "echo pre", post = "echo post" }
  selfhosted_configuration = {
    s3_uri            = "s3://bucket/launcher"
    http_proxy_config = "http://proxy:3128"
  }

  cloudwatch_log_group_retention = 7
  cloudwatch_kms_key_id          = "%[1]s"
}
`

// newFullWorkspace is a workspace for everything.
func newFullWorkspace(tb testing.TB) *workspace {
	tb.Helper()
	w := newWorkspace(tb)
	out, err := kms.NewFromConfig(w.account.DirectConfig()).CreateKey(context.Background(), &kms.CreateKeyInput{})
	if err != nil {
		tb.Fatal(err)
	}
	key := w.account.Spacelift().Key()
	write(tb, filepath.Join(w.dir, "main.tf"), fmt.Sprintf(everything, aws.ToString(out.KeyMetadata.Arn), w.account.SpaceliftURL(), key.ID, key.Secret))
	w.hold(tb, documentedName, "everything", "key/YOUR-KEY", "key/"+aws.ToString(out.KeyMetadata.KeyId))
	w.account.Spacelift().AddPool("01HZXK3J5T9V2QWERTY0123456")
	w.set(tb, w.account.SpaceliftEnv())
	w.account.ResetCalls()
	return w
}
