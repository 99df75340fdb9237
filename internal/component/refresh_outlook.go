package component

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// RefreshOutlook is what an instance refresh would meet.
type RefreshOutlook struct {
	Instances int    // of the group, in any state
	Running   string // id of the refresh that is under way, "" for none
	Percent   int32  // how far that is
	Ours      bool   // this provider has started it
}

// RefreshOutlook reads the group and its newest refresh.
func (g *AutoScalingGroup) RefreshOutlook(ctx context.Context) (RefreshOutlook, error) {
	found, err := g.load(ctx)
	if err != nil || !found {
		return RefreshOutlook{}, err
	}
	outlook := RefreshOutlook{Instances: len(g.seen.Instances)}
	newest, err := g.newestRefresh(ctx)
	if err != nil || newest == nil || !Refreshing(newest.Status) {
		return outlook, err
	}
	mark := parseMark(g.refreshMark())
	outlook.Running, outlook.Percent = refreshID(newest), aws.ToInt32(newest.PercentageComplete)
	outlook.Ours = mark.ours && mark.after == outlook.Running || mark.due && mark.after != outlook.Running
	return outlook, nil
}
