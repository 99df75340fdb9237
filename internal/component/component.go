// Package component has one type per kind of AWS object that a worker pool
// consists of: how to make it, read it, change it and remove it.
package component

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

// Component is one AWS object with a deterministic name.
type Component interface {
	// Name is the component's key in the inventory, such as "instances_role".
	Name() string
	// ID is the object's physical name or id, "" while it does not exist.
	ID() string
	// Deps are the components whose outputs this one reads.
	Deps() []Component
	// Ensure creates the object or brings it to the wanted settings. Calling it
	// twice changes nothing the second time. An object under our name that is
	// not ours gives a *ForeignError and is left alone.
	Ensure(ctx context.Context) error
	// Read compares the object with the wanted settings.
	Read(ctx context.Context) (Status, error)
	// Delete removes the object. Absence is success.
	Delete(ctx context.Context) error
	// Created tells whether Ensure made the object (and did not adopt it).
	Created() bool
	// Renewed tells whether Ensure changed what dependents read from it.
	Renewed() bool
}

// State is how an object compares with the wanted settings.
type State int

// The states of an object.
const (
	Absent State = iota
	InSync
	Drifted
)

// Difference is one setting that is not as wanted.
type Difference struct {
	Field string // name of the setting, such as "MinSize"
	Text  string // for people, such as "min size is 3, not 2"
}

// FieldOwner is the Field of the one Difference that an object has which is not
// in the inventory, bears our name and was made by somebody else.
const FieldOwner = "Owner"

// Status is what Read found.
type Status struct {
	State       State
	Differences []Difference // of a Drifted object
}

// Has tells whether one of fields differs.
func (s Status) Has(fields ...string) bool {
	for _, d := range s.Differences {
		for _, f := range fields {
			if d.Field == f {
				return true
			}
		}
	}
	return false
}

// ForeignError is an object under one of our names that this pool did not make.
type ForeignError struct {
	Kind     string // such as "IAM role"
	Name     string // physical name
	Ours     bool   // a group with this pool's tags: another workspace has made, or is making, the pool
	Deleting bool   // likewise, and somebody is deleting it
}

func (e *ForeignError) Error() string {
	return fmt.Sprintf("%s %q exists and does not belong to this worker pool", e.Kind, e.Name)
}

// Object is the identity that every component has. ID is set from the inventory
// for an object that is known to exist.
type Object struct {
	Key     string // name of the component
	Known   string // physical name or id, "" while the object does not exist
	created bool
	renewed bool
	unsure  bool // an answer was lost: the call may have had its effect
	revived bool // create brought back an object that was there before
}

// Name implements Component.
func (o *Object) Name() string { return o.Key }

// ID implements Component.
func (o *Object) ID() string { return o.Known }

// Created implements Component.
func (o *Object) Created() bool { return o.created }

// Renewed implements Component.
func (o *Object) Renewed() bool { return o.renewed }

func (o *Object) object() *Object { return o }

// steps is what a component does itself; ensure and read put it in order.
type steps interface {
	object() *Object
	// create makes the object, with as many settings as the call takes, and sets
	// Known. It does not look whether the name is in use: AWS tells.
	create(ctx context.Context) error
	// load reads the object, by Known or else by its name. It reports absence.
	load(ctx context.Context) (found bool, err error)
	// foreign tells whether what load found was made by somebody else.
	foreign() *ForeignError
	// differences compares what load or create saw with the wanted settings.
	differences() []Difference
	// update changes what differs.
	update(ctx context.Context, status Status) error
}

func ensure(ctx context.Context, s steps) error {
	o := s.object()
	if o.Known != "" {
		found, err := s.load(ctx)
		if err != nil {
			return err
		}
		if found {
			return converge(ctx, s)
		}
		o.Known = ""
	}
	err := s.create(ctx)
	switch {
	case err == nil:
		o.created, o.renewed = !o.revived, true
	case awserr.AlreadyExists(err):
		if err := adopt(ctx, s, err); err != nil {
			return err
		}
		o.created = o.unsure // an earlier attempt of our own call made it
	default:
		if o.Known != "" { // made, and then something failed
			o.created = !o.revived
		} else if o.unsure {
			reclaim(ctx, s)
		}
		return err
	}
	return converge(ctx, s)
}

// reclaimTimeout bounds the look at what a call without an answer has done.
const reclaimTimeout = time.Minute

// How often, and with which pauses, an object is looked for that may have been
// made a moment ago: AWS can need seconds to show it,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
const (
	lookups     = 5
	lookupPause = 500 * time.Millisecond // doubles every time: 7.5 s in all
)

// find is load for an object that should be there although AWS may not show it
// yet. An object that is not shown in the end, and one whose reading fails, is
// not taken for ours.
func find(ctx context.Context, s steps) (bool, error) {
	for n := 0; ; n++ {
		found, err := s.load(ctx)
		if err == nil && found {
			return true, nil
		}
		if err == nil && n < lookups-1 {
			if err = wait(ctx, lookupPause<<n); err == nil {
				continue
			}
		}
		s.object().Known = ""
		return false, err
	}
}

// reclaim looks whether a create that failed without an answer has made the
// object all the same, so that a rollback removes it.
func reclaim(ctx context.Context, s steps) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), reclaimTimeout)
	defer cancel()
	found, err := find(ctx, s)
	o := s.object()
	if err != nil || !found || s.foreign() != nil {
		o.Known = ""
		return
	}
	o.created = true
}

// adopt takes over an object that an earlier create of this pool left behind.
func adopt(ctx context.Context, s steps, exists error) error {
	found, err := find(ctx, s)
	if err != nil {
		return err
	}
	if !found {
		return exists
	}
	if foreign := s.foreign(); foreign != nil {
		s.object().Known = ""
		return foreign
	}
	s.object().renewed = true
	return nil
}

func converge(ctx context.Context, s steps) error {
	if d := s.differences(); len(d) > 0 {
		return s.update(ctx, Status{State: Drifted, Differences: d})
	}
	return nil
}

func read(ctx context.Context, s steps) (Status, error) {
	known := s.object().Known
	found, err := s.load(ctx)
	if err != nil {
		s.object().Known = known
		return Status{}, err
	}
	if !found {
		s.object().Known = ""
		return Status{State: Absent}, nil
	}
	if known == "" {
		if foreign := s.foreign(); foreign != nil {
			// Without an ID it never gets into the inventory, where it would be
			// changed and deleted as ours.
			s.object().Known = ""
			return Status{State: Drifted, Differences: []Difference{{FieldOwner, foreign.Error()}}}, nil
		}
	}
	if d := s.differences(); len(d) > 0 {
		return Status{State: Drifted, Differences: d}, nil
	}
	return Status{State: InSync}, nil
}

// differences collects Difference values.
type differences []Difference

func (d *differences) add(differs bool, field, format string, args ...any) {
	if differs {
		*d = append(*d, Difference{field, fmt.Sprintf(format, args...)})
	}
}

// Sentence joins texts as one sentence for people.
func Sentence(differences []Difference) string {
	texts := make([]string, 0, len(differences))
	for _, d := range differences {
		texts = append(texts, d.Text)
	}
	return strings.Join(texts, "; ")
}
