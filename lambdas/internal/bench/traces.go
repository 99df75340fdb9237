// Package bench measures autoscalers on the model of a pool: the same runs, in the
// same order, for each of them.
package bench

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/model"
)

// Trace is the runs of a pool, and how long they are looked at.
type Trace struct {
	Name     string
	Max      int // size of the pool
	Length   time.Duration
	Arrivals []model.Arrival
	Faults   []model.Fault
}

// Traces are those that are measured.
func Traces() []Trace {
	return []Trace{
		{Name: "burst of 50, empty pool", Max: 50, Length: 3 * time.Hour, Arrivals: []model.Arrival{{At: time.Minute, Count: 50, Length: 5 * time.Minute}}},
		{Name: "trickle", Max: 10, Length: 14 * time.Hour, Arrivals: poisson(1, 12*time.Hour, steady(15), one, between(3, 8))},
		{Name: "daily wave", Max: 30, Length: 26 * time.Hour, Arrivals: poisson(2, 24*time.Hour, wave(60), one, between(3, 9))},
		CIDay(),
		{Name: "long runs", Max: 20, Length: 15 * time.Hour, Arrivals: poisson(4, 12*time.Hour, steady(6), one, between(30, 70))},
		{Name: "quiet night, rare runs", Max: 10, Length: 14 * time.Hour, Arrivals: poisson(5, 12*time.Hour, steady(1), one, between(2, 5))},
		{Name: "20 runs every 15 minutes", Max: 20, Length: 10 * time.Hour, Arrivals: every(15*time.Minute, 8*time.Hour, 20, 3*time.Minute)},
		{Name: "steady load", Max: 20, Length: 10 * time.Hour, Arrivals: poisson(6, 8*time.Hour, steady(60), one, between(5, 12))},
	}
}

// CIDay is runs that come in bursts, as those of many stacks that one commit touches.
func CIDay() Trace {
	return Trace{Name: "CI day, in bursts", Max: 30, Length: 12 * time.Hour, Arrivals: poisson(3, 10*time.Hour, steady(8), between(2, 12), between(2, 8))}
}

// Morning is the first hours of CIDay, on a day on which something happens: two
// instances never boot, the group wants to end two that are busy, Spacelift is away
// for three minutes.
func Morning() Trace {
	day := CIDay()
	day.Length = 3 * time.Hour
	day.Faults = []model.Fault{
		{At: 30 * time.Minute, What: model.Dead, N: 2},
		{At: 65 * time.Minute, What: model.Rebalance, N: 0},
		{At: 66 * time.Minute, What: model.Rebalance, N: 1},
		{At: 100 * time.Minute, What: model.FailSpacelift, Span: 3 * time.Minute},
	}
	return day
}

// steady is a number of arrivals an hour.
func steady(hourly float64) func(time.Duration) float64 {
	return func(time.Duration) float64 { return hourly }
}

// wave is a day: nothing at its ends, most in its middle.
func wave(most float64) func(time.Duration) float64 {
	return func(at time.Duration) float64 { return most / 2 * (1 - math.Cos(2*math.Pi*at.Hours()/24)) }
}

// between is a whole number by chance.
func between(least, most int) func(*rand.Rand) int {
	return func(chance *rand.Rand) int { return least + chance.IntN(most-least+1) }
}

func one(*rand.Rand) int { return 1 }

// poisson are arrivals that know nothing of each other. Runs that come together are
// of different lengths, in minutes.
func poisson(seed uint64, span time.Duration, hourly func(time.Duration) float64, count, minutes func(*rand.Rand) int) (all []model.Arrival) {
	chance := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // the same again
	for at := time.Duration(0); at < span; at += time.Second {
		if chance.Float64() >= hourly(at)/time.Hour.Seconds() {
			continue
		}
		for range count(chance) {
			all = append(all, model.Arrival{At: at, Count: 1, Length: time.Duration(minutes(chance)) * time.Minute})
		}
	}
	return all
}

func every(interval, span time.Duration, count int, length time.Duration) (all []model.Arrival) {
	for at := time.Minute; at < span; at += interval {
		all = append(all, model.Arrival{At: at, Count: count, Length: length})
	}
	return all
}
