package stack_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// A refusal leaves everything else done, and the refresh due.
func TestRefreshThatIsRefusedIsStartedByTheNextApply(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made := create(t, account, refreshing(account))
	account.Inject(awstest.FailAction("autoscaling", "StartInstanceRefresh", "AccessDenied", 1))
	left, err := stack.New(account.Clients(), with(made.Spec, bigger), made).Update(t.Context())
	var refused *component.RefreshError
	if !errors.As(err, &refused) || left.Spec.Instance.Volume.Size != made.Spec.Instance.Volume.Size+10 {
		t.Fatalf("%v, volume of %d GiB", err, left.Spec.Instance.Volume.Size)
	}
	problem := stack.Explain(err, stack.Updating)[0]
	if problem.Summary != "Instance refresh not started" || problem.Attribute != "instance_refresh" {
		t.Errorf("the problem is %+v", problem)
	}
	expect(t, account)
	seen := refresh(t, account, left)
	if seen.Drift[stack.DriftRefresh] == "" {
		t.Fatalf("drift is %v", seen.Drift)
	}
	settled(t, account, update(t, account, seen.Spec, seen))
	expect(t, account, succeeded)
}

func TestFaultsAroundTheStartOfARefresh(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]awstest.Fault{
		"throttled":           awstest.Throttle("autoscaling", "StartInstanceRefresh", 2),
		"answer lost":         awstest.DropAnswer("autoscaling", "StartInstanceRefresh"),
		"contention":          awstest.FailAction("autoscaling", "StartInstanceRefresh", "ResourceContention", 2),
		"tagging throttled":   awstest.Throttle("autoscaling", "CreateOrUpdateTags", 2),
		"answer of a tagging": awstest.DropAnswer("autoscaling", "CreateOrUpdateTags"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			account := awstest.Start(t)
			made := create(t, account, refreshing(account))
			slow(account)
			account.Inject(fault)
			updated := update(t, account, with(made.Spec, bigger), made)
			expect(t, account, running)
			settled(t, account, updated)
			_ = update(t, account, with(updated.Spec, bigger), updated) // knows it as its own
			expect(t, account, running, canceled)
		})
	}
}

// Wherever an update is killed, the next apply (which a drift or the old state
// brings about) leaves every instance replaced.
func TestUpdateThatIsKilledLosesNoRefresh(t *testing.T) {
	t.Parallel()
	grow := func(s *stack.Spec) { s.Instance.Volume.Size = 77 }
	for name, change := range map[string]struct {
		start func(*stack.Spec)
		apply func(*stack.Spec)
	}{
		"a launch setting": {apply: grow},
		"with rollback":    {start: func(s *stack.Spec) { s.InstanceRefresh.AutoRollback = true }, apply: grow},
		"the latest":       {start: func(s *stack.Spec) { s.LaunchTemplate.Version = "$Latest" }, apply: grow},
		"a trigger": {apply: func(s *stack.Spec) {
			if s.MaxSize != 9 {
				s.InstanceRefresh.Triggered = []string{"max_size"}
			}
			s.MaxSize = 9
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			begin := func(t *testing.T, a *awstest.Account) stack.Observed {
				spec := refreshing(a)
				spec.Secret, spec.LogGroups.Managed = stack.Secret{}, false
				if change.start != nil {
					change.start(&spec)
				}
				made := create(t, a, spec)
				a.ResetCalls()
				return made
			}
			calls := count(t, func(t *testing.T, a *awstest.Account) {
				made := begin(t, a)
				update(t, a, with(made.Spec, change.apply), made)
			})
			at(t, calls, func(t *testing.T, call int) {
				account := awstest.Start(t)
				made := begin(t, account)
				before := instances(t, account)
				wanted := with(made.Spec, change.apply)
				account.ResetCalls()
				account.Inject(awstest.KillAt(call))
				if _, err := stack.New(account.Clients(), wanted, made).Update(t.Context()); err == nil {
					endedBefore(t, account, call)
					return
				}
				account.ClearFaults()
				seen := refresh(t, account, made)
				again := with(seen.Spec, change.apply) // what the configuration says
				if again.MaxSize == seen.Spec.MaxSize {
					again.InstanceRefresh.Triggered = nil
				}
				last := update(t, account, again, seen)
				settled(t, account, last)
				await(t, func() bool {
					return !slices.ContainsFunc(instances(t, account), func(id string) bool { return slices.Contains(before, id) })
				})
				if got := statuses(t, account); len(got) == 0 || slices.Contains(got, types.InstanceRefreshStatusFailed) {
					t.Errorf("the refreshes are %v", got)
				}
			})
		})
	}
}

func instances(t *testing.T, a *awstest.Account) (ids []string) {
	t.Helper()
	for _, one := range groupOf(t, a).Instances {
		ids = append(ids, *one.InstanceId)
	}
	return ids
}

// await waits until done.
func await(t *testing.T, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Error("it does not come about")
			return
		}
	}
}

// A plan without changes looks at the refresh once, and not at all without one.
func TestReadLooksAtTheRefreshOnce(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made := create(t, account, refreshing(account))
	cost := func(state stack.Observed) int {
		account.ResetCalls()
		settled(t, account, state)
		return len(account.Calls())
	}
	fresh := cost(made)
	updated := update(t, account, with(made.Spec, bigger), made)
	if got := cost(updated); got > fresh+1 {
		t.Errorf("a read takes %d calls, %d before the refresh", got, fresh)
	}
	without := updated
	without.Spec = with(updated.Spec, func(s *stack.Spec) { s.InstanceRefresh = nil })
	removed := update(t, account, without.Spec, updated)
	if got := cost(removed); got > fresh {
		t.Errorf("a read without a refresh takes %d calls, want %d", got, fresh)
	}
}

// A destroy stops the refresh before it drains; taken back, another one begins.
func TestDestroyDuringARefresh(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made := create(t, account, refreshing(account))
	crew := newCrew()
	slow(account)
	updated := update(t, account, with(made.Spec, bigger), made)
	for i, instance := range seenGroup(t, account).instances {
		crew.hire("w"+string(rune('0'+i)), instance, made.AutoScalingGroupName)
		crew.workers["w"+string(rune('0'+i))].Busy = true
	}
	_ = abandon(t, account, updated, crew)
	expect(t, account, canceled)
	fast(account)
	resumed := resume(t, account, updated, crew)
	expect(t, account, succeeded, canceled)
	settled(t, account, resumed)
	slow(account)
	destroy(t, account, update(t, account, with(resumed.Spec, bigger), resumed))
}
