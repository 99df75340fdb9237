package component

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// RefreshOutlook is what an instance refresh would meet.
type RefreshOutlook struct {
	Instances []string // of the group, in any state, sorted
	Protected []string // those of them that are protected from scale in
	Standby   []string // those in standby
	Leaving   []string // those that are on their way out already
	Running   string   // id of the refresh that is under way, "" for none
	Percent   int32    // how far that is
	Ours      bool     // this provider has started it
}

// Replaced are the instances that a refresh of these settings replaces, apart from
// those that match already, with SkipMatching, or that come after the last checkpoint.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
func (o RefreshOutlook) Replaced(s RefreshSettings) []string {
	return slices.DeleteFunc(slices.Clone(o.Instances), func(id string) bool {
		return slices.Contains(o.Leaving, id) ||
			slices.Contains(o.Protected, id) && s.ScaleInProtected == heldIgnored ||
			slices.Contains(o.Standby, id) && s.Standby == heldIgnored
	})
}

// heldIgnored is the setting that leaves instances alone which are protected from
// scale in, or in standby.
const heldIgnored = "Ignore"

// RefreshOutlook is as of the last Read; ok tells whether there was a group.
func (g *AutoScalingGroup) RefreshOutlook() (outlook RefreshOutlook, ok bool) {
	if g.seen == nil {
		return outlook, false
	}
	for i := range g.seen.Instances {
		one := &g.seen.Instances[i]
		id, state := deref(one.InstanceId), string(one.LifecycleState)
		outlook.Instances = append(outlook.Instances, id)
		if deref(one.ProtectedFromScaleIn) {
			outlook.Protected = append(outlook.Protected, id)
		}
		if state == "Standby" {
			outlook.Standby = append(outlook.Standby, id)
		}
		if (Instance{State: state}).Leaving() {
			outlook.Leaving = append(outlook.Leaving, id)
		}
	}
	slices.Sort(outlook.Instances)
	if g.newest == nil || !Refreshing(g.newest.Status) {
		return outlook, true
	}
	mark := parseMark(g.refreshMark())
	outlook.Running, outlook.Percent = refreshID(g.newest), aws.ToInt32(g.newest.PercentageComplete)
	outlook.Ours = mark.ours && mark.after == outlook.Running || mark.due && mark.after != outlook.Running
	return outlook, true
}
