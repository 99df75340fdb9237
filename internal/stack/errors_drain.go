package stack

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

// BusyWorker is a worker that a destroy waited for in vain.
type BusyWorker struct {
	ID         string
	InstanceID string
	Registered time.Time // with Spacelift; zero if not known
	Drained    time.Time // by this destroy; zero if it was drained before
	Open       bool      // it could not be drained: it still takes runs
}

func (w BusyWorker) String() string {
	state := "busy; took no further run when this destroy found it"
	switch {
	case w.Open:
		state = "could not be drained yet"
	case !w.Drained.IsZero():
		state = "busy; takes no further run since " + w.Drained.UTC().Format(time.RFC3339)
	}
	if !w.Registered.IsZero() {
		state += "; registered " + w.Registered.UTC().Format(time.RFC3339)
	}
	return fmt.Sprintf("worker %s on instance %s: %s", w.ID, w.InstanceID, state)
}

// BusyError is a destroy that gave up before it removed the group, because workers
// were still busy when its time was over, or when it was interrupted.
type BusyError struct {
	Workers     []BusyWorker
	Booting     []string // instances that had only begun to boot
	Waited      time.Duration
	Last        error // of the last look at the pool; nil when that succeeded
	Interrupted bool  // the caller gave up, not the time was over
	Late        bool  // other components had been removed already
}

func (e *BusyError) Error() string {
	if e.Interrupted {
		return "interrupted while draining workers"
	}
	if e.Last != nil && len(e.Workers) == 0 {
		return fmt.Sprintf("it is not known whether workers are busy: %s", e.Last)
	}
	return counted(len(e.Workers), "busy worker")
}

// Unwrap gives access to the error of the last look.
func (e *BusyError) Unwrap() error { return e.Last }

// DrainError is a destroy that cannot drain workers and has not removed the group.
type DrainError struct {
	Cause  error
	Halted bool // the group is tagged as being deleted and does not scale
	Late   bool // other components had been removed already
}

func (e *DrainError) Error() string { return "draining workers: " + e.Cause.Error() }

// Unwrap gives access to the cause.
func (e *DrainError) Unwrap() error { return e.Cause }

// ResumeError is an update that cannot undrain the workers which an interrupted
// destroy has drained.
type ResumeError struct {
	Cause     error
	Instances []string // whose workers were drained
}

func (e *ResumeError) Error() string { return "undraining workers: " + e.Cause.Error() }

// Unwrap gives access to the cause.
func (e *ResumeError) Unwrap() error { return e.Cause }

// What the user can do about a pool whose deletion was begun. A destroy reads
// its arguments from the state, and an apply that changes them resumes the pool.
const (
	deleteWithForce = "Or set force_destroy = true, apply that (a destroy reads it from the state, where the apply saves it even if it cannot resume the " +
		"pool), and destroy: running runs are cut off."
	deleteOrResume = "Run terraform destroy again, which goes on where this one stopped; or terraform apply, which resumes the pool and lets " +
		"its workers take runs again. "
)

// explainWorkers words an error that is about workers, and ok when it is one.
func explainWorkers(err error, during Operation) (p Problem, ok bool) {
	var (
		busy   *BusyError
		drain  *DrainError
		resume *ResumeError
		held   *HeldError
		wait   *WaitError
		access *AccessError
	)
	switch {
	case errors.As(err, &busy):
		return explainBusy(busy), true
	case errors.As(err, &drain):
		return explainDrain(drain), true
	case errors.As(err, &resume):
		return explainResume(resume), true
	case errors.As(err, &held):
		return explainHeld(held), true
	case errors.As(err, &access):
		return explainAccess(access), true
	case errors.As(err, &wait):
		return explainWait(wait, during), true
	}
	return Problem{}, false
}

func explainBusy(e *BusyError) Problem {
	var b strings.Builder
	b.WriteString(e.wait())
	for _, worker := range e.Workers {
		b.WriteString("\n  - " + worker.String())
	}
	for _, instance := range e.Booting {
		b.WriteString("\n  - instance " + instance + ": still booting, its worker may register any moment")
	}
	b.WriteString("\n\n" + removed(e.Late) + ", and no run was cut off: the instances go on, their workers take no further runs, the group does not scale.")
	if e.Interrupted {
		b.WriteString("\n\n" + deleteOrResume + deleteWithForce)
		return Problem{Summary: "Interrupted", Detail: b.String()}
	}
	b.WriteString(" A part of timeouts.delete is kept for the removal itself.\n\n" + deleteOrResume +
		"For longer runs raise timeouts.delete and apply that first. " + deleteWithForce)
	if e.Last != nil {
		b.WriteString("\n\nError: " + e.Last.Error())
	}
	return Problem{Attribute: "timeouts.delete", Summary: "Workers are still busy", Detail: b.String()}
}

// wait is how the wait for workers went, before a list of those that are not done.
func (e *BusyError) wait() string {
	waited := e.Waited.Round(time.Second)
	switch {
	case e.Interrupted && len(e.Workers)+len(e.Booting) == 0:
		return fmt.Sprintf("The destroy was interrupted after %s, while it drained the workers of the pool.", waited)
	case e.Interrupted:
		return fmt.Sprintf("The destroy was interrupted after %s, while it waited for the workers of the pool to finish their runs. These are not done:\n", waited)
	case e.Last != nil:
		return fmt.Sprintf("The destroy waited %s for the workers of the pool to finish their runs, but in the end it could not see them any more.\n", waited)
	}
	return fmt.Sprintf("The destroy waited %s for the workers of the pool to finish their runs. These are not done:\n", waited)
}

func explainDrain(e *DrainError) Problem {
	now := "Nothing has been changed: the pool works on as before. " + correct(e.Cause) + " Destroy again after that. "
	if e.Halted {
		now = removed(e.Late) + ", but the group does not scale any more, and some workers may take no further runs. " + correct(e.Cause) + " " + deleteOrResume
	}
	return Problem{
		Summary: "Workers cannot be drained",
		Detail: "Before a pool is removed, its workers are drained through Spacelift's API, so that no run is cut off. That did not succeed. " + now +
			deleteWithForce + "\n\nError: " + e.Cause.Error(),
	}
}

func explainResume(e *ResumeError) Problem {
	return Problem{
		Summary: "Pool cannot be resumed",
		Detail: fmt.Sprintf("A destroy of this pool was begun and not finished. It has drained workers, which this apply was to undrain through Spacelift's "+
			"API. That did not succeed, so the pool stays as the destroy left it: workers on %s take no runs, and the group does not scale. %s "+
			"Apply again after that; or destroy, to go on with the deletion. force_destroy and timeouts of this apply are saved all the same: with "+
			"force_destroy = true a destroy needs nothing from Spacelift, and cuts running runs off.\n\nError: %s", strings.Join(e.Instances, ", "), correct(e.Cause), e.Cause),
	}
}

// removed says what a destroy has removed that did not come to the group.
func removed(late bool) string {
	if late {
		return "The functions of the pool have been removed and not its instances"
	}
	return "Nothing has been removed"
}

// correct says what to correct where Spacelift or AWS did not do what was asked.
func correct(cause error) string {
	if awserr.Operation(cause) != "" {
		return "Correct the cause: see to the provider's AWS permissions first."
	}
	return "Correct the cause: see to the provider's spacelift argument or the SPACELIFT_API_KEY_* variables first."
}

// counted is a number of things, such as "1 worker" and "2 workers".
func counted[N int | int32](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
