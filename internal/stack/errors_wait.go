package stack

import (
	"fmt"
	"strings"
	"time"
)

// untaint tells how to keep a pool whose create ended with an error.
const untaint = " Terraform takes a resource whose creation ended with an error for broken (tainted) and would replace it. To keep it, run\n\n" +
	"  terraform untaint 'spacelift_ec2_workerpool.NAME'\n\nwith the address that this error names, or let the next apply replace it."

// toCheck is what keeps workers from registering, in the order of likelihood.
const toCheck = `What to check next:
  - SPACELIFT_TOKEN and SPACELIFT_POOL_PRIVATE_KEY: are they those of this worker pool? A worker that is refused says so in the log group spacelift-errors.log.
  - The network: security groups and route tables have to let instances reach Spacelift, the download of the launcher, AWS's APIs and the registries of
    images by HTTPS; in private subnets through a NAT gateway or a proxy.
  - The boot: read /var/log/cloud-init-output.log on an instance, for which Systems Manager's Session Manager takes no key and no open port.
  - The size: min_size instances start with a new group; whatever scales the group later has to want as many as wait_for_workers.`

// AccessError is a create that has made nothing, because the workers which it was to wait
// for cannot be looked for.
type AccessError struct{ Cause error }

func (e *AccessError) Error() string { return "looking for workers: " + e.Cause.Error() }

// Unwrap gives access to the cause.
func (e *AccessError) Unwrap() error { return e.Cause }

func explainAccess(e *AccessError) Problem {
	return Problem{
		Attribute: "wait_for_workers", Summary: "Workers cannot be looked for",
		Detail: "wait_for_workers takes a look at the worker pool at Spacelift, which was refused. Nothing has been made. " + correct(e.Cause) +
			" Apply again after that.\n\nError: " + e.Cause.Error(),
	}
}

func explainWait(e *WaitError, during Operation) Problem {
	var b strings.Builder
	switch {
	case e.Interrupted:
		fmt.Fprintf(&b, "The wait for %s was interrupted after %s; %d had registered.", counted(e.Wanted, "worker"), e.Waited.Round(time.Second), e.Found)
	case e.Cause != nil:
		fmt.Fprintf(&b, "wait_for_workers is %d, but the workers could not be looked for.", e.Wanted)
	default:
		fmt.Fprintf(&b, "wait_for_workers is %d, but after %s only %s of the group had registered with Spacelift and took runs.", e.Wanted, e.Waited.Round(time.Second), counted(e.Found, "worker"))
	}
	if e.Drained > 0 {
		fmt.Fprintf(&b, " %d more are drained.", e.Drained)
	}
	b.WriteString("\n\nThe pool itself is complete: nothing has been removed or rolled back, and the state has it.")
	if during == Creating {
		b.WriteString(untaint)
	}
	if e.Findings != "" {
		b.WriteString("\n\n" + e.Findings)
	}
	switch {
	case e.Cause != nil:
		b.WriteString("\n\n" + correct(e.Cause) + " Apply again after that.\n\nError: " + e.Cause.Error())
	case !e.Interrupted:
		fmt.Fprintf(&b, "\n\n%s\n\nIf workers only take long to come, raise timeouts.%s.", toCheck, during)
	}
	return Problem{Attribute: "wait_for_workers", Summary: "Too few workers", Detail: b.String()}
}
