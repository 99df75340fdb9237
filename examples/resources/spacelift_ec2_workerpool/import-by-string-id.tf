import {
  to = spacelift_ec2_workerpool.this
  id = "01HXYZABCDEFGHJKMNPQRSTVWX"
}
