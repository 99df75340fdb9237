# A pool that is scaled by its queue, whose workers have a faster root volume than
# gp3 comes with: runs of large repositories and images wait for the disk.
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

  # Check what the type can do with a volume: a small one may be slower than this.
  # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ebs-optimized.html
  ec2_instance_type = "m7i.large"
  min_size          = 0
  max_size          = 10

  # A gp3 volume has 125 MiB/s and 3000 IOPS, which its price includes. Each MiB/s
  # takes four IOPS: more throughput than 750 MiB/s needs volume_iops as well.
  volume_size       = 80
  volume_throughput = 500

  spacelift_api_credentials = {
    api_key_endpoint          = var.spacelift_api_key_endpoint
    api_key_id                = var.spacelift_api_key_id
    api_key_secret_wo         = var.spacelift_api_key_secret
    api_key_secret_wo_version = var.secrets_version
  }

  autoscaling_configuration = {
    # What a worker has pulled and cloned is on its volume: let it wait for more runs.
    scale_down_delay = 10
  }

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

output "autoscaler_log_group_name" {
  description = "Where the autoscaler says what it decided, and why."
  value       = spacelift_ec2_workerpool.this.autoscaler_log_group_name
}
