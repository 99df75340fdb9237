package e2e

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-exec/tfexec"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

// budget are the most AWS calls that the operations of a pool may make, all of
// Terraform's processes together.
type budget struct {
	create, plan    int
	update, destroy int // beyond the refresh that precedes them, the polling, and an instance refresh
}

// pools are those whose figures are measured.
var pools = map[string]struct {
	workspace func(testing.TB) *workspace
	budget    budget
	updates   []string // variables, each set by an update of its own
}{
	"secret and log groups": {newWorkspace, budget{create: 30, plan: 16, update: 6, destroy: 25}, workerUpdates},
	"everything":            {newFullWorkspace, budget{create: 60, plan: 32, update: 8, destroy: 50}, workerUpdates},
	"the whole stack": {newScalingWorkspace, budget{create: 60, plan: 32, update: 8, destroy: 50}, []string{
		"max_create=2", "schedule=rate(2 minutes)", "drain_timeout=3600", "secret_version=2", "memory_size=256", "hook_timeout=600", "max_size=6",
	}},
}

var workerUpdates = []string{"max_size=6", "volume_size=50", "configuration=export B=2", "instance_type=c6i.large", "morning=0 7 * * *"}

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
func operations(b budget, updates []string) []operation {
	all := []operation{{"create", b.create, false, apply()}, {"plan without changes", b.plan, false, emptyPlan}}
	for i, update := range updates {
		name, _, _ := strings.Cut(update, "=")
		all = append(all, operation{"update of " + name, b.update, true, apply(updates[:i+1]...)})
	}
	return append(all, operation{"destroy", b.destroy, true, destroy(updates...)})
}

// refreshCalls are the reads of a refresh, and the one call of a provider that
// starts: what precedes an update or a destroy.
func refreshCalls(tb testing.TB, w *workspace) int {
	tb.Helper()
	return len(w.calls(tb, func(ctx context.Context) error { return w.Refresh(ctx) }))
}

// polled are the calls by which an operation waits; a destroy marks the instances of
// workers that register meanwhile.
var polled = []string{"autoscaling/DescribeAutoScalingGroups", "autoscaling/DescribeInstanceRefreshes", "ec2/DescribeInstances", "ec2/CreateTags"}

// withoutPolling counts repeated looks once.
func withoutPolling(calls []awstest.Call) (rest []awstest.Call) {
	looked := map[string]bool{} // since the last call of another kind
	for _, call := range calls {
		name := call.String()
		if !slices.Contains(polled, name) {
			clear(looked)
		} else if looked[name] {
			continue
		}
		looked[name] = true
		rest = append(rest, call)
	}
	return rest
}

// What an instance refresh adds to an operation's own calls.
const (
	// By these an update replaces instances: a look at the group and its instance
	// refreshes, two tags, the end of the refresh before with a look at that, and the
	// start.
	replacementCalls = 7
	cancelCalls      = 1 // by this a destroy ends the one that is under way
)

// replaces tells whether calls start or end an instance refresh.
func replaces(calls []awstest.Call) bool {
	return slices.ContainsFunc(calls, func(call awstest.Call) bool { return strings.HasSuffix(call.Action, "InstanceRefresh") })
}

// withoutWait leaves out the looks that follow the last change.
func withoutWait(calls []awstest.Call) []awstest.Call {
	for len(calls) > 0 && slices.Contains(polled, calls[len(calls)-1].String()) {
		calls = calls[:len(calls)-1]
	}
	return calls
}

func TestCallsPerOperation(t *testing.T) {
	t.Parallel()
	for name, pool := range pools {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := pool.workspace(t)
			refresh := 0
			for _, op := range operations(pool.budget, pool.updates) {
				calls := withoutPolling(w.calls(t, func(ctx context.Context) error { return op.run(ctx, w) }))
				if refresh == 0 {
					refresh = refreshCalls(t, w)
				}
				limit := op.limit
				if op.beyond {
					limit, calls = limit+refresh, withoutWait(calls)
				}
				switch {
				case replaces(calls) && op.name == "destroy":
					limit += cancelCalls
				case replaces(calls):
					limit += replacementCalls
				}
				t.Logf("%-24s %d calls, at most %d", op.name, len(calls), limit)
				if len(calls) > limit {
					t.Errorf("%s takes %d calls, at most %d: %v", op.name, len(calls), limit, calls)
				}
			}
			w.nothingLeft(t)
		})
	}
}

// addedLatency is what a measurement of time adds to each call, about what AWS takes
// more than the emulator.
const addedLatency = 50 * time.Millisecond

// withinLimits measures figures and compares them to their limits, a few times if need
// be: something else may be at work on the machine, and how much of a binary is resident
// is up to the kernel.
func withinLimits[F cmp.Ordered](t *testing.T, limits map[string]F, measure func() map[string]F) {
	t.Helper()
	const attempts = 3
	var over []string
	for attempt := 1; attempt <= attempts; attempt++ {
		figures, before := measure(), len(over)
		for name, limit := range limits {
			figure, measured := figures[name]
			text := fmt.Sprintf("%s: %v, at most %v", name, figure, limit)
			t.Log(text)
			if !measured || figure > limit {
				over = append(over, text)
			}
		}
		if len(over) == before {
			return
		}
	}
	t.Errorf("over the limit in each of %d attempts: %q", attempts, over)
}

// TestTimePerOperation runs by itself, before the tests that run at the same time.
func TestTimePerOperation(t *testing.T) { //nolint:paralleltest // it measures time
	limits := map[string]time.Duration{"create": 4 * time.Second, "plan without changes": 700 * time.Millisecond, "destroy": 3 * time.Second}
	withinLimits(t, limits, func() map[string]time.Duration {
		w, spans := newScalingWorkspace(t), map[string]time.Duration{}
		w.account.SetLatency(addedLatency)
		w.set(t, []string{"GOGC="})
		for _, op := range operations(budget{}, nil) {
			spans[op.name] = spanOf(w.calls(t, func(ctx context.Context) error { return op.run(ctx, w) }))
		}
		return spans
	})
}

// BenchmarkOperations prints what each operation costs: AWS calls, the time from the
// first to the end of the last, and that of Terraform as a whole.
func BenchmarkOperations(b *testing.B) {
	for name, pool := range pools {
		b.Run(dashed(name), func(b *testing.B) {
			for range b.N {
				w := pool.workspace(b)
				w.account.SetLatency(addedLatency)
				w.set(b, []string{"GOGC="})
				for _, op := range operations(pool.budget, pool.updates) {
					measure(b, w, op)
				}
				w.nothingLeft(b)
			}
		})
	}
}

func measure(b *testing.B, w *workspace, op operation) {
	b.Helper()
	start := time.Now()
	calls := w.calls(b, func(ctx context.Context) error { return op.run(ctx, w) })
	wall := time.Since(start)
	span := spanOf(calls)
	b.Logf("%-24s %3d calls %6.2f s of %5.1f s", op.name, len(calls), span.Seconds(), wall.Seconds())
	unit := func(of string) string { return fmt.Sprintf("%s/%s", of, dashed(op.name)) }
	b.ReportMetric(float64(len(calls)), unit("calls"))
	b.ReportMetric(span.Seconds(), unit("seconds-of-calls"))
	b.ReportMetric(wall.Seconds(), unit("seconds"))
}

// spanOf is the time from the first of the calls to the end of the last.
func spanOf(calls []awstest.Call) time.Duration {
	if len(calls) == 0 {
		return 0
	}
	begin, end := calls[0].Start, calls[0].Start
	for _, call := range calls {
		if done := call.Start.Add(call.Duration); done.After(end) {
			end = done
		}
	}
	return end.Sub(begin)
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
