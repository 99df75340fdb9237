package stack

import (
	"context"
	"maps"
	"reflect"
	"slices"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
)

// Update brings what differs from prior to spec: components whose settings
// changed, that drifted or are missing, and those that read from one that became
// another. A *WaitError is no failure: the pool is as wanted. With another error,
// Observed says what really is.
func (s *Stack) Update(ctx context.Context) (Observed, error) {
	latest, err := s.settleImage(ctx)
	if err != nil {
		return s.actual(ctx, nil, err)
	}
	p, before := s.buildBoth()
	if err := s.unhook(ctx, p, before.group); err != nil {
		return s.actual(ctx, p, err)
	}
	if err := s.markRefresh(ctx, p, before); err != nil {
		return s.actual(ctx, p, err)
	}
	err = p.graph().Forward(ctx, func(ctx context.Context, m *member) error {
		switch {
		case !m.wanted:
			return nil
		case s.touched(m, before), m.Name() == ComponentGroup && p.marked():
			return m.Ensure(ctx)
		case !renewed(m):
			return nil
		case m.Name() == ComponentGroup && !p.template.Renewed():
			return nil // a log group came back: the group only has to go before it
		case m.Name() == ComponentGroup && !p.template.Created():
			return p.group.FollowTemplate(ctx)
		}
		return m.Ensure(ctx)
	})
	if err != nil {
		return s.actual(ctx, p, err)
	}
	if err := s.shed(ctx, p); err != nil {
		return s.actual(ctx, p, err)
	}
	o := p.observed(s.spec, s.prior)
	o.LatestAMIID = latest
	if err := s.replaceInstances(ctx, p); err != nil {
		return undone(o, err)
	}
	return o, s.await(ctx, p.group)
}

// buildBoth builds the graph of what is wanted, and that of what was.
func (s *Stack) buildBoth() (p, before *pool) {
	p, before = build(s.clients, s.spec, s.prior), build(s.clients, s.prior.Spec, s.prior)
	p.group.Release = func(ctx context.Context) error { return s.release(ctx, p.group) }
	_, drifted := s.prior.Drift[ComponentLaunchTemplate]
	p.template.TagsAreRight = !drifted && maps.Equal(p.template.Tags.Want, before.template.Tags.Want)
	return p, before
}

// shed removes what is not wanted any more, and takes rights from the roles that needed
// them for it: those of a termination hook from the instances' role, which a pool of
// the Terraform module has, those to a network from the roles of functions.
func (s *Stack) shed(ctx context.Context, p *pool) error {
	if err := p.remove(ctx, func(m *member) bool { return !m.wanted }); err != nil {
		return err
	}
	if p.role.ID() != "" && p.role.SeenHooked() {
		if err := p.role.Ensure(ctx); err != nil {
			return err
		}
	}
	if s.prior.Components[ComponentNetwork] == "" || p.network.ID() != "" {
		return nil
	}
	for _, role := range p.network.Roles {
		if role.ID() == "" {
			continue
		}
		if err := role.Ensure(ctx); err != nil {
			return err
		}
	}
	return nil
}

// settleImage looks for an image where the plan could not name one.
func (s *Stack) settleImage(ctx context.Context) (latest string, err error) {
	latest = s.prior.LatestAMIID
	if s.spec.Instance.Architecture == s.prior.Spec.Instance.Architecture && s.spec.Instance.AMIID != "" {
		return latest, nil
	}
	image, err := (&images{clients: s.clients}).newest(ctx, s.spec.Instance.Architecture)
	if s.spec.Instance.AMIID != "" {
		return image.ID, nil
	}
	s.spec.Instance.AMIID = image.ID
	return image.ID, err
}

// renewed tells whether something that a component reads from became another, or did
// its work.
func renewed(m *member) bool {
	if version, ok := m.Component.(*component.SecretVersion); ok && version.Secret.Rewritten() {
		return true
	}
	return slices.ContainsFunc(m.Deps(), func(dep component.Component) bool { return dep.Renewed() })
}

// touched tells whether there may be something to do for a component itself.
func (s *Stack) touched(m *member, before *pool) bool {
	_, exists := s.prior.Components[m.Name()]
	_, drifted := s.prior.Drift[m.Name()]
	if (!exists && !m.lookup()) || drifted {
		return true
	}
	for _, old := range before.members {
		if old.Name() == m.Name() {
			return !old.wanted || !reflect.DeepEqual(old.inputs, m.inputs)
		}
	}
	return true
}

// actual reads what a failed update has left behind, what it has made included.
// Should that fail as well, the next refresh corrects the state.
func (s *Stack) actual(ctx context.Context, p *pool, cause error) (Observed, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTimeout)
	defer cancel()
	left := s.prior
	left.Components = maps.Clone(s.prior.Components)
	if p != nil {
		maps.Copy(left.Components, p.observed(s.spec, s.prior).Components)
		for _, m := range p.members {
			if id := s.prior.Components[m.Name()]; id != "" && p.isVersion(m) {
				left.Components[m.Name()] = id // the arguments are the old ones: another value is drift
			}
		}
	}
	o, err := New(s.clients, s.prior.Spec, left).Read(ctx)
	if err != nil {
		return left, cause
	}
	return o, cause
}
