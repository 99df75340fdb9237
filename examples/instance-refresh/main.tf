# A pool whose workers are replaced when what they are made of changes: a newer
# image, another boot script, new secrets.

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

variable "spacelift_api_key_secret" {
  type        = string
  sensitive   = true
  description = "Secret of the API key."
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

  ec2_instance_type = "t3.medium"
  min_size          = 2
  max_size          = 10

  # With an API key each worker is drained before its instance goes, and may finish its run.
  spacelift_api_credentials = {
    api_key_endpoint = var.spacelift_api_key_endpoint
    api_key_id       = var.spacelift_api_key_id
    api_key_secret   = var.spacelift_api_key_secret
  }

  instance_refresh = {
    # New secrets reach only workers that boot afterwards, so they are a reason too.
    triggers = ["secure_env_vars"]

    preferences = {
      # At most a quarter of the workers at once, with a look at the first tenth.
      min_healthy_percentage = 75
      instance_warmup        = 120
      checkpoint_percentages = [10, 100]
      checkpoint_delay       = 900

      # Back to the version before when new workers do not come up.
      auto_rollback = true
    }
  }

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
