package scenario

import (
	"slices"
	"testing"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/spacelift"
)

// Workers that are none of the group's are neither capacity nor anybody's business.
func TestForeignWorkers(t *testing.T) {
	t.Parallel()
	play(t, func(s *settings) { s.scaling.MaxCreate, s.scaling.MinIdle = 5, 1 }, func(w *world) {
		for _, metadata := range []string{
			"", "{", "[]", "null", `{"instance_id":5,"asg_id":"blue"}`, `{"asg_id":"blue"}`,
			`{"instance_id":"i-0123456789abcdef0","asg_id":"blue"}`, `{"instance_id":"i-0123456789abcdef1","asg_id":"another"}`,
		} {
			w.account.Ghost(w.pool, metadata)
		}
		other := w.account.AddPool("")
		w.account.Boot(other, spacelift.Machine{InstanceID: "i-of-another-pool", GroupName: "another"})
		w.account.Boot(w.pool, spacelift.Machine{InstanceID: "i-of-another-group", GroupName: "another"})
		w.pass(time.Minute)
		w.queue(4, 10*time.Minute) // the other group's worker takes one
		w.account.Queue(other, 10*time.Minute)
		w.until(4*time.Minute, "three are at work, and one is idle", func() bool { return w.busy() == 5 && w.desired() == 4 })
		w.served(20 * time.Minute)
		w.until(10*time.Minute, "one idle worker is left", func() bool { return w.desired() == 1 && len(w.instances("")) == 1 })
		w.pass(2 * time.Minute) // until Spacelift misses those that went
		if all := w.account.Workers(); len(all) != 11 || slices.ContainsFunc(all, func(one spacelift.Worker) bool { return one.Drained }) {
			w.Errorf("%d workers: %+v", len(all), all)
		}
	})
}
