package spacelift

import (
	"slices"
	"strings"
	"time"
)

// pool is a worker pool.
type pool struct {
	id      string
	workers []*worker     // oldest first
	runs    []*Run        // oldest first, all that ever were
	queue   []*Run        // those that wait, the next one first
	idle    time.Duration // of workers that have gone
	busy    time.Duration
}

// AddPool makes a worker pool. id is a ULID; "" makes one up. It returns the id.
// A pool that exists stays as it is.
func (s *Service) AddPool(id string) string {
	defer s.enter()()
	if id == "" {
		id = s.id("P")
	}
	if s.pools[id] == nil {
		s.pools[id] = &pool{id: id}
	}
	return id
}

// Pools are the ids of all pools, sorted.
func (s *Service) Pools() []string {
	defer s.enter()()
	var ids []string
	for _, found := range s.sortedPools() {
		ids = append(ids, found.id)
	}
	return ids
}

func (s *Service) sortedPools() []*pool {
	all := make([]*pool, 0, len(s.pools))
	for _, found := range s.pools {
		all = append(all, found)
	}
	slices.SortFunc(all, func(a, b *pool) int { return strings.Compare(a.id, b.id) })
	return all
}

// mustPool finds a pool for a test that says it is there.
func (s *Service) mustPool(id string) *pool {
	if s.pools[id] == nil {
		panic("spacelift: no worker pool " + id)
	}
	return s.pools[id]
}

// worker finds a worker, or nil.
func (p *pool) worker(id string) *worker {
	for _, one := range p.workers {
		if one.id == id {
			return one
		}
	}
	return nil
}
