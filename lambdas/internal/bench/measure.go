package bench

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/lambdaenv"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/model"
)

// Subject is an autoscaler with its settings.
type Subject struct {
	Name   string
	Employ func(*model.Functions)
}

// Ours is the autoscaler of this provider. Its name has the settings in the order of
// the parameters, the delay in minutes.
func Ours(maxCreate, maxTerminate int, scaleDownDelay time.Duration) Subject {
	return Subject{
		fmt.Sprintf("ours, %d / %d / %g", maxCreate, maxTerminate, scaleDownDelay.Minutes()),
		func(f *model.Functions) {
			f.Scaling.MaxCreate, f.Scaling.MaxTerminate, f.Scaling.ScaleDownDelay = maxCreate, maxTerminate, scaleDownDelay
		},
	}
}

// Defaults is ours with the settings that it has unless told otherwise.
func Defaults() Subject {
	env := lambdaenv.AutoscalerDefaults()
	return Ours(env.MaxCreate, env.MaxKill, env.ScaleDownDelay)
}

// Today is the one in use today, with its defaults.
func Today() Subject {
	return Subject{"today's, 1 / 1 / 0", func(f *model.Functions) { f.Scaler, f.Interval = model.Today(1, 1, 0), time.Minute }}
}

// Others are what ours is compared with.
func Others() []Subject {
	return []Subject{
		Today(),
		{"greedy", func(f *model.Functions) { f.Scaler = model.Greedy }},
	}
}

// Result is how a subject did on a trace.
type Result struct {
	P50, P95 time.Duration // how long runs waited
	Idle     time.Duration // of all instances
	Boots    time.Duration // the part of Idle from launch to worker
	Calls    float64       // of Spacelift and AWS, a minute
}

// Measure lets a subject scale for a trace. Instances become workers two to three
// minutes after their launch.
func Measure(s Subject, t Trace) Result {
	w := begin(s, t, nil)
	w.Pass(t.Length)
	return Result{
		P50: w.Wait(0.5), P95: w.Wait(0.95), Idle: w.Idle(), Boots: w.Boots(),
		Calls: float64(w.Figures.Spacelift+w.Figures.AWS) / t.Length.Minutes(),
	}
}

// begin is the world at the start of a trace, with what the functions log.
func begin(s Subject, t Trace, log *slog.Logger) *model.World {
	p := model.Usual()
	p.Max, p.Arrivals, p.Faults, p.Length, p.Seed, p.Log = t.Max, t.Arrivals, t.Faults, t.Length, 7, log
	s.Employ(&p.Functions)
	w := p.Begin()
	if p.Scaler != nil {
		w.StopManager(p.Length) // they end instances without it
	}
	return w
}
