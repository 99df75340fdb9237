package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

func TestSayings(t *testing.T) {
	t.Parallel()
	const poll = `{"timestamp":"2026-11-27T20:00:00Z","level":"INFO","message":"2 waiting and 0 busy want 2 workers","wanted":2,"desired":2,`
	for name, c := range map[string]struct {
		function string
		logs     []string
		failure  string
		want     []saying
	}{
		"a poll that did nothing": {
			function: "pool-ec2-autoscaler", logs: []string{poll + `"ScaledOut":0,"ScaledIn":0,"ReplacedStrays":0}`},
			want: []saying{{who: autoscaler, text: "2 waiting and 0 busy want 2 workers"}},
		},
		"a poll that scaled out": {
			function: "pool-ec2-autoscaler", logs: []string{poll + `"ScaledOut":2}`},
			want: []saying{{who: autoscaler, text: "2 waiting and 0 busy want 2 workers", acted: true}},
		},
		"a poll that scaled in": {
			function: "pool-ec2-autoscaler", logs: []string{poll + `"ScaledIn":1}`},
			want: []saying{{who: autoscaler, text: "2 waiting and 0 busy want 2 workers", acted: true}},
		},
		"a poll that replaced a stray": {
			function: "pool-ec2-autoscaler", logs: []string{poll + `"ReplacedStrays":1}`},
			want: []saying{{who: autoscaler, text: "2 waiting and 0 busy want 2 workers", acted: true}},
		},
		"a poll that failed": {
			function: "pool-ec2-autoscaler", failure: `{"errorMessage":"1 of 1 polls"}`,
			logs: []string{`{"level":"ERROR","message":"the poll failed before it could decide","error":"no answer","PollErrors":1}`},
			want: []saying{{who: autoscaler, text: "the poll failed before it could decide: no answer", failed: true}},
		},
		"a sweep that saw nothing": {
			function: "pool-lifecycle-manager", logs: []string{`{"level":"INFO","message":"instances: 0 waiting for the hook, 0 retained","steps":{},"WaitingInstances":0}`},
		},
		"a sweep that waits": {
			function: "pool-lifecycle-manager",
			logs:     []string{`{"level":"INFO","message":"messages of the hook's queue","notices":[]}`, `{"level":"INFO","message":"instances: 1 waiting for the hook, 0 retained","steps":{"i-1":"wait"},"WaitingInstances":1}`},
			want:     []saying{{who: lifecycle, text: "instances: 1 waiting for the hook, 0 retained; 1 wait"}},
		},
		"a sweep that lets go": {
			function: "pool-lcm",
			logs:     []string{`{"level":"INFO","message":"instances: 3 waiting for the hook, 0 retained","steps":{"i-1":"wait","i-2":"continue","i-3":"continue"},"WaitingInstances":3}`},
			want:     []saying{{who: lifecycle, text: "instances: 3 waiting for the hook, 0 retained; 2 continue; 1 wait", acted: true}},
		},
		"a process that died": {
			function: "pool-lifecycle-manager", logs: []string{"panic: runtime error"}, failure: `{"errorType":"Runtime.ExitError"}`,
			want: []saying{{who: lifecycle, text: `{"errorType":"Runtime.ExitError"}`, failed: true}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := sayingsOf(awstest.Invocation{Function: c.function, Logs: c.logs, Failure: c.failure})
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(saying{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}
