package fleet_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/fleet"
)

func TestCrewOf(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	worker := func(id, instance, group string) spacelift.Worker {
		return spacelift.Worker{ID: id, CreatedAt: at, Metadata: spacelift.Metadata{InstanceID: instance, GroupName: group}}
	}
	busy := func(w spacelift.Worker) spacelift.Worker { w.Busy = true; return w }
	newer := func(w spacelift.Worker) spacelift.Worker { w.CreatedAt = at.Add(time.Minute); return w }
	for name, c := range map[string]struct {
		workers []spacelift.Worker
		crew    map[string]string // worker by instance
		ghosts  map[string]string // reason by worker
	}{
		"one of the group":             {[]spacelift.Worker{worker("w", "i-1", "group")}, map[string]string{"i-1": "w"}, nil},
		"no metadata":                  {[]spacelift.Worker{worker("w", "", "")}, nil, map[string]string{"w": "its metadata names no instance"}},
		"another group":                {[]spacelift.Worker{worker("w", "i-9", "other")}, nil, map[string]string{"w": "it is of Auto Scaling group other"}},
		"an instance that is gone":     {[]spacelift.Worker{worker("w", "i-9", "group")}, nil, map[string]string{"w": "the group has no instance i-9"}},
		"an instance id alone":         {[]spacelift.Worker{worker("w", "i-1", "")}, map[string]string{"i-1": "w"}, nil},
		"our instance, another's name": {[]spacelift.Worker{worker("w", "i-1", "other")}, map[string]string{"i-1": "w"}, nil},
		"a restarted launcher":         {[]spacelift.Worker{worker("old", "i-1", "group"), newer(worker("new", "i-1", "group"))}, map[string]string{"i-1": "new"}, map[string]string{"old": "instance i-1 has another worker"}},
		"the other way round":          {[]spacelift.Worker{newer(worker("new", "i-1", "group")), worker("old", "i-1", "group")}, map[string]string{"i-1": "new"}, map[string]string{"old": "instance i-1 has another worker"}},
		"an older one that is busy":    {[]spacelift.Worker{busy(worker("old", "i-1", "group")), newer(worker("new", "i-1", "group"))}, map[string]string{"i-1": "old"}, map[string]string{"new": "instance i-1 has another worker"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			crew := fleet.CrewOf(fleet.Group{Instances: []fleet.Instance{{ID: "i-1"}, {ID: "i-2"}}}, "group", c.workers)
			got, ghosts := map[string]string(nil), map[string]string(nil)
			for instance, found := range crew.Of {
				if got == nil {
					got = map[string]string{}
				}
				got[instance] = found.ID
			}
			for _, ghost := range crew.Ghosts {
				if ghosts == nil {
					ghosts = map[string]string{}
				}
				ghosts[ghost.Worker.ID] = ghost.Reason
			}
			if diff := cmp.Diff(c.crew, got); diff != "" {
				t.Errorf("crew (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.ghosts, ghosts); diff != "" {
				t.Errorf("ghosts (-want +got):\n%s", diff)
			}
		})
	}
}

func TestIdleSince(t *testing.T) {
	t.Parallel()
	registered, available := time.Unix(100, 0), time.Unix(200, 0)
	if got := fleet.IdleSince(&spacelift.Worker{CreatedAt: registered, AvailableAt: &available}); got != available {
		t.Errorf("with availableAt: %s", got)
	}
	if got := fleet.IdleSince(&spacelift.Worker{CreatedAt: registered}); got != registered {
		t.Errorf("without availableAt: %s", got)
	}
}
