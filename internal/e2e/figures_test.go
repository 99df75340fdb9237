package e2e

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/hashicorp/terraform-exec/tfexec"
)

// The most AWS calls that an operation of a pool with everything may make, all of
// Terraform's processes together.
const (
	maxCreateCalls  = 36
	maxPlanCalls    = 18
	maxUpdateCalls  = 8  // beyond the refresh that precedes it
	maxDestroyCalls = 30 // likewise
)

// operation is one that the figures are about.
type operation struct {
	name   string
	limit  int
	beyond bool // the limit is on top of a refresh
	run    func(context.Context, *workspace) error
}

func apply(vars ...string) func(context.Context, *workspace) error {
	return func(ctx context.Context, w *workspace) error {
		var options []tfexec.ApplyOption
		for _, v := range vars {
			options = append(options, tfexec.Var(v))
		}
		return w.Apply(ctx, options...)
	}
}

func destroy(vars ...string) func(context.Context, *workspace) error {
	return func(ctx context.Context, w *workspace) error {
		var options []tfexec.DestroyOption
		for _, v := range vars {
			options = append(options, tfexec.Var(v))
		}
		return w.Destroy(ctx, options...)
	}
}

func emptyPlan(ctx context.Context, w *workspace) error {
	changes, err := w.Plan(ctx)
	if err == nil && changes {
		err = fmt.Errorf("the plan is not empty")
	}
	return err
}

// operations take a pool through its life; each starts where the one before ended.
var operations = []operation{
	{"create", maxCreateCalls, false, apply()},
	{"plan without changes", maxPlanCalls, false, emptyPlan},
	{"update of max_size", maxUpdateCalls, true, apply("max_size=6")},
	{"update of volume_size", maxUpdateCalls, true, apply("max_size=6", "volume_size=50")},
	{"update of configuration", maxUpdateCalls, true, apply("max_size=6", "volume_size=50", "configuration=export B=2")},
	{"update of ec2_instance_type", maxUpdateCalls, true, apply("max_size=6", "volume_size=50", "configuration=export B=2", "instance_type=c6i.large")},
	{"update of schedules", maxUpdateCalls, true, apply("max_size=6", "volume_size=50", "configuration=export B=2", "instance_type=c6i.large", "morning=0 7 * * *")},
	{"destroy", maxDestroyCalls, true, destroy("max_size=6", "volume_size=50", "configuration=export B=2", "instance_type=c6i.large", "morning=0 7 * * *")},
}

// refreshCalls are the reads of a refresh, and the one call of a provider that
// starts: what precedes an update or a destroy.
func refreshCalls(tb testing.TB, w *workspace) int {
	tb.Helper()
	return len(w.calls(tb, func(ctx context.Context) error { return w.Refresh(ctx) }))
}

func TestCallsPerOperation(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	refresh := 0
	for _, op := range operations {
		calls := w.calls(t, func(ctx context.Context) error { return op.run(ctx, w) })
		if refresh == 0 {
			refresh = refreshCalls(t, w)
		}
		limit := op.limit
		if op.beyond {
			limit += refresh
		}
		t.Logf("%-24s %d calls, at most %d", op.name, len(calls), limit)
		if len(calls) > limit {
			t.Errorf("%s takes %d calls, at most %d: %v", op.name, len(calls), limit, calls)
		}
	}
	w.nothingLeft(t)
}

// BenchmarkOperations prints what each operation costs: AWS calls and wall time.
func BenchmarkOperations(b *testing.B) {
	for range b.N {
		w := newWorkspace(b)
		for _, op := range operations {
			start := time.Now()
			calls := w.calls(b, func(ctx context.Context) error { return op.run(ctx, w) })
			wall := time.Since(start)
			b.Logf("%-24s %3d calls %6.1f s", op.name, len(calls), wall.Seconds())
			unit := func(of string) string { return fmt.Sprintf("%s/%s", of, dashed(op.name)) }
			b.ReportMetric(float64(len(calls)), unit("calls"))
			b.ReportMetric(wall.Seconds(), unit("seconds"))
		}
		w.nothingLeft(b)
	}
}

func dashed(name string) string {
	out := []rune(name)
	for i, r := range out {
		if r == ' ' {
			out[i] = '-'
		}
	}
	return string(out)
}
