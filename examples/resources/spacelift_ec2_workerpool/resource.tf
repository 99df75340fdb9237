resource "spacelift_ec2_workerpool" "this" {
  provider = spacelift-ec2

  worker_pool_id  = var.worker_pool_id
  vpc_subnets     = ["subnet-0a1b2c3d4e5f60718"]
  security_groups = ["sg-0a1b2c3d4e5f60718"]

  secure_env_vars = {
    SPACELIFT_TOKEN            = var.worker_pool_config
    SPACELIFT_POOL_PRIVATE_KEY = var.worker_pool_private_key
  }

  ec2_instance_type = "t3.medium"
  min_size          = 1
  max_size          = 5
}
