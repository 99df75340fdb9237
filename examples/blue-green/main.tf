# Two groups of workers for one worker pool, for changes that should be tried before
# all runs depend on them: another instance type, image, network or boot script.
#
#   1. Change what is to be tried in the colour that has no workers, and apply.
#   2. Give it some: max_sizes = { blue = 10, green = 2 }. Runs go to either colour.
#   3. Move all of it: max_sizes = { blue = 0, green = 10 }. Workers of the other
#      colour that are busy finish their runs before their instances end.
#   4. Should green do badly, put the numbers back: blue is as it was.
#
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

variable "max_sizes" {
  type = object({
    blue  = number
    green = number
  })
  default     = { blue = 10, green = 0 }
  description = "How many workers each colour may have. With none, its instances end when their runs have ended."

  validation {
    condition     = var.max_sizes.blue + var.max_sizes.green > 0
    error_message = "max_sizes needs a colour that may have workers, or runs wait for ever."
  }
}

locals {
  # What the colours differ in.
  colours = {
    blue  = { instance_type = "t3.medium" }
    green = { instance_type = "t3.large" }
  }
}

resource "spacelift_ec2_workerpool" "this" {
  for_each = local.colours
  provider = spacelift-ec2

  # Both serve the same worker pool, so each needs names of its own. base_name never
  # changes in place: blue stays blue.
  worker_pool_id  = var.worker_pool_id
  base_name       = "workers-${each.key}"
  vpc_subnets     = var.vpc_subnets
  security_groups = var.security_groups

  ec2_instance_type = each.value.instance_type
  min_size          = 0
  max_size          = var.max_sizes[each.key]

  # With it each colour has a lifecycle manager, which drains a worker before its
  # instance ends: that is what makes moving safe.
  spacelift_api_credentials = {
    api_key_endpoint          = var.spacelift_api_key_endpoint
    api_key_id                = var.spacelift_api_key_id
    api_key_secret_wo         = var.spacelift_api_key_secret
    api_key_secret_wo_version = var.secrets_version
  }

  # Each autoscaler looks at the whole queue. While both colours may have workers,
  # both answer it, and the ones too many end again after this many minutes.
  autoscaling_configuration = {
    scale_down_delay = 5
  }

  additional_tags = {
    Colour = each.key
  }

  secure_env_vars_wo = {
    SPACELIFT_TOKEN            = var.worker_pool_config
    SPACELIFT_POOL_PRIVATE_KEY = var.worker_pool_private_key
  }
  secure_env_vars_wo_version = var.secrets_version
}

output "autoscaling_group_names" {
  description = "The Auto Scaling group of each colour."
  value       = { for colour, pool in spacelift_ec2_workerpool.this : colour => pool.autoscaling_group_name }
}
