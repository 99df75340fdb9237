package component

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// historyLength is how many scaling activities are looked at: the largest page,
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingActivities.html
const historyLength = 100

// Failure is a scaling activity that did not succeed.
type Failure struct {
	At          time.Time
	Description string // such as "Launching a new EC2 instance.  Status Reason: …"
	Reason      string // in AWS's words
}

// Failures are the scaling activities that failed or were given up, the newest
// first, each reason once.
func (g *AutoScalingGroup) Failures(ctx context.Context) (failures []Failure, err error) {
	out, err := g.API.DescribeScalingActivities(ctx, &autoscaling.DescribeScalingActivitiesInput{
		AutoScalingGroupName: g.name(), MaxRecords: aws.Int32(historyLength),
	})
	if err != nil {
		return nil, fmt.Errorf("reading scaling activities of Auto Scaling group %s: %w", *g.name(), err)
	}
	seen := map[string]bool{}
	for i := range out.Activities {
		activity := &out.Activities[i]
		reason := deref(activity.StatusMessage)
		failed := activity.StatusCode == types.ScalingActivityStatusCodeFailed || activity.StatusCode == types.ScalingActivityStatusCodeCancelled
		if !failed || seen[reason] {
			continue
		}
		seen[reason] = true
		failures = append(failures, Failure{deref(activity.StartTime), deref(activity.Description), reason})
	}
	return failures, nil
}

// Suspension is a process of the group that does not run.
type Suspension struct{ Process, Reason string }

// Suspensions are the processes that do not run, as of the last Read.
func (g *AutoScalingGroup) Suspensions() (all []Suspension) {
	if g.seen == nil {
		return nil
	}
	for _, process := range g.seen.SuspendedProcesses {
		all = append(all, Suspension{deref(process.ProcessName), deref(process.SuspensionReason)})
	}
	return all
}

// Desired is the number of instances that the group wants, as of the last Read.
func (g *AutoScalingGroup) Desired() int32 {
	if g.seen == nil {
		return 0
	}
	return deref(g.seen.DesiredCapacity)
}
