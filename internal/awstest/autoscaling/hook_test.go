package autoscaling

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func (w *world) hooks(t *testing.T, names ...string) []types.LifecycleHook {
	t.Helper()
	out, err := w.DescribeLifecycleHooks(&autoscaling.DescribeLifecycleHooksInput{AutoScalingGroupName: ptr("group"), LifecycleHookNames: names})
	if err != nil {
		t.Fatal(err)
	}
	return out.LifecycleHooks
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html
func TestHookIsMadeWithDefaultsAndChangedInPart(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.one(t, 0)
	w.hook(t, func(in *autoscaling.PutLifecycleHookInput) { in.HeartbeatTimeout = nil })
	want := []types.LifecycleHook{{
		AutoScalingGroupName: ptr("group"), LifecycleHookName: ptr("hook"), LifecycleTransition: ptr(terminating),
		DefaultResult: ptr("ABANDON"), HeartbeatTimeout: ptr(int32(3600)), GlobalTimeout: ptr(int32(172800)),
	}}
	if diff := cmp.Diff(want, w.hooks(t), cmpopts.IgnoreUnexported(types.LifecycleHook{})); diff != "" {
		t.Error(diff)
	}
	w.hook(t, func(in *autoscaling.PutLifecycleHookInput) {
		in.LifecycleTransition, in.HeartbeatTimeout, in.DefaultResult = nil, ptr(int32(60)), ptr("CONTINUE")
	})
	want[0].HeartbeatTimeout, want[0].GlobalTimeout, want[0].DefaultResult = ptr(int32(60)), ptr(int32(6000)), ptr("CONTINUE")
	if diff := cmp.Diff(want, w.hooks(t, "hook", "none"), cmpopts.IgnoreUnexported(types.LifecycleHook{})); diff != "" {
		t.Error(diff)
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html
func TestPutHookRefuses(t *testing.T) {
	t.Parallel()
	type in = autoscaling.PutLifecycleHookInput
	cases := map[string]func(*in){
		"absent group":        func(in *in) { in.AutoScalingGroupName = ptr("none") },
		"name with a blank":   func(in *in) { in.LifecycleHookName = ptr("a b") },
		"short heartbeat":     func(in *in) { in.HeartbeatTimeout = ptr(int32(29)) },
		"long heartbeat":      func(in *in) { in.HeartbeatTimeout = ptr(int32(7201)) },
		"no transition":       func(in *in) { in.LifecycleTransition = nil },
		"unknown transition":  func(in *in) { in.LifecycleTransition = ptr("autoscaling:EC2_INSTANCE_NAPPING") },
		"unknown result":      func(in *in) { in.DefaultResult = ptr("RETAIN") },
		"target without role": func(in *in) { in.NotificationTargetARN = ptr("arn:aws:sqs:us-east-1:000000000001:queue") },
		"long metadata":       func(in *in) { in.NotificationMetadata = ptr(strings.Repeat("m", 4001)) },
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.one(t, 0)
			in := &autoscaling.PutLifecycleHookInput{AutoScalingGroupName: ptr("group"), LifecycleHookName: ptr("hook"), LifecycleTransition: ptr(terminating)}
			change(in)
			_, err := w.PutLifecycleHook(in)
			refused(t, err, "ValidationError")
			if len(w.hooks(t)) != 0 {
				t.Error("the refused hook is there")
			}
		})
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html
func TestHookWhoseTargetCannotBeToldIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.one(t, 0)
	w.farm.mute = errors.New("access denied")
	_, err := w.PutLifecycleHook(&autoscaling.PutLifecycleHookInput{
		AutoScalingGroupName: ptr("group"), LifecycleHookName: ptr("hook"), LifecycleTransition: ptr(terminating),
		NotificationTargetARN: ptr("arn:queue"), RoleARN: ptr("arn:role"),
	})
	refused(t, err, "ValidationError")
	if !strings.Contains(err.Error(), "Unable to publish test message to notification target arn:queue using IAM role arn:role.") {
		t.Errorf("the message is %v", err)
	}
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-quotas.html
func TestGroupHasAtMostFiftyHooks(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.one(t, 0)
	for i := range maxHooks {
		w.hook(t, func(in *autoscaling.PutLifecycleHookInput) { in.LifecycleHookName = ptr(strings.Repeat("h", i+1)) })
	}
	_, err := w.PutLifecycleHook(&autoscaling.PutLifecycleHookInput{AutoScalingGroupName: ptr("group"), LifecycleHookName: ptr("more"), LifecycleTransition: ptr(terminating)})
	refused(t, err, "LimitExceeded")
}
