package component

import "github.com/aws/aws-sdk-go-v2/aws"

// RefreshOutlook is what an instance refresh would meet.
type RefreshOutlook struct {
	Instances int    // of the group, in any state
	Running   string // id of the refresh that is under way, "" for none
	Percent   int32  // how far that is
	Ours      bool   // this provider has started it
}

// RefreshOutlook is as of the last Read; ok tells whether there was a group.
func (g *AutoScalingGroup) RefreshOutlook() (outlook RefreshOutlook, ok bool) {
	if g.seen == nil {
		return outlook, false
	}
	outlook.Instances = len(g.seen.Instances)
	if g.newest == nil || !Refreshing(g.newest.Status) {
		return outlook, true
	}
	mark := parseMark(g.refreshMark())
	outlook.Running, outlook.Percent = refreshID(g.newest), aws.ToInt32(g.newest.PercentageComplete)
	outlook.Ours = mark.ours && mark.after == outlook.Running || mark.due && mark.after != outlook.Running
	return outlook, true
}
