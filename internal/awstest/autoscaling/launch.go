package autoscaling

import (
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// level starts or ends instances until the group has what it desires. cause
// says why, with a place for the desired capacity. What fails shows up in the
// group's activities, as with AWS.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/CHAP_Troubleshooting.html
func (g *Groups) level(found *group, cause string) {
	found.retry = time.Time{}
	active, wanted := len(found.active())-found.extra(), found.goal()
	why := fmt.Sprintf(cause, value(found.record.DesiredCapacity))
	switch {
	case active < wanted && !isSuspended(found, "Launch"):
		template, err := g.resolve(found.launches())
		if err == nil {
			_, err = g.launch(found, template, wanted-active, why)
		}
		if err != nil {
			g.failLaunch(found, why, err)
			found.retry = g.moment.Add(g.behavior.RetryTime)
		}
	case active > wanted:
		g.end(found, g.victims(found, active-wanted), why, ending{})
	}
}

// replaced is why an instance is launched that takes another's place.
const replaced = "an instance was launched in response to a difference between desired and actual capacity, increasing the capacity to %d."

// retryEvents is another try of a launch that failed.
func (g *Groups) retryEvents(found *group) []event {
	if found.retry.IsZero() {
		return nil
	}
	return []event{{at: found.retry, do: func() {
		g.level(found, replaced)
	}}}
}

// launch starts count instances of a template, each in the zone that has the
// fewest and of the type and market that choose says. It returns those that it
// started and, if not all could be, the reason.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html
func (g *Groups) launch(found *group, template Template, count int, why string) ([]*instance, error) {
	subnets := found.subnets()
	zones, err := g.machines.Zones(subnets)
	if err != nil {
		return nil, err
	}
	var planned []*instance
	for range count {
		one := g.plan(found, template, subnets, zones)
		found.instances = append(found.instances, one) // so that the next one sees it
		planned = append(planned, one)
	}
	for _, alike := range batches(planned) {
		if failure := g.run(found, template, alike, why); err == nil {
			err = failure
		}
	}
	failed := func(one *instance) bool { return one.id == "" }
	found.instances = slices.DeleteFunc(found.instances, failed)
	return slices.DeleteFunc(planned, failed), err
}

// plan is the group's next instance.
func (g *Groups) plan(found *group, template Template, subnets []string, zones map[string]string) *instance {
	count := map[string]int{}
	for _, one := range found.active() {
		count[one.zone]++
	}
	best := subnets[0]
	for _, subnet := range subnets {
		if count[zones[subnet]] < count[zones[best]] {
			best = subnet
		}
	}
	kind, spot := g.choose(found, template)
	return &instance{
		zone: zones[best], subnet: best, kind: kind, spot: spot, image: template.Image,
		template: types.LaunchTemplateSpecification{
			LaunchTemplateId: ptr(template.ID), LaunchTemplateName: ptr(template.Name), Version: ptr(template.Version),
		},
		state: types.LifecycleStatePending, health: healthy, launched: g.moment,
		protected: value(found.record.NewInstancesProtectedFromScaleIn),
	}
}

// batches are the instances that one request can start.
func batches(planned []*instance) [][]*instance {
	type key struct {
		subnet, kind string
		spot         bool
	}
	var order []key
	alike := map[key][]*instance{}
	for _, one := range planned {
		k := key{one.subnet, one.kind, one.spot}
		if alike[k] == nil {
			order = append(order, k)
		}
		alike[k] = append(alike[k], one)
	}
	var all [][]*instance
	for _, k := range order {
		all = append(all, alike[k])
	}
	return all
}

// run starts instances that are alike, as many as there is room for.
func (g *Groups) run(found *group, template Template, alike []*instance, why string) error {
	first, short := alike[0], error(nil)
	if room := g.room(first.kind); room < len(alike) {
		alike, short = alike[:room], noCapacity(first)
	}
	if len(alike) == 0 {
		return short
	}
	launch := Launch{Template: template, Subnet: first.subnet, Zone: first.zone, Spot: first.spot}
	launch.InstanceType, launch.Tags = first.kind, launchTags(found, template)
	started, err := g.machines.Run(launch, len(alike))
	if err != nil {
		return err
	}
	for i, one := range alike {
		one.id = started[i]
		one.due = g.moment.Add(g.behavior.BootTime)
		if g.behavior.StayPending > 0 {
			g.behavior.StayPending--
			one.due = time.Time{}
		} else if g.behavior.NeverBoot > 0 {
			g.behavior.NeverBoot--
			one.silent = true
		}
		one.activity = g.begin(found, "Launching a new EC2 instance: "+one.id, why)
	}
	return short
}

// boot lets an instance whose machine runs wait for launch hooks, or else serve.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks-overview.html
func (g *Groups) boot(found *group, one *instance) {
	if g.hold(found, one, launching) {
		one.state = types.LifecycleStatePendingWait
		return
	}
	g.serve(found, one)
}

// serve puts an instance into service.
func (g *Groups) serve(found *group, one *instance) {
	one.state, one.served = types.LifecycleStateInService, g.moment
	g.finish(found, one)
	if !one.silent && !one.gone {
		g.tell(Booted, found, one)
	}
}
