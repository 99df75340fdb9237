package autoscaling

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// Health states of an instance, as DescribeAutoScalingGroups writes them.
const (
	healthy   = "Healthy"
	unhealthy = "Unhealthy"
)

// InstanceGone says that machines have stopped or ended without the group's
// doing: by hand, by themselves, or taken back by EC2. Ids that are in no group
// are passed over.
func (g *Groups) InstanceGone(ids ...string) {
	defer g.enter()()
	for _, id := range ids {
		if found, one := g.owner(id); found != nil {
			g.lose(found, one)
		}
	}
}

// lose notes that a machine has ended.
func (g *Groups) lose(found *group, one *instance) {
	one.reclaim = time.Time{}
	if one.gone || one.ended {
		return
	}
	one.gone = true
	// So that EC2 knows it too; if not now, then when the group ends it.
	_ = g.machines.Terminate([]string{one.id})
	g.tell(Terminated, found, one)
}

// SetInstanceHealth is a health check of one's own. Within the grace period an
// instance stays healthy, unless the call says not to respect that.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetInstanceHealth.html
func (g *Groups) SetInstanceHealth(in *autoscaling.SetInstanceHealthInput) (*autoscaling.SetInstanceHealthOutput, error) {
	defer g.enter()()
	status := value(in.HealthStatus)
	if !oneOf(status, healthy, unhealthy) {
		return nil, invalid("Valid instance health states are: [Healthy, Unhealthy].")
	}
	found, one := g.owner(value(in.InstanceId))
	if found == nil {
		return nil, unknownInstance(value(in.InstanceId))
	}
	respect := in.ShouldRespectGracePeriod == nil || *in.ShouldRespectGracePeriod
	if status == unhealthy && respect && g.moment.Before(found.graceOf(one)) {
		return &autoscaling.SetInstanceHealthOutput{}, nil
	}
	one.health = status
	return &autoscaling.SetInstanceHealthOutput{}, nil
}

// graceOf is the end of an instance's grace period, which begins when it is in
// service. https://docs.aws.amazon.com/autoscaling/ec2/userguide/health-check-grace-period.html
func (g *group) graceOf(one *instance) time.Time {
	return one.served.Add(time.Duration(value(g.record.HealthCheckGracePeriod)) * time.Second)
}

// healthEvents are what the processes HealthCheck and ReplaceUnhealthy have to do.
// An instance whose machine does not run is unhealthy at once: that ends its
// grace period.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-health-checks.html
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
func (g *Groups) healthEvents(found *group) []event {
	for _, one := range found.instances {
		switch {
		case !one.counts():
		case one.gone && one.health == healthy && !isSuspended(found, "HealthCheck"):
			return []event{{at: g.moment, do: func() { one.health = unhealthy }}}
		case one.health == unhealthy && !isSuspended(found, "ReplaceUnhealthy") && found.mayEnd(one):
			return []event{{at: g.moment, do: func() { g.replaceUnhealthy(found, one) }}}
		}
	}
	return nil
}

func (g *Groups) replaceUnhealthy(found *group, one *instance) {
	check := "user health-check."
	if one.gone {
		check = "EC2 health check indicating it has been terminated or stopped."
	}
	if one.state == types.LifecycleStatePending && one.activity != nil {
		one.activity.StatusCode, one.activity.EndTime = types.ScalingActivityStatusCodeFailed, ptr(g.moment)
		one.activity.StatusMessage = ptr(fmt.Sprintf("Instance became unhealthy while waiting for instance to be in InService state. "+
			"Termination Reason: Client.InstanceInitiatedShutdown. Launching EC2 instance %s failed.", one.id))
	}
	g.end(found, []*instance{one}, "an instance was taken out of service in response to an "+check, ending{})
	g.level(found, replaced)
}
