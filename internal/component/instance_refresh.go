package component

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

// RefreshSettings say how an instance refresh replaces a group's instances. The
// fields are those of
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
type RefreshSettings struct {
	MinHealthyPercentage  int32
	MaxHealthyPercentage  *int32 // nil: AWS's default, which is not the same as 100
	InstanceWarmup        *int32 // seconds; nil: the group's health check grace period
	SkipMatching          bool
	AutoRollback          bool
	CheckpointPercentages []int32
	CheckpointDelay       *int32 // seconds
	ScaleInProtected      string // "Refresh", "Ignore" or "Wait"
	Standby               string // "Terminate", "Ignore" or "Wait"
	Alarms                []string
	BakeTime              *int32 // seconds
}

// InstanceRefresh replaces the instances of a group: an action, not an object.
// From before the first change that asks for one until it has succeeded, a tag of
// the group says so; an update that dies in between loses nothing.
type InstanceRefresh struct {
	Group    *AutoScalingGroup
	Settings RefreshSettings

	before string      // the group's mark before Mark
	mark   refreshMark // that of Mark
	asked  bool        // there was an unfinished one before Mark
}

// refreshPause are the pauses between looks at a refresh: they grow from the first
// to the last. A batch takes as long as an instance to boot and to end.
const (
	refreshMinPause = 500 * time.Millisecond
	refreshMaxPause = 15 * time.Second
)

// Mark notes on the group that its instances are about to need replacement, and
// clears the way: AWS takes one refresh at a time, and no other launch template
// while one with a desired configuration runs. A refresh that was started for an
// earlier change of this pool is canceled; somebody else's is waited for.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html#instance-refresh-limitations
func (r *InstanceRefresh) Mark(ctx context.Context) error {
	if r.mark.due {
		return nil
	}
	found, err := r.Group.load(ctx)
	if err != nil || !found || r.Group.Going() {
		return err
	}
	newest := r.Group.newest
	var unfinished differences
	r.Group.compareRefresh(&unfinished)
	r.before = r.Group.refreshMark()
	old := parseMark(r.before)
	ours := newest != nil && (old.ours && old.after == refreshID(newest) || refreshID(r.Group.refresh) == refreshID(newest))
	r.mark = refreshMark{due: true, after: refreshID(newest), ours: ours}
	if err := r.Group.setRefreshMark(ctx, r.mark.String()); err != nil {
		return err
	}
	r.asked = len(unfinished) > 0
	if newest == nil || !Refreshing(newest.Status) {
		return nil
	}
	r.asked = r.asked || ours
	return r.clear(ctx, newest)
}

// Marked tells whether Mark has noted something.
func (r *InstanceRefresh) Marked() bool { return r.mark.due }

// Asked tells whether there is reason to start a refresh: what instances are made
// of has changed, or the one before did not come to its end.
func (r *InstanceRefresh) Asked() bool {
	g := r.Group
	return r.mark.due && !g.Created() && (r.asked || g.relaunches || g.Template.affects(g.Settings.TemplateVersion))
}

// Unmark takes back what Mark has noted: no instance needs replacement after all.
func (r *InstanceRefresh) Unmark(ctx context.Context) error {
	if !r.mark.due || r.Group.Created() {
		return nil
	}
	return r.Group.setRefreshMark(ctx, r.before)
}

// Start starts the refresh that Mark has noted and returns its id. One whose
// answer is lost is found again.
func (r *InstanceRefresh) Start(ctx context.Context) (string, error) {
	var call Object
	in := &autoscaling.StartInstanceRefreshInput{
		AutoScalingGroupName: r.Group.name(), Strategy: types.RefreshStrategyRolling, Preferences: r.Settings.request(),
	}
	if r.Settings.AutoRollback { // AWS rolls back only what it has itself put in place
		template, policy := r.Group.launches()
		in.DesiredConfiguration = &types.DesiredConfiguration{LaunchTemplate: template, MixedInstancesPolicy: policy}
	}
	for pause := refreshMinPause; ; pause = min(2*pause, refreshMaxPause) {
		out, err := r.Group.API.StartInstanceRefresh(ctx, in, func(o *autoscaling.Options) {
			o.APIOptions = append(o.APIOptions, call.noteLost)
			o.Retryer = patiently(o.Retryer, "ScalingActivityInProgress", "ResourceContention")
		})
		if err == nil {
			id := aws.ToString(out.InstanceRefreshId)
			return id, r.Group.setRefreshMark(ctx, id)
		}
		if !awserr.RefreshInProgress(err) {
			return "", fmt.Errorf("starting an instance refresh of Auto Scaling group %s: %w", *r.Group.name(), err)
		}
		running, err := r.Group.newestRefresh(ctx)
		if err != nil {
			return "", err
		}
		if id := refreshID(running); call.unsure && id != "" && id != r.mark.after {
			return id, r.Group.setRefreshMark(ctx, id) // an earlier attempt of this call has started it
		}
		if err := r.clear(ctx, running); err != nil {
			return "", err
		}
		if err := wait(ctx, pause); err != nil { // what AWS shows may be behind what it refuses for
			return "", fmt.Errorf("waiting until Auto Scaling group %s takes another instance refresh: %w", *r.Group.name(), err)
		}
	}
}

// clear returns when the running refresh has ended.
func (r *InstanceRefresh) clear(ctx context.Context, running *types.InstanceRefresh) error {
	if running == nil {
		return nil
	}
	if r.mark.ours && refreshID(running) == r.mark.after {
		if err := r.Group.CancelRefresh(ctx); err != nil {
			return err
		}
	}
	return r.Group.awaitRefresh(ctx, running)
}

// relaunch comes before a change of what the group's instances are made of. It
// returns the status without that change where it is left to the refresh, which puts
// it in place when all instances are replaced and can go back to what was before.
func (g *AutoScalingGroup) relaunch(ctx context.Context, status Status) (Status, error) {
	if g.Refresh == nil || !status.Has(launchFields...) {
		return status, nil
	}
	if err := g.Refresh.Mark(ctx); err != nil {
		return status, err
	}
	g.relaunches = true
	if !g.Refresh.Settings.AutoRollback || status.Has("LaunchTemplate") || !g.hasNumber() {
		return status, nil
	}
	return Status{State: status.State, Differences: slices.DeleteFunc(slices.Clone(status.Differences), func(d Difference) bool {
		return slices.Contains(launchFields, d.Field)
	})}, nil
}

// hasNumber tells whether the group uses a numbered version of its launch template:
// AWS rolls back to no other.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html#instance-refresh-rollback-considerations
func (g *AutoScalingGroup) hasNumber() bool {
	if g.seen == nil || g.seenTemplate() == nil {
		return false
	}
	_, err := strconv.Atoi(deref(g.seenTemplate().Version))
	return err == nil
}

func (s RefreshSettings) request() *types.RefreshPreferences {
	p := &types.RefreshPreferences{
		MinHealthyPercentage: aws.Int32(s.MinHealthyPercentage), MaxHealthyPercentage: s.MaxHealthyPercentage,
		InstanceWarmup: s.InstanceWarmup, SkipMatching: aws.Bool(s.SkipMatching), AutoRollback: aws.Bool(s.AutoRollback),
		CheckpointPercentages: s.CheckpointPercentages, CheckpointDelay: s.CheckpointDelay, BakeTime: s.BakeTime,
		ScaleInProtectedInstances: types.ScaleInProtectedInstances(s.ScaleInProtected), StandbyInstances: types.StandbyInstances(s.Standby),
	}
	if len(s.Alarms) > 0 {
		p.AlarmSpecification = &types.AlarmSpecification{Alarms: s.Alarms}
	}
	return p
}

// TagPoolRefresh is the key of the group's tag that tells of its instance refresh:
// the id of the one that this provider started last, or that one is due.
const TagPoolRefresh = "WorkerPoolRefresh"

// refreshMark is the value of TagPoolRefresh: "due", "due after <id>", where id is
// the newest refresh then, "due replacing <id>" where that one was ours, or the id
// of ours.
type refreshMark struct {
	due   bool
	ours  bool
	after string
}

func (m refreshMark) String() string {
	switch {
	case !m.due:
		return m.after
	case m.after == "":
		return "due"
	case m.ours:
		return "due replacing " + m.after
	}
	return "due after " + m.after
}

func parseMark(text string) refreshMark {
	words := strings.Fields(text)
	switch {
	case len(words) == 3 && words[0] == "due":
		return refreshMark{due: true, ours: words[1] == "replacing", after: words[2]}
	case text == "due":
		return refreshMark{due: true}
	}
	return refreshMark{ours: text != "", after: text}
}

// refreshOf is the refresh that the mark tells of, out of all of a group, newest
// first; nil for none. Where one is due, that is the first of those that came after.
func (m refreshMark) refreshOf(all []types.InstanceRefresh) (found *types.InstanceRefresh) {
	for i := range all {
		switch ours := refreshID(&all[i]) == m.after; {
		case ours && m.due:
			return found
		case ours:
			return &all[i]
		case m.due:
			found = &all[i]
		}
	}
	return found
}
