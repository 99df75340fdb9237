package fleet_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/fleet"
)

// What each lifecycle state of AWS's means to the functions:
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
func TestStates(t *testing.T) {
	t.Parallel()
	type meaning struct{ InService, Pending, Waits, Retained bool }
	for state, want := range map[string]meaning{
		"Pending":              {Pending: true},
		"Pending:Wait":         {Pending: true},
		"Pending:Proceed":      {Pending: true},
		"InService":            {InService: true},
		"EnteringStandby":      {},
		"Standby":              {},
		"Detaching":            {},
		"Warmed:Stopped":       {},
		"Terminating":          {},
		"Terminating:Wait":     {Waits: true},
		"Terminating:Proceed":  {},
		"Terminating:Retained": {Retained: true},
	} {
		t.Run(state, func(t *testing.T) {
			t.Parallel()
			one := fleet.Instance{State: state}
			got := meaning{one.InService(), one.Pending(), one.Waits(), one.Retained()}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestMissing(t *testing.T) {
	t.Parallel()
	group := fleet.Group{Desired: 4, Instances: []fleet.Instance{
		{State: "InService"}, {State: "Pending:Proceed"}, {State: "Terminating:Wait"}, {State: "Standby"}, {State: "Terminating:Retained"},
	}}
	if got := group.Missing(); got != 2 {
		t.Errorf("Missing = %d, want 2", got)
	}
	group.Desired = 1
	if got := group.Missing(); got != 0 {
		t.Errorf("Missing with more than desired = %d, want 0", got)
	}
}
