package spacelift

import (
	"context"
	"errors"
	"strings"

	"github.com/graph-gophers/graphql-go"
)

// schema is Spacelift's, as far as it is used. Times are Unix seconds. The line
// with availableAt is missing on older self-hosted installations.
const schema = `
schema {
	query: Query
	mutation: Mutation
}
type Query {
	workerPool(id: ID!): WorkerPool
}
type Mutation {
	apiKeyUser(id: ID!, secret: String!): User
	workerDrainSet(workerPool: ID!, id: ID!, drain: Boolean!): Worker!
	workerPoolCycle(id: ID!): Boolean
}
type User {
	jwt: String!
	validUntil: Int!
}
type WorkerPool {
	id: ID!
	pendingRuns: Int!
	workers: [Worker!]!
}
type Worker {
	id: ID!
	busy: Boolean!
	drained: Boolean!
	createdAt: Int!
	availableAt: Int
	metadata: String!
}`

// apis execute the schema of today and the older one.
type apis struct{ today, older *graphql.Schema }

func newAPIs(s *Service) apis {
	older := strings.Replace(schema, "\tavailableAt: Int\n", "", 1)
	return apis{
		today: graphql.MustParseSchema(schema, &root{s}, graphql.UseFieldResolvers()),
		older: graphql.MustParseSchema(older, &root{s}, graphql.UseFieldResolvers()),
	}
}

// Types of the schema.
type (
	user struct {
		JWT        string
		ValidUntil int32
	}
	workerPool struct {
		ID          graphql.ID
		PendingRuns int32
		Workers     []*apiWorker
	}
	apiWorker struct {
		ID          graphql.ID
		Busy        bool
		Drained     bool
		CreatedAt   int32
		AvailableAt *int32
		Metadata    string
	}
)

// Errors in the words of the real ones, as far as clients go by them.
var (
	errUnauthorized = errors.New("unauthorized")
	errNotFound     = errors.New("not found")
)

// root resolves the operations.
type root struct{ s *Service }

// APIKeyUser logs in.
func (r *root) APIKeyUser(ctx context.Context, args struct {
	ID     graphql.ID
	Secret string
},
) (*user, error) {
	if err := r.s.begin(ctx, "apiKeyUser"); err != nil {
		return nil, err
	}
	found := r.s.login(string(args.ID), args.Secret)
	if found == nil {
		return nil, errUnauthorized
	}
	return found, nil
}

// WorkerPool is null if it is absent or the key may not read it.
func (r *root) WorkerPool(ctx context.Context, args struct{ ID graphql.ID }) (*workerPool, error) {
	rights, err := r.s.authorize(ctx, "workerPool")
	if err != nil {
		return nil, err
	}
	defer r.s.enter()()
	found := r.s.pools[string(args.ID)]
	if found == nil || !rights.Read {
		return nil, nil //nolint:nilnil // null is the answer
	}
	shown := &workerPool{ID: args.ID, PendingRuns: int32(len(found.queue)), Workers: []*apiWorker{}}
	for _, one := range found.workers {
		shown.Workers = append(shown.Workers, one.api())
	}
	return shown, nil
}

// WorkerDrainSet answers "not found" without the right to drain.
func (r *root) WorkerDrainSet(ctx context.Context, args struct {
	WorkerPool graphql.ID
	ID         graphql.ID
	Drain      bool
},
) (*apiWorker, error) {
	rights, err := r.s.authorize(ctx, "workerDrainSet")
	if err != nil {
		return nil, err
	}
	s := r.s
	defer s.enter()()
	found := s.pools[string(args.WorkerPool)]
	if found == nil || !rights.Drain || found.worker(string(args.ID)) == nil {
		return nil, errNotFound
	}
	one := found.worker(string(args.ID))
	if args.Drain && s.behavior.SneakRuns > 0 && one.run == nil && !one.lost {
		s.behavior.SneakRuns--
		run := s.queue(found, s.behavior.SneakTime)
		found.queue = found.queue[:len(found.queue)-1]
		s.start(one, run)
	}
	one.drained = args.Drain
	return one.api(), nil
}

// WorkerPoolCycle needs the right to drain.
func (r *root) WorkerPoolCycle(ctx context.Context, args struct{ ID graphql.ID }) (*bool, error) {
	rights, err := r.s.authorize(ctx, "workerPoolCycle")
	if err != nil {
		return nil, err
	}
	defer r.s.enter()()
	found := r.s.pools[string(args.ID)]
	if found == nil || !rights.Drain {
		return nil, errNotFound
	}
	r.s.cycle(found)
	done := true
	return &done, nil
}

func (w *worker) api() *apiWorker {
	shown := &apiWorker{
		ID: graphql.ID(w.id), Busy: w.run != nil, Drained: w.drained, CreatedAt: int32(w.created.Unix()), Metadata: w.metadata,
	}
	if w.run == nil {
		since := int32(w.since.Unix())
		shown.AvailableAt = &since
	}
	return shown
}
