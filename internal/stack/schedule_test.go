package stack_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// schedules raise the bounds of the pool (1 and 5) in the morning.
func schedules() []stack.Schedule {
	return []stack.Schedule{
		{Name: "morning", Recurrence: "0 8 * * 1-5", TimeZone: "Europe/Berlin", MinSize: ptr[int32](3), MaxSize: ptr[int32](9)},
		{Name: "evening", Recurrence: "0  18 * * *", TimeZone: "UTC", MinSize: ptr[int32](0)},
	}
}

// resize sets the bounds as a schedule, or somebody, does.
func resize(t *testing.T, a *awstest.Account, pool stack.Observed, low, high int32) {
	t.Helper()
	_, err := a.Direct().AutoScaling.UpdateAutoScalingGroup(t.Context(), &autoscaling.UpdateAutoScalingGroupInput{
		AutoScalingGroupName: &pool.AutoScalingGroupName, MinSize: &low, MaxSize: &high,
	})
	if err != nil {
		t.Fatal(err)
	}
}

func bounds(t *testing.T, a *awstest.Account, pool stack.Observed) [2]int32 {
	t.Helper()
	out, err := a.Direct().AutoScaling.DescribeAutoScalingGroups(t.Context(), &autoscaling.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{pool.AutoScalingGroupName}})
	if err != nil {
		t.Fatal(err)
	}
	return [2]int32{*out.AutoScalingGroups[0].MinSize, *out.AutoScalingGroups[0].MaxSize}
}

func TestLifeOfSchedules(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	spec := workerPool(account)
	spec.Schedules = schedules()
	made := create(t, account, spec)
	if got := made.Components[stack.ComponentSchedules]; got != "evening,morning" {
		t.Errorf("the inventory has %q", got)
	}
	account.ResetCalls()
	seen := refresh(t, account, made)
	same(t, "create", made, seen)
	if n := len(slices.DeleteFunc(account.Calls(), func(c awstest.Call) bool { return c.Action != "DescribeScheduledActions" })); n != 1 {
		t.Errorf("reading the schedules takes %d calls", n)
	}

	spec = seen.Spec
	spec.Schedules = []stack.Schedule{spec.Schedules[1], {Name: "noon", Recurrence: "0 12 * * *", TimeZone: "Asia/Tokyo", MaxSize: ptr[int32](7)}}
	account.ResetCalls()
	updated := update(t, account, spec, seen)
	want := []string{"BatchDeleteScheduledAction", "BatchPutScheduledUpdateGroupAction"}
	if got := mutations(account.Calls()); !slices.Equal(got, want) || len(account.Calls()) > maxUpdateCalls {
		t.Errorf("updated by %v", account.Calls())
	}
	same(t, "update", updated, refresh(t, account, updated))

	spec = updated.Spec
	slices.Reverse(spec.Schedules)
	account.ResetCalls()
	reordered := update(t, account, spec, updated)
	if got := mutations(account.Calls()); len(got) > 0 {
		t.Errorf("another order called %v", got)
	}
	spec.Schedules = nil
	cleared := update(t, account, spec, reordered)
	same(t, "removal", cleared, refresh(t, account, cleared))
	if _, left := cleared.Components[stack.ComponentSchedules]; left {
		t.Error("the inventory has schedules")
	}

	spec.Schedules = schedules()
	again := update(t, account, spec, cleared)
	account.ResetCalls()
	destroy(t, account, again)
	for _, call := range account.Calls() {
		if strings.Contains(call.Action, "Scheduled") {
			t.Errorf("destroy called %s", call.Action)
		}
	}
}

func TestDriftOfSchedules(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	spec := workerPool(account)
	spec.Schedules = schedules()
	made := create(t, account, spec)
	remove := func(names ...string) {
		_, err := account.Direct().AutoScaling.BatchDeleteScheduledAction(t.Context(), &autoscaling.BatchDeleteScheduledActionInput{
			AutoScalingGroupName: &made.AutoScalingGroupName, ScheduledActionNames: names,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	remove("morning")
	seen := refresh(t, account, made)
	if diff := cmp.Diff(spec.Schedules[1:], seen.Spec.Schedules); diff != "" || len(seen.Drift) > 0 {
		t.Errorf("drift %v\n%s", seen.Drift, diff)
	}
	repaired := update(t, account, made.Spec, seen)
	same(t, "repair", repaired, refresh(t, account, repaired))
	remove("morning", "evening")
	seen = refresh(t, account, repaired)
	if got := seen.Drift[stack.ComponentSchedules]; got != "deleted outside Terraform" {
		t.Errorf("drift %q", got)
	}
	repaired = update(t, account, made.Spec, seen)
	same(t, "second repair", repaired, refresh(t, account, repaired))

	// A group made again has none.
	_, err := account.Direct().AutoScaling.DeleteAutoScalingGroup(t.Context(), &autoscaling.DeleteAutoScalingGroupInput{AutoScalingGroupName: &made.AutoScalingGroupName, ForceDelete: aws.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
	repaired = update(t, account, made.Spec, refresh(t, account, repaired))
	same(t, "third repair", repaired, refresh(t, account, repaired))
	destroy(t, account, repaired)
}

// Sizes that a schedule has put in force are no drift, and stay until the next
// one, or until somebody changes what decides on them.
func TestScheduledSizesStay(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		inForce [2]int32
		change  func(*stack.Spec)
		want    [2]int32
	}{
		"something else changes":               {[2]int32{3, 9}, func(s *stack.Spec) { s.MaxInstanceLifetime = 86400 }, [2]int32{3, 9}},
		"one of them is scheduled":             {[2]int32{0, 5}, func(s *stack.Spec) { s.CapacityRebalance = true }, [2]int32{0, 5}},
		"min size changes":                     {[2]int32{3, 9}, func(s *stack.Spec) { s.MinSize = 2 }, [2]int32{2, 9}},
		"max size falls below a scheduled min": {[2]int32{3, 9}, func(s *stack.Spec) { s.MaxSize = 2 }, [2]int32{1, 2}},
		"the schedule changes":                 {[2]int32{3, 9}, func(s *stack.Spec) { s.Schedules = schedules(); s.Schedules[0].MinSize = ptr[int32](4) }, [2]int32{4, 9}},
		"the schedule goes":                    {[2]int32{3, 9}, func(s *stack.Spec) { s.Schedules = schedules()[1:] }, [2]int32{1, 5}},
		"all schedules go":                     {[2]int32{3, 9}, func(s *stack.Spec) { s.Schedules = nil }, [2]int32{1, 5}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			account := awstest.Start(t)
			spec := workerPool(account)
			spec.Schedules = schedules()
			made := create(t, account, spec)
			resize(t, account, made, test.inForce[0], test.inForce[1])
			seen := refresh(t, account, made)
			same(t, "a schedule", made, seen)
			changed := seen.Spec
			test.change(&changed)
			updated := update(t, account, changed, seen)
			if got := bounds(t, account, made); got != test.want {
				t.Errorf("bounds are %v, want %v", got, test.want)
			}
			same(t, "update", updated, refresh(t, account, updated))
		})
	}
}

func TestSizesThatNoScheduleSetsAreDrift(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	spec := workerPool(account)
	spec.Schedules = schedules()
	made := create(t, account, spec)
	resize(t, account, made, 2, 9)
	seen := refresh(t, account, made)
	if seen.Spec.MinSize != 2 || seen.Spec.MaxSize != 5 {
		t.Errorf("sizes %d and %d", seen.Spec.MinSize, seen.Spec.MaxSize)
	}
	update(t, account, made.Spec, seen)
	if got := bounds(t, account, made); got != [2]int32{1, 9} {
		t.Errorf("bounds are %v", got)
	}
}

func TestRecurrences(t *testing.T) {
	t.Parallel()
	for recurrence, word := range map[string]string{
		"0 8 * * *": "", "*/15 0-6,22,23 1 JAN,jul MON-FRI": "", "30 0 1 1,6,12 *": "", " 0  8 29 2 0 ": "",
		"": "0 fields", "0 8 * *": "4 fields", "0 0 8 * * *": "6 fields", "@daily": "1 fields", "TZ=UTC 8 * * *": "parse", "CRON_TZ=UTC 0 8 * * *": "6 fields",
		"60 8 * * *": "parse", "0 8 * * 7": "parse", "0 8 ? * 1": "*", "0 8 L * *": "parse", "0 0 31 2 *": "never", "rate(1 day) * * *": "parse",
	} {
		if got := stack.RecurrenceProblem(recurrence); (got == "") != (word == "") || !strings.Contains(got, word) {
			t.Errorf("%q: %q, want %q", recurrence, got, word)
		}
	}
	for zone, ok := range map[string]bool{"Etc/UTC": true, "America/New_York": true, "Etc/GMT+9": true, "": false, "Local": false, "Berlin": false} {
		if got := stack.TimeZoneProblem(zone); (got == "") != ok {
			t.Errorf("%s: %q", zone, got)
		}
	}
}

func TestSchedulesAtTheSameTimeAreRefused(t *testing.T) {
	t.Parallel()
	friday := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	daily := stack.Schedule{Name: "daily", Recurrence: "0 8 * * *", TimeZone: "Etc/UTC", MinSize: ptr[int32](1)}
	for name, test := range map[string]struct {
		other   stack.Schedule
		now     time.Time
		refused bool
	}{
		"the same":                           {stack.Schedule{Recurrence: "0 8 * * *", TimeZone: "Etc/UTC"}, friday, true},
		"the same in another zone":           {stack.Schedule{Recurrence: "0 9 * * *", TimeZone: "Europe/Berlin"}, friday, true},
		"the same in another zone in summer": {stack.Schedule{Recurrence: "0 9 * * *", TimeZone: "Europe/Berlin"}, friday.AddDate(0, 6, 0), false},
		"next on another day":                {stack.Schedule{Recurrence: "0 8 * * 1", TimeZone: "Etc/UTC"}, friday, false},
		"next on the same day":               {stack.Schedule{Recurrence: "0 8 * * 1", TimeZone: "Etc/UTC"}, friday.AddDate(0, 0, 3), true},
		"another time":                       {stack.Schedule{Recurrence: "1 8 * * *", TimeZone: "Etc/UTC"}, friday, false},
		"a time not known yet":               {stack.Schedule{TimeZone: "Etc/UTC"}, friday, false},
		"a zone not known yet":               {stack.Schedule{Recurrence: "0 8 * * *"}, friday, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.other.Name = "other"
			spec := stack.Spec{Schedules: []stack.Schedule{daily, test.other}}
			problems := stack.CheckSchedules(spec, &stack.Spec{}, test.now)
			if (len(problems) == 1) != test.refused {
				t.Fatalf("problems %v", problems)
			}
			if test.refused && (problems[0].Attribute != "schedules.1.recurrence" || !strings.Contains(problems[0].Detail, `"daily"`)) {
				t.Errorf("%+v", problems[0])
			}
			if again := stack.CheckSchedules(spec, &spec, test.now); again != nil {
				t.Errorf("what was made is refused: %v", again)
			}
			resized := stack.Spec{Schedules: []stack.Schedule{test.other, daily}}
			resized.Schedules[1].MinSize = ptr[int32](2)
			if again := stack.CheckSchedules(resized, &spec, test.now); (len(again) == 1) != test.refused {
				t.Errorf("with another size: %v", again)
			}
		})
	}
}
