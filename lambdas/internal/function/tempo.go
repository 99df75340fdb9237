package function

import (
	"time"

	"golang.org/x/sync/errgroup"
)

// atOnce bounds what is done at the same time: hundreds of instances take seconds,
// and stay far from the limits of AWS's and Spacelift's APIs.
const atOnce = 8

// Tempo is how a function goes about its work. The zero value goes by the clock and
// does several things at once. A model of time sets both.
type Tempo struct {
	Now     func() time.Time // nil for the clock
	InOrder bool             // one thing after the other, in the order given
}

// Time is the time that decides and that marks carry.
func (t Tempo) Time() time.Time {
	if t.Now != nil {
		return t.Now()
	}
	return time.Now()
}

// Group is for work on several instances, at most 8 at a time.
func (t Tempo) Group() *errgroup.Group {
	group := new(errgroup.Group)
	if t.InOrder {
		group.SetLimit(1)
	} else {
		group.SetLimit(atOnce)
	}
	return group
}
