package workerpool_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/spacelift"
)

// withSpacelift gives the provider the API key of the account's Spacelift, which
// has the pool.
func (c *cloud) withSpacelift() *cloud {
	c.Spacelift().AddPool(poolID)
	key := c.Spacelift().Key()
	c.settings += fmt.Sprintf("  spacelift = { api_key_endpoint = %q, api_key_id = %q, api_key_secret = %q }\n", c.SpaceliftURL(), key.ID, key.Secret)
	return c
}

// group are the instances and suspended processes of the pool's group.
func (c *cloud) group(t *testing.T) (instances, suspended []string) {
	t.Helper()
	out, err := c.Direct().AutoScaling.DescribeAutoScalingGroups(t.Context(), &autoscaling.DescribeAutoScalingGroupsInput{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range out.AutoScalingGroups {
		for _, instance := range out.AutoScalingGroups[i].Instances {
			instances = append(instances, *instance.InstanceId)
		}
		for _, process := range out.AutoScalingGroups[i].SuspendedProcesses {
			suspended = append(suspended, *process.ProcessName)
		}
	}
	return instances, suspended
}

// drainedWorkers are the ids of the workers that take no runs.
func (c *cloud) drainedWorkers() (ids []string) {
	for _, worker := range c.Spacelift().Workers() {
		if worker.Drained {
			ids = append(ids, worker.ID)
		}
	}
	return ids
}

// onLook calls do before the nth time from now that the pool is read.
func (c *cloud) onLook(n int, do func()) {
	c.Spacelift().Behave(func(b *spacelift.Behavior) {
		b.Before = func(operation string) {
			if operation != "workerPool" {
				return
			}
			if n--; n == 0 {
				do()
			}
		}
	})
}

// runs counts the runs by their state.
func (c *cloud) runs() map[spacelift.State]int {
	count := map[spacelift.State]int{}
	for _, run := range c.Spacelift().Runs() {
		count[run.State]++
	}
	return count
}

func TestDestroyLetsRunsFinish(t *testing.T) {
	t.Parallel()
	c := newCloud(t).withSpacelift()
	config := c.config(c.minimal().with(arguments{"min_size": "3", "wait_for_workers": "2", "timeouts": `{ delete = "12s" }`}))
	destroy := func(expected ...string) resource.TestStep {
		step := resource.TestStep{Config: config, Destroy: true}
		if len(expected) > 0 {
			step.ExpectError = words(expected...)
		}
		return step
	}
	var theirs, ghost string
	c.run(t,
		apply(config, action(plancheck.ResourceActionCreate)),
		before(destroy("Workers are still busy", "worker", "on instance i-", "busy", "Nothing has been removed"), func() {
			workers := c.Spacelift().Workers()
			if len(workers) < 3 {
				t.Fatalf("the create returned with %d workers", len(workers))
			}
			c.Spacelift().Queue(poolID, time.Hour) // goes to the first worker
			theirs = workers[2].ID
			if err := c.Spacelift().Drain(theirs, true); err != nil {
				t.Fatal(err)
			}
			ghost = c.Spacelift().Ghost(poolID, `{"instance_id": "i-0a1b2c3d4e5f60718", "asg_id": "another-group"}`)
		}),
		before(apply(config, action(plancheck.ResourceActionUpdate), drifted{"autoscaling_group"}), func() {
			instances, suspended := c.group(t)
			if len(instances) != 3 || len(suspended) != 4 || len(c.drainedWorkers()) != 3 || slices.Contains(c.drainedWorkers(), ghost) {
				t.Errorf("instances %v, suspended %v, drained %v", instances, suspended, c.drainedWorkers())
			}
		}),
		before(destroy("Workers are still busy"), func() {
			if _, suspended := c.group(t); len(suspended) > 0 || !slices.Equal(c.drainedWorkers(), []string{theirs}) {
				t.Errorf("after the resume %v are suspended, drained are %v, not only %s", suspended, c.drainedWorkers(), theirs)
			}
			c.Spacelift().Queue(poolID, time.Hour)
			if runs := c.runs(); runs[spacelift.Running] != 2 {
				t.Errorf("the resumed worker takes no run: %v", runs)
			}
		}),
		before(destroy(), func() {
			c.onLook(4, func() {
				if instances, _ := c.group(t); len(instances) != 3 {
					t.Errorf("while runs are under way there are instances %v", instances)
				}
				c.Spacelift().Finish()
			})
		}),
	)
	if runs := c.runs(); runs[spacelift.Finished] != 2 || runs[spacelift.CutShort] > 0 {
		t.Errorf("runs: %v", runs)
	}
}

// A key that cannot read the pool stops a destroy before anything is changed; one
// that cannot drain, before anything is lost.
func TestDestroyWithoutRights(t *testing.T) {
	t.Parallel()
	c := newCloud(t).withSpacelift()
	key := c.Spacelift().Key().ID
	config := c.config(c.minimal().with(arguments{"min_size": "1"}))
	may := func(rights spacelift.Rights) func() { return func() { c.Spacelift().SetRights(key, rights) } }
	c.run(t,
		apply(config),
		before(resource.TestStep{Config: config, Destroy: true, ExpectError: words("Workers cannot be drained", "works on as before", "force_destroy", poolID+" does not exist")},
			may(spacelift.Rights{})),
		before(apply(config), may(spacelift.Rights{Read: true})), // no drift: nothing was changed
		resource.TestStep{Config: config, Destroy: true, ExpectError: words("Workers cannot be drained", "Nothing has been removed", "terraform apply", "Worker Pool:Drain Worker")},
		apply(config, action(plancheck.ResourceActionUpdate), drifted{"autoscaling_group"}),
		before(resource.TestStep{Config: config, Destroy: true}, may(spacelift.Rights{Read: true, Drain: true})),
	)
}

// force_destroy ends runs. It is read from the state, and gets there although the
// apply that brings it cannot resume the pool.
func TestForcedDestroy(t *testing.T) {
	t.Parallel()
	c := newCloud(t).withSpacelift()
	small := c.minimal().with(arguments{"min_size": "1", "wait_for_workers": "1", "timeouts": `{ delete = "4s" }`})
	config, forced := c.config(small), c.config(small.with(arguments{"force_destroy": "true", "timeouts": `{ delete = "5m" }`}))
	c.run(t,
		apply(config),
		before(resource.TestStep{Config: config, Destroy: true, ExpectError: words("Workers are still busy")}, func() { c.Spacelift().Queue(poolID, time.Hour) }),
		before(failing(forced, "Pool cannot be resumed", "with force_destroy = true a destroy"), func() { c.Spacelift().SetRights(c.Spacelift().Key().ID, spacelift.Rights{}) }),
		before(resource.TestStep{Config: forced, Destroy: true}, c.Spacelift().ResetRequests),
	)
	if runs := c.runs(); runs[spacelift.CutShort] != 1 || len(c.Spacelift().Requests()) > 0 {
		t.Errorf("runs: %v, requests: %v", runs, c.Spacelift().Requests())
	}
}
