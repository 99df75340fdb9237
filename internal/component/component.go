// Package component has one type per kind of AWS object that a worker pool
// consists of: how to make it, read it, change it and remove it.
package component

import (
	"context"
	"fmt"
	"slices"
	"strings"
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

// OfLaunches tells whether the setting is a part of what a group's instances are
// made of, without the launch template itself.
func (d Difference) OfLaunches() bool { return slices.Contains(launchFields, d.Field) }

// Status is what Read found.
type Status struct {
	State       State
	Differences []Difference // of a Drifted object
}

// Has tells whether one of fields differs.
func (s Status) Has(fields ...string) bool {
	return slices.ContainsFunc(s.Differences, func(d Difference) bool { return slices.Contains(fields, d.Field) })
}

// ForeignError is an object under one of our names that this pool did not make.
type ForeignError struct {
	Kind     string // such as "IAM role"
	Name     string // physical name
	Region   string // of a group; "" for other objects
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
	claimed bool // belongs to the pool without its tags
}

// Name implements Component.
func (o *Object) Name() string { return o.Key }

// ID implements Component.
func (o *Object) ID() string { return o.Known }

// Created implements Component.
func (o *Object) Created() bool { return o.created }

// Renewed implements Component.
func (o *Object) Renewed() bool { return o.renewed }

// Claim makes Read take what bears the component's name for the pool's, whoever made
// it: something else than its tags has told so.
func (o *Object) Claim() { o.claimed = true }

func (o *Object) object() *Object { return o }

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
