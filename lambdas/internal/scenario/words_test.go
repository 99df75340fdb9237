package scenario

import (
	"slices"
	"strings"
	"testing/synctest"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/spacelift"
)

// wait lets time pass in the background, and says whether the world still is.
func (w *world) wait(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-w.ctx.Done():
		return false
	}
}

// pass lets time pass in the story.
func (w *world) pass(d time.Duration) {
	w.wait(d)
	synctest.Wait()
}

// until lets time pass until something is so.
func (w *world) until(limit time.Duration, what string, so func() bool) {
	w.Helper()
	const step = 5 * time.Second
	for end := time.Now().Add(limit); !so(); w.pass(step) {
		if time.Now().After(end) {
			w.Fatalf("after %s not yet so: %s; %s", limit, what, w)
		}
	}
}

// String tells how things are.
func (w *world) String() string {
	var text strings.Builder
	for _, one := range w.sites {
		group := w.group(one.name)
		text.WriteString(one.name + ":")
		for _, i := range group.Instances {
			text.WriteString(" " + *i.InstanceId + " " + string(i.LifecycleState))
			if worker := w.workerOn(*i.InstanceId); worker.ID != "" {
				text.WriteString(map[bool]string{true: " idle", false: " busy"}[worker.RunID == ""] + map[bool]string{true: " drained"}[worker.Drained])
			}
		}
	}
	return text.String()
}

// queue adds runs that take a time each.
func (w *world) queue(runs int, d time.Duration) {
	for range runs {
		w.account.Queue(w.pool, d)
	}
	synctest.Wait()
}

// busy is how many workers have a run, and ready how many have none and take one.
func (w *world) busy() int {
	return w.workers(func(one spacelift.Worker) bool { return one.RunID != "" })
}

func (w *world) ready() int {
	return w.workers(func(one spacelift.Worker) bool { return one.RunID == "" && !one.Drained })
}

func (w *world) workers(which func(spacelift.Worker) bool) int {
	count := 0
	for _, one := range w.account.Workers() {
		if which(one) && one.InstanceID != "" {
			count++
		}
	}
	return count
}

// workerOn is the worker of an instance; the zero Worker if there is none.
func (w *world) workerOn(instance string) spacelift.Worker {
	for _, one := range w.account.Workers() {
		if one.InstanceID == instance {
			return one
		}
	}
	return spacelift.Worker{}
}

// busyInstance and idleInstance are the first instance in service that is so.
func (w *world) busyInstance() string {
	return w.someInstance(func(one spacelift.Worker) bool { return one.RunID != "" && !one.Drained })
}

func (w *world) idleInstance() string {
	return w.someInstance(func(one spacelift.Worker) bool { return one.RunID == "" && !one.Drained })
}

func (w *world) someInstance(which func(spacelift.Worker) bool) string {
	w.Helper()
	for _, id := range w.instances("InService") {
		if one := w.workerOn(id); one.ID != "" && which(one) {
			return id
		}
	}
	w.Fatalf("no such instance: %s", w)
	return ""
}

// group is a group as Auto Scaling shows it.
func (w *world) group(name string) types.AutoScalingGroup {
	w.Helper()
	found, err := w.groups.DescribeAutoScalingGroups(&sdk.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{name}})
	if err != nil || len(found.AutoScalingGroups) != 1 {
		w.Fatalf("reading group %s: %v", name, err)
	}
	return found.AutoScalingGroups[0]
}

func (w *world) desired() int { return int(*w.group(w.sites[0].name).DesiredCapacity) }

// instances are those of all groups in a lifecycle state; "" means any.
func (w *world) instances(state string) []string {
	w.Helper()
	var ids []string
	for _, one := range w.sites {
		for _, i := range w.group(one.name).Instances {
			if state == "" || string(i.LifecycleState) == state {
				ids = append(ids, *i.InstanceId)
			}
		}
	}
	return ids
}

func (w *world) stateOf(instance string) string {
	for _, one := range w.sites {
		for _, i := range w.group(one.name).Instances {
			if *i.InstanceId == instance {
				return string(i.LifecycleState)
			}
		}
	}
	return "gone"
}

// warmUp waits for the groups' desired capacity to be at work, and keeps the
// autoscalers from changing it until first is done.
func (w *world) warmUp(first ...func()) {
	w.Helper()
	for _, one := range w.sites {
		one.scaler.halt(true)
		defer one.scaler.halt(false)
	}
	w.until(10*time.Minute, "all workers have registered", func() bool { return w.ready()+w.busy() == len(w.sites)*int(w.settings.desired) })
	for _, do := range first {
		do()
	}
}

// end lets the group end an instance and replace it, as a refresh does.
func (w *world) end(instance string) {
	w.Helper()
	no := false
	if _, err := w.groups.TerminateInstanceInAutoScalingGroup(&sdk.TerminateInstanceInAutoScalingGroupInput{
		InstanceId: &instance, ShouldDecrementDesiredCapacity: &no,
	}); err != nil {
		w.Fatal(err)
	}
	synctest.Wait()
}

// served waits until no run waits or runs.
func (w *world) served(limit time.Duration) {
	w.Helper()
	w.until(limit, "all runs are done", func() bool {
		f := w.account.Figures()
		return f.Queued+f.Running == 0
	})
}

// calm waits until the pool has as many instances, all with a worker, none on its
// way, and checks that it stays so.
func (w *world) calm(size int, limit time.Duration) {
	w.Helper()
	is := func() bool {
		return len(w.instances("")) == size && len(w.instances("InService")) == size && w.desired() == size && w.ready() == size
	}
	w.until(limit, "the pool is calm", is)
	w.pass(settleTime)
	if !is() {
		w.Errorf("the pool does not stay at %d: desired %d, %s", size, w.desired(), w)
	}
}

// each queues runs at the given moments from now on, in the background.
func (w *world) each(interval time.Duration, count int, d time.Duration) {
	w.start(func() {
		for range count {
			w.account.Queue(w.pool, d)
			if !w.wait(interval) {
				return
			}
		}
	})
}

// strike lets a fault meet all calls from now on.
func (w *world) strike(one fault) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = append(slices.Clone(w.faults), one)
}

// waitsOf are the queue waits of all runs, the longest last.
func (w *world) waitsOf() []time.Duration {
	return slices.Sorted(slices.Values(w.account.Figures().Waits))
}

// waitsAtMost checks how long runs have waited, all but one in twenty.
func (w *world) waitsAtMost(limit time.Duration) {
	w.Helper()
	if got := percentile(w.waitsOf(), 95); got > limit {
		w.Errorf("runs waited up to %s, more than %s", got, limit)
	}
}
