// Package marks holds the tags by which the provider and its functions tell each
// other, and themselves later, what they have begun. It imports nothing of the
// module.
//
// A mark on an instance is written before the step that it announces, so that
// whoever finds the step half done knows whose it is. A worker that is drained on
// an instance without a mark was drained by a person, and stays theirs.
package marks

import (
	"strings"
	"time"
)

// Keys of tags of instances.
const (
	// Drain is on an instance whose worker is drained for a Reason.
	Drain = "SpaceliftDrain"
	// Missing is on an instance without a worker, which is to have one. It is no value
	// of Drain: a worker that is drained may be missed for a while and come back, and
	// then it still tells who has drained it.
	Missing = "SpaceliftMissing"
	// Termination is on an instance that waits to be terminated. Its value is the
	// time, in RFC 3339, from which the drain timeout counts.
	Termination = "SpaceliftTermination"
)

// Keys of tags of the Auto Scaling group.
const (
	// PoolState tells how far a pool is: absent while create is at work.
	PoolState = "WorkerPoolState"
	// ScaledOut and ScaledIn tell when the autoscaler last did so, in RFC 3339.
	// They are there only where a cooldown is configured.
	ScaledOut = "SpaceliftScaledOut"
	ScaledIn  = "SpaceliftScaledIn"
)

// Values of PoolState.
const (
	Complete = "complete" // set by the last call of create
	Deleting = "deleting" // set by the first call of delete
)

// Reason is why an instance carries Drain, or Missing.
type Reason string

// Reasons.
const (
	ScaleIn  Reason = "scale in"                     // the autoscaler is about to remove it
	NoWorker Reason = "no worker"                    // no worker is registered on it, though one should be
	Deletion Reason = "worker pool is being deleted" // terraform destroy drains it
)

// Mark is the value of Drain, and of Missing.
type Mark struct {
	At     time.Time
	Reason Reason
}

// String is the mark as the tag has it: time, space, reason.
func (m Mark) String() string { return m.At.UTC().Format(time.RFC3339Nano) + " " + string(m.Reason) }

// Parse reads a Mark. A value that is not one has the zero time, which
// is longer ago than any limit, and the whole text for a reason.
func Parse(text string) Mark {
	first, reason, _ := strings.Cut(text, " ")
	at := Time(first)
	if at.IsZero() {
		return Mark{Reason: Reason(text)}
	}
	return Mark{At: at, Reason: Reason(reason)}
}

// Format is a time as a tag has it.
func Format(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// Time reads a time of a tag: zero if it is none.
func Time(text string) time.Time {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}
	}
	return at
}
