package scaling_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/fleet"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/model/modeltest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/scaling"
)

// drawGroup is any group with any workers, whether it could come about or not.
func drawGroup(t *rapid.T) (fleet.Group, []spacelift.Worker) {
	group := fleet.Group{Min: rapid.IntRange(0, 4).Draw(t, "min size")}
	group.Max = group.Min + rapid.IntRange(0, 20).Draw(t, "max size above min")
	group.Desired = rapid.IntRange(group.Min, group.Max).Draw(t, "desired")
	var workers []spacelift.Worker
	for i := range rapid.IntRange(0, 12).Draw(t, "instances") {
		one := drawInstance(t, fmt.Sprintf("i-%d", i))
		group.Instances = append(group.Instances, one)
		if rapid.IntRange(0, 3).Draw(t, "has a worker") < 3 {
			workers = append(workers, drawWorker(t, spacelift.Metadata{InstanceID: one.ID, GroupName: "pool"}))
		}
	}
	return group, workers
}

func drawInstance(t *rapid.T, id string) fleet.Instance {
	states := []string{"InService", "InService", "InService", "InService", "InService", "InService", "Pending", "Pending:Wait", "Terminating:Wait", "Terminating:Proceed", "Terminating:Retained", "Standby"}
	one := fleet.Instance{
		ID: id, State: rapid.SampledFrom(states).Draw(t, "state"), Protected: rapid.IntRange(0, 9).Draw(t, "protected") == 9,
		Launched: ago(t, "launched"),
	}
	if rapid.IntRange(0, 3).Draw(t, "is missed") == 3 {
		one.Missed = now.Add(-time.Duration(rapid.IntRange(1, 4).Draw(t, "missed")) * time.Minute)
	}
	if at := ago(t, "marked"); !at.IsZero() && rapid.IntRange(0, 3).Draw(t, "is marked") == 3 {
		one.Mark = &marks.Mark{At: at, Reason: rapid.SampledFrom([]marks.Reason{marks.ScaleIn, marks.Deletion, "somebody's"}).Draw(t, "reason")}
	}
	return one
}

func drawWorker(t *rapid.T, metadata spacelift.Metadata) spacelift.Worker {
	w := spacelift.Worker{
		ID: rapid.StringMatching("w-[a-z]{8}").Draw(t, "worker"), Busy: rapid.Bool().Draw(t, "busy"), Drained: rapid.IntRange(0, 3).Draw(t, "drained") == 3,
		CreatedAt: ago(t, "registered"), Metadata: metadata,
	}
	if since := ago(t, "idle since"); !w.Busy && !since.IsZero() {
		w.AvailableAt = &since
	}
	return w
}

// ago is a time before now, or none.
func ago(t *rapid.T, what string) time.Time {
	minutes := rapid.IntRange(0, 30).Draw(t, what)
	if minutes == 0 {
		return time.Time{}
	}
	return now.Add(-time.Duration(minutes) * time.Minute)
}

func see(pending int, group fleet.Group, workers []spacelift.Worker) scaling.Snapshot {
	return scaling.Snapshot{Pending: pending, Workers: len(workers), Group: group, Crew: fleet.CrewOf(group, "pool", workers)}
}

// What Decide asks for is possible and harmless, whatever it sees.
func TestDecisionIsPossible(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		group, workers := drawGroup(t)
		l := modeltest.Limits(t)
		s := see(rapid.IntRange(0, 8).Draw(t, "pending"), group, workers)
		d := scaling.Decide(s, l, now)
		if d.Desired < group.Min || d.Desired > group.Max || d.Wanted < group.Min || d.Wanted > group.Max {
			t.Fatalf("wanted %d, desired capacity %d, between %d and %d", d.Wanted, d.Desired, group.Min, group.Max)
		}
		if d.Desired > group.Desired+l.MaxCreate {
			t.Fatalf("%d are added, max create is %d", d.Desired-group.Desired, l.MaxCreate)
		}
		left, ended := d.Desired, map[scaling.Verb]int{}
		touched := map[string]scaling.Verb{}
		found := map[string]fleet.Instance{}
		for _, one := range group.Instances {
			found[one.ID] = one
		}
		for _, action := range d.Actions {
			worker := s.Crew.Of[action.Instance]
			ended[action.Verb]++
			switch action.Verb {
			case scaling.Remove, scaling.Finish:
				left--
				if worker == nil || worker.Busy {
					t.Fatalf("%v of worker %v", action, worker)
				}
			case scaling.Replace, scaling.Discard:
				if worker != nil || s.Workers == 0 {
					t.Fatalf("%v of worker %v, with %d workers in the pool", action, worker, s.Workers)
				}
				if since := found[action.Instance].Missed; since.IsZero() || now.Sub(since) < 2*time.Minute {
					t.Fatalf("%v, missed since %s", action, since)
				}
				if action.Verb == scaling.Discard {
					left--
				}
			default:
				continue
			}
			if found[action.Instance].Protected {
				t.Fatalf("%v, which is protected", action)
			}
			if before := touched[action.Instance]; before != "" {
				t.Fatalf("%v after %s", action, before)
			}
			touched[action.Instance] = action.Verb
		}
		if left < group.Min {
			t.Fatalf("desired capacity comes to %d, min size is %d: %v", left, group.Min, d.Actions)
		}
		if ended[scaling.Remove] > l.MaxTerminate || ended[scaling.Replace]+ended[scaling.Discard] > l.MaxTerminate {
			t.Fatalf("max terminate is %d: %v", l.MaxTerminate, d.Actions)
		}
		if ended[scaling.Remove] > 0 && s.Pending > 0 {
			t.Fatalf("%d runs wait: %v", s.Pending, d.Actions)
		}
	})
}

// Workers of other groups, of instances that are gone, and of whatever says nothing
// of itself are seen and counted, and nothing else.
func TestStrangersChangeNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		group, workers := drawGroup(t)
		l, pending := modeltest.Limits(t), rapid.IntRange(0, 10).Draw(t, "pending")
		alone := see(pending, group, workers)
		strangers := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) spacelift.Worker {
			return drawWorker(t, rapid.SampledFrom([]spacelift.Metadata{
				{}, {InstanceID: "i-gone", GroupName: "pool"}, {InstanceID: "i-other", GroupName: "other"}, {GroupName: "pool"}, {InstanceID: "i-nowhere"},
			}).Draw(t, "metadata"))
		}), 0, 5).Draw(t, "strangers")
		among := see(pending, group, append(strangers, workers...))
		if len(among.Crew.Ghosts) != len(strangers) {
			t.Fatalf("%d ghosts, not %d", len(among.Crew.Ghosts), len(strangers))
		}
		among.Workers = alone.Workers // that somebody is there shows that Spacelift answers
		if diff := cmp.Diff(scaling.Decide(alone, l, now), scaling.Decide(among, l, now)); diff != "" {
			t.Fatalf("alone (-) and among strangers (+):\n%s", diff)
		}
	})
}
