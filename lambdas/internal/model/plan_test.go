package model_test

import (
	"testing"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/model"
)

func TestRunsAreDone(t *testing.T) {
	t.Parallel()
	plan := model.Usual()
	plan.Length = time.Hour
	plan.Arrivals = []model.Arrival{{At: time.Minute, Count: 20, Length: 5 * time.Minute}}
	w := plan.Play()
	if w.Figures.Finished != 20 || w.Figures.Launched != 10 || w.Active() != 0 || len(w.Figures.Cut) != 0 {
		t.Errorf("%+v", w.Figures)
	}
}
