package scaling_test

import (
	"testing"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/model"
)

// What the properties found, as small as it got.
func TestCounterExamples(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*model.Plan){
		"the pool seems empty while a busy instance leaves": func(p *model.Plan) {
			p.Max = 1
			p.Arrivals = []model.Arrival{{Count: 1, Length: 3 * time.Minute}}
			p.Faults = []model.Fault{{At: 31 * time.Second, What: model.EmptySpacelift, Span: 5 * time.Minute}, {At: 3 * time.Minute, What: model.Rebalance}}
		},
		"the worker of a half done scale in is missed": func(p *model.Plan) {
			p.Desired, p.Seed = 3, 1
			p.Scaling.ScaleDownDelay = 10 * time.Minute
			p.Twists = []model.Twist{{Call: 2, Kind: model.Kill}}
			p.Faults = []model.Fault{{At: 13 * time.Minute, What: model.Vanish, Span: time.Minute}}
			p.Min = 1
		},
		"the last instance never got a worker": func(p *model.Plan) {
			p.Max = 2
			p.Arrivals = []model.Arrival{{Count: 3, Length: 2 * time.Minute}}
			p.Faults = []model.Fault{{What: model.Dead, N: 1}}
		},
		"a worker registers at the end of its grace": func(p *model.Plan) {
			p.Desired, p.Seed, p.Interval = 2, 3, time.Minute
			p.BootMin, p.BootMax, p.Tear = 140*time.Second, 170*time.Second, 5*time.Second
			p.Arrivals = []model.Arrival{{Count: 5, Length: 5 * time.Minute}}
			p.Faults = []model.Fault{{At: 10 * time.Second, What: model.Rebalance, N: 1}}
			p.Messages = []time.Duration{model.Lost}
		},
		"nobody looked between two absences while it leaves": func(p *model.Plan) {
			p.Min, p.Desired = 2, 2
			p.Heartbeat = time.Hour
			p.Arrivals = []model.Arrival{{At: 4 * time.Minute, Count: 2, Length: 40 * time.Minute}}
			p.Faults = []model.Fault{
				{At: 15 * time.Minute, What: model.Vanish, Span: time.Minute},
				{At: 15*time.Minute + 5*time.Second, What: model.Rebalance, N: 1},
				{At: 15*time.Minute + 7*time.Second, What: model.StopManager, Span: 20 * time.Minute},
				{At: 35 * time.Minute, What: model.Vanish, Span: time.Minute},
			}
		},
		"a connection breaks again after nobody looked for long": func(p *model.Plan) {
			p.Min, p.Desired = 2, 2
			p.Arrivals = []model.Arrival{{At: 4 * time.Minute, Count: 2, Length: 40 * time.Minute}}
			p.Faults = []model.Fault{
				{At: 15 * time.Minute, What: model.Vanish, Span: time.Minute},
				{At: 15*time.Minute + 15*time.Second, What: model.StopScaler, Span: 4 * time.Minute},
				{At: 19*time.Minute + 10*time.Second, What: model.Vanish, Span: time.Minute},
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := model.Usual()
			change(&p)
			w := harmless(t, &p)
			if w.Active() != p.Min {
				t.Errorf("%d instances are left", w.Active())
			}
		})
	}
}
