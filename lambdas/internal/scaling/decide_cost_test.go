package scaling_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/fleet"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/scaling"
)

// crowd is a group of n instances, of which half are idle and to be removed.
func crowd(n int) (fleet.Group, []spacelift.Worker) {
	group := fleet.Group{Max: n, Desired: n}
	workers := make([]spacelift.Worker, 0, n)
	for i := range n {
		id, since := fmt.Sprintf("i-%017x", i*7919%n), now.Add(-time.Hour)
		group.Instances = append(group.Instances, fleet.Instance{ID: id, State: "InService", Launched: now.Add(-time.Duration(i*31%n) * time.Second).Add(-time.Hour)})
		workers = append(workers, spacelift.Worker{
			ID: fmt.Sprintf("w-%d", i), Busy: i%2 == 0, CreatedAt: since, AvailableAt: &since, Metadata: spacelift.Metadata{InstanceID: id, GroupName: "pool"},
		})
	}
	return group, workers
}

// decide is all that a poll computes.
func decide(group fleet.Group, workers []spacelift.Worker) {
	l := limits()
	l.MaxTerminate = len(workers)
	scaling.Decide(see(0, group, workers), l, now)
}

// BenchmarkDecide is the cost of a decision by the size of the pool.
func BenchmarkDecide(b *testing.B) {
	for _, n := range []int{10, 100, 1_000, 10_000} {
		group, workers := crowd(n)
		b.Run(fmt.Sprintf("%d workers", n), func(b *testing.B) {
			least := time.Hour
			for b.Loop() {
				for range 50 { // other processes want the machine as well: the best counts
					begin := time.Now()
					decide(group, workers)
					least = min(least, time.Since(begin))
				}
			}
			b.ReportMetric(least.Seconds()*1000, "ms/decision")
		})
	}
}

// 10,000 workers take at most 10 ms, and about ten times as long as 1,000. The bounds
// leave room for the race detector and other work, and the best of several runs
// counts, as many as it takes. The other tests of the package come after it.
func TestDecideIsLinear(t *testing.T) { //nolint:paralleltest // it measures time
	once := func(n int) func() time.Duration {
		group, workers := crowd(n)
		return func() time.Duration {
			begin := time.Now()
			decide(group, workers)
			return time.Since(begin)
		}
	}
	small, large := once(1_000), once(10_000)
	least, most := time.Hour, time.Hour
	for range 200 {
		least, most = min(least, small()), min(most, large())
		if most < 100*time.Millisecond && most < 40*least {
			return
		}
	}
	t.Errorf("1,000 workers take %s, 10,000 take %s", least, most)
}
