package fleet

import (
	"strings"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
)

// Group is an Auto Scaling group at one moment.
type Group struct {
	Min, Max, Desired int
	Deleting          bool      // terraform destroy is at work on it
	ScaledOut         time.Time // see marks.ScaledOut; zero for never or not known
	ScaledIn          time.Time
	Instances         []Instance
}

// Instance is an instance of the group.
type Instance struct {
	ID        string
	State     string // lifecycle state, such as "Pending:Wait", "InService"
	Protected bool   // from scale in

	// What EC2 knows of it. Zero if EC2 was not asked, or does not know the
	// instance yet.
	Launched    time.Time
	Mark        *marks.Mark // marks.Drain; nil for none
	Missed      time.Time   // marks.Missing; zero for none
	Termination time.Time   // marks.Termination; zero for none
	Ended       bool        // its machine is stopped or terminated, or about to be: nothing runs on it
}

// Lifecycle states that decide something.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
const (
	inService       = "InService"
	pending         = "Pending" // also Pending:Wait, Pending:Proceed
	terminatingWait = "Terminating:Wait"
	retained        = "Terminating:Retained"
)

// InService tells that the group counts on the instance.
func (i Instance) InService() bool { return i.State == inService }

// Pending tells that the instance is on its way to InService.
func (i Instance) Pending() bool { return strings.HasPrefix(i.State, pending) }

// Waits tells that a termination hook holds the instance.
func (i Instance) Waits() bool { return i.State == terminatingWait }

// Retained tells that the instance outlived its termination hook and is nobody's:
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-lifecycle-policy.html
func (i Instance) Retained() bool { return i.State == retained }

// Missing is how many instances the group desires and has not launched yet.
func (g Group) Missing() int {
	missing := g.Desired
	for _, one := range g.Instances {
		if one.InService() || one.Pending() {
			missing--
		}
	}
	return max(0, missing)
}
