package stack

import (
	"context"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
)

// Destroy removes everything, instances included. Absent objects are fine. With
// an error, Observed says what is left; calling it again goes on.
func (s *Stack) Destroy(ctx context.Context) (Observed, error) {
	p := build(s.clients, s.spec, s.prior)
	if err := p.discover(ctx); err != nil {
		return s.prior, err
	}
	if err := announce(ctx, p.group); err != nil {
		return s.prior, err
	}
	err := p.remove(ctx, func(*member) bool { return true })
	if err != nil {
		return p.observed(s.spec, s.prior), err
	}
	return Observed{}, nil
}

// announce tags the group, so that nobody takes what is left of a delete that
// does not come to its end for a pool that works.
func announce(ctx context.Context, group *component.AutoScalingGroup) error {
	if group.ID() == "" {
		return nil
	}
	status, err := group.Read(ctx)
	if err != nil || status.State == component.Absent || group.Going() {
		return err
	}
	return group.MarkDeleting(ctx)
}

// discover finds objects of this pool that the state does not know: an update
// that was killed could not tell of them.
func (p *pool) discover(ctx context.Context) error {
	return p.graph().Forward(ctx, func(ctx context.Context, m *member) error {
		if m.ID() != "" || m.lookup() || m.Name() == ComponentSecretVersion {
			return nil
		}
		_, err := m.Read(ctx) // gives an ID to what is ours
		if shared, ok := m.Component.(*component.SharedLogGroup); ok && !shared.Marked() {
			shared.Known = ""
		}
		return err
	})
}
