package autoscaling

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

func (w *world) remove(force bool) error {
	_, err := w.DeleteAutoScalingGroup(&autoscaling.DeleteAutoScalingGroupInput{AutoScalingGroupName: ptr("group"), ForceDelete: &force})
	return err
}

func TestDelete(t *testing.T) {
	t.Parallel()
	w := newWorld()
	refused(t, w.remove(false), "ValidationError")
	w.make(t)
	refused(t, w.remove(false), "ResourceInUse")
	if err := w.remove(true); err != nil || len(w.farm.running) != 0 {
		t.Errorf("%v, %d instances are left", err, len(w.farm.running))
	}
	w.make(t, func(in *autoscaling.CreateAutoScalingGroupInput) { in.DesiredCapacity = nil })
	if err := w.remove(false); err != nil {
		t.Errorf("deleting an empty group: %v", err)
	}
}

func TestDeletionProtection(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t, func(in *autoscaling.CreateAutoScalingGroupInput) {
		in.DesiredCapacity, in.DeletionProtection = nil, types.DeletionProtectionPreventForceDeletion
	})
	refused(t, w.remove(true), "ResourceInUse")
	w.update(t, &autoscaling.UpdateAutoScalingGroupInput{DeletionProtection: types.DeletionProtectionPreventAllDeletion})
	refused(t, w.remove(false), "ResourceInUse")
	w.update(t, &autoscaling.UpdateAutoScalingGroupInput{DeletionProtection: types.DeletionProtectionNone})
	if err := w.remove(false); err != nil {
		t.Error(err)
	}
}

func TestTerminateInstance(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t, func(in *autoscaling.CreateAutoScalingGroupInput) { in.MinSize = ptr(int32(1)) })
	refused(t, w.end("i-9", false), "ValidationError")
	if err := w.end("i-1", true); err != nil || len(w.farm.running) != 1 || value(w.read(t).DesiredCapacity) != 1 {
		t.Errorf("shrinking: %v, running %v", err, w.farm.running)
	}
	refused(t, w.end("i-2", true), "ValidationError")
	if err := w.end("i-2", false); err != nil || len(w.farm.running) != 1 || w.farm.started != 3 {
		t.Errorf("replacing: %v, running %v", err, w.farm.running)
	}
}

func TestSuspendedProcesses(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t)
	suspend := func(names ...string) error {
		_, err := w.SuspendProcesses(&autoscaling.SuspendProcessesInput{AutoScalingGroupName: ptr("group"), ScalingProcesses: names})
		return err
	}
	refused(t, suspend("Nap"), "ValidationError")
	if err := suspend("Launch"); err != nil {
		t.Fatal(err)
	}
	w.update(t, &autoscaling.UpdateAutoScalingGroupInput{DesiredCapacity: ptr(int32(4))})
	if got := w.read(t); len(got.Instances) != 2 || len(got.SuspendedProcesses) != 1 {
		t.Errorf("suspended: %d instances, %v", len(got.Instances), got.SuspendedProcesses)
	}
	if err := suspend(); err != nil || len(w.read(t).SuspendedProcesses) != len(processes) {
		t.Errorf("suspending all: %v", err)
	}
	_, err := w.ResumeProcesses(&autoscaling.ResumeProcessesInput{AutoScalingGroupName: ptr("group")})
	if got := w.read(t); err != nil || len(got.Instances) != 4 || len(got.SuspendedProcesses) != 0 {
		t.Errorf("resumed: %v, %d instances", err, len(got.Instances))
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t)
	enable := func(granularity string, names ...string) error {
		_, err := w.EnableMetricsCollection(&autoscaling.EnableMetricsCollectionInput{AutoScalingGroupName: ptr("group"), Granularity: &granularity, Metrics: names})
		return err
	}
	disable := func(names ...string) error {
		_, err := w.DisableMetricsCollection(&autoscaling.DisableMetricsCollectionInput{AutoScalingGroupName: ptr("group"), Metrics: names})
		return err
	}
	refused(t, enable("5Minutes"), "ValidationError")
	refused(t, enable("1Minute", "Mood"), "ValidationError")
	if err := enable("1Minute", "GroupMinSize", "GroupMaxSize"); err != nil || len(w.read(t).EnabledMetrics) != 2 {
		t.Errorf("enabling two: %v", err)
	}
	if err := disable("GroupMinSize"); err != nil || value(w.read(t).EnabledMetrics[0].Metric) != "GroupMaxSize" {
		t.Errorf("disabling one: %v", err)
	}
	if err := enable("1Minute"); err != nil || len(w.read(t).EnabledMetrics) != len(metrics) {
		t.Errorf("enabling all: %v", err)
	}
	if err := disable(); err != nil || len(w.read(t).EnabledMetrics) != 0 {
		t.Errorf("disabling all: %v", err)
	}
}

// "Skips lifecycle hooks": a forced deletion waits for nothing.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteAutoScalingGroup.html
func TestForcedDeletionSkipsHooks(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.Behave(func(b *Behavior) { b.TerminateTime = time.Minute })
	w.one(t, 3, retaining)
	w.hook(t)
	_, _ = w.end("i-1", true), w.end("i-2", true)
	_ = w.complete("i-2", resultAbandon)
	w.holds(t, "before", "i-1 Terminating:Wait, i-2 Terminating:Retained, i-3 InService")
	refused(t, w.remove(false), "ResourceInUse")
	refused(t, w.remove(true), "ValidationError")
	w.update(t, &autoscaling.UpdateAutoScalingGroupInput{InstanceLifecyclePolicy: &types.InstanceLifecyclePolicy{
		RetentionTriggers: &types.RetentionTriggers{TerminateHookAbandon: types.RetentionActionTerminate},
	}})
	if err := w.remove(true); err != nil {
		t.Fatal(err)
	}
	if got := w.read(t); value(got.Status) != "Delete in progress" || len(w.farm.running) != 0 {
		t.Errorf("status %q, running %v", value(got.Status), w.farm.running)
	}
	_, err := w.UpdateAutoScalingGroup(&autoscaling.UpdateAutoScalingGroupInput{AutoScalingGroupName: ptr("group"), MaxSize: ptr(int32(9))})
	refused(t, err, "ValidationError")
	_, err = w.CreateAutoScalingGroup(input())
	refused(t, err, "AlreadyExists")
	w.pass(time.Minute)
	refused(t, w.remove(true), "ValidationError")
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteAutoScalingGroup.html
func TestDeletionWaitsForScalingActivities(t *testing.T) {
	t.Parallel()
	w := waits(t)
	refused(t, w.remove(false), "ScalingActivityInProgress")
}
