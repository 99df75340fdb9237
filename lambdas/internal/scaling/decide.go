package scaling

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/fleet"
)

// Limits are the settings of a pool's autoscaler.
type Limits struct {
	MaxCreate         int           // instances to add in one poll; at least 1
	MaxTerminate      int           // idle instances, and strays, to end in one poll; at least 1
	MinIdle           int           // idle workers to hold ready
	TargetUtilization int           // percent of workers that are to be busy, 1 to 100
	ScaleDownDelay    time.Duration // how long a worker is idle before it may go
	ScaleOutCooldown  time.Duration // after a scale out
	ScaleInCooldown   time.Duration // after a scale in
	BootTimeout       time.Duration // from the launch of an instance to its worker
	Invocation        time.Duration // the longest life of an invocation: the function's timeout
}

// strayGrace is how long an instance is seen without its worker before it counts
// as lost. A worker whose connection broke is back within seconds; one that is
// not, and still runs something, is rare enough to wait for.
const strayGrace = 2 * time.Minute

// Verb is what an Action does.
type Verb string

// Verbs.
const (
	Remove  Verb = "remove"  // drain the idle worker, then end the instance: desired capacity goes down by one
	Finish  Verb = "finish"  // the same for one that is drained already
	Release Verb = "release" // let the drained worker have runs again
	Suspect Verb = "suspect" // mark the instance as one without a worker
	Found   Verb = "found"   // remove that mark: it has one
	Clear   Verb = "clear"   // remove the mark of a scale in that did not happen
	Replace Verb = "replace" // end the stray: the group launches another
	Discard Verb = "discard" // end the stray: desired capacity goes down by one
)

// Action is something to do with one instance.
type Action struct {
	Verb     Verb
	Instance string
	Worker   string     // id; empty for an instance without one
	Mark     marks.Mark `json:",omitzero"` // that the instance carries; zero for none
}

// Decision is what to do now, and why.
type Decision struct {
	Counts  map[Class]int // of the group's instances
	Missing int           // instances that the group has yet to launch
	Wanted  int           // workers, idle or busy, that there should be
	Desired int           // capacity to ask for; the present one where nothing is to be launched or called off
	Actions []Action
	Outage  bool     // strays, and not one worker in the pool: nothing is done about them
	Why     []string // in words, most important first
}

// Decide is a pure function: the same snapshot, limits and time give the same
// decision. now is the time of the snapshot.
func Decide(s Snapshot, l Limits, now time.Time) Decision {
	if s.Group.Deleting {
		return Decision{Counts: map[Class]int{}, Desired: s.Group.Desired, Why: []string{"the pool is being deleted"}}
	}
	d := newDeliberation(s, l, now)
	d.wantEnough()
	d.clearMarks()
	d.useHalfDrained()
	d.replaceStrays()
	d.scaleOut()
	d.callOff()
	d.scaleIn()
	return d.Decision
}

// member is an instance with its worker, nil for none.
type member struct {
	*fleet.Instance

	worker *spacelift.Worker
	launch int64 // in Unix milliseconds: quick to compare
}

// deliberation is a decision in the making.
type deliberation struct {
	Decision

	s       Snapshot
	l       Limits
	now     time.Time
	of      map[Class][]member // oldest first
	have    int                // workers there are, or will be, when the decision is carried out
	desired int                // capacity when it is
}

func newDeliberation(s Snapshot, l Limits, now time.Time) *deliberation {
	d := &deliberation{s: s, l: l, now: now, of: map[Class][]member{}, desired: s.Group.Desired}
	d.Counts, d.Missing, d.Desired = map[Class]int{}, s.Group.Missing(), s.Group.Desired
	oldest := make([]member, len(s.Group.Instances))
	for i := range s.Group.Instances {
		one := &s.Group.Instances[i]
		oldest[i] = member{one, s.Crew.Of[one.ID], one.Launched.UnixMilli()}
	}
	slices.SortFunc(oldest, func(a, b member) int {
		if order := cmp.Compare(a.launch, b.launch); order != 0 {
			return order
		}
		return cmp.Compare(a.ID, b.ID)
	})
	for _, one := range oldest {
		class := classify(*one.Instance, one.worker, l, now)
		d.of[class] = append(d.of[class], one)
		d.Counts[class]++
	}
	d.have = d.Counts[Idle] + d.Counts[Busy] + d.Counts[Booting] + d.Missing
	return d
}

// wantEnough sets the number of workers that there should be.
func (d *deliberation) wantEnough() {
	load := d.Counts[Busy] + d.s.Pending
	for _, one := range d.of[HalfDrained] {
		if one.worker.Busy { // is released below
			load++
		}
	}
	const percent = 100
	wanted := (load*percent+d.l.TargetUtilization-1)/d.l.TargetUtilization + d.l.MinIdle
	d.Wanted = max(d.s.Group.Min, min(wanted, d.s.Group.Max))
	d.because("%d waiting and %d busy want %d workers; there are %d, %d of them booting or yet to launch",
		d.s.Pending, d.Counts[Busy], d.Wanted, d.have, d.Counts[Booting]+d.Missing)
}

// clearMarks removes marks of what did not happen: a scale in that ended before
// the drain or after the undrain, a worker that was missed and has come back.
func (d *deliberation) clearMarks() {
	for _, class := range []Class{Idle, Busy, Draining, HalfDrained} {
		for _, one := range d.of[class] {
			if !one.Missed.IsZero() && one.InService() && one.worker != nil {
				d.act(Found, one)
			}
			if (class == Idle || class == Busy) && abandoned(*one.Instance, d.l, d.now) {
				d.act(Clear, one)
			}
		}
	}
}

// useHalfDrained releases drained workers that are needed, or may not go, and
// finishes with the others.
func (d *deliberation) useHalfDrained() {
	for _, one := range d.of[HalfDrained] {
		if one.worker.Busy || one.Protected || d.have < d.Wanted || d.desired <= d.s.Group.Min {
			d.act(Release, one)
			d.have++
			continue
		}
		d.act(Finish, one)
		d.desired--
	}
}

// replaceStrays ends instances that have long been without a worker, and lets the
// group replace those that are needed. One that is pending is not counted on: AWS
// refuses to end an instance while its launch is in progress (ScalingActivityInProgress in
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_TerminateInstanceInAutoScalingGroup.html).
func (d *deliberation) replaceStrays() {
	if d.Counts[Stray] > 0 && d.s.Workers == 0 {
		d.Outage = true
		d.because("the pool has not one worker, though %d instances run: Spacelift or the pool's token may be at fault, so none is replaced", d.Counts[Stray])
		return
	}
	left := d.l.MaxTerminate
	for _, one := range d.of[Stray] {
		switch {
		case one.Protected: // somebody looks into it
		case one.Missed.IsZero():
			d.act(Suspect, one)
		case d.now.Sub(one.Missed) < strayGrace || left == 0:
		case d.desired > d.s.Group.Min && (one.Pending() || d.have >= d.Wanted):
			left--
			d.act(Discard, one)
			d.desired--
		default:
			left--
			d.act(Replace, one)
			if one.InService() {
				d.have++
			}
		}
	}
}

// scaleOut asks for what is missing.
func (d *deliberation) scaleOut() {
	missing := d.Wanted - d.have
	if missing <= 0 {
		return
	}
	add := min(missing, d.l.MaxCreate, d.s.Group.Max-d.s.Group.Desired)
	switch {
	case d.cools(d.s.Group.ScaledOut, d.l.ScaleOutCooldown):
		d.because("%d more are wanted, after the scale out cooldown", missing)
	case add <= 0:
		d.because("%d more are wanted, but max size is %d", missing, d.s.Group.Max)
	default:
		d.because("%d more are wanted: %d are added", missing, add)
		d.Desired += add
	}
}

// inflated is from how many instances on a desired capacity that nothing explains
// is somebody's mistake, and not a moment between two steps of the group.
const inflated = 10

// callOff takes back capacity that was asked for, has not come and is not wanted.
// What has come goes by a scale in, drained.
func (d *deliberation) callOff() {
	excess := min(d.Missing, d.have-d.Wanted)
	if d.s.Pending > 0 || excess < inflated {
		return
	}
	d.because("desired capacity is %d, of which %d have not been launched and are not wanted: they are called off", d.s.Group.Desired, excess)
	d.Desired -= excess
}

// scaleIn removes idle workers that are not wanted, the oldest first.
func (d *deliberation) scaleIn() {
	leaving := d.leaving()
	surplus := min(d.Counts[Idle]+d.Counts[Busy], d.desired) - leaving - d.Wanted
	switch {
	case d.s.Pending > 0 || surplus <= 0:
		return
	case d.Counts[Booting] > 0:
		d.because("%d are not wanted, but first those that boot are waited for", surplus)
		return
	case d.cools(d.s.Group.ScaledIn, d.l.ScaleInCooldown):
		d.because("%d are not wanted, after the scale in cooldown", surplus)
		return
	}
	most, removed := min(surplus, d.l.MaxTerminate, d.spare()), 0
	for _, one := range d.of[Idle] {
		if removed < most && d.removable(one) {
			d.act(Remove, one)
			removed++
		}
	}
	d.because("%d are not wanted: %d are removed", surplus, removed)
}

// leaving is how many idle workers another invocation is about to remove.
func (d *deliberation) leaving() int {
	leaving := 0
	for _, one := range d.of[Idle] {
		if removing(*one.Instance, d.l, d.now) {
			leaving++
		}
	}
	return leaving
}

// spare is how many workers may go: all but one while there are strays. Without any
// worker these would look like an outage, and stay for good.
func (d *deliberation) spare() int {
	spare := d.Counts[Idle] + d.Counts[Busy]
	for _, one := range d.of[Stray] {
		if !one.Protected {
			return spare - 1
		}
	}
	return spare
}

// removable tells that an idle worker may go: nobody has protected its instance or
// is removing it, and it has been idle for long enough.
func (d *deliberation) removable(one member) bool {
	return one.InService() && !one.Protected && one.Mark == nil && d.now.Sub(fleet.IdleSince(one.worker)) >= d.l.ScaleDownDelay
}

// cools tells that a cooldown has not passed.
func (d *deliberation) cools(since time.Time, cooldown time.Duration) bool {
	return cooldown > 0 && d.now.Sub(since) < cooldown
}

func (d *deliberation) act(verb Verb, one member) {
	action := Action{Verb: verb, Instance: one.ID}
	if one.worker != nil {
		action.Worker = one.worker.ID
	}
	if one.Mark != nil {
		action.Mark = *one.Mark
	}
	d.Actions = append(d.Actions, action)
}

func (d *deliberation) because(format string, values ...any) {
	d.Why = append(d.Why, fmt.Sprintf(format, values...))
}
