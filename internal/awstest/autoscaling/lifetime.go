package autoscaling

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// lifetimeEvents is the next instance that has been in service for the maximum
// instance lifetime: it is ended, and replaced. One goes after the other, or 10
// percent of the capacity at a time; those protected from scale in stay.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-max-instance-lifetime.html
func (g *Groups) lifetimeEvents(found *group) []event {
	lifetime := time.Duration(value(found.record.MaxInstanceLifetime)) * time.Second
	if lifetime == 0 || isSuspended(found, "Launch") || isSuspended(found, "Terminate") {
		return nil
	}
	active := found.active()
	missing, oldest := int(value(found.record.DesiredCapacity)), (*instance)(nil)
	for _, one := range active {
		if one.state != types.LifecycleStateInService {
			continue
		}
		missing--
		if !one.protected && (oldest == nil || one.served.Before(oldest.served)) {
			oldest = one
		}
	}
	if oldest == nil || missing >= max(1, len(active)/10) {
		return nil // until a replacement is in service
	}
	return []event{{at: oldest.served.Add(lifetime), do: func() {
		g.end(found, []*instance{oldest}, "an instance was taken out of service because it reached its maximum instance lifetime.", ending{})
		g.level(found, replaced)
	}}}
}
