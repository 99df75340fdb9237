data "spacelift_ec2_worker_image" "arm" {
  provider     = spacelift-ec2
  architecture = "arm64"
}

output "newest_worker_image" {
  value = "${data.spacelift_ec2_worker_image.arm.name} of ${data.spacelift_ec2_worker_image.arm.creation_date}"
}
