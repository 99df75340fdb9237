# A pool that scales by its queue and replaces its workers when they change, with
# all secrets in objects of your own: none passes through Terraform.

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

variable "spacelift_api_key_endpoint" {
  type        = string
  description = "URL of the Spacelift account, such as https://acme.app.spacelift.io."
}

variable "spacelift_api_key_id" {
  type        = string
  description = "Id of an API key that may read the space of the worker pool and drain its workers."
}

variable "api_key_parameter_name" {
  type        = string
  description = "Name of the SSM parameter with the secret of the API key, a SecureString."
}

variable "api_key_parameter_arn" {
  type        = string
  description = "ARN of the SSM parameter."
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
  min_size          = 0
  max_size          = 10

  byo_secretsmanager = {
    name = var.secret_name
    arn  = var.secret_arn
    keys = ["SPACELIFT_TOKEN", "SPACELIFT_POOL_PRIVATE_KEY"]
  }

  byo_ssm = {
    name = var.api_key_parameter_name
    arn  = var.api_key_parameter_arn
  }

  spacelift_api_credentials = {
    api_key_endpoint = var.spacelift_api_key_endpoint
    api_key_id       = var.spacelift_api_key_id
  }

  autoscaling_configuration = {}

  instance_refresh = {
    preferences = { min_healthy_percentage = 75 }
  }

  # A worker that is to go may finish its run for six hours; then it is kept until the run ends.
  lifecycle_hook_timeout = 300
  drain_timeout          = 21600
  on_drain_timeout       = "retain"
}

output "autoscaling_group_name" {
  description = "The Auto Scaling group that starts and replaces the workers."
  value       = spacelift_ec2_workerpool.this.autoscaling_group_name
}

output "autoscaler_function_arn" {
  description = "The function that scales the pool."
  value       = spacelift_ec2_workerpool.this.autoscaler_function_arn
}

output "lifecycle_manager_function_arn" {
  description = "The function that drains workers before their instances end."
  value       = spacelift_ec2_workerpool.this.lifecycle_manager_function_arn
}
