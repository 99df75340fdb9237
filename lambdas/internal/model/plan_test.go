package model_test

import (
	"testing"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/draining"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/model"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/scaling"
)

// usual is a plan in which nothing happens.
func usual() model.Plan {
	return model.Plan{
		Settings: model.Settings{Max: 10, Launch: 5 * time.Second, BootMin: 2 * time.Minute, BootMax: 3 * time.Minute, Heartbeat: 5 * time.Minute},
		Functions: model.Functions{
			Interval: 10 * time.Second,
			Scaling: scaling.Limits{
				MaxCreate: 5, MaxTerminate: 5, TargetUtilization: 100, ScaleDownDelay: time.Minute, BootTimeout: 10 * time.Minute, Invocation: time.Minute,
			},
			Draining: draining.Limits{DrainTimeout: 4 * time.Hour},
		},
		Length: time.Hour,
	}
}

func TestRunsAreDone(t *testing.T) {
	t.Parallel()
	plan := usual()
	plan.Arrivals = []model.Arrival{{At: time.Minute, Count: 20, Length: 5 * time.Minute}}
	begin := time.Now()
	w := plan.Play()
	t.Logf("%s, wait %s, idle %s, %+v", time.Since(begin), w.Wait(0.5), w.Idle(), w.Figures)
	if w.Figures.Finished != 20 || w.Figures.Launched != 10 || w.Active() != 0 || len(w.Figures.Cut) != 0 {
		t.Errorf("%+v", w.Figures)
	}
	for _, act := range w.Acts {
		t.Log(act)
	}
}
