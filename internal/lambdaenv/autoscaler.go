package lambdaenv

import (
	"errors"
	"time"
)

// Autoscaler is the environment of the autoscaler. The names that it shares with
// https://github.com/spacelift-io/ec2-workerpool-autoscaler mean the same there.
type Autoscaler struct {
	Common

	MaxCreate         int           // AUTOSCALING_MAX_CREATE, instances
	MaxKill           int           // AUTOSCALING_MAX_KILL, instances
	ScaleDownDelay    time.Duration // AUTOSCALING_SCALE_DOWN_DELAY, there in minutes
	PollingInterval   time.Duration // AUTOSCALING_POLLING_INTERVAL
	MinIdleWorkers    int           // AUTOSCALING_MIN_IDLE_WORKERS, workers
	TargetUtilization int           // AUTOSCALING_TARGET_UTILIZATION, percent
	ScaleOutCooldown  time.Duration // AUTOSCALING_SCALE_OUT_COOLDOWN
	ScaleInCooldown   time.Duration // AUTOSCALING_SCALE_IN_COOLDOWN
	DryRun            bool          // AUTOSCALING_DRY_RUN
	Timeout           time.Duration // AUTOSCALING_TIMEOUT
}

// ParseAutoscaler reads the environment of the autoscaler. A variable that is not
// set, or empty, has its default. The error names every wrong variable, its problem
// and what to set it to, and quotes no value, since somebody may have put a secret
// in the wrong place.
func ParseAutoscaler(environ map[string]string) (Autoscaler, error) {
	return parse[Autoscaler](environ)
}

// AutoscalerDefaults is what ParseAutoscaler takes for variables that are not set;
// a variable that has to be set is empty in it.
func AutoscalerDefaults() Autoscaler { return defaults[Autoscaler]() }

// Map is the environment as ParseAutoscaler reads it. What is empty is left out.
// It does not judge: parse it to do so.
func (a Autoscaler) Map() map[string]string { return write(&a) }

func (a *Autoscaler) table() []variable {
	return append(a.Common.table(), []variable{
		// These three were measured with make bench, and are told of in the guide on
		// autoscaling: no run waits because of them, and a few instances at a time go.
		{name: "AUTOSCALING_MAX_CREATE", fallback: "50", allowed: "how many instances one poll may add, " + whole(1, manyInstances), value: count(&a.MaxCreate, 1, manyInstances)},
		{name: "AUTOSCALING_MAX_KILL", fallback: "10", allowed: "how many instances one poll may terminate, " + whole(1, manyInstances), value: count(&a.MaxKill, 1, manyInstances)},
		{name: "AUTOSCALING_SCALE_DOWN_DELAY", fallback: "0", allowed: "how many minutes a worker stays idle before it may go, from 0 to 10080, such as 5 or 0.5", value: minutes(&a.ScaleDownDelay)},
		{name: "AUTOSCALING_POLLING_INTERVAL", fallback: "10s", allowed: "the time from one poll to the next within an invocation, " + span(shortest, invocation), value: duration(&a.PollingInterval, shortest, invocation)},
		{name: "AUTOSCALING_MIN_IDLE_WORKERS", fallback: "0", allowed: "how many idle workers to keep beyond the demand, " + whole(0, manyInstances), value: count(&a.MinIdleWorkers, 0, manyInstances)},
		{name: "AUTOSCALING_TARGET_UTILIZATION", fallback: "100", allowed: "the percentage of workers that shall be busy, " + whole(1, 100), value: count(&a.TargetUtilization, 1, 100)},
		{name: "AUTOSCALING_SCALE_OUT_COOLDOWN", fallback: "0s", allowed: "the least time between two additions of instances, " + span(0, longest), value: duration(&a.ScaleOutCooldown, 0, longest)},
		{name: "AUTOSCALING_SCALE_IN_COOLDOWN", fallback: "0s", allowed: "the least time between two removals of instances, " + span(0, longest), value: duration(&a.ScaleInCooldown, 0, longest)},
		{name: "AUTOSCALING_DRY_RUN", fallback: "false", allowed: "true to decide and log without acting, or false", value: boolean(&a.DryRun)},
		{name: "AUTOSCALING_TIMEOUT", fallback: "60s", allowed: "the timeout of the function, which is how long an invocation lives, " + span(shortest, invocation), value: duration(&a.Timeout, shortest, invocation)},
	}...)
}

func (a *Autoscaler) check() error {
	err := a.Common.check()
	if a.Timeout > 0 && a.PollingInterval > a.Timeout {
		// Somebody waits for polls that never come.
		err = errors.Join(err, errors.New("AUTOSCALING_POLLING_INTERVAL: it is longer than AUTOSCALING_TIMEOUT. Set it to at most that; an invocation then polls once"))
	}
	return err
}
