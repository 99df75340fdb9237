terraform {
  required_providers {
    spacelift-ec2 = {
      source = "spacelift-io/spacelift-ec2"
    }
  }
}

provider "spacelift-ec2" {
  region = "eu-west-1"

  default_tags = {
    tags = {
      Team = "platform"
    }
  }
}
