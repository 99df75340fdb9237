package draining_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/draining"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/model"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/model/modeltest"
)

// skew is how much the clocks of two invocations differ at most.
const skew = time.Minute

// departures is a plan in which instances with runs are terminated again and again,
// while whatever else goes wrong.
func departures(t *rapid.T) model.Plan {
	p := modeltest.Plan(t)
	p.Max += 3
	p.Arrivals = append(p.Arrivals, model.Arrival{Count: rapid.IntRange(1, 4).Draw(t, "long runs"), Length: time.Duration(rapid.IntRange(5, 90).Draw(t, "their length")) * time.Minute})
	p.Draining = draining.Limits{DrainTimeout: time.Duration(rapid.IntRange(0, 60).Draw(t, "drain timeout")) * time.Minute, Retain: rapid.Bool().Draw(t, "retain")}
	modeltest.Spoil(t, &p, model.Whats)
	for range rapid.IntRange(1, 4).Draw(t, "departures") {
		at := time.Duration(rapid.IntRange(0, 1800).Draw(t, "at")) * time.Second
		p.Faults = append(p.Faults, model.Fault{At: at, What: model.Rebalance, N: rapid.IntRange(0, 5).Draw(t, "which")})
	}
	if down := rapid.IntRange(0, 45).Draw(t, "down"); down > 0 {
		p.Faults = append(p.Faults, model.Fault{At: 3 * time.Minute, What: model.StopManager, Span: time.Duration(down) * time.Minute})
	}
	return p
}

// Whatever is lost, late, doubled or down, a run has until the drain timeout, and
// with retain as long as it needs.
func TestNoRunIsCutShortBeforeTheDrainTimeout(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := departures(t)
		w := p.Begin()
		modeltest.ToEnd(t, w, &p)
		for _, cut := range w.Figures.Cut {
			modeltest.Unless(t, !p.Draining.Retain && cut.Waited >= p.Draining.DrainTimeout-skew, w, &p, "a run was cut short: %+v", cut)
		}
	})
}

// What the manager changes is leaving: no other instance, and no worker of another
// group, is marked, drained or ended.
func TestNothingForeignIsTouched(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := departures(t)
		p.Faults = append(p.Faults, model.Fault{What: model.Strangers, N: 8})
		w := p.Begin()
		modeltest.ToEnd(t, w, &p)
		modeltest.Unless(t, w.Figures.Astray == 0, w, &p, "%d changes to what is not leaving", w.Figures.Astray)
	})
}

// A run that never ends holds an instance until the drain timeout, or for ever once it
// is retained, which the manager's metrics tell of; nothing else holds one for longer than it takes to look.
func TestNothingWaitsForEver(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := departures(t)
		p.Arrivals = append(p.Arrivals, model.Arrival{At: time.Minute, Count: 1, Length: 1000 * time.Hour})
		w := p.Begin()
		// After the events, the longest time for which the manager is down, the pool
		// seems empty and runs last.
		w.Pass(modeltest.Eventful + 45*time.Minute + 10*time.Minute + 90*time.Minute)
		left := w.Leaving()
		w.Pass(p.Draining.DrainTimeout + skew + 15*time.Minute)
		for _, one := range w.Leaving() {
			for _, before := range left {
				modeltest.Unless(t, one != before || w.IsRetained(one) && w.IsBusy(one), w, &p, "%s waits for ever", one)
			}
		}
	})
}

// Next leads from every state to an end, by steps that each change the state, and
// lets nothing end before it may.
func TestNextComesToAnEnd(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2026, 11, 27, 16, 0, 0, 0, time.UTC)
		ago := func(what string) time.Time {
			if rapid.Bool().Draw(t, what) {
				return time.Time{}
			}
			return now.Add(-time.Duration(rapid.IntRange(-60, 20000).Draw(t, what)) * time.Second)
		}
		s := draining.State{Retained: rapid.Bool().Draw(t, "retained"), Since: ago("since"), Missed: ago("missed"), Empty: rapid.Bool().Draw(t, "empty"), Ended: rapid.IntRange(0, 9).Draw(t, "ended") == 9}
		if rapid.Bool().Draw(t, "worker") {
			s.Worker = &spacelift.Worker{Busy: rapid.Bool().Draw(t, "busy"), Drained: rapid.Bool().Draw(t, "drained")}
		}
		l := draining.Limits{DrainTimeout: time.Duration(rapid.IntRange(0, 20000).Draw(t, "drain timeout")) * time.Second, Retain: rapid.Bool().Draw(t, "retain")}
		for range 5 {
			switch step := draining.Next(s, l, now); step {
			case draining.Note:
				s.Since = now
			case draining.Miss:
				s.Missed = now // or later than the wait began
				if s.Since.After(now) {
					s.Since = now
				}
			case draining.Forget:
				s.Missed = time.Time{}
			case draining.Drain:
				s.Worker = &spacelift.Worker{Busy: s.Worker.Busy, Drained: true}
			default:
				busy := s.Worker != nil && s.Worker.Busy
				switch {
				case s.Ended && (step == draining.End) == s.Retained && (step == draining.Continue) != s.Retained:
				case (step == draining.End) && (busy || !s.Retained),
					(step == draining.Continue || step == draining.Abandon) && s.Retained,
					step == draining.Continue && busy && (l.Retain || now.Sub(s.Since) < l.DrainTimeout),
					step == draining.Continue && s.Worker != nil && !s.Worker.Drained,
					step == draining.Continue && s.Worker == nil && now.Sub(s.Missed) < 2*time.Minute,
					step == draining.Abandon && (!busy || !l.Retain):
					t.Fatalf("%s of %+v with %+v", step, s, l)
				}
				return
			}
		}
		t.Fatalf("no end of %+v", s)
	})
}
