// Package draining is the lifecycle manager of a worker pool: it lets every
// instance that its group terminates finish its run first. It is level-triggered:
// a message or a schedule wakes it, and each sweep looks at what waits, decides
// what is next for each instance (a pure function, Next) and does it. Whatever a
// sweep does not come to, fails at or dies in, the next one sees and does.
package draining

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/fleet"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/function"
)

// Workers is Spacelift, as far as the manager needs it: a *spacelift.Client.
type Workers interface {
	Pool(ctx context.Context, poolID string) (spacelift.Pool, error)
	Drain(ctx context.Context, poolID, workerID string) (spacelift.Worker, error)
}

// Manager is the lifecycle manager of one pool. Two that work at once do no harm.
type Manager struct {
	Pool     Workers
	Fleet    *fleet.Fleet
	PoolID   string // ULID
	Hook     string // name of the group's termination hook
	Limits   Limits
	Interval time.Duration // between sweeps of one invocation
	Log      *slog.Logger

	function.Tempo
}

// Handle sweeps because of an event. Messages of the hook's queue get one sweep and
// are always acknowledged: what they were about is seen again by the next
// schedule. Any other event gets sweeps every Interval for as long as something
// waits and the deadline of ctx is not near; it fails after the last sweep if any
// sweep failed, in whole or in part.
func (m *Manager) Handle(ctx context.Context, event json.RawMessage) error {
	beaten := map[string]bool{}
	if messages := notices(event); len(messages) > 0 {
		m.Log.InfoContext(ctx, "messages of the hook's queue", slog.Any("notices", messages))
		ctx, _, cancel := function.Shorten(ctx, m.Interval)
		defer cancel()
		_, _ = m.Sweep(ctx, beaten) // it has logged its errors
		return nil
	}
	err := function.Throughout(ctx, m.Interval, "sweeps", func(ctx context.Context) (bool, error) {
		waiting, err := m.Sweep(ctx, beaten)
		return waiting || err != nil, err
	})
	if err != nil {
		return fmt.Errorf("draining worker pool %s: %w", m.PoolID, err)
	}
	return nil
}
