package stack

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
)

// DriftRefresh is the key in Observed.Drift under which stands that instances are
// yet to be replaced: a refresh is due, or the last one did not succeed.
const DriftRefresh = "instance_refresh"

// RefreshError is an instance refresh that was not started, or did not succeed.
type RefreshError = component.RefreshError

// RefreshOutlook is what a plan tells of the refresh that its apply starts. It is for
// information: all may be otherwise when the plan is applied.
type RefreshOutlook = component.RefreshOutlook

// InstanceRefresh says how instances are replaced when what they are made of has
// changed.
type InstanceRefresh struct {
	component.RefreshSettings
	Wait      bool     // the update returns when the refresh has ended
	Triggered []string // arguments that this update changes, and that are to start a refresh as well
}

// marksFirst tells whether an update notes before all else that it asks for a
// refresh: where nothing in AWS would tell so should it be interrupted. A group that
// is behind its template tells by itself.
func (s *Stack) marksFirst(p, before *pool) bool {
	if p.group.Refresh == nil || s.prior.Components[ComponentGroup] == "" {
		return false
	}
	if len(s.spec.InstanceRefresh.Triggered) > 0 || s.prior.Drift[DriftRefresh] != "" {
		return true
	}
	if !strings.HasPrefix(s.spec.LaunchTemplate.Version, "$") {
		return false
	}
	for _, m := range p.members {
		switch m.Name() {
		case ComponentLaunchTemplate, ComponentProfile, ComponentRole, ComponentSecret:
			if m.wanted && s.touched(m, before) {
				return true
			}
		}
	}
	return false
}

// markRefresh notes it, where the update has to do so first.
func (s *Stack) markRefresh(ctx context.Context, p, before *pool) error {
	if !s.marksFirst(p, before) {
		return nil
	}
	return p.group.Refresh.Mark(ctx)
}

// marked tells whether the update has noted that it may ask for a refresh.
func (p *pool) marked() bool { return p.group.Refresh != nil && p.group.Refresh.Marked() }

// replaceInstances starts the refresh that an update asks for, when all else is
// done, and waits for its end if it is to. The error is a *component.RefreshError.
func (s *Stack) replaceInstances(ctx context.Context, p *pool) error {
	r := p.group.Refresh
	if !p.marked() {
		return nil
	}
	if len(s.spec.InstanceRefresh.Triggered) == 0 && !r.Asked() {
		return r.Unmark(ctx)
	}
	if p.group.Created() {
		return nil // its instances are new
	}
	id, err := r.Start(ctx)
	if err != nil {
		return &component.RefreshError{Group: p.group.ID(), ID: id, Status: types.InstanceRefreshStatusPending, Cause: err}
	}
	if !s.spec.InstanceRefresh.Wait {
		return nil
	}
	return r.Wait(ctx, id)
}

// undone is the pool after an update that did all but replace the instances.
func undone(o Observed, err error) (Observed, error) {
	var refresh *component.RefreshError
	if errors.As(err, &refresh) {
		o.Drift = maps.Clone(o.Drift)
		o.Drift[DriftRefresh] = refresh.Error()
	}
	return o, err
}

// refreshDrift says why instances are yet to be replaced.
func (p *pool) refreshDrift(status component.Status) string {
	if p.group.Refresh == nil {
		return ""
	}
	var unfinished []component.Difference
	for _, d := range status.Differences {
		switch {
		case d.Field == component.FieldRefresh:
			unfinished = append(unfinished, d)
		case d.OfLaunches() && !p.isArgument(ComponentGroup, d.Field):
			unfinished = append(unfinished, component.Difference{Text: d.Text + ", which is to be put right"})
		}
	}
	return component.Sentence(unfinished)
}

func explainRefresh(e *component.RefreshError, during Operation) Problem {
	p := Problem{Attribute: "instance_refresh", Summary: "Instance refresh not done"}
	switch {
	case e.Cause != nil && e.ID == "":
		p.Summary = "Instance refresh not started"
		p.Detail = "Everything else is up to date, but the instances are still the old ones. " + nextStep(e.Cause, during)
	case e.Cause != nil:
		p.Detail = fmt.Sprintf("Everything else is up to date. The refresh goes on: it was %s at %d %% when this apply stopped waiting. Raise timeouts.update, "+
			"or do not wait (wait_for_completion = false).", e.Status, e.Percent)
	default:
		p.Detail = fmt.Sprintf("AWS ended the instance refresh as %s at %d %%. ", e.Status, e.Percent) + aftermath(e.Status)
	}
	p.Detail += "\n\nError: " + e.Error()
	if e.Cause != nil && e.ID != "" {
		p.Detail += ": " + e.Cause.Error()
	}
	return p
}

// aftermath is what a refresh that did not succeed has left, and what to do next.
func aftermath(status types.InstanceRefreshStatus) string {
	const again = " Look at the scaling activities of the group, remove the cause (or take back the change) and apply again: that starts another refresh."
	switch status {
	case types.InstanceRefreshStatusRollbackSuccessful:
		return "All instances have been brought back to the launch template version that the group had before." + again
	case types.InstanceRefreshStatusRollbackFailed:
		return "Bringing the instances back to the launch template version before failed as well: the group has instances of both." + again
	case types.InstanceRefreshStatusCancelled:
		return "Somebody has canceled it: instances that were replaced so far stay, the others are still the old ones. Apply again to start another one."
	default:
		return "Instances that were replaced so far stay, the others are still the old ones." + again
	}
}
