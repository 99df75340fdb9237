# A pool whose functions run in subnets of your own, for a Spacelift that only
# those reach, with a certificate of your own authority.
# This takes Terraform or OpenTofu 1.11, for secrets that are in no state.

terraform {
  required_version = ">= 1.11"

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

variable "function_subnets" {
  type        = set(string)
  description = "Ids of the subnets of the functions. They need a way to Spacelift and to the AWS APIs: a NAT gateway, or VPC endpoints."
}

variable "function_security_groups" {
  type        = set(string)
  description = "Ids of the security groups of the functions, of the same VPC. They have to let HTTPS out."
}

variable "ca_bundle" {
  type        = string
  default     = null
  description = "Certificates (PEM) that the functions trust besides the public ones."
}

# Ephemeral variables are forgotten at the end of each run: set them in the
# environment of plan and apply, such as by TF_VAR_worker_pool_config.
variable "worker_pool_config" {
  type        = string
  sensitive   = true
  ephemeral   = true
  description = "Token of the worker pool: the content of the config file that Spacelift offers for download."
}

variable "worker_pool_private_key" {
  type        = string
  sensitive   = true
  ephemeral   = true
  description = "Private key of the worker pool, base64: filebase64(\"spacelift.key\")."
}

variable "spacelift_api_key_secret" {
  type        = string
  sensitive   = true
  ephemeral   = true
  description = "Secret of the API key."
}

variable "secrets_version" {
  type        = number
  default     = 1
  description = "To be raised whenever one of the three changes."
}

resource "spacelift_ec2_workerpool" "this" {
  provider = spacelift-ec2

  worker_pool_id  = var.worker_pool_id
  vpc_subnets     = var.vpc_subnets
  security_groups = var.security_groups

  ec2_instance_type = "t3.medium"
  min_size          = 0
  max_size          = 10

  spacelift_api_credentials = {
    api_key_endpoint          = var.spacelift_api_key_endpoint
    api_key_id                = var.spacelift_api_key_id
    api_key_secret_wo         = var.spacelift_api_key_secret
    api_key_secret_wo_version = var.secrets_version
  }

  autoscaling_configuration = {}

  autoscaling_vpc_subnets = var.function_subnets
  autoscaling_vpc_sg_ids  = var.function_security_groups
  ca_bundle               = var.ca_bundle

  secure_env_vars_wo = {
    SPACELIFT_TOKEN            = var.worker_pool_config
    SPACELIFT_POOL_PRIVATE_KEY = var.worker_pool_private_key
  }
  secure_env_vars_wo_version = var.secrets_version
}

output "autoscaling_group_name" {
  description = "The Auto Scaling group that starts and replaces the workers."
  value       = spacelift_ec2_workerpool.this.autoscaling_group_name
}

output "autoscaler_function_arn" {
  description = "The function that scales the pool."
  value       = spacelift_ec2_workerpool.this.autoscaler_function_arn
}
