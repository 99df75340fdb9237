package stack

import (
	"strings"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/lambdaenv"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas"
)

// DefaultAutoscaling is an autoscaler of which nothing is said. How it scales is
// said in lambdaenv, where the functions have it from as well.
func DefaultAutoscaling() Autoscaling {
	env := lambdaenv.AutoscalerDefaults()
	return Autoscaling{
		Architecture: lambdas.ARM64, ScheduleExpression: "rate(1 minute)", Timeout: seconds(env.Timeout), MemorySize: 128,
		MaxCreate: int32(env.MaxCreate), MaxTerminate: int32(env.MaxKill), ScaleDownDelay: int32(env.ScaleDownDelay / time.Minute),
		PollingInterval: seconds(env.PollingInterval), MinIdleWorkers: int32(env.MinIdleWorkers), TargetUtilization: int32(env.TargetUtilization),
		ScaleOutCooldown: seconds(env.ScaleOutCooldown), ScaleInCooldown: seconds(env.ScaleInCooldown), BootTimeout: seconds(env.BootTimeout),
		LogLevel: strings.ToLower(env.LogLevel.String()), DryRun: env.DryRun,
	}
}

// DefaultLifecycle is a lifecycle manager of which nothing is said.
func DefaultLifecycle() Lifecycle {
	env := lambdaenv.LifecycleDefaults()
	return Lifecycle{HookTimeout: 300, DrainTimeout: seconds(env.DrainTimeout), OnDrainTimeout: string(env.OnDrainTimeout)}
}

func seconds(d time.Duration) int32 { return int32(d / time.Second) }
