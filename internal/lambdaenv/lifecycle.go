package lambdaenv

import "time"

// OnDrainTimeout is what becomes of an instance whose worker is still busy when
// the drain timeout has passed.
type OnDrainTimeout string

// The values of OnDrainTimeout.
const (
	Terminate OnDrainTimeout = "terminate" // it ends, and its run with it
	Retain    OnDrainTimeout = "retain"    // it stays, outside the group's capacity, until it is idle
)

// Lifecycle is the environment of the lifecycle manager.
type Lifecycle struct {
	Common

	HookName        string         // LIFECYCLE_HOOK_NAME
	DrainTimeout    time.Duration  // LIFECYCLE_DRAIN_TIMEOUT
	OnDrainTimeout  OnDrainTimeout // LIFECYCLE_ON_DRAIN_TIMEOUT
	PollingInterval time.Duration  // LIFECYCLE_POLLING_INTERVAL
}

// longestWait is how long a lifecycle hook can hold an instance, whatever its
// heartbeat: https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html
const longestWait = 48 * time.Hour

// ParseLifecycle reads the environment of the lifecycle manager, in the way of
// ParseAutoscaler.
func ParseLifecycle(environ map[string]string) (Lifecycle, error) {
	return parse[Lifecycle](environ)
}

// LifecycleDefaults is what ParseLifecycle takes for variables that are not set, in
// the way of AutoscalerDefaults.
func LifecycleDefaults() Lifecycle { return defaults[Lifecycle]() }

// Map is the environment as ParseLifecycle reads it, in the way of the
// autoscaler's.
func (l Lifecycle) Map() map[string]string { return write(&l) }

func (l *Lifecycle) table() []variable {
	return append(l.Common.table(), []variable{
		{name: "LIFECYCLE_HOOK_NAME", fallback: "DrainWorkerLifecycleHook", allowed: "the name of the group's termination hook", value: text(&l.HookName, isHook)},
		{name: "LIFECYCLE_DRAIN_TIMEOUT", fallback: "4h", allowed: "how long a busy worker is protected from termination, " + span(0, longestWait), value: duration(&l.DrainTimeout, 0, longestWait)},
		{name: "LIFECYCLE_ON_DRAIN_TIMEOUT", fallback: string(Terminate), allowed: "terminate or retain, the fate of a worker that is busy after that", value: text(&l.OnDrainTimeout, isOnDrainTimeout)},
		{name: "LIFECYCLE_POLLING_INTERVAL", fallback: "10s", allowed: "the time from one look to the next within an invocation, " + span(shortest, invocation), value: duration(&l.PollingInterval, shortest, invocation)},
	}...)
}
