# A pool of several instance types, on-demand and spot. The first workers are
# on-demand instances, so that there are always some which AWS does not take back;
# most of the others are spot instances, of whichever type AWS has to spare.

terraform {
  required_providers {
    spacelift-ec2 = {
      source = "spacelift-io/spacelift-ec2"
    }
  }
}

# Credentials and region come from the environment, a profile or the instance,
# as with the hashicorp/aws provider.
provider "spacelift-ec2" {}

variable "worker_pool_id" {
  type        = string
  description = "Id of the worker pool at Spacelift."

  validation {
    condition     = can(regex("^[0-9A-HJKMNP-TV-Z]{26}$", var.worker_pool_id))
    error_message = "worker_pool_id must be the 26-character id that Spacelift shows on the page of the worker pool."
  }
}

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

variable "worker_pool_config" {
  type        = string
  sensitive   = true
  description = "Token of the worker pool: the content of the config file that Spacelift offers for download."
}

variable "worker_pool_private_key" {
  type        = string
  sensitive   = true
  description = "Private key of the worker pool, base64: filebase64(\"spacelift.key\")."
}

resource "spacelift_ec2_workerpool" "this" {
  provider = spacelift-ec2

  worker_pool_id  = var.worker_pool_id
  vpc_subnets     = var.vpc_subnets
  security_groups = var.security_groups

  min_size = 2
  max_size = 10

  mixed_instances = {
    # Of about the same size, because a run may come to any of them.
    instance_types                           = ["t3.medium", "t3a.medium", "t2.medium"]
    on_demand_base_capacity                  = 1
    on_demand_percentage_above_base_capacity = 20
  }

  # No worker is older than a week.
  max_instance_lifetime = 604800

  secure_env_vars = {
    SPACELIFT_TOKEN            = var.worker_pool_config
    SPACELIFT_POOL_PRIVATE_KEY = var.worker_pool_private_key
  }
}

output "autoscaling_group_name" {
  description = "The Auto Scaling group that starts and replaces the workers."
  value       = spacelift_ec2_workerpool.this.autoscaling_group_name
}

output "ami_id" {
  description = "The image that new workers boot."
  value       = spacelift_ec2_workerpool.this.ami_id
}
