package stack

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
)

// Create makes the pool, all or nothing: what it made is removed again when a
// step fails. Leftovers of an earlier create that was killed are taken over, a
// complete pool and objects of others are not. A *WaitError is no failure: the pool
// is made, and Observed tells of it. With another error (a *CreateError
// when something had been made), Observed holds what could not be removed.
func (s *Stack) Create(ctx context.Context) (Observed, error) {
	if err := s.greet(ctx); err != nil {
		return Observed{}, err
	}
	p, latest, err := s.prepare(ctx)
	if err != nil {
		return Observed{}, err
	}
	err = p.graph().Forward(ctx, func(ctx context.Context, m *member) error {
		if !m.wanted {
			return nil
		}
		return m.Ensure(ctx)
	})
	var waited error
	if err == nil {
		// Only then complete: a create that is killed while it waits is picked up
		// by the next one.
		waited = s.await(ctx, p.group)
		err = p.complete(ctx, waited)
	}
	var foreign *component.ForeignError
	if errors.As(err, &foreign) && foreign.Ours {
		return Observed{}, err // another create has won: what this one made is part of that pool
	}
	if err != nil {
		return s.rollback(ctx, p, err)
	}
	o := p.observed(s.spec, s.prior)
	o.LatestAMIID = latest
	return o, waited
}

// greet makes sure that Spacelift can tell of the workers which a create is to wait for,
// before anything is made. That it does not answer right now is no reason not to begin.
func (s *Stack) greet(ctx context.Context) error {
	if s.spec.WaitForWorkers == 0 || s.workers == nil {
		return nil
	}
	_, err := s.workers.Pool(ctx, s.spec.WorkerPoolID)
	var passing *spacelift.ServiceError
	if err == nil || errors.As(err, &passing) {
		return nil
	}
	return &AccessError{Cause: err}
}

// complete tags the group as that of a whole pool. A wait may have used up the
// caller's time.
func (p *pool) complete(ctx context.Context, waited error) error {
	if waited != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), cleanupTimeout)
		defer cancel()
	}
	return p.group.MarkComplete(ctx)
}

// prepare makes sure that nobody has the pool yet, settles the image and builds
// the graph. It returns the newest image as well.
func (s *Stack) prepare(ctx context.Context) (p *pool, latest string, err error) {
	looked := &images{clients: s.clients}
	leftover := false
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		leftover, err = build(s.clients, s.spec, s.prior).group.Claim(ctx)
		return err
	})
	group.Go(func() error {
		image, err := looked.newest(ctx, s.spec.Instance.Architecture)
		latest = image.ID
		if s.spec.Instance.AMIID != "" {
			return nil // the newest is for information only
		}
		return err
	})
	if err := group.Wait(); err != nil {
		return nil, "", err
	}
	if s.spec.Instance.AMIID == "" {
		s.spec.Instance.AMIID = latest
	}
	p = build(s.clients, s.spec, s.prior)
	p.images, p.group.Leftover = looked, leftover
	p.group.Release = func(ctx context.Context) error { return s.release(ctx, p.group) }
	return p, latest, nil
}

// rollback removes what this create made, and only that.
func (s *Stack) rollback(ctx context.Context, p *pool, cause error) (Observed, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.removalTime())
	defer cancel()
	failure := &CreateError{Cause: cause}
	for _, m := range p.members {
		if m.Created() {
			failure.Made = append(failure.Made, m.Name())
		}
	}
	p.beforeGroup = func(ctx context.Context) error { return s.spare(ctx, p.group) }
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

// spare lets runs end that workers of a pool which is taken back have begun: its first
// instances have been there for some time. Where Spacelift does not answer, it is taken
// back all the same.
func (s *Stack) spare(ctx context.Context, group *component.AutoScalingGroup) error {
	if s.workers == nil {
		return nil
	}
	if _, err := group.Read(ctx); err != nil {
		return err
	}
	var busy *BusyError
	if err := s.lastLook(ctx, group); errors.As(err, &busy) && len(busy.Workers) > 0 {
		return fmt.Errorf("group %s has %w, which is not cut off", group.ID(), busy)
	}
	return nil
}
