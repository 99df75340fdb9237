package bench

import (
	"testing"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/model"
)

// The alarm on stray instances (internal/stack) goes off when there are some in 3 of
// 12 periods of five minutes. That has to tell instances which never boot from one
// that did not, wherever in a period it is seen.
func TestStraysShowInPeriods(t *testing.T) {
	t.Parallel()
	const period, periods, alarm = 5 * time.Minute, 12, 3
	for name, c := range map[string]struct {
		dead  int
		goes  bool
		least int
	}{
		"all boot":        {0, false, 0},
		"one that is not": {1, false, 1},
		"none boots":      {1000, true, alarm},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for shift := time.Duration(0); shift < period; shift += 30 * time.Second {
				seen := map[int]bool{}
				for _, line := range Follow(Defaults(), deadTrace(c.dead, shift)).Lines {
					if line.Numbers["StrayInstances"] > 0 {
						seen[int(line.At/period)] = true
					}
				}
				most := mostWithin(seen, periods)
				if most < c.least || (most >= alarm) != c.goes {
					t.Errorf("from %s on: strays in %d of %d periods", shift, most, periods)
				}
			}
		})
	}
}

// deadTrace has a worker that is busy all the time, and one more run, whose instance
// and those after it never boot.
func deadTrace(dead int, shift time.Duration) Trace {
	const length = 3 * time.Hour
	return Trace{
		Max: 5, Length: length,
		Arrivals: []model.Arrival{{At: time.Minute, Count: 1, Length: length}, {At: 10*time.Minute + shift, Count: 1, Length: time.Minute}},
		Faults:   []model.Fault{{At: 9 * time.Minute, What: model.Dead, N: dead}},
	}
}

// mostWithin is the most periods that were seen of so many that follow each other.
func mostWithin(seen map[int]bool, periods int) (most int) {
	for first := range seen {
		count := 0
		for i := range periods {
			if seen[first+i] {
				count++
			}
		}
		most = max(most, count)
	}
	return most
}

func TestFollow(t *testing.T) {
	t.Parallel()
	trace := CIDay()
	trace.Length = time.Hour
	course := Follow(Defaults(), trace)
	if len(course.Samples) != int(time.Hour/Step) {
		t.Errorf("%d samples of an hour", len(course.Samples))
	}
	busy, waiting, added := 0, 0, 0.0
	for _, one := range course.Samples {
		busy, waiting = max(busy, one.Busy), max(waiting, one.Waiting)
	}
	for _, line := range course.Lines {
		added += line.Numbers["ScaledOut"]
	}
	if busy == 0 || waiting == 0 || added < float64(busy) {
		t.Errorf("%d workers were busy and %d runs waited at most, %v instances were added", busy, waiting, added)
	}
}
