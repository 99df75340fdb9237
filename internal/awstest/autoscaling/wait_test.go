package autoscaling

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// hook puts a termination hook with a heartbeat of five minutes.
func (w *world) hook(t *testing.T, changes ...func(*autoscaling.PutLifecycleHookInput)) {
	t.Helper()
	in := &autoscaling.PutLifecycleHookInput{
		AutoScalingGroupName: ptr("group"), LifecycleHookName: ptr("hook"), LifecycleTransition: ptr(terminating), HeartbeatTimeout: ptr(int32(300)),
	}
	for _, change := range changes {
		change(in)
	}
	if _, err := w.PutLifecycleHook(in); err != nil {
		t.Fatalf("putting the hook: %v", err)
	}
}

func (w *world) heartbeat(id string) error {
	_, err := w.RecordLifecycleActionHeartbeat(&autoscaling.RecordLifecycleActionHeartbeatInput{AutoScalingGroupName: ptr("group"), LifecycleHookName: ptr("hook"), InstanceId: &id})
	return err
}

func (w *world) complete(id, result string) error {
	_, err := w.CompleteLifecycleAction(&autoscaling.CompleteLifecycleActionInput{
		AutoScalingGroupName: ptr("group"), LifecycleHookName: ptr("hook"), InstanceId: &id, LifecycleActionResult: &result,
	})
	return err
}

// waits makes a group with one instance in Terminating:Wait, whose desired
// capacity is zero.
func waits(t *testing.T, changes ...func(*autoscaling.PutLifecycleHookInput)) *world {
	t.Helper()
	w := newWorld()
	w.one(t, 1)
	w.hook(t, changes...)
	w.desire(t, 0)
	w.holds(t, "ended", "i-1 Terminating:Wait")
	return w
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks-overview.html
func TestHookLetsTerminationsWait(t *testing.T) {
	t.Parallel()
	cases := map[string]func(*testing.T, *world){
		"scale in":            func(t *testing.T, w *world) { w.desire(t, 1) },
		"a user's request":    func(_ *testing.T, w *world) { _ = w.end("i-1", true) },
		"bad health":          func(_ *testing.T, w *world) { _ = w.setHealth("i-1", unhealthy, false) },
		"a machine that died": func(_ *testing.T, w *world) { w.InstanceGone("i-1") },
	}
	for name, cause := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.one(t, 2)
			w.hook(t)
			cause(t, w)
			if got := w.read(t).Instances[0]; got.LifecycleState != types.LifecycleStateTerminatingWait {
				t.Errorf("the instance is %s", got.LifecycleState)
			}
			if code := w.history(t); code[len(code)-3].StatusCode != types.ScalingActivityStatusCodeMidLifecycleAction {
				t.Errorf("the activity is %s", code[len(code)-3].StatusCode)
			}
			w.pass(300 * time.Second)
			for _, one := range w.read(t).Instances {
				if *one.InstanceId == "i-1" {
					t.Errorf("after the timeout the instance is %s", one.LifecycleState)
				}
			}
		})
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/prepare-for-lifecycle-notifications.html
func TestHookTellsItsTarget(t *testing.T) {
	t.Parallel()
	w := waits(t, func(in *autoscaling.PutLifecycleHookInput) {
		in.NotificationTargetARN, in.RoleARN = ptr("arn:aws:sqs:us-east-1:000000000001:queue"), ptr("arn:aws:iam::000000000001:role/hook")
		in.NotificationMetadata = ptr("drain me")
	})
	var messages []map[string]string
	for _, text := range w.farm.messages {
		var message map[string]string
		if err := json.Unmarshal([]byte(text), &message); err != nil {
			t.Fatal(err)
		}
		messages = append(messages, message)
	}
	if len(messages) != 2 || messages[0]["Event"] != "autoscaling:TEST_NOTIFICATION" || messages[0]["EC2InstanceId"] != "" {
		t.Fatalf("messages %v", messages)
	}
	for key, want := range map[string]string{
		"Service": "AWS Auto Scaling", "AccountId": "000000000001", "AutoScalingGroupName": "group", "LifecycleHookName": "hook",
		"EC2InstanceId": "i-1", "LifecycleTransition": terminating, "NotificationMetadata": "drain me",
		"Origin": "AutoScalingGroup", "Destination": "EC2",
	} {
		if got := messages[1][key]; got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	_, err := w.CompleteLifecycleAction(&autoscaling.CompleteLifecycleActionInput{
		AutoScalingGroupName: ptr("group"), LifecycleHookName: ptr("hook"),
		LifecycleActionToken: ptr(messages[1]["LifecycleActionToken"]), LifecycleActionResult: ptr(resultContinue),
	})
	if err != nil {
		t.Errorf("completing by the message's token: %v", err)
	}
	w.holds(t, "completed", "")
}

// The default result is for "if an unexpected failure occurs" too.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html
func TestHookWhoseTargetIsGoneComesToItsDefaultResult(t *testing.T) {
	t.Parallel()
	for result, want := range map[string]string{resultContinue: "", resultAbandon: "i-1 Terminating:Retained"} {
		w := newWorld()
		w.one(t, 1, retaining)
		w.hook(t, func(in *autoscaling.PutLifecycleHookInput) {
			in.NotificationTargetARN, in.RoleARN, in.DefaultResult = ptr("arn:queue"), ptr("arn:role"), &result
		})
		w.farm.mute = errors.New("no such queue")
		w.desire(t, 0)
		w.holds(t, result, want)
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RecordLifecycleActionHeartbeat.html
func TestHeartbeatExtendsByTheTimeout(t *testing.T) {
	t.Parallel()
	w := waits(t)
	w.pass(200 * time.Second)
	if err := w.heartbeat("i-1"); err != nil {
		t.Fatal(err)
	}
	w.pass(299 * time.Second)
	w.holds(t, "within the extension", "i-1 Terminating:Wait")
	w.pass(time.Second)
	w.holds(t, "after it", "")
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html
func TestWaitIsBoundedWhateverTheHeartbeats(t *testing.T) {
	t.Parallel()
	for heartbeat, limit := range map[int32]time.Duration{30: 100 * 30 * time.Second, 7200: 48 * time.Hour} {
		w := waits(t, func(in *autoscaling.PutLifecycleHookInput) { in.HeartbeatTimeout = &heartbeat })
		step := time.Duration(heartbeat) * time.Second / 2
		for passed := time.Duration(0); passed+step < limit; passed += step {
			w.pass(step)
			if err := w.heartbeat("i-1"); err != nil {
				t.Fatalf("after %s: %v", passed, err)
			}
		}
		w.holds(t, "before the limit", "i-1 Terminating:Wait")
		w.pass(step)
		w.holds(t, "at the limit", "")
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CompleteLifecycleAction.html
func TestCompletedWaitIsOver(t *testing.T) {
	t.Parallel()
	for _, result := range []string{resultContinue, resultAbandon} {
		w := waits(t)
		refused(t, w.complete("i-1", "RETRY"), "ValidationError")
		refused(t, w.complete("i-9", result), "ValidationError")
		if err := w.complete("i-1", result); err != nil {
			t.Fatal(err)
		}
		w.holds(t, result, "")
		refused(t, w.complete("i-1", result), "ValidationError")
		refused(t, w.heartbeat("i-1"), "ValidationError")
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/adding-lifecycle-hooks.html
func TestAbandonStopsTheOtherHooks(t *testing.T) {
	t.Parallel()
	for result, want := range map[string]string{resultContinue: "i-1 Terminating:Wait", resultAbandon: ""} {
		w := newWorld()
		w.one(t, 1)
		w.hook(t)
		w.hook(t, func(in *autoscaling.PutLifecycleHookInput) { in.LifecycleHookName = ptr("second") })
		w.desire(t, 0)
		if err := w.complete("i-1", result); err != nil {
			t.Fatal(err)
		}
		w.holds(t, result, want)
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteLifecycleHook.html
func TestDeletedHookLetsInstancesGoOn(t *testing.T) {
	t.Parallel()
	w := waits(t)
	remove := func() error {
		_, err := w.DeleteLifecycleHook(&autoscaling.DeleteLifecycleHookInput{AutoScalingGroupName: ptr("group"), LifecycleHookName: ptr("hook")})
		return err
	}
	if err := remove(); err != nil {
		t.Fatal(err)
	}
	w.holds(t, "deleted", "")
	refused(t, remove(), "ValidationError")
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks-overview.html
func TestLaunchHook(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.one(t, 0)
	w.hook(t, func(in *autoscaling.PutLifecycleHookInput) { in.LifecycleTransition = ptr(launching) })
	w.desire(t, 1)
	w.holds(t, "launched", "i-1 Pending:Wait")
	if err := w.complete("i-1", resultAbandon); err != nil {
		t.Fatal(err)
	}
	w.holds(t, "abandoned", "i-2 Pending:Wait")
	if err := w.complete("i-2", resultContinue); err != nil {
		t.Fatal(err)
	}
	w.holds(t, "continued", "i-2 InService")
}
