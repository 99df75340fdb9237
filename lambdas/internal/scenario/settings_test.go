package scenario

import (
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/draining"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/scaling"
)

// settings are those of a pool, and what its surroundings are like.
type settings struct {
	groups            []string // of the pool, with an autoscaler and a lifecycle manager each
	min, max, desired int32    // of each group
	scaling           scaling.Limits
	draining          draining.Limits
	interval          time.Duration   // between two looks of an invocation
	heartbeat         int32           // of the termination hook, in seconds
	boot, register    time.Duration   // an instance takes to InService, then its worker
	spot              bool            // with capacity rebalancing
	copies            int             // invocations that each minute brings, almost at the same time
	skews             []time.Duration // of the clocks of the processes, in turn
	faulty            bool            // invocations may fail
}

// defaults are the provider's, but that instances come and go one at a time.
func defaults() settings {
	return settings{
		groups: []string{"blue"}, max: 10, heartbeat: 300, copies: 1,
		scaling: scaling.Limits{
			MaxCreate: 1, MaxTerminate: 1, TargetUtilization: 100, BootTimeout: 10 * time.Minute, Invocation: invocationTime,
		},
		draining: draining.Limits{DrainTimeout: 4 * time.Hour},
		interval: 10 * time.Second,
		boot:     2 * time.Minute, register: 30 * time.Second,
	}
}
