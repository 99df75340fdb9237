package component

import (
	"context"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

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
	case o.Known == "" && awserr.AlreadyExists(err):
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
	if known == "" && !s.object().claimed {
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
