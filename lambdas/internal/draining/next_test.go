package draining_test

import (
	"testing"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/draining"
)

var now = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

// ago is a mark that was made so long ago.
func ago(d time.Duration) time.Time { return now.Add(-d) }

func TestNext(t *testing.T) {
	t.Parallel()
	terminate, retain := draining.Limits{DrainTimeout: 4 * time.Hour}, draining.Limits{DrainTimeout: 4 * time.Hour, Retain: true}
	idle, busy := &spacelift.Worker{}, &spacelift.Worker{Busy: true}
	drained, working := &spacelift.Worker{Drained: true}, &spacelift.Worker{Drained: true, Busy: true}
	type state = draining.State
	for name, c := range map[string]struct {
		state  draining.State
		limits draining.Limits
		want   draining.Step
	}{
		"first the time is marked":              {state{Worker: busy}, terminate, draining.Note},
		"even without a worker":                 {state{}, terminate, draining.Note},
		"an idle worker is drained":             {state{Since: ago(0), Worker: idle}, terminate, draining.Drain},
		"so is a busy one":                      {state{Since: ago(0), Worker: busy}, terminate, draining.Drain},
		"and one that somebody has undrained":   {state{Since: ago(5 * time.Hour), Worker: busy}, terminate, draining.Drain},
		"drained and idle, it ends":             {state{Since: ago(0), Worker: drained}, terminate, draining.Continue},
		"drained and idle, it ends either way":  {state{Since: ago(5 * time.Hour), Worker: drained}, retain, draining.Continue},
		"busy, it is waited for":                {state{Since: ago(4*time.Hour - 1), Worker: working}, terminate, draining.Wait},
		"until the drain timeout":               {state{Since: ago(4 * time.Hour), Worker: working}, terminate, draining.Continue},
		"after which it may be retained":        {state{Since: ago(4 * time.Hour), Worker: working}, retain, draining.Abandon},
		"but not before":                        {state{Since: ago(4*time.Hour - 1), Worker: working}, retain, draining.Wait},
		"without a worker, it is missed":        {state{Since: ago(time.Hour)}, terminate, draining.Miss},
		"for two minutes":                       {state{Since: ago(time.Hour), Missed: ago(2*time.Minute - 1)}, terminate, draining.Wait},
		"after which it ends":                   {state{Since: ago(time.Hour), Missed: ago(2 * time.Minute)}, terminate, draining.Continue},
		"ten where the pool shows nobody":       {state{Since: ago(time.Hour), Missed: ago(10*time.Minute - 1), Empty: true}, terminate, draining.Wait},
		"and then ends as well":                 {state{Since: ago(time.Hour), Missed: ago(10 * time.Minute), Empty: true}, terminate, draining.Continue},
		"of the time since it leaves":           {state{Since: ago(2*time.Minute - 1), Missed: ago(4 * time.Minute)}, terminate, draining.Wait},
		"an old mark is of another absence":     {state{Since: ago(time.Hour), Missed: ago(7*time.Minute + 1)}, terminate, draining.Miss},
		"a worker that is back is not missed":   {state{Since: ago(time.Hour), Missed: ago(time.Hour), Worker: working}, terminate, draining.Forget},
		"a machine that has ended runs nothing": {state{Ended: true, Worker: busy}, retain, draining.Continue},
		"nor does a retained one":               {state{Ended: true, Retained: true}, retain, draining.End},
		"a retained one is drained":             {state{Retained: true, Worker: busy}, terminate, draining.Drain},
		"a retained one ends when it is idle":   {state{Retained: true, Since: ago(9 * time.Hour), Worker: drained}, retain, draining.End},
		"a retained one that is busy stays":     {state{Retained: true, Since: ago(9 * time.Hour), Worker: working}, terminate, draining.Wait},
		"a retained one may lack its worker":    {state{Retained: true}, terminate, draining.Miss},
		"for a moment":                          {state{Retained: true, Missed: ago(time.Minute)}, terminate, draining.Wait},
		"after which a retained one ends":       {state{Retained: true, Missed: ago(2 * time.Minute)}, terminate, draining.End},
		"a retained one's worker may come back": {state{Retained: true, Missed: ago(time.Hour), Worker: drained}, terminate, draining.Forget},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := draining.Next(c.state, c.limits, now); got != c.want {
				t.Errorf("Next(%+v) = %s, want %s", c.state, got, c.want)
			}
		})
	}
}
