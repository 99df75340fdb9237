package autoscaling

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// retaining makes a group keep instances whose termination hook ends in ABANDON.
func retaining(in *autoscaling.CreateAutoScalingGroupInput) {
	in.InstanceLifecyclePolicy = &types.InstanceLifecyclePolicy{RetentionTriggers: &types.RetentionTriggers{TerminateHookAbandon: types.RetentionActionRetain}}
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-lifecycle-policy.html
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/configure-instance-retention.html
func TestAbandonedInstanceIsRetained(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		leave func(*world)
		want  string
	}{
		"ABANDON":         {func(w *world) { _ = w.complete("i-1", resultAbandon) }, "i-1 Terminating:Retained, i-2 InService"},
		"CONTINUE":        {func(w *world) { _ = w.complete("i-1", resultContinue) }, "i-2 InService"},
		"timeout":         {func(w *world) { w.pass(300 * time.Second) }, "i-1 Terminating:Retained, i-2 InService"},
		"a dead instance": {func(w *world) { w.InstanceGone("i-1"); w.pass(300 * time.Second) }, "i-2 InService"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.one(t, 1, retaining)
			w.hook(t)
			if err := w.end("i-1", false); err != nil {
				t.Fatal(err)
			}
			c.leave(w)
			w.holds(t, "left", c.want)
		})
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/manage-retained-instances.html
func TestRetainedInstanceStaysOutsideDesiredCapacityUntilItIsTerminated(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.one(t, 1, retaining)
	w.hook(t)
	if err := w.end("i-1", false); err != nil {
		t.Fatal(err)
	}
	if err := w.complete("i-1", resultAbandon); err != nil {
		t.Fatal(err)
	}
	w.pass(100 * 24 * time.Hour)
	w.holds(t, "much later", "i-1 Terminating:Retained, i-2 InService")
	if _, running := w.farm.running["i-1"]; !running {
		t.Error("the retained machine has ended")
	}
	if code := w.history(t)[1].StatusCode; code != types.ScalingActivityStatusCodeCancelled {
		t.Errorf("the activity of the retained instance is %s", code)
	}
	refused(t, w.end("i-1", true), "ValidationError")
	if err := w.end("i-1", false); err != nil {
		t.Fatal(err)
	}
	w.holds(t, "terminated", "i-1 Terminating:Wait, i-2 InService")
	if err := w.complete("i-1", resultContinue); err != nil {
		t.Fatal(err)
	}
	w.holds(t, "completed", "i-2 InService")
}
