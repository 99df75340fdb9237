package scenario

import (
	"context"
	"slices"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/autoscaling"
)

// settleTime is how long a poll that died half way may stay noticed: until its mark
// is older than an invocation and the clocks' difference, and the next poll.
const settleTime = 5 * time.Minute

// judge checks what must hold at the end of every story, and prints its figures.
func (w *world) judge() {
	w.Helper()
	synctest.Wait()
	got := w.account.Figures()
	waits := slices.Sorted(slices.Values(got.Waits))
	w.Logf("%d runs waited p50 %s, p95 %s; %.0f idle minutes, %.0f busy; %d instances launched",
		len(waits), percentile(waits, 50), percentile(waits, 95), got.Idle.Minutes(), got.Busy.Minutes(), len(w.machines("")))
	if len(got.CutShort) != w.mayCut {
		w.Errorf("%d runs are cut short, want %d: %+v", len(got.CutShort), w.mayCut, got.CutShort)
	}
	if got.Queued+got.Running > 0 {
		w.Errorf("%d runs wait and %d run at the end", got.Queued, got.Running)
	}
	w.until(settleTime, "no worker is left drained", func() bool { return len(w.leftDrained()) == 0 })
	for _, id := range w.ownerless() {
		w.Errorf("instance %s runs, and is in no group", id)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timedOut > 0 || w.failed > 0 && !w.settings.faulty {
		w.Errorf("%d invocations timed out, %d failed", w.timedOut, w.failed)
	}
	if w.Failed() {
		w.log.mu.Lock()
		defer w.log.mu.Unlock()
		for _, line := range w.log.errors[max(0, len(w.log.errors)-5):] {
			w.Log(line)
		}
	}
}

func percentile(sorted []time.Duration, percent int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[(len(sorted)-1)*percent/100].Round(time.Second)
}

// leftDrained are the instances in service whose worker is drained, by no person.
func (w *world) leftDrained() []string {
	serving := w.instances("InService")
	var left []string
	for _, one := range w.account.Workers() {
		if one.Drained && !w.persons[one.ID] && slices.Contains(serving, one.InstanceID) {
			left = append(left, one.InstanceID)
		}
	}
	return left
}

// ownerless are the machines that run and are in no group.
func (w *world) ownerless() []string {
	owned := w.instances("")
	return slices.DeleteFunc(w.machines("running"), func(id string) bool { return slices.Contains(owned, id) })
}

// machines are EC2's instances in a state; "" means any.
func (w *world) machines(state string) []string {
	in := &ec2.DescribeInstancesInput{}
	if state != "" {
		in.Filters = []types.Filter{{Name: aws.String("instance-state-name"), Values: []string{state}}}
	}
	found, err := w.fleet.DescribeInstances(context.WithoutCancel(w.ctx), in)
	if err != nil {
		w.Fatal(err)
	}
	var ids []string
	for i := range found.Reservations[0].Instances {
		ids = append(ids, *found.Reservations[0].Instances[i].InstanceId)
	}
	return ids
}

// eventsOf are the moments at which something happened to instances.
func (w *world) eventsOf(kind autoscaling.Kind) []autoscaling.Event {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(w.events), func(e autoscaling.Event) bool { return e.Kind != kind })
}
