package lambda

import (
	"errors"
	"slices"
	"sync"
)

// version is a state of a function's code and configuration, with the execution
// environments that have it.
type version struct {
	*Function
	unpacking sync.Once
	folder    *folder // of the code; nil before it is needed
	leave     func()

	// The runner's lock guards the rest.
	running int            // events in hand
	idle    []*environment // the last was used last
	busy    []*environment
	old     bool // removed, or another version is deployed
}

// code is the directory of the code, unpacked when it is first needed.
func (v *version) code() (string, error) {
	v.unpacking.Do(func() { v.folder, v.leave = unpacked(v.Zip) })
	if v.folder == nil { // it was discarded before
		return "", errors.New("the version is no longer deployed")
	}
	return v.folder.dir, v.folder.err
}

// take takes an idle environment for an event, nil if a new one is needed.
func (v *version) take() *environment {
	v.running++
	last := len(v.idle) - 1
	if last < 0 {
		return nil
	}
	warm := v.idle[last]
	v.idle = v.idle[:last]
	v.busy = append(v.busy, warm)
	return warm
}

// release takes back an environment, nil if none could be made; one that is alive
// is kept warm.
func (r *Runner) release(v *version, e *environment, alive bool) {
	r.mu.Lock()
	v.running--
	v.busy = slices.DeleteFunc(v.busy, func(other *environment) bool { return other == e })
	keep := alive && !v.old && !r.closed
	if keep {
		v.idle = append(v.idle, e)
	}
	done := v.old && v.running == 0
	r.mu.Unlock()
	if e != nil && !keep {
		e.bury()
	}
	if done {
		v.discard()
	}
}

// retire ends a version: its idle environments now, the others when they have
// done their work.
func (r *Runner) retire(v *version) {
	r.mu.Lock()
	idle := v.idle
	v.idle, v.old = nil, true
	done := v.running == 0
	r.mu.Unlock()
	for _, e := range idle {
		e.bury()
	}
	if done {
		v.discard()
	}
}

// discard gives up the code on the disk, if it was ever there.
func (v *version) discard() {
	v.unpacking.Do(func() {})
	if v.leave != nil {
		v.leave()
	}
}
