package spacelift

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/shurcooL/graphql"
)

// Pool is what a worker pool is at one moment.
type Pool struct {
	PendingRuns int // runs that wait for a worker
	Workers     []Worker
}

// Worker is a worker that has registered with a pool. It runs one run at a time.
type Worker struct {
	ID          string
	Busy        bool       // it has a run
	Drained     bool       // it gets no further runs
	CreatedAt   time.Time  // when it registered; zero if not known
	AvailableAt *time.Time // when it became idle; nil if not known, as on older self-hosted installations
	Metadata    Metadata   // zero if empty, invalid or lacking
}

// poolAnswer is a pool as Spacelift shows it; W is the worker's type.
type poolAnswer[W any] struct {
	Pool *struct {
		PendingRuns int `graphql:"pendingRuns"`
		Workers     []W `graphql:"workers"`
	} `graphql:"workerPool(id: $pool)"`
}

// oldWorker is a worker as every installation shows it. Times are Unix seconds.
type oldWorker struct {
	ID        string `graphql:"id"`
	Busy      bool   `graphql:"busy"`
	Drained   bool   `graphql:"drained"`
	CreatedAt int64  `graphql:"createdAt"`
	Metadata  string `graphql:"metadata"`
}

// newWorker has what older self-hosted installations do not know.
type newWorker struct {
	oldWorker

	AvailableAt *int64 `graphql:"availableAt"`
}

// Pool is the pool with all its workers. Fails with PoolNotFoundError if the key
// does not see such a pool.
func (c *Client) Pool(ctx context.Context, poolID string) (Pool, error) {
	pool, err := c.pool(ctx, poolID)
	if err != nil {
		return Pool{}, fmt.Errorf("reading worker pool %s: %w", poolID, err)
	}
	return pool, nil
}

func (c *Client) pool(ctx context.Context, poolID string) (Pool, error) {
	if !c.older.Load() {
		pool, err := readPool(ctx, c, poolID, func(w newWorker) Worker {
			worker := w.worker()
			if w.AvailableAt != nil && *w.AvailableAt > 0 {
				since := time.Unix(*w.AvailableAt, 0)
				worker.AvailableAt = &since
			}
			return worker
		})
		var refusal *AnswerError
		if !errors.As(err, &refusal) || !strings.Contains(refusal.Message, "availableAt") {
			return pool, err
		}
		c.older.Store(true)
	}
	return readPool(ctx, c, poolID, oldWorker.worker)
}

func readPool[W any](ctx context.Context, c *Client, poolID string, translate func(W) Worker) (Pool, error) {
	var answer poolAnswer[W]
	err := c.ask(ctx, request{document: &answer, variables: map[string]any{"pool": graphql.ID(poolID)}})
	if err != nil {
		return Pool{}, err
	}
	if answer.Pool == nil {
		return Pool{}, &PoolNotFoundError{Account: c.account, PoolID: poolID}
	}
	pool := Pool{PendingRuns: answer.Pool.PendingRuns}
	for _, one := range answer.Pool.Workers {
		pool.Workers = append(pool.Workers, translate(one))
	}
	return pool, nil
}

func (w oldWorker) worker() Worker {
	worker := Worker{ID: w.ID, Busy: w.Busy, Drained: w.Drained, Metadata: parseMetadata(w.Metadata)}
	if w.CreatedAt > 0 {
		worker.CreatedAt = time.Unix(w.CreatedAt, 0)
	}
	return worker
}
