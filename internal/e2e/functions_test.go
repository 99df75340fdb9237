package e2e

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas"
)

// The scenarios of lambdas/internal/scenario that show what only the built
// functions can: an hour there is three minutes here, with real queues, schedules,
// processes and HTTP.

// patience is how long the machine, which other tests keep busy, may keep a scenario
// from going on.
const patience = 2 * time.Minute

func TestFunctionsAnswerABurst(t *testing.T) {
	t.Parallel()
	const runs = 50
	w := newPoolWorld(t, poolSize{max: runs, step: runs})
	w.begin()
	w.queue(runs, 5*time.Second)
	w.eventually(patience, "all instances are asked for", func() bool { return *w.group().DesiredCapacity == runs })
	w.served(2*patience, 0)
	if launched := w.launched(); launched != runs {
		t.Errorf("%d instances have been launched", launched)
	}
	w.judge()
}

func TestFunctionsFollowATrickle(t *testing.T) {
	t.Parallel()
	w := newPoolWorld(t, poolSize{max: 5, step: 1})
	w.begin()
	for range 4 {
		w.queue(1, time.Second)
		<-time.After(4 * time.Second)
	}
	w.served(patience, 0)
	w.judge()
}

func TestFunctionsLetRunsEndInARefresh(t *testing.T) {
	t.Parallel()
	w := newPoolWorld(t, poolSize{desired: 3, max: 5, step: 2, idle: 1})
	w.begin()
	w.queue(6, 4*time.Second)
	w.template(awstest.ImageNewerX86)
	if _, err := w.api.StartInstanceRefresh(t.Context(), &autoscaling.StartInstanceRefreshInput{
		AutoScalingGroupName: aws.String(groupName), Preferences: &types.RefreshPreferences{MinHealthyPercentage: aws.Int32(50), InstanceWarmup: aws.Int32(0)},
	}); err != nil {
		t.Fatal(err)
	}
	w.queue(4, 5*time.Second)
	w.refreshed(0)
	w.served(patience, 1)
	for _, one := range w.workers.Workers() {
		if w.states()[one.InstanceID] != "" && !strings.Contains(one.Metadata, awstest.ImageNewerX86) {
			t.Errorf("an old instance is left: %s", one.Metadata)
		}
	}
	w.judge()
}

// The run outlives the hook's heartbeat, and a dozen invocations.
func TestFunctionsLetALongRunEnd(t *testing.T) {
	t.Parallel()
	w := newPoolWorld(t, poolSize{desired: 1, max: 3, step: 1})
	w.eventually(patience, "the worker has registered", func() bool { return len(w.idle()) == 1 })
	w.queue(1, (heartbeat+4)*time.Second)
	id := w.busy()[0]
	w.begin()
	w.end(id)
	w.served(heartbeat*time.Second+patience, 0)
	w.judge()
}

// The process dies between drain and terminate. Who comes later sees it by the
// mark, which is made older here: it means nothing for two minutes.
func TestFunctionsFinishWhatAKilledProcessBegan(t *testing.T) {
	t.Parallel()
	w := newPoolWorld(t, poolSize{desired: 1, max: 3, step: 1})
	w.account.Inject(awstest.Hang("autoscaling", "TerminateInstanceInAutoScalingGroup", time.Minute).Times(0))
	w.begin()
	drained := func() bool { return w.workers.Workers()[0].Drained }
	w.eventually(patience, "a process dies that has drained the worker", func() bool {
		return drained() && w.account.Lambda().Runner().Kill(lambdas.Autoscaler) > 0 && drained()
	})
	w.account.ClearFaults()
	id := w.workers.Workers()[0].InstanceID
	if w.states()[id] != "InService" {
		t.Fatalf("the instance is %s", w.states()[id])
	}
	mark := marks.Mark{At: time.Now().Add(-5 * time.Minute), Reason: marks.ScaleIn}
	if _, err := w.ec2.CreateTags(t.Context(), &ec2.CreateTagsInput{
		Resources: []string{id}, Tags: []ec2types.Tag{{Key: aws.String(marks.Drain), Value: aws.String(mark.String())}},
	}); err != nil {
		t.Fatal(err)
	}
	w.queue(1, time.Second) // it is needed after all, or another comes
	w.served(2*patience, 0)
	w.judge()
}

// Nobody is ended while Spacelift is down, and all goes on afterwards.
func TestFunctionsOutlastSpacelift(t *testing.T) {
	t.Parallel()
	w := newPoolWorld(t, poolSize{desired: 3, max: 5, step: 5})
	w.eventually(patience, "the workers have registered", func() bool { return len(w.idle()) == 3 })
	w.queue(2, 20*time.Second)
	w.workers.Fail(spacelift.Failure{Status: http.StatusServiceUnavailable, Times: -1})
	leaving := w.busy()[0]
	w.begin()
	w.end(leaving)
	<-time.After(5 * minute)
	if states := w.states(); len(states) != 4 || states[leaving] != "Terminating:Wait" {
		t.Errorf("after five minutes: %v", states)
	}
	w.workers.Heal()
	w.queue(2, 2*time.Second)
	w.served(2*patience, 0)
	w.judge()
}
