package stack_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	scaling "github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/autoscaling"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

func TestUpdateThatWaitsForItsRefresh(t *testing.T) {
	t.Parallel()
	wait := func(r *stack.InstanceRefresh) { r.Wait = true }
	alarmed := func(r *stack.InstanceRefresh) { r.Wait, r.Alarms = true, []string{"queue"} }
	tests := map[string]struct {
		how     func(*stack.InstanceRefresh)
		during  func(*testing.T, *awstest.Account)
		want    types.InstanceRefreshStatus
		outcome string // what the problem says
	}{
		"succeeds": {how: wait, during: func(_ *testing.T, a *awstest.Account) { fast(a) }},
		"fails": {
			how: alarmed, during: func(_ *testing.T, a *awstest.Account) { a.Scaling().Alarm("queue", true) },
			want: types.InstanceRefreshStatusFailed, outcome: "queue",
		},
		"is canceled": {
			how: wait, want: canceled, outcome: "Somebody has canceled it",
			during: func(t *testing.T, a *awstest.Account) {
				if err := cancelRefresh(t, a); err != nil {
					t.Error(err)
				}
			},
		},
		"is rolled back": {
			how: func(r *stack.InstanceRefresh) { alarmed(r); r.AutoRollback = true }, want: types.InstanceRefreshStatusRollbackSuccessful,
			outcome: "brought back to the launch template version",
			during: func(_ *testing.T, a *awstest.Account) {
				a.Scaling().Alarm("queue", true)
				fast(a)
			},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			account := awstest.Start(t)
			made := create(t, account, refreshing(account, tt.how))
			account.Scaling().Behave(func(b *scaling.Behavior) { b.BootTime = 4 * time.Second })
			go func() {
				await(t, func() bool { return slices.Contains(statuses(t, account), running) })
				tt.during(t, account)
			}()
			updated, err := stack.New(account.Clients(), with(made.Spec, bigger), made).Update(t.Context())
			if tt.want == "" {
				if err != nil || len(updated.Drift) > 0 {
					t.Errorf("%v, drift %v", err, updated.Drift)
				}
				return
			}
			var failed *component.RefreshError
			if !errors.As(err, &failed) || failed.Status != tt.want || updated.Drift[stack.DriftRefresh] == "" {
				t.Fatalf("want %s, got %v, drift %v", tt.want, err, updated.Drift)
			}
			problem := stack.Explain(err, stack.Updating)[0]
			if problem.Attribute != "instance_refresh" || !strings.Contains(problem.Detail, tt.outcome) || !strings.Contains(problem.Detail, string(tt.want)) {
				t.Errorf("the problem is %+v", problem)
			}
			if seen := refresh(t, account, updated); seen.Drift[stack.DriftRefresh] == "" {
				t.Errorf("the read after it finds no drift: %v", seen.Drift)
			}
		})
	}
}
