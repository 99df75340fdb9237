// Command lifecycle is the Lambda function that lets workers finish their runs
// before their instances end. It is called by messages of the group's termination
// hook and by a schedule.
package main

import (
	"context"
	"encoding/json"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/lambdaenv"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/draining"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/fleet"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/function"
)

func main() {
	env, err := lambdaenv.ParseLifecycle(function.Environ())
	function.Start(env.Common, err, func(ctx context.Context, s function.Session, event json.RawMessage) error {
		manager := draining.Manager{
			Pool:     s.Pool,
			Fleet:    &fleet.Fleet{Scaling: s.Scaling, EC2: s.EC2, Group: env.GroupName()},
			PoolID:   env.WorkerPoolID,
			Hook:     env.HookName,
			Limits:   draining.Limits{DrainTimeout: env.DrainTimeout, Retain: env.OnDrainTimeout == lambdaenv.Retain},
			Interval: env.PollingInterval,
			Log:      s.Log,
		}
		return manager.Handle(ctx, event)
	}, draining.Messages)
}
