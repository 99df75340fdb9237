package autoscaling

import (
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// Limits of a refresh:
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html#instance-refresh-limitations
const (
	refreshPatience = time.Hour           // without progress
	refreshDuration = 14 * 24 * time.Hour // of replacing, in all
)

// view is what a refresh sees of its group.
type view struct {
	desired   int
	warmup    time.Duration // unless the refresh has its own
	instances []*instance   // oldest first
	alarms    []string      // in state ALARM
	frozen    bool          // the process InstanceRefresh is suspended
	immortal  bool          // the process Terminate is
}

// step is what a refresh does next.
type step struct {
	at      time.Time // when; zero: not before something else happens
	end     []*instance
	surge   int
	status  types.InstanceRefreshStatus // the new one, "" for the same
	reason  string
	reached int
	resume  time.Time
}

// count is a refresh in numbers.
type count struct {
	left    []*instance // old ones that are still to go
	ready   []*instance // those of left that may be ended, the useless first
	useless int         // those of ready that are not in service: nothing is lost with them
	leaving int         // old ones that are on their way out
	healthy int         // in service and warm
	pending int         // new ones that are not in service
	lacking int         // what the group lacks of its desired capacity, in healthy ones
	updated int         // new ones that are or were healthy and warm, those that are leaving included
	warm    time.Time   // when the next new one will be warm; zero for none
	moved   time.Time   // when the last new one became warm
}

// next decides what the refresh does next. It is a function of its arguments alone.
func (r *refresh) next(v view, now time.Time) step {
	same := step{surge: r.surge, reached: r.reached, resume: r.resume}
	c := r.count(v, now)
	switch status := r.record.Status; {
	case status == types.InstanceRefreshStatusCancelling:
		return r.canceled(same, c, now)
	case v.frozen:
		return step{}
	case status == types.InstanceRefreshStatusPending:
		return become(same, now, types.InstanceRefreshStatusInProgress, "")
	case status != types.InstanceRefreshStatusRollbackInProgress && r.alarmed(v) != "":
		return r.fail(same, now, fmt.Sprintf("The alarm %s went into the ALARM state.", r.alarmed(v)))
	case now.Before(r.resume):
		same.at = r.resume
		return same
	case status == types.InstanceRefreshStatusBaking:
		return become(same, now, types.InstanceRefreshStatusSuccessful, "")
	case r.done(c) >= r.threshold(len(r.percentages())):
		return r.finish(same, now)
	case r.record.StartTime.Add(refreshDuration).Before(now):
		return r.fail(same, now, "The instance refresh took longer than 14 days.")
	}
	if paused, ok := r.pause(same, c, now); ok {
		return paused
	}
	return r.replace(same, v, c, now)
}

// become is a step to another status, in which nothing is replaced.
func become(s step, now time.Time, status types.InstanceRefreshStatus, reason string) step {
	s.at, s.surge, s.resume = now, 0, time.Time{}
	s.status, s.reason = status, reason
	return s
}

func (r *refresh) fail(s step, now time.Time, reason string) step {
	if r.record.Status == types.InstanceRefreshStatusRollbackInProgress {
		return become(s, now, types.InstanceRefreshStatusRollbackFailed, reason)
	}
	return become(s, now, types.InstanceRefreshStatusFailed, reason)
}

// finish ends a refresh that has replaced what it had to.
func (r *refresh) finish(s step, now time.Time) step {
	bake := time.Duration(value(r.preferences().BakeTime)) * time.Second
	switch {
	case r.record.Status == types.InstanceRefreshStatusRollbackInProgress:
		return become(s, now, types.InstanceRefreshStatusRollbackSuccessful, "")
	case bake > 0:
		s = become(s, now, types.InstanceRefreshStatusBaking, "")
		s.resume = now.Add(bake)
		return s
	}
	return become(s, now, types.InstanceRefreshStatusSuccessful, "")
}

// canceled waits for launches and terminations under way, as Cancel does by default.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CancelInstanceRefresh.html
func (r *refresh) canceled(s step, c count, now time.Time) step {
	if c.leaving+c.pending > 0 {
		return step{}
	}
	return become(s, now, types.InstanceRefreshStatusCancelled, "A user has canceled it.")
}

// alarmed is the alarm that ends the refresh, "" for none.
func (r *refresh) alarmed(v view) string {
	if a := r.preferences().AlarmSpecification; a != nil {
		for _, name := range a.Alarms {
			if slices.Contains(v.alarms, name) {
				return name
			}
		}
	}
	return ""
}

// percentages are the checkpoints. A refresh without them, and a rollback, goes to
// the end.
func (r *refresh) percentages() []int32 {
	if list := r.preferences().CheckpointPercentages; len(list) > 0 && r.record.Status != types.InstanceRefreshStatusRollbackInProgress {
		return list
	}
	return []int32{100}
}

// threshold is how many instances the first n checkpoints take: "The percentage of
// instances replaced can be equal to or higher than the percentage threshold, but
// not lower."
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-adding-checkpoints-instance-refresh.html
func (r *refresh) threshold(n int) int {
	return roundUp(r.total, int(r.percentages()[n-1]))
}

func roundUp(count, percent int) int { return (count*percent + 99) / 100 }

// pause begins the pause of the checkpoints that have been reached; those that were
// skipped have none of their own.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-adding-checkpoints-instance-refresh.html
func (r *refresh) pause(s step, c count, now time.Time) (step, bool) {
	for s.reached < len(r.percentages())-1 && r.done(c) >= r.threshold(s.reached+1) {
		s.reached++
	}
	if s.reached == r.reached {
		return step{}, false
	}
	s.at, s.resume = now, now.Add(time.Duration(value(r.preferences().CheckpointDelay))*time.Second)
	return s, true
}
