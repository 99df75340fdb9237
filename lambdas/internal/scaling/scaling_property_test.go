package scaling_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/model"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/model/modeltest"
)

// harmless plays a plan to its end. It fails if a run was cut short, if the group was
// ever smaller or larger than it may be, if in the end a worker is drained or an
// instance waits.
func harmless(t rapid.TB, p *model.Plan) *model.World {
	t.Helper()
	w := p.Begin()
	w.Watch(func(w *model.World) {
		inside := w.Desired() >= w.MinSize() && w.Desired() <= w.MaxSize() && w.Active() <= w.MaxSize()
		modeltest.Unless(t, inside, w, p, "never over max or under min: desired capacity %d, %d instances, min size %d, max size %d", w.Desired(), w.Active(), w.MinSize(), w.MaxSize())
	})
	modeltest.ToEnd(t, w, p)
	modeltest.Unless(t, len(w.Figures.Cut) == 0, w, p, "a busy worker is never terminated: %+v", w.Figures.Cut)
	modeltest.Unless(t, len(w.LeftDrained()) == 0, w, p, "no worker is left drained: %v", w.LeftDrained())
	modeltest.Unless(t, len(w.Leaving()) == 0, w, p, "no instance waits for ever: %v", w.Leaving())
	return w
}

// Whatever goes wrong, in whatever order, and between whichever two steps.
func TestNoMixOfFaultsDoesHarm(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := modeltest.Plan(t)
		modeltest.Spoil(t, &p, model.Whats)
		harmless(t, &p)
	})
}

// AWS would refuse what leaves min and max size. Where nothing but the autoscaler
// changes the group, it asks for no such thing.
func TestNeverAsksForMoreThanMaxOrLessThanMin(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := modeltest.Plan(t)
		modeltest.Spoil(t, &p, []model.What{model.Vanish, model.VanishAll, model.Dead, model.NoCapacity, model.StopScaler, model.StopManager, model.EmptySpacelift})
		p.Twists, p.Tear = nil, 0 // they make snapshots old
		w := p.Begin()
		modeltest.ToEnd(t, w, &p)
		modeltest.Unless(t, w.Figures.Refused == 0, w, &p, "%d requests were refused", w.Figures.Refused)
	})
}

// A burst on an empty pool: the first poll that sees it asks for all of it, up to max
// create and max size, the next ones for what is left, and nobody for more.
func TestBurstIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := modeltest.Plan(t)
		burst := rapid.IntRange(1, 30).Draw(t, "burst")
		p.Min, p.Desired, p.Max = 0, 0, rapid.IntRange(1, 30).Draw(t, "max size")
		p.Scaling.MaxCreate = rapid.IntRange(1, 30).Draw(t, "max create")
		p.Scaling.ScaleOutCooldown = 0
		// Longer than all polls and boots: no instance serves two of the runs.
		p.Arrivals = []model.Arrival{{At: time.Second, Count: burst, Length: time.Hour}}
		need := (burst*100+p.Scaling.TargetUtilization-1)/p.Scaling.TargetUtilization + p.Scaling.MinIdle
		want := min(need, p.Max)
		w := p.Begin()
		for asked := 0; asked < want; {
			w.Pass(p.Interval)
			asked = min(asked+p.Scaling.MaxCreate, want)
			modeltest.Unless(t, w.Desired() == asked || p.Scaling.MinIdle > 0, w, &p, "desired capacity is %d, not %d of %d", w.Desired(), asked, want)
		}
		for range 30 {
			w.Pass(time.Minute)
			modeltest.Unless(t, w.Desired() == want, w, &p, "desired capacity is %d, not %d", w.Desired(), want)
		}
		modeltest.Unless(t, w.Figures.Launched == want, w, &p, "%d instances were launched, not %d", w.Figures.Launched, want)
	})
}

// One that never boots holds up nothing: every run that comes meanwhile gets an
// instance as soon as it would otherwise.
func TestDeadInstanceBlocksNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := modeltest.Plan(t)
		p.Min, p.Desired, p.Max = 0, 0, 20
		p.Scaling.ScaleOutCooldown, p.Scaling.MaxCreate = 0, 10
		p.Faults = []model.Fault{{What: model.Dead, N: 1}}
		p.Arrivals = append([]model.Arrival{{At: 0, Count: 1, Length: time.Hour}}, model.Arrival{
			At: time.Minute + time.Duration(rapid.IntRange(0, 900).Draw(t, "later"))*time.Second, Count: rapid.IntRange(1, 5).Draw(t, "count"), Length: time.Hour,
		})
		w := p.Begin()
		w.Pass(p.Arrivals[1].At + p.Interval + p.Launch + p.BootMax + time.Second)
		modeltest.Unless(t, w.Pending() <= 1, w, &p, "%d runs wait because of one instance", w.Pending())
		w.Pass(30 * time.Minute)
		modeltest.Unless(t, w.Pending() == 0, w, &p, "%d runs wait for ever", w.Pending())
	})
}

// Without runs the pool comes to the size that is wanted, and then nothing happens.
func TestQuietPoolSettles(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := modeltest.Plan(t)
		modeltest.Spoil(t, &p, model.Whats)
		// A pool whose only instances never got a worker, and that nobody wants anything
		// of, looks like an outage: that is left to people.
		p.Min = max(1, p.Min)
		p.Max, p.Desired = max(p.Max, p.Min), max(p.Desired, p.Min)
		w := p.Begin()
		modeltest.ToEnd(t, w, &p)
		acts := len(w.Acts)
		w.Pass(time.Hour)
		want := max(w.MinSize(), min(p.Scaling.MinIdle, w.MaxSize()))
		modeltest.Unless(t, w.Ready() == want && w.Active() == want, w, &p, "%d workers, %d instances, not %d", w.Ready(), w.Active(), want)
		modeltest.Unless(t, len(w.Acts) == acts, w, &p, "it is never at rest")
	})
}

// Spacelift fails, or says that the pool is empty, or forgets all workers for a
// minute: the group keeps every instance.
func TestOutageTerminatesNobody(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := modeltest.Plan(t)
		p.Min = max(1, p.Min)
		p.Max, p.Desired = max(p.Max, p.Min), max(p.Desired, p.Min)
		const begin = 20 * time.Minute
		p.Arrivals = []model.Arrival{{At: 0, Count: 3, Length: 2 * time.Hour}}
		span := time.Duration(rapid.IntRange(1, 60).Draw(t, "span")) * time.Minute
		what := rapid.SampledFrom([]model.What{model.FailSpacelift, model.EmptySpacelift, model.VanishAll}).Draw(t, "what")
		if what == model.VanishAll {
			span = time.Minute
		}
		p.Faults = []model.Fault{{At: begin, What: what, Span: span}}
		w := p.Begin()
		w.Pass(begin + time.Second)
		before := len(w.Acts)
		w.Pass(span - 2*time.Second)
		for _, act := range w.Acts[before:] {
			modeltest.Unless(t, act.What != "Terminate" && act.What != "Drain", w, &p, "an outage led to %s", act)
		}
		modeltest.Unless(t, len(w.Figures.Cut) == 0 && len(w.Leaving()) == 0, w, &p, "an outage ended instances")
	})
}

// A capacity that nothing explains comes down, and only idle workers go.
func TestInflatedCapacityComesDownDrained(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := modeltest.Plan(t)
		p.Max = p.Min + rapid.IntRange(10, 40).Draw(t, "inflation")
		p.Desired, p.Scaling.ScaleInCooldown = p.Min, 0
		p.Arrivals = append(p.Arrivals, model.Arrival{At: 0, Count: 3, Length: 40 * time.Minute})
		p.Faults = []model.Fault{{At: time.Duration(rapid.IntRange(0, 1800).Draw(t, "at")) * time.Second, What: model.PersonDesires, N: p.Max}}
		w := harmless(t, &p)
		want := max(p.Min, p.Scaling.MinIdle)
		modeltest.Unless(t, w.Active() == want, w, &p, "%d instances are left, not %d", w.Active(), want)
	})
}
