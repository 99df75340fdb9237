package stack

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
)

// Destroy removes everything, instances included. Absent objects are fine. Before
// that, unless the Spec says otherwise, it drains the workers and waits for their
// runs, where the stack has access to them (see With). With an error, Observed
// says what is left; calling it again goes on, an Update resumes the pool.
func (s *Stack) Destroy(ctx context.Context) (Observed, error) {
	p := build(s.clients, s.spec, s.prior)
	p.listAlarms(ctx, s.clients.CloudWatch)
	if err := p.discover(ctx); err != nil {
		return s.prior, err
	}
	if err := s.noteNetwork(ctx, p); err != nil {
		return s.prior, err
	}
	left, err := s.silence(ctx, p)
	if err != nil {
		return left, err
	}
	if err := s.vacate(ctx, p.group); err != nil {
		return left, err
	}
	p.beforeGroup = func(ctx context.Context) error { return s.lastLook(ctx, p.group) }
	err = p.remove(ctx, func(m *member) bool { return p.carrier(m) == nil })
	for _, m := range p.members {
		if with := p.carrier(m); with != nil && with.ID() == "" {
			err = errors.Join(err, m.Delete(ctx)) // asks nothing of AWS any more
		}
	}
	if err != nil {
		return p.observed(s.spec, s.prior), err
	}
	return Observed{}, nil
}

// silence takes away the schedule of an autoscaler that the user has brought, before any
// worker is drained. Ours sees that the pool is being deleted; today's ends instances
// whose workers somebody has drained, with their runs. left is the pool without it.
func (s *Stack) silence(ctx context.Context, p *pool) (left Observed, err error) {
	left = s.prior
	if s.spec.Autoscaling == nil || s.spec.Autoscaling.Package == nil {
		return left, nil
	}
	err = p.unschedule(ctx)
	left.Components = maps.Clone(left.Components)
	for _, c := range []component.Component{p.autoscaler.rule, p.autoscaler.permission} {
		if c.ID() == "" {
			delete(left.Components, c.Name())
		}
	}
	return left, err
}

// unschedule makes sure that nothing invokes the autoscaler any more.
func (p *pool) unschedule(ctx context.Context) error {
	return p.remove(ctx, func(m *member) bool {
		return m.Component == p.autoscaler.rule || m.Component == p.autoscaler.permission
	})
}

// carrier is the component with which m goes, nil for one that has to be deleted
// itself.
func (p *pool) carrier(m *member) component.Component {
	switch m.Component {
	case p.schedules, p.hook:
		return p.group
	case p.autoscaler.permission:
		return p.autoscaler.function
	case p.lifecycle.permission:
		return p.lifecycle.function
	}
	return nil
}

// isVersion tells whether m is the value of a secret, which goes with that.
func (p *pool) isVersion(m *member) bool {
	switch m.Component.(type) {
	case *component.SecretVersion, *component.ParameterVersion:
		return true
	}
	return false
}

// unborn tells whether m is of the functions of a pool without any, in which not
// even what comes first of them and goes last is there.
func (p *pool) unborn(m *member) bool {
	first := slices.IndexFunc(p.members, func(m *member) bool { return m.Component == p.lifecycle.role })
	return !m.wanted && slices.Index(p.members, m) > first && p.lifecycle.role.ID() == "" // which has been looked for: m needs it
}

// noteNetwork looks whether functions that drifted are in a VPC that the state does not
// know of: an update that was killed has moved them there, and Lambda takes time, and
// their roles, to leave it.
func (s *Stack) noteNetwork(ctx context.Context, p *pool) error {
	for _, f := range []*component.Function{p.lifecycle.function, p.autoscaler.function} {
		if _, drifted := s.prior.Drift[f.Name()]; !drifted || f.ID() == "" || p.network.Known != "" {
			continue
		}
		if _, err := f.Read(ctx); err != nil {
			return err
		}
		if got, ok := f.Seen(); ok {
			p.network.Known = strings.Join(sorted(got.SecurityGroups), ",")
		}
	}
	return nil
}

// discover finds objects of this pool that the state does not know: an update
// that was killed could not tell of them.
func (p *pool) discover(ctx context.Context) error {
	return p.graph().Forward(ctx, func(ctx context.Context, m *member) error {
		if m.ID() != "" || m.lookup() || p.carrier(m) != nil || p.isVersion(m) || p.unborn(m) {
			return nil
		}
		_, err := m.Read(ctx) // gives an ID to what is ours
		if awserr.AccessDenied(err) && !m.wanted {
			return nil // who may not even look at it has not made it: the operator's rights are those of the arguments in use
		}
		if shared, ok := m.Component.(*component.SharedLogGroup); ok && !shared.Marked() {
			shared.Known = ""
		}
		return err
	})
}
