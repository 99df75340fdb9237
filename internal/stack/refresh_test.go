package stack_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	scaling "github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/autoscaling"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// refreshing is a pool of two workers that are replaced when what they are made of
// changes.
func refreshing(a *awstest.Account, change ...func(*stack.InstanceRefresh)) stack.Spec {
	spec := workerPool(a)
	spec.MinSize = 2
	spec.InstanceRefresh = &stack.InstanceRefresh{RefreshSettings: component.RefreshSettings{
		MinHealthyPercentage: 50, InstanceWarmup: aws.Int32(0), ScaleInProtected: "Ignore", Standby: "Ignore",
	}}
	for _, c := range change {
		c(spec.InstanceRefresh)
	}
	return spec
}

func withRollback(r *stack.InstanceRefresh) { r.AutoRollback = true }

// with is spec with another change.
func with(spec stack.Spec, change func(*stack.Spec)) stack.Spec {
	if spec.InstanceRefresh != nil {
		refresh := *spec.InstanceRefresh
		spec.InstanceRefresh = &refresh
	}
	change(&spec)
	return spec
}

func bigger(s *stack.Spec) { s.Instance.Volume.Size += 10 }

// refreshes are the group's, newest first.
func refreshes(t *testing.T, a *awstest.Account) []types.InstanceRefresh {
	t.Helper()
	out, err := a.Direct().AutoScaling.DescribeInstanceRefreshes(context.WithoutCancel(t.Context()), &autoscaling.DescribeInstanceRefreshesInput{
		AutoScalingGroupName: aws.String("sp5ft-" + poolID),
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.InstanceRefreshes
}

func statuses(t *testing.T, a *awstest.Account) (all []types.InstanceRefreshStatus) {
	t.Helper()
	for _, one := range refreshes(t, a) {
		all = append(all, one.Status)
	}
	return all
}

// slow keeps new instances from coming into service.
func slow(a *awstest.Account) {
	a.Scaling().Behave(func(b *scaling.Behavior) { b.BootTime = time.Hour })
}
func fast(a *awstest.Account) { a.Scaling().Behave(func(b *scaling.Behavior) { b.BootTime = 0 }) }

func expect(t *testing.T, a *awstest.Account, want ...types.InstanceRefreshStatus) {
	t.Helper()
	if got := statuses(t, a); !slices.Equal(got, want) {
		t.Errorf("the refreshes are %v, want %v", got, want)
	}
}

// start is another update of the pool that state knows, after a read.
func settled(t *testing.T, a *awstest.Account, state stack.Observed) {
	t.Helper()
	seen := refresh(t, a, state)
	if len(seen.Drift) > 0 {
		t.Errorf("the read after it finds %v", seen.Drift)
	}
}

const (
	running   = types.InstanceRefreshStatusInProgress
	succeeded = types.InstanceRefreshStatusSuccessful
	canceled  = types.InstanceRefreshStatusCancelled
)

func TestOnlyWhatMattersStartsARefresh(t *testing.T) {
	t.Parallel()
	two := "2"
	tests := map[string]struct {
		start, change func(*stack.Spec)
		want          []types.InstanceRefreshStatus
	}{
		"a launch setting":   {change: bigger, want: []types.InstanceRefreshStatus{succeeded}},
		"the boot script":    {change: func(s *stack.Spec) { s.Boot.Configuration = "export A=2" }, want: []types.InstanceRefreshStatus{succeeded}},
		"several types":      {change: func(s *stack.Spec) { s.Mixed = mixed() }, want: []types.InstanceRefreshStatus{succeeded}},
		"a trigger":          {change: func(s *stack.Spec) { s.MaxSize = 9; s.InstanceRefresh.Triggered = []string{"max_size"} }, want: []types.InstanceRefreshStatus{succeeded}},
		"the latest version": {start: func(s *stack.Spec) { s.LaunchTemplate.Version = "$Latest" }, change: bigger, want: []types.InstanceRefreshStatus{succeeded}},
		"the default version": {start: func(s *stack.Spec) {
			s.LaunchTemplate.Version = "$Default"
			s.LaunchTemplate.UpdateDefaultVersion = true
		}, change: bigger, want: []types.InstanceRefreshStatus{succeeded}},
		"not the default version":  {start: func(s *stack.Spec) { s.LaunchTemplate.Version = "$Default" }, change: bigger},
		"a version that it leaves": {start: func(s *stack.Spec) { s.LaunchTemplate.Version = "1" }, change: bigger},
		"the size":                 {change: func(s *stack.Spec) { s.MaxSize = 9 }},
		"the logs":                 {change: func(s *stack.Spec) { s.LogGroups.Retention = 30 }},
		"the secret's value":       {change: func(s *stack.Spec) { s.Secret.Values = map[string]string{"SPACELIFT_TOKEN": "other"} }},
		"another version": {
			start: func(s *stack.Spec) { s.LaunchTemplate.Version = "1" }, change: func(s *stack.Spec) { bigger(s); s.LaunchTemplate.Version = two },
			want: []types.InstanceRefreshStatus{succeeded},
		},
		"how to refresh": {change: func(s *stack.Spec) { s.InstanceRefresh.SkipMatching = true }},
		"that there is one": {
			start: func(s *stack.Spec) { s.InstanceRefresh = nil }, change: func(s *stack.Spec) { s.InstanceRefresh = &stack.InstanceRefresh{} },
		},
		"none wanted": {start: func(s *stack.Spec) { s.InstanceRefresh = nil }, change: bigger},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			account := awstest.Start(t)
			spec := refreshing(account)
			if tt.start != nil {
				tt.start(&spec)
			}
			made := create(t, account, spec)
			updated := update(t, account, with(made.Spec, tt.change), made)
			expect(t, account, tt.want...)
			same(t, "update", updated, refresh(t, account, updated))
		})
	}
}

// While a refresh with a desired configuration runs, the group still has the old
// version: no drift. When it has failed, the next apply tries again.
func TestAutoRollback(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made := create(t, account, refreshing(account, withRollback))
	slow(account)
	updated := update(t, account, with(made.Spec, bigger), made)
	expect(t, account, running)
	settled(t, account, updated)
	if err := cancelRefresh(t, account); err != nil {
		t.Fatal(err)
	}
	seen := refresh(t, account, updated)
	if drift := seen.Drift[stack.DriftRefresh]; !strings.Contains(drift, string(canceled)) || !strings.Contains(drift, "version") {
		t.Errorf("drift is %v", seen.Drift)
	}
	fast(account)
	again := update(t, account, seen.Spec, seen)
	expect(t, account, succeeded, canceled)
	settled(t, account, again)
	if got := groupOf(t, account); aws.ToString(got.LaunchTemplate.Version) != "2" {
		t.Errorf("the group has version %s", aws.ToString(got.LaunchTemplate.Version))
	}
}

func cancelRefresh(t *testing.T, a *awstest.Account) error {
	t.Helper()
	_, err := a.Direct().AutoScaling.CancelInstanceRefresh(t.Context(), &autoscaling.CancelInstanceRefreshInput{
		AutoScalingGroupName: aws.String("sp5ft-" + poolID), WaitForTransitioningInstances: aws.Bool(false),
	})
	return err
}

func groupOf(t *testing.T, a *awstest.Account) types.AutoScalingGroup {
	t.Helper()
	out, err := a.Direct().AutoScaling.DescribeAutoScalingGroups(context.WithoutCancel(t.Context()), &autoscaling.DescribeAutoScalingGroupsInput{})
	if err != nil || len(out.AutoScalingGroups) != 1 {
		t.Fatalf("reading the group: %v, %v", out, err)
	}
	return out.AutoScalingGroups[0]
}

func TestUpdateDuringARefreshTakesItsPlace(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*stack.InstanceRefresh){"plain": func(*stack.InstanceRefresh) {}, "with a desired configuration": withRollback} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			account := awstest.Start(t)
			made := create(t, account, refreshing(account, change))
			slow(account)
			first := update(t, account, with(made.Spec, bigger), made)
			second := update(t, account, with(first.Spec, bigger), first)
			expect(t, account, running, canceled)
			settled(t, account, second)
			third := update(t, account, with(second.Spec, func(s *stack.Spec) { s.MaxSize = 9 }), second) // has no say in it
			expect(t, account, running, canceled)
			settled(t, account, third)
			last := update(t, account, with(third.Spec, func(s *stack.Spec) { s.InstanceRefresh = nil; bigger(s) }), third)
			settled(t, account, last)
			if got := groupOf(t, account); aws.ToString(got.LaunchTemplate.Version) != "4" {
				t.Errorf("the group has version %s", aws.ToString(got.LaunchTemplate.Version))
			}
		})
	}
}

// Somebody else's refresh is not canceled: the update goes on when it has ended.
func TestUpdateWaitsForTheRefreshOfSomebodyElse(t *testing.T) {
	t.Parallel()
	for name, spec := range map[string]func(*awstest.Account) stack.Spec{
		"with a refresh": func(a *awstest.Account) stack.Spec { return refreshing(a) },
		"without":        workerPool,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			account := awstest.Start(t)
			made := create(t, account, spec(account))
			slow(account)
			_, err := account.Direct().AutoScaling.StartInstanceRefresh(t.Context(), &autoscaling.StartInstanceRefreshInput{
				AutoScalingGroupName: aws.String("sp5ft-" + poolID), Preferences: &types.RefreshPreferences{InstanceWarmup: aws.Int32(0)},
				DesiredConfiguration: &types.DesiredConfiguration{LaunchTemplate: &types.LaunchTemplateSpecification{
					LaunchTemplateId: groupOf(t, account).LaunchTemplate.LaunchTemplateId, Version: aws.String("1"),
				}},
			})
			if err != nil {
				t.Fatal(err)
			}
			short, cancel := context.WithTimeout(t.Context(), 6*time.Second)
			defer cancel()
			left, err := stack.New(account.Clients(), with(made.Spec, bigger), made).Update(short)
			if err == nil || !strings.Contains(err.Error(), "cancel it to go on sooner") {
				t.Errorf("the update did not wait: %v", err)
			}
			if got := statuses(t, account); !slices.Equal(got, []types.InstanceRefreshStatus{running}) {
				t.Errorf("the refreshes are %v", got)
			}
			if err := cancelRefresh(t, account); err != nil { // as they do
				t.Fatal(err)
			}
			updated := update(t, account, with(left.Spec, bigger), left)
			settled(t, account, updated)
		})
	}
}
