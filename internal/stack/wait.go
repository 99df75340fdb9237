package stack

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
)

// diagnosisTimeout bounds finding out why workers did not come, which happens
// when the caller's time is over: a few requests that take less than a second.
const diagnosisTimeout = 30 * time.Second

// WaitError is a wait for workers that did not see as many as were wanted. The
// pool itself is as it should be, and stays.
type WaitError struct {
	Wanted, Found int32
	Drained       int           // registered besides, but drained
	Waited        time.Duration // so long
	Interrupted   bool          // the caller gave up, not the time was over
	Cause         error         // why workers could not be asked for in the end; nil when they could
	Findings      string        // why they did not come, as far as that can be known; holds no secret
}

func (e *WaitError) Error() string {
	if e.Cause != nil {
		return "waiting for workers: " + e.Cause.Error()
	}
	return "waiting for workers: too few have registered"
}

// Unwrap gives access to the cause.
func (e *WaitError) Unwrap() error { return e.Cause }

// await returns once as many workers of the group as wanted take runs; else, when
// ctx ends, with a *WaitError.
func (s *Stack) await(ctx context.Context, group *component.AutoScalingGroup) error {
	wanted := s.spec.WaitForWorkers
	if wanted == 0 {
		return nil
	}
	failure := &WaitError{Wanted: wanted, Cause: errNoAccess}
	if s.workers == nil {
		return failure
	}
	begun := time.Now()
	var seen staff
	for n := 0; ctx.Err() == nil; n++ {
		f, err := s.look(ctx, group)
		if err == nil {
			seen, failure.Cause = f, nil
			failure.Found, failure.Drained = registered(f)
			if failure.Found >= wanted {
				return nil
			}
			tflog.Info(ctx, "Waiting for workers to register", map[string]any{"wanted": wanted, "registered": failure.Found})
		} else if ctx.Err() == nil {
			failure.Cause, failure.Waited = err, time.Since(begun)
			var passing *spacelift.ServiceError
			if !errors.As(err, &passing) {
				return failure
			}
		}
		_ = sleep(ctx, s.pace.after(n)) // the loop sees that ctx has ended
	}
	failure.Waited, failure.Interrupted = time.Since(begun), errors.Is(ctx.Err(), context.Canceled)
	if !failure.Interrupted {
		failure.Findings = s.diagnose(ctx, group, seen)
	}
	return failure
}

// registered counts the workers that take runs, and those that are drained. An
// instance that is on its way out does not count.
func registered(f staff) (open int32, drained int) {
	gone := map[string]bool{}
	for _, instance := range f.instances {
		gone[instance.ID] = instance.Leaving()
	}
	for _, worker := range f.workers {
		switch {
		case gone[worker.Metadata.InstanceID]:
		case worker.Drained:
			drained++
		default:
			open++
		}
	}
	return open, drained
}
