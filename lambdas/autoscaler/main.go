// Command autoscaler is the Lambda function that gives a worker pool as many
// instances as its runs need. It is called by a schedule; what the event says does
// not matter.
package main

import (
	"context"
	"encoding/json"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/lambdaenv"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/fleet"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/function"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/scaling"
)

func main() {
	env, err := lambdaenv.ParseAutoscaler(function.Environ())
	function.Start(env.Common, err, func(ctx context.Context, s function.Session, _ json.RawMessage) error {
		scaler := scaling.Scaler{
			Pool:   s.Pool,
			Fleet:  &fleet.Fleet{Scaling: s.Scaling, EC2: s.EC2, Group: env.GroupName()},
			PoolID: env.WorkerPoolID,
			Limits: scaling.Limits{
				MaxCreate:         env.MaxCreate,
				MaxTerminate:      env.MaxKill,
				MinIdle:           env.MinIdleWorkers,
				TargetUtilization: env.TargetUtilization,
				ScaleDownDelay:    env.ScaleDownDelay,
				ScaleOutCooldown:  env.ScaleOutCooldown,
				ScaleInCooldown:   env.ScaleInCooldown,
				BootTimeout:       env.BootTimeout,
				Invocation:        env.Timeout,
			},
			Interval: env.PollingInterval,
			DryRun:   env.DryRun,
			Log:      s.Log,
		}
		return scaler.Run(ctx)
	}, nil)
}
