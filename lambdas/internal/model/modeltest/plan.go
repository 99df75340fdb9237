// Package modeltest draws plans of the model at random, for property tests.
package modeltest

import (
	"time"

	"pgregory.net/rapid"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/draining"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/model"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/scaling"
)

// Eventful is how long things go on happening in a plan, from its start.
const Eventful = 30 * time.Minute

// Plan is a pool with runs and functions, and nothing that goes wrong.
func Plan(t *rapid.T) model.Plan {
	least := rapid.IntRange(0, 3).Draw(t, "min size")
	most := least + rapid.IntRange(1, 8).Draw(t, "max size above min")
	return model.Plan{
		Settings: model.Settings{
			Min: least, Max: most, Desired: rapid.IntRange(least, most).Draw(t, "desired"),
			Launch: 5 * time.Second, BootMin: 90 * time.Second, BootMax: 3 * time.Minute,
			Heartbeat: minutes(t, "heartbeat", 2, 10), Seed: rapid.Uint64Range(0, 9).Draw(t, "seed"),
		},
		Functions: model.Functions{
			Scaling:  Limits(t),
			Draining: draining.Limits{DrainTimeout: 4 * time.Hour},
			Interval: rapid.SampledFrom([]time.Duration{20 * time.Second, 10 * time.Second, time.Minute}).Draw(t, "interval"),
		},
		Arrivals: rapid.SliceOfN(rapid.Custom(arrival), 0, 6).Draw(t, "arrivals"),
	}
}

// Limits are an autoscaler's settings.
func Limits(t *rapid.T) scaling.Limits {
	return scaling.Limits{
		MaxCreate:         rapid.IntRange(1, 10).Draw(t, "max create"),
		MaxTerminate:      rapid.IntRange(1, 5).Draw(t, "max terminate"),
		MinIdle:           rapid.IntRange(0, 2).Draw(t, "min idle"),
		TargetUtilization: rapid.SampledFrom([]int{100, 75, 50}).Draw(t, "target utilization"),
		ScaleDownDelay:    minutes(t, "scale down delay", 0, 5),
		ScaleOutCooldown:  minutes(t, "scale out cooldown", 0, 2),
		ScaleInCooldown:   minutes(t, "scale in cooldown", 0, 2),
		BootTimeout:       10 * time.Minute,
		Invocation:        time.Minute,
	}
}

// Spoil lets things go wrong in a plan: some of the faults that are named, and all
// that may happen while a function acts.
func Spoil(t *rapid.T, p *model.Plan, faults []model.What) {
	p.Faults = rapid.SliceOfN(rapid.Custom(fault(faults)), 0, 5).Draw(t, "faults")
	spareDead(p)
	p.Twists = rapid.SliceOfN(rapid.Custom(twist), 0, 5).Draw(t, "twists")
	half := rapid.SampledFrom([]time.Duration{0, 30 * time.Second, -30 * time.Second}).Draw(t, "clock")
	p.Clocks = []time.Duration{half, -half}
	p.Tear = rapid.SampledFrom([]time.Duration{0, time.Second, 5 * time.Second}).Draw(t, "between two reads")
	p.Messages = rapid.SliceOfN(rapid.SampledFrom([]time.Duration{time.Second, model.Lost, 5 * time.Minute}), 1, 3).Draw(t, "messages")
}

// spareDead leaves room for one instance more than never boot. A pool at its max size
// that has not one worker looks like an outage, and is left alone.
func spareDead(p *model.Plan) {
	room := 1
	for _, one := range p.Faults {
		if one.What == model.Dead {
			room += one.N
		}
	}
	p.Max = max(p.Max, room)
	for i, one := range p.Faults {
		if one.What == model.Shrinks {
			p.Faults[i].N = max(one.N, room)
		}
	}
}

func arrival(t *rapid.T) model.Arrival {
	return model.Arrival{
		At: moment(t), Count: rapid.IntRange(1, 3).Draw(t, "count"), Length: minutes(t, "length", 1, 8),
	}
}

func fault(among []model.What) func(*rapid.T) model.Fault {
	return func(t *rapid.T) model.Fault {
		f := model.Fault{
			At: moment(t), What: rapid.SampledFrom(among).Draw(t, "what"), N: rapid.IntRange(0, 10).Draw(t, "n"),
			Span: minutes(t, "span", 1, 10),
		}
		switch f.What {
		case model.Vanish, model.VanishAll:
			f.Span = time.Minute // whoever is away for longer has lost its run
		case model.EmptySpacelift:
			f.Span = min(f.Span, 5*time.Minute)
		case model.Dead:
			f.N %= 3
		default:
		}
		return f
	}
}

func twist(t *rapid.T) model.Twist {
	return model.Twist{Call: rapid.IntRange(0, 40).Draw(t, "call"), Kind: rapid.SampledFrom(model.Kinds).Draw(t, "kind")}
}

func moment(t *rapid.T) time.Duration {
	return time.Duration(rapid.IntRange(0, int(Eventful/time.Second)).Draw(t, "at")) * time.Second
}

func minutes(t *rapid.T, what string, least, most int) time.Duration {
	return time.Duration(rapid.IntRange(least, most).Draw(t, what)) * time.Minute
}
