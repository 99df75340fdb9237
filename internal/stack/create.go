package stack

import (
	"context"
	"errors"

	"golang.org/x/sync/errgroup"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
)

// Create makes the pool, all or nothing: what it made is removed again when a
// step fails. Leftovers of an earlier create that was killed are taken over, a
// complete pool and objects of others are not. With an error (a *CreateError
// when something had been made), Observed holds what could not be removed.
func (s *Stack) Create(ctx context.Context) (Observed, error) {
	newest, err := s.prepare(ctx)
	if err != nil {
		return Observed{}, err
	}
	p := build(s.clients, s.spec, s.prior)
	p.images = newest.images
	err = p.graph().Forward(ctx, func(ctx context.Context, m *member) error {
		if !m.wanted {
			return nil
		}
		return m.Ensure(ctx)
	})
	if err == nil {
		err = p.group.MarkComplete(ctx)
	}
	if err != nil {
		return s.rollback(ctx, p, err)
	}
	o := p.observed(s.spec, s.prior)
	o.LatestAMIID = newest.id
	return o, nil
}

type newestImage struct {
	id     string
	images *images
}

// prepare makes sure that nobody has the pool yet and settles the image.
func (s *Stack) prepare(ctx context.Context) (newest newestImage, err error) {
	newest.images = &images{clients: s.clients}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return s.claim(ctx) })
	group.Go(func() error {
		image, err := newest.images.newest(ctx, s.spec.Instance.Architecture)
		if s.spec.Instance.AMIID != "" { // the newest is for information only
			newest.id = image.ID
			return nil
		}
		newest.id, s.spec.Instance.AMIID = image.ID, image.ID
		return err
	})
	return newest, group.Wait()
}

// claim refuses a pool that exists: a complete one is somebody's, and so is one
// that somebody is deleting.
func (s *Stack) claim(ctx context.Context) error {
	group := build(s.clients, s.spec, s.prior).group
	status, err := group.Read(ctx)
	if err != nil || status.State == component.Absent {
		return err
	}
	state, ours := group.PoolState()
	if !ours {
		return &component.ForeignError{Kind: "Auto Scaling group", Name: s.spec.BaseName}
	}
	if state != "" {
		return &ExistsError{BaseName: s.spec.BaseName, WorkerPoolID: s.spec.WorkerPoolID, Deleting: state == component.PoolDeleting}
	}
	return nil
}

// rollback removes what this create made, and only that.
func (s *Stack) rollback(ctx context.Context, p *pool, cause error) (Observed, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTimeout)
	defer cancel()
	failure := &CreateError{Cause: cause}
	for _, m := range p.members {
		if m.Created() {
			failure.Made = append(failure.Made, m.Name())
		}
	}
	failure.Rollback = p.remove(ctx, func(m *member) bool { return m.Created() })
	for _, m := range p.members {
		shared, ok := m.Component.(*component.SharedLogGroup)
		if ok && !m.Created() {
			failure.Rollback = errors.Join(failure.Rollback, shared.Abandon(ctx))
		}
	}
	if failure.Rollback == nil {
		if len(failure.Made) == 0 {
			return Observed{}, cause
		}
		return Observed{}, failure
	}
	left := p.observed(s.spec, s.prior)
	for _, m := range p.members {
		if !m.Created() {
			delete(left.Components, m.Name()) // adopted: the next create adopts it again
		}
	}
	return left, failure
}
