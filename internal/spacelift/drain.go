package spacelift

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/shurcooL/graphql"
)

// Drain keeps further runs from a worker. The worker returned is Busy if it has
// a run, perhaps one that came after the pool was looked at. CreatedAt,
// AvailableAt and Metadata of it are not set. Draining twice is harmless.
//
// Fails with WorkerNotFoundError if the worker has gone, with RightsError if the
// key may see the worker, but not drain it.
func (c *Client) Drain(ctx context.Context, poolID, workerID string) (Worker, error) {
	worker, err := c.setDrain(ctx, poolID, workerID, true)
	if err != nil {
		return Worker{}, fmt.Errorf("draining worker %s: %w", workerID, err)
	}
	return worker, nil
}

// Undrain lets a worker have runs again. Otherwise like Drain.
func (c *Client) Undrain(ctx context.Context, poolID, workerID string) (Worker, error) {
	worker, err := c.setDrain(ctx, poolID, workerID, false)
	if err != nil {
		return Worker{}, fmt.Errorf("undraining worker %s: %w", workerID, err)
	}
	return worker, nil
}

func (c *Client) setDrain(ctx context.Context, poolID, workerID string, drain bool) (Worker, error) {
	var mutation struct {
		Worker *struct {
			ID      string `graphql:"id"`
			Busy    bool   `graphql:"busy"`
			Drained bool   `graphql:"drained"`
		} `graphql:"workerDrainSet(workerPool: $pool, id: $worker, drain: $drain)"`
	}
	err := c.ask(ctx, request{document: &mutation, mutation: true, variables: map[string]any{
		"pool": graphql.ID(poolID), "worker": graphql.ID(workerID), "drain": graphql.Boolean(drain),
	}})
	switch {
	case isNotFound(err) || err == nil && mutation.Worker == nil:
		return Worker{}, c.whyNotFound(ctx, poolID, workerID)
	case err != nil:
		return Worker{}, err
	}
	return Worker{ID: mutation.Worker.ID, Busy: mutation.Worker.Busy, Drained: mutation.Worker.Drained}, nil
}

// Cycle restarts all workers of a pool. It is not repeated after an error that
// leaves open whether they have been restarted.
//
// Fails with PoolNotFoundError if the key does not see the pool, with
// RightsError if it may not cycle it.
func (c *Client) Cycle(ctx context.Context, poolID string) error {
	var mutation struct {
		Cycled *bool `graphql:"workerPoolCycle(id: $pool)"`
	}
	err := c.ask(ctx, request{document: &mutation, mutation: true, once: true, variables: map[string]any{"pool": graphql.ID(poolID)}})
	if isNotFound(err) || err == nil && (mutation.Cycled == nil || !*mutation.Cycled) {
		err = c.whyNotFound(ctx, poolID, "")
	}
	if err != nil {
		return fmt.Errorf("cycling worker pool %s: %w", poolID, err)
	}
	return nil
}

// isNotFound says whether Spacelift answered "not found", which it also does for
// want of rights.
func isNotFound(err error) bool {
	var refusal *AnswerError
	return errors.As(err, &refusal) && strings.Contains(strings.ToLower(refusal.Message), "not found")
}

// whyNotFound looks whether what was not found can be seen: then the key lacks
// the right to change it. workerID is empty if the pool itself was asked for.
func (c *Client) whyNotFound(ctx context.Context, poolID, workerID string) error {
	pool, err := c.pool(ctx, poolID)
	if err != nil {
		return err
	}
	if workerID != "" && !slices.ContainsFunc(pool.Workers, func(w Worker) bool { return w.ID == workerID }) {
		return &WorkerNotFoundError{PoolID: poolID, WorkerID: workerID}
	}
	return &RightsError{Account: c.account, Reason: "it can read the worker pool, but a change of it is answered \"not found\""}
}
