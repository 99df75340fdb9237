package function

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRepeat(t *testing.T) {
	t.Parallel()
	const s = time.Second
	tests := map[string]struct {
		limit             time.Duration // of the context; 0 for none
		interval, reserve time.Duration
		takes             []time.Duration // the calls, 0 from then on
		stop              int             // after so many calls do says no; 0 for never
		want              []time.Duration // when the calls began
	}{
		"until the reserve":            {limit: 60 * s, interval: 20 * s, reserve: 5 * s, want: []time.Duration{0, 20 * s, 40 * s}},
		"the last has all the reserve": {limit: 60 * s, interval: 20 * s, reserve: 20 * s, want: []time.Duration{0, 20 * s, 40 * s}},
		"not a moment less":            {limit: 60*s - 1, interval: 20 * s, reserve: 20 * s, want: []time.Duration{0, 20 * s}},
		"once an invocation":           {limit: 60 * s, interval: 60 * s, reserve: s, want: []time.Duration{0}},
		"first without a reserve":      {limit: s, interval: s, reserve: 5 * s, want: []time.Duration{0}},
		"work within the interval":     {limit: 60 * s, interval: 20 * s, reserve: s, takes: []time.Duration{7 * s, 19 * s}, want: []time.Duration{0, 20 * s, 40 * s}},
		"work beyond the interval":     {limit: 60 * s, interval: 20 * s, reserve: s, takes: []time.Duration{35 * s}, want: []time.Duration{0, 35 * s, 55 * s}},
		"work beyond the deadline":     {limit: 60 * s, interval: 20 * s, reserve: s, takes: []time.Duration{61 * s}, want: []time.Duration{0}},
		"until it is enough":           {interval: 20 * s, stop: 2, want: []time.Duration{0, 20 * s}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx := t.Context()
				if test.limit > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, test.limit)
					defer cancel()
				}
				begin := time.Now()
				var got []time.Duration
				Repeat(ctx, test.interval, test.reserve, func(context.Context) bool {
					got = append(got, time.Since(begin))
					if n := len(got); n <= len(test.takes) {
						<-time.After(test.takes[n-1])
					}
					return len(got) != test.stop
				})
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("calls began, wanted (-) and got (+):\n%s", diff)
				}
			})
		})
	}
}

func TestRepeatEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(30*time.Second, cancel)
		calls := 0
		Repeat(ctx, 20*time.Second, 0, func(context.Context) bool { calls++; return true })
		if took := time.Since(begin); calls != 2 || took != 30*time.Second {
			t.Errorf("%d calls in %s", calls, took)
		}
	})
}
