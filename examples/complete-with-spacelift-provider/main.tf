# Everything from one configuration: the Spacelift provider makes the worker pool, and
# this one runs it. Nothing has to be copied from one to the other.
#
# The Spacelift provider stores the token and the private key of the pool in the state,
# so protect that: https://docs.spacelift.io/vendors/terraform/state-management
# This takes Terraform or OpenTofu 1.11, for secrets that need not be stored once more.

terraform {
  required_version = ">= 1.11"

  required_providers {
    spacelift = {
      source = "spacelift-io/spacelift"
    }
    spacelift-ec2 = {
      source = "spacelift-io/spacelift-ec2"
    }
  }
}

# In a Spacelift stack that may manage the account it needs no configuration; elsewhere
# SPACELIFT_API_KEY_ENDPOINT, SPACELIFT_API_KEY_ID and SPACELIFT_API_KEY_SECRET.
provider "spacelift" {}

# Credentials and region come from the environment, a profile or the instance,
# as with the hashicorp/aws provider.
provider "spacelift-ec2" {}

variable "vpc_subnets" {
  type        = set(string)
  description = "Ids of the subnets in which workers start. They need a way out to the internet."

  validation {
    condition     = length(var.vpc_subnets) > 0
    error_message = "vpc_subnets needs at least one subnet id."
  }
}

variable "security_groups" {
  type        = set(string)
  description = "Ids of the security groups of the workers. Workers accept no connections: egress is enough."

  validation {
    condition     = length(var.security_groups) > 0
    error_message = "security_groups needs at least one security group id."
  }
}

variable "spacelift_api_key_endpoint" {
  type        = string
  description = "URL of the Spacelift account, such as https://acme.app.spacelift.io."
}

variable "spacelift_api_key_id" {
  type        = string
  description = "Id of an API key that may read the space of the worker pool and drain its workers."
}

# Ephemeral variables are forgotten at the end of each run: set them in the
# environment of plan and apply, such as by TF_VAR_spacelift_api_key_secret.
variable "spacelift_api_key_secret" {
  type        = string
  sensitive   = true
  ephemeral   = true
  description = "Secret of the API key."
}

variable "secrets_version" {
  type        = number
  default     = 1
  description = "To be raised whenever the secret of the API key changes."
}

# Without a csr, Spacelift makes the private key as well.
resource "spacelift_worker_pool" "this" {
  name        = "EC2"
  description = "Workers on EC2, by Terraform."
}

resource "spacelift_ec2_workerpool" "this" {
  provider = spacelift-ec2 # the type's first word would take the Spacelift provider

  worker_pool_id  = spacelift_worker_pool.this.id
  vpc_subnets     = var.vpc_subnets
  security_groups = var.security_groups

  ec2_instance_type = "t3.medium"
  min_size          = 0
  max_size          = 10

  secure_env_vars_wo = {
    SPACELIFT_TOKEN            = spacelift_worker_pool.this.config
    SPACELIFT_POOL_PRIVATE_KEY = spacelift_worker_pool.this.private_key
  }
  secure_env_vars_wo_version = var.secrets_version

  spacelift_api_credentials = {
    api_key_endpoint          = var.spacelift_api_key_endpoint
    api_key_id                = var.spacelift_api_key_id
    api_key_secret_wo         = var.spacelift_api_key_secret
    api_key_secret_wo_version = var.secrets_version
  }

  autoscaling_configuration = {}

  # A changed image, type or boot script replaces the workers, each after its run.
  instance_refresh = {
    preferences = { min_healthy_percentage = 75 }
  }
}

output "worker_pool_id" {
  description = "Id of the worker pool, for worker_pool_id of spacelift_stack."
  value       = spacelift_worker_pool.this.id
}

output "autoscaling_group_name" {
  description = "The Auto Scaling group that starts and replaces the workers."
  value       = spacelift_ec2_workerpool.this.autoscaling_group_name
}
