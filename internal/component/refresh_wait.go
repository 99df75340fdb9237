package component

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// RefreshError is an instance refresh that did not come to its end, or not to the
// one that was wanted.
type RefreshError struct {
	Group   string
	ID      string                      // "" for one that was not started
	Status  types.InstanceRefreshStatus // of the last look
	Percent int32
	Reason  string // AWS's words, may be empty
	Cause   error  // of the call that failed, or of the end of the wait; nil when AWS has ended the refresh
}

func (e *RefreshError) Error() string {
	if e.Cause != nil && e.ID == "" {
		return e.Cause.Error()
	}
	text := fmt.Sprintf("instance refresh %s of Auto Scaling group %s is %s at %d %%", e.ID, e.Group, e.Status, e.Percent)
	if e.Reason != "" {
		text += ": " + e.Reason
	}
	return text
}

// Unwrap gives access to the cause.
func (e *RefreshError) Unwrap() error { return e.Cause }

// Wait returns when the refresh of that id has succeeded, with a *RefreshError
// when it ends otherwise or ctx is over.
func (r *InstanceRefresh) Wait(ctx context.Context, id string) error {
	e := &RefreshError{Group: *r.Group.name(), ID: id, Status: types.InstanceRefreshStatusPending}
	for pause := refreshMinPause; ; pause = min(2*pause, refreshMaxPause) {
		seen, err := r.Group.refreshOf(ctx, id)
		if err == nil && seen != nil {
			e.Status, e.Percent, e.Reason = seen.Status, aws.ToInt32(seen.PercentageComplete), refreshReason(seen)
			switch {
			case seen.Status == types.InstanceRefreshStatusSuccessful:
				return nil
			case !Refreshing(seen.Status):
				return e
			}
		}
		if err == nil {
			err = wait(ctx, pause)
		}
		if err != nil {
			e.Cause = err
			return e
		}
	}
}
