// Package graph runs a function over the nodes of a directed acyclic graph,
// concurrently and in dependency order. It knows nothing of what the nodes are.
package graph

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Node is a vertex. Name must be unique within one graph.
type Node interface {
	comparable
	Name() string
}

// Graph holds nodes and the nodes that each of them needs.
type Graph[N Node] struct {
	nodes []N
	needs map[N][]N // node → the nodes it depends on
	feeds map[N][]N // node → the nodes that depend on it
}

// New makes a graph of nodes; deps returns what a node depends on. It panics on a
// cycle, a name in use twice and a dependency that is not among nodes: all are
// programming errors.
func New[N Node](nodes []N, deps func(N) []N) *Graph[N] {
	g := &Graph[N]{nodes: nodes, needs: map[N][]N{}, feeds: map[N][]N{}}
	names := map[string]bool{}
	for _, n := range nodes {
		if names[n.Name()] {
			panic("graph: two nodes named " + n.Name())
		}
		names[n.Name()] = true
	}
	for _, n := range nodes {
		for _, d := range deps(n) {
			if !slices.Contains(nodes, d) {
				panic("graph: " + n.Name() + " depends on a node that is not in the graph")
			}
			g.needs[n] = append(g.needs[n], d)
			g.feeds[d] = append(g.feeds[d], n)
		}
	}
	if cycle := g.cycle(); cycle != "" {
		panic("graph: cycle through " + cycle)
	}
	return g
}

// Forward visits every node after all nodes it depends on.
func (g *Graph[N]) Forward(ctx context.Context, visit func(context.Context, N) error) error {
	return run(ctx, g.nodes, g.needs, g.feeds, visit)
}

// Reverse visits every node after all nodes that depend on it.
func (g *Graph[N]) Reverse(ctx context.Context, visit func(context.Context, N) error) error {
	return run(ctx, g.nodes, g.feeds, g.needs, visit)
}

// Failure is the error of one node.
type Failure struct {
	Node string
	Err  error
}

// Error says which visits failed and which were therefore never made.
type Error struct {
	Failures []Failure // in the order of the graph's nodes
	Skipped  []string  // nodes never visited, because they come after a failed one
}

func (e *Error) Error() string {
	texts := make([]string, 0, len(e.Failures))
	for _, f := range e.Failures {
		texts = append(texts, fmt.Sprintf("%s: %s", f.Node, f.Err))
	}
	return strings.Join(texts, "; ")
}

// Unwrap gives errors.Is and errors.As access to every failure.
func (e *Error) Unwrap() []error {
	errs := make([]error, 0, len(e.Failures))
	for _, f := range e.Failures {
		errs = append(errs, f.Err)
	}
	return errs
}

// run visits nodes concurrently, each once everything in before[node] has been
// visited. A failure skips what comes after it; the others go on.
func run[N Node](ctx context.Context, nodes []N, before, after map[N][]N, visit func(context.Context, N) error) error {
	type result struct {
		node N
		err  error
	}
	waiting := map[N]int{}
	results := make(chan result)
	running := 0
	start := func(n N) {
		running++
		go func() { results <- result{n, visit(ctx, n)} }()
	}
	for _, n := range nodes {
		waiting[n] = len(before[n])
	}
	for _, n := range nodes {
		if waiting[n] == 0 && ctx.Err() == nil {
			start(n)
		}
	}
	failed, visited := map[N]error{}, map[N]bool{}
	for running > 0 {
		r := <-results
		running--
		visited[r.node] = true
		if r.err != nil {
			failed[r.node] = r.err
			continue
		}
		for _, next := range after[r.node] {
			if waiting[next]--; waiting[next] == 0 && ctx.Err() == nil {
				start(next)
			}
		}
	}
	return report(ctx, nodes, visited, failed)
}

func report[N Node](ctx context.Context, nodes []N, visited map[N]bool, failed map[N]error) error {
	e := &Error{}
	for _, n := range nodes {
		if err := failed[n]; err != nil {
			e.Failures = append(e.Failures, Failure{n.Name(), err})
		} else if !visited[n] {
			e.Skipped = append(e.Skipped, n.Name())
		}
	}
	switch {
	case len(e.Failures) > 0:
		return e
	case len(e.Skipped) > 0:
		return fmt.Errorf("stopped before %s: %w", strings.Join(e.Skipped, ", "), ctx.Err())
	}
	return nil
}

// cycle returns the name of a node that depends on itself, "" when there is none.
func (g *Graph[N]) cycle() string {
	const visiting, done = 1, 2
	state := map[N]int{}
	var walk func(N) string
	walk = func(n N) string {
		switch state[n] {
		case visiting:
			return n.Name()
		case done:
			return ""
		}
		state[n] = visiting
		for _, d := range g.needs[n] {
			if name := walk(d); name != "" {
				return name
			}
		}
		state[n] = done
		return ""
	}
	for _, n := range g.nodes {
		if name := walk(n); name != "" {
			return name
		}
	}
	return ""
}
