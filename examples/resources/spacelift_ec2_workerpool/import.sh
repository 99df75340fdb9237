# By the id of the worker pool, or by the pool's base name; of another region
# than the provider's with that behind it.
terraform import spacelift_ec2_workerpool.this 01HXYZABCDEFGHJKMNPQRSTVWX
terraform import spacelift_ec2_workerpool.this workers@eu-west-1
