package stack

import (
	"context"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
)

// Destroy removes everything, instances included. Absent objects are fine. Before
// that, unless the Spec says otherwise, it drains the workers and waits for their
// runs, where the stack has access to them (see With). With an error, Observed
// says what is left; calling it again goes on, an Update resumes the pool.
func (s *Stack) Destroy(ctx context.Context) (Observed, error) {
	p := build(s.clients, s.spec, s.prior)
	if err := p.discover(ctx); err != nil {
		return s.prior, err
	}
	if err := s.vacate(ctx, p.group); err != nil {
		return s.prior, err
	}
	err := p.remove(ctx, func(m *member) bool { return m.Component != p.schedules }) // they go with the group
	if p.group.ID() == "" {
		p.schedules.Known = ""
	}
	if err != nil {
		return p.observed(s.spec, s.prior), err
	}
	return Observed{}, nil
}

// discover finds objects of this pool that the state does not know: an update
// that was killed could not tell of them.
func (p *pool) discover(ctx context.Context) error {
	return p.graph().Forward(ctx, func(ctx context.Context, m *member) error {
		if m.ID() != "" || m.lookup() || m.Name() == ComponentSecretVersion || m.Name() == ComponentSchedules {
			return nil
		}
		_, err := m.Read(ctx) // gives an ID to what is ours
		if shared, ok := m.Component.(*component.SharedLogGroup); ok && !shared.Marked() {
			shared.Known = ""
		}
		return err
	})
}
