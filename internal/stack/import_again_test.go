package stack_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// warned imports what key means, and returns the warnings' attributes and texts.
func warned(t *testing.T, a *awstest.Account, key string) (got stack.Observed, attributes []string, text string) {
	t.Helper()
	got, warnings, err := stack.Import(t.Context(), a.Clients(), key, standard())
	if err != nil {
		t.Fatalf("importing: %s", err)
	}
	for _, w := range warnings {
		if !w.Warning {
			t.Errorf("no warning: %+v", w)
		}
		attributes, text = append(attributes, w.Attribute), text+w.Detail
	}
	return got, attributes, text
}

// halted leaves a pool as a destroy does that gave up, and tells how many processes are
// suspended.
func halted(t *testing.T, a *awstest.Account, group string) (suspended func() int) {
	t.Helper()
	client, processes := a.Direct().AutoScaling, []string{"Launch", "Terminate"}
	tagGroup(t, a, group, "WorkerPoolState", "deleting")
	tagGroup(t, a, group, "WorkerPoolSuspended", strings.Join(processes, ","))
	if _, err := client.SuspendProcesses(t.Context(), &autoscaling.SuspendProcessesInput{AutoScalingGroupName: &group, ScalingProcesses: processes}); err != nil {
		t.Fatal(err)
	}
	return func() int {
		out, err := client.DescribeAutoScalingGroups(t.Context(), &autoscaling.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{group}})
		if err != nil {
			t.Fatal(err)
		}
		return len(out.AutoScalingGroups[0].SuspendedProcesses)
	}
}

// A pool whose deletion was begun and forgotten is taken in, and works again.
func TestImportTakesBackADeletion(t *testing.T) {
	t.Parallel()
	a := awstest.Start(t)
	made := create(t, a, workerPool(a))
	suspended := halted(t, a, made.AutoScalingGroupName)
	if seen, err := stack.Find(t.Context(), a.Clients(), poolID, stack.Spec{}); err != nil || seen.AutoScalingGroupName == "" {
		t.Errorf("found %+v, %v", seen.Outputs, err)
	}
	got, _, text := warned(t, a, poolID)
	if !strings.Contains(text, "deletion") || !strings.Contains(got.Drift[stack.ComponentGroup], "deletion was begun") {
		t.Errorf("warnings %q, drift %v", text, got.Drift)
	}
	back := update(t, a, made.Spec, got)
	if n := suspended(); n > 0 {
		t.Errorf("%d processes are suspended still", n)
	}
	settled(t, a, back)
}

// Should somebody have removed the mark of the deletion, a create takes the pool,
// and nothing stays suspended.
func TestCreateTakesBackADeletion(t *testing.T) {
	t.Parallel()
	a := awstest.Start(t)
	spec := workerPool(a)
	made := create(t, a, spec)
	suspended := halted(t, a, made.AutoScalingGroupName)
	untagGroup(t, a, made.AutoScalingGroupName, "WorkerPoolState")
	again := create(t, a, spec)
	if n := suspended(); n > 0 {
		t.Errorf("%d processes are suspended still", n)
	}
	settled(t, a, again)
}

// While an instance refresh brings the group to another version, that is what the
// pool uses, and the refresh goes on.
func TestImportDuringARefresh(t *testing.T) {
	t.Parallel()
	a := awstest.Start(t)
	spec := refreshing(a, withRollback)
	made := create(t, a, spec)
	slow(a)
	changed := with(made.Spec, bigger)
	update(t, a, changed, made)
	expect(t, a, running)
	got := found(t, a, poolID)
	if v := got.Spec.LaunchTemplate.Version; v != "" || got.Spec.Instance.Volume.Size != changed.Instance.Volume.Size || len(got.Drift) > 0 {
		t.Errorf("the version is %q, the volume %d GiB, the drift %v", v, got.Spec.Instance.Volume.Size, got.Drift)
	}
	update(t, a, changed, refresh(t, a, got))
	expect(t, a, running)
	_, err := a.Direct().AutoScaling.CancelInstanceRefresh(t.Context(), &autoscaling.CancelInstanceRefreshInput{
		AutoScalingGroupName: &made.AutoScalingGroupName, WaitForTransitioningInstances: aws.Bool(false),
	})
	if err != nil {
		t.Fatal(err)
	}
	got = found(t, a, poolID)
	if v := got.Spec.LaunchTemplate.Version; v != "" || !strings.Contains(got.Drift[stack.DriftRefresh], "launch template version is") {
		t.Errorf("after it, the version is %q, the drift %v", v, got.Drift)
	}
}

// What a group has without the schedule that is in force, nobody knows.
func TestImportWhileAScheduleIsInForce(t *testing.T) {
	t.Parallel()
	a := awstest.Start(t)
	spec := workerPool(a)
	spec.MinSize, spec.MaxSize = 1, 5
	spec.Schedules = []stack.Schedule{{Name: "night", Recurrence: "0 18 * * *", TimeZone: "UTC", MinSize: aws.Int32(0), MaxSize: aws.Int32(3)}}
	made := create(t, a, spec)
	found(t, a, poolID)
	_, err := a.Direct().AutoScaling.UpdateAutoScalingGroup(t.Context(), &autoscaling.UpdateAutoScalingGroupInput{
		AutoScalingGroupName: &made.AutoScalingGroupName, MinSize: aws.Int32(0), MaxSize: aws.Int32(3),
	})
	if err != nil {
		t.Fatal(err)
	}
	got, attributes, text := warned(t, a, poolID)
	if diff := cmp.Diff([]string{"max_size"}, attributes); diff != "" || !strings.Contains(text, "has 3 for its maximum size") {
		t.Errorf("%s%s", diff, text)
	}
	if got.Spec.MaxSize != standard().MaxSize {
		t.Errorf("the maximum is %d", got.Spec.MaxSize)
	}
}
