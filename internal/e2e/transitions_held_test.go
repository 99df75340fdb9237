package e2e

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/spacelift"
)

// hookPart is the component that lets an instance wait for its run.
const hookPart = "lifecycle_hook"

// hold lets the group end an instance whose run goes on until release; none in a pool
// without a hook.
func (c *changling) hold() (leaving string) {
	c.Helper()
	if c.components()[hookPart] == "" {
		return ""
	}
	id := c.workers.Queue(c.pool, time.Hour)
	c.eventually(patience, "the long run has begun", func() bool {
		for _, run := range c.workers.Runs() {
			if run.ID == id {
				leaving = run.InstanceID
			}
		}
		return leaving != ""
	})
	c.end(leaving)
	return leaving
}

// release ends the run of the instance that waits for it, which the lifecycle manager
// then lets go.
func (c *changling) release(leaving string) {
	c.Helper()
	if state := c.states()[leaving]; state != "Terminating:Wait" {
		c.Errorf("the instance with the long run is %q", state)
	}
	since := time.Now()
	c.workers.Finish()
	c.eventually(2*patience, "the lifecycle manager lets the instance go", func() bool {
		return c.states()[leaving] == "" && c.called("lifecycle_role", "CompleteLifecycleAction", since)
	})
}

// endLate ends the long run when whoever applies has looked at the group several
// times. What it returns waits for that.
func (c *changling) endLate() (stop func()) {
	const looks = 4 // those of a refresh, and the first of the update
	ctx, cancel := context.WithCancel(c.Context())
	since, done := time.Now(), make(chan struct{})
	go func() {
		defer close(done)
		for seen := 0; seen < looks && ctx.Err() == nil; <-time.After(lookEvery) {
			seen = 0
			for _, call := range c.account.Calls() {
				if call.Action == "DescribeAutoScalingGroups" && call.Role == "" && call.Start.After(since) {
					seen++
				}
			}
		}
		c.workers.Finish()
	}()
	return func() {
		cancel()
		<-done
	}
}

// outlived makes sure that the hook went after the run for which an instance waited.
func (c *changling) outlived(leaving string) {
	c.Helper()
	var last spacelift.Run
	for _, run := range c.workers.Runs() {
		if run.InstanceID == leaving && run.StartedAt.After(last.StartedAt) {
			last = run
		}
	}
	for _, call := range c.account.Calls() {
		if call.Action == "DeleteLifecycleHook" && (last.State != spacelift.Finished || call.Start.Before(last.EndedAt)) {
			c.Errorf("the hook was to go at %s before the last run of an instance that waited: %+v", call.Start, last)
		}
	}
}

// called tells whether a function, by its role, has made a call since a moment.
func (c *changling) called(role, action string, since time.Time) bool {
	return slices.ContainsFunc(c.account.Calls(), func(call awstest.Call) bool {
		return call.Action == action && strings.HasSuffix(call.Role, "/"+c.components()[role]) && call.Start.After(since) && call.ErrorCode == ""
	})
}
