package graph

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type node string

func (n node) Name() string { return string(n) }

// edges says what each node needs, in the form "a: b c; b: c".
func edges(text string) func(node) []node {
	needs := map[node][]node{}
	for line := range strings.SplitSeq(text, ";") {
		name, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		for _, need := range strings.Fields(rest) {
			needs[node(name)] = append(needs[node(name)], node(need))
		}
	}
	return func(n node) []node { return needs[n] }
}

func nodes(names string) (all []node) {
	for name := range strings.FieldsSeq(names) {
		all = append(all, node(name))
	}
	return all
}

// trace notes when visits begin and end.
type trace struct {
	mu    sync.Mutex
	begun []string
	ended []string
}

func (tr *trace) begin(n node) (endedBefore []string) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.begun = append(tr.begun, n.Name())
	return slices.Clone(tr.ended)
}

func (tr *trace) end(n node) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.ended = append(tr.ended, n.Name())
}

func TestOrder(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ nodes, needs string }{
		"empty":                 {"", ""},
		"single":                {"a", ""},
		"chain":                 {"a b c d", "a: b; b: c; c: d"},
		"chain the other way":   {"d c b a", "a: b; b: c; c: d"},
		"diamond":               {"a b c d", "a: b c; b: d; c: d"},
		"two islands":           {"a b x y", "a: b; x: y"},
		"same edge twice":       {"a b", "a: b b"},
		"wide":                  {"root p q r s t u leaf", "root: p q r s t u; p: leaf; q: leaf; r: leaf; s: leaf; t: leaf; u: leaf"},
		"shortcut and long way": {"a b c", "a: b c; b: c"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all, needs := nodes(test.nodes), edges(test.needs)
			g := New(all, needs)
			for direction, run := range map[string]func(context.Context, func(context.Context, node) error) error{"forward": g.Forward, "reverse": g.Reverse} {
				tr := &trace{}
				err := run(t.Context(), func(_ context.Context, n node) error {
					ended := tr.begin(n)
					for _, other := range all {
						first := slices.Contains(needs(n), other)
						if direction == "reverse" {
							first = slices.Contains(needs(other), n)
						}
						if first && !slices.Contains(ended, other.Name()) {
							t.Errorf("%s: %s was visited before the end of %s", direction, n, other)
						}
					}
					tr.end(n)
					return nil
				})
				if err != nil {
					t.Errorf("%s: %v", direction, err)
				}
				slices.Sort(tr.begun)
				want := strings.Fields(test.nodes)
				slices.Sort(want)
				if !slices.Equal(tr.begun, want) {
					t.Errorf("%s: visited %q, want each of %q once", direction, tr.begun, want)
				}
			}
		})
	}
}

// meeting lets nobody pass until all have come, for ten seconds.
func meeting(t *testing.T, size int) func() {
	t.Helper()
	var all sync.WaitGroup
	all.Add(size)
	here := make(chan struct{})
	go func() { all.Wait(); close(here) }()
	return func() {
		all.Done()
		select {
		case <-here:
		case <-time.After(10 * time.Second):
			t.Error("the others never came")
		}
	}
}

func TestIndependentNodesRunAtTheSameTime(t *testing.T) {
	t.Parallel()
	g := New(nodes("top a b c bottom"), edges("top: a b c; a: bottom; b: bottom; c: bottom"))
	for direction, run := range map[string]func(context.Context, func(context.Context, node) error) error{"forward": g.Forward, "reverse": g.Reverse} {
		meet := meeting(t, 3)
		err := run(t.Context(), func(_ context.Context, n node) error {
			if n != "top" && n != "bottom" {
				meet()
			}
			return nil
		})
		if err != nil {
			t.Errorf("%s: %v", direction, err)
		}
	}
}

func TestNodeStartsAsSoonAsItsOwnNeedsAreMet(t *testing.T) {
	t.Parallel()
	g := New(nodes("slow quick after"), edges("after: quick"))
	meet := meeting(t, 2)
	err := g.Forward(t.Context(), func(_ context.Context, n node) error {
		if n != "quick" {
			meet() // slow ends only after "after" has begun
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestFailureSkipsOnlyDependents(t *testing.T) {
	t.Parallel()
	errB, errX := errors.New("no b"), errors.New("no x")
	cases := map[string]struct {
		fail     map[node]error
		reverse  bool
		visited  string
		failures []string
		skipped  []string
		text     string
	}{
		"in the middle": {fail: map[node]error{"b": errB}, visited: "b c x y z", failures: []string{"b"}, skipped: []string{"a"}, text: "b: no b"},
		"at the bottom": {fail: map[node]error{"c": errB}, visited: "c x y z", failures: []string{"c"}, skipped: []string{"a", "b"}, text: "c: no b"},
		"twice":         {fail: map[node]error{"x": errX, "b": errB}, visited: "b c x z", failures: []string{"b", "x"}, skipped: []string{"a", "y"}, text: "b: no b; x: no x"},
		"in reverse":    {fail: map[node]error{"b": errB}, reverse: true, visited: "a b x y z", failures: []string{"b"}, skipped: []string{"c"}, text: "b: no b"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := New(nodes("a b c y x z"), edges("a: b; b: c; y: x"))
			tr := &trace{}
			run := g.Forward
			if test.reverse {
				run = g.Reverse
			}
			err := run(t.Context(), func(ctx context.Context, n node) error {
				if ctx.Err() != nil {
					t.Errorf("%s: the context ended by another node's failure", n)
				}
				tr.begin(n)
				return test.fail[n]
			})
			slices.Sort(tr.begun)
			if got := strings.Join(tr.begun, " "); got != test.visited {
				t.Errorf("visited %q, want %q", got, test.visited)
			}
			var failed *Error
			if !errors.As(err, &failed) {
				t.Fatalf("got %v", err)
			}
			var names []string
			for _, f := range failed.Failures {
				names = append(names, f.Node)
				if !errors.Is(err, f.Err) {
					t.Errorf("errors.Is does not find %v", f.Err)
				}
			}
			if diff := cmp.Diff(names, test.failures); diff != "" {
				t.Errorf("failures (-got +want):\n%s", diff)
			}
			if diff := cmp.Diff(failed.Skipped, test.skipped); diff != "" {
				t.Errorf("skipped (-got +want):\n%s", diff)
			}
			if err.Error() != test.text {
				t.Errorf("error %q, want %q", err, test.text)
			}
		})
	}
}

func TestCancellationStartsNothingMore(t *testing.T) {
	t.Parallel()
	g := New(nodes("a b c"), edges("a: b; b: c"))
	ctx, cancel := context.WithCancel(t.Context())
	tr := &trace{}
	err := g.Forward(ctx, func(_ context.Context, n node) error {
		tr.begin(n)
		cancel()
		return nil // what was under way came to a good end all the same
	})
	if !errors.Is(err, context.Canceled) || err.Error() != "stopped before a, b: context canceled" {
		t.Errorf("got %v", err)
	}
	if diff := cmp.Diff(tr.begun, []string{"c"}); diff != "" {
		t.Errorf("visited (-got +want):\n%s", diff)
	}
}

func TestCancelledContextVisitsNothing(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := New(nodes("a b"), edges("")).Forward(ctx, func(context.Context, node) error {
		t.Error("a node was visited")
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestProgrammingErrorsPanic(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ nodes, needs, says string }{
		"itself":     {"a", "a: a", "graph: cycle through a"},
		"pair":       {"a b", "a: b; b: a", "graph: cycle through a"},
		"deep":       {"top a b c", "top: a; a: b; b: c; c: a", "graph: cycle through a"},
		"same names": {"a b a", "", "graph: two nodes named a"},
		"elsewhere":  {"a b", "a: b; b: c", "graph: b depends on a node that is not in the graph"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if got := recover(); got != test.says {
					t.Errorf("panic %v, want %q", got, test.says)
				}
			}()
			New(nodes(test.nodes), edges(test.needs))
		})
	}
}
