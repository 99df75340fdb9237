# A pool that reads its token and private key from a secret that exists already:
# they pass neither through Terraform nor through its state.

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

variable "secret_name" {
  type        = string
  description = "Name of the secret. Its value is a JSON object with the keys SPACELIFT_TOKEN and SPACELIFT_POOL_PRIVATE_KEY."
}

variable "secret_arn" {
  type        = string
  description = "ARN of the secret."
}

resource "spacelift_ec2_workerpool" "this" {
  provider = spacelift-ec2

  worker_pool_id  = var.worker_pool_id
  vpc_subnets     = var.vpc_subnets
  security_groups = var.security_groups

  ec2_instance_type = "t3.medium"
  min_size          = 1
  max_size          = 5

  byo_secretsmanager = {
    name = var.secret_name
    arn  = var.secret_arn
    keys = ["SPACELIFT_TOKEN", "SPACELIFT_POOL_PRIVATE_KEY"]
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
