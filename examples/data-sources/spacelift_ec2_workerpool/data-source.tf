data "spacelift_ec2_workerpool" "this" {
  provider       = spacelift-ec2
  worker_pool_id = "01HXYZABCDEFGHJKMNPQRSTVWX"
}

output "busy_workers" {
  value = [for worker in coalesce(data.spacelift_ec2_workerpool.this.workers, []) : worker.id if worker.busy]
}
