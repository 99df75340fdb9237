package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/spacelift"
)

// arguments of a pool, as HCL, by name; "" is none.
type arguments map[string]string

// transition is a change of a pool at work.
type transition struct {
	name         string
	change       arguments
	adds, leaves []string         // components that come, and that go
	first, then  func(*changling) // what happens before, and what else is to be so afterwards; may be nil
}

// changling is a pool that is changed again and again while runs come and go.
type changling struct {
	*poolWorld
	terraform *workspace
	arguments arguments
	inventory []string            // components that the state is to have, sorted
	objects   map[string][]string // of the account, by inventory
}

// newChangling makes a pool in an account, with a load of runs on two workers at
// least.
func newChangling(t *testing.T, of *workspace, with arguments) *changling {
	t.Helper()
	key := of.account.Spacelift().Key()
	c := &changling{
		poolWorld: newLiveWorld(t, of), terraform: of, objects: map[string][]string{},
		arguments: arguments{
			"worker_pool_id":  quoted([]string{livePool}),
			"security_groups": "[" + quoted(of.account.Network().SecurityGroupIDs) + "]",
			"vpc_subnets":     "[" + quoted(of.account.Network().SubnetIDs) + "]",
			"min_size":        "2", "max_size": "15",
			"secure_env_vars":           `{ SPACELIFT_TOKEN = "token" }`,
			"spacelift_api_credentials": fmt.Sprintf("{ api_key_endpoint = %q, api_key_id = %q, api_key_secret = %q }", of.account.SpaceliftURL(), key.ID, key.Secret),
		},
	}
	of.set(t, of.account.SpaceliftEnv())
	maps.Copy(c.arguments, with)
	c.apply()
	c.inventory = slices.Sorted(maps.Keys(c.components()))
	return c
}

// apply writes the configuration and applies it.
func (c *changling) apply() {
	c.Helper()
	var text strings.Builder
	text.WriteString("terraform {\n  required_providers {\n    spacelift-ec2 = { source = \"spacelift-io/spacelift-ec2\" }\n  }\n}\n\nresource \"spacelift_ec2_workerpool\" \"this\" {\n  provider = spacelift-ec2\n")
	for _, name := range slices.Sorted(maps.Keys(c.arguments)) {
		if value := c.arguments[name]; value != "" {
			fmt.Fprintf(&text, "  %s = %s\n", name, value)
		}
	}
	write(c.T, filepath.Join(c.terraform.dir, "main.tf"), text.String()+"}\n")
	c.terraform.run(c.T, "apply", "-auto-approve")
}

// components is the inventory in the state.
func (c *changling) components() map[string]string {
	c.Helper()
	text, err := os.ReadFile(filepath.Join(c.terraform.dir, "terraform.tfstate"))
	if err != nil {
		c.Fatal(err)
	}
	var state struct {
		Resources []struct {
			Instances []struct {
				Attributes struct{ Components map[string]string }
			}
		}
	}
	if err := json.Unmarshal(text, &state); err != nil {
		c.Fatal(err)
	}
	return state.Resources[0].Instances[0].Attributes.Components
}

// lasting are the objects in the account but for instances and their volumes, and
// without the ids of mappings, which are others each time.
func (c *changling) lasting() (objects []string) {
	c.Helper()
	for _, object := range c.terraform.objects(c.T) {
		switch kind, _, _ := strings.Cut(object, "/"); kind {
		case "ec2:instance", "ec2:volume":
		case "lambda:event-source-mapping":
			objects = append(objects, kind)
		default:
			objects = append(objects, object)
		}
	}
	return objects
}

// through takes the pool through transitions, each a test by itself that begins
// where the one before ended.
func (c *changling) through(transitions ...transition) {
	c.Helper()
	whole := c.T
	defer func() { c.T = whole }()
	c.objects[fmt.Sprint(c.inventory)] = c.lasting()
	stop := c.load(1200 * time.Millisecond)
	for _, step := range transitions {
		if !whole.Run(step.name, func(t *testing.T) {
			c.T = t
			c.take(step)
		}) {
			break // what follows begins somewhere else
		}
	}
	stop()
	if whole.Failed() {
		whole.FailNow()
	}
}

// take makes a transition while an instance that is to go waits for its run, and
// looks at what is to be so after each: the run goes on, the inventory is as wanted,
// the next plan is empty, and the functions work.
func (c *changling) take(step transition) {
	c.Helper()
	begun, calls, finished := time.Now(), len(c.account.Calls()), c.workers.Figures().Finished
	if step.first != nil {
		step.first(c)
	}
	leaving, unhooks := c.hold(), slices.Contains(step.leaves, hookPart)
	if unhooks {
		defer c.endLate()()
	}
	maps.Copy(c.arguments, step.change)
	c.apply()
	applied := time.Now()
	c.inventory = slices.DeleteFunc(slices.Concat(c.inventory, step.adds), func(name string) bool { return slices.Contains(step.leaves, name) })
	slices.Sort(c.inventory)
	if diff := cmp.Diff(c.inventory, slices.Sorted(maps.Keys(c.components()))); diff != "" {
		c.Errorf("components (-want +got):\n%s", diff)
	}
	crowded := c.crowd()
	c.terraform.run(c.T, "plan", "-detailed-exitcode") // fails unless the plan is empty
	if step.then != nil {
		step.then(c)
	}
	crowded(applied)
	switch {
	case unhooks:
		c.outlived(leaving)
	case leaving == "": // the hook is new
		c.release(c.hold())
	default:
		c.release(leaving)
	}
	c.compareObjects()
	figures := c.workers.Figures()
	if len(figures.CutShort) > 0 || figures.Finished <= finished {
		c.Errorf("runs cut short: %+v; finished since the transition began: %d", figures.CutShort, figures.Finished-finished)
	}
	c.Logf("apply %.1f s, all %.1f s, %d calls", applied.Sub(begun).Seconds(), time.Since(begun).Seconds(), len(c.account.Calls())-calls)
}

// compareObjects makes sure that the same inventory means the same objects: nothing
// is left of what went.
func (c *changling) compareObjects() {
	c.Helper()
	key, now := fmt.Sprint(c.inventory), c.lasting()
	if before, known := c.objects[key]; known {
		if diff := cmp.Diff(before, now); diff != "" {
			c.Errorf("objects (-before +now):\n%s", diff)
		}
	}
	c.objects[key] = now
}

// scaled tells whether the pool has an autoscaler.
func (c *changling) scaled() bool { return slices.Contains(c.inventory, "autoscaler_function") }

// crowd gives a pool with an autoscaler more runs than it has workers, which go on
// until release. What it returns waits until all of them have one.
func (c *changling) crowd() (served func(since time.Time)) {
	c.Helper()
	if !c.scaled() {
		return func(time.Time) {}
	}
	var long []string
	for range len(c.serving()) + 1 {
		long = append(long, c.workers.Queue(c.pool, time.Hour))
	}
	return func(since time.Time) {
		c.Helper()
		c.eventually(2*patience, "the autoscaler has added instances for all runs", func() bool {
			waiting := slices.ContainsFunc(c.workers.Runs(), func(run spacelift.Run) bool { return run.InstanceID == "" && slices.Contains(long, run.ID) })
			return !waiting && c.called("autoscaler_role", "SetDesiredCapacity", since)
		})
	}
}

// finish ends the load and the pool, of which nothing is left.
func (c *changling) finish() {
	c.Helper()
	left := 2
	if !c.scaled() {
		left = int(*c.group().DesiredCapacity)
	}
	c.served(patience, left)
	c.judge()
	c.terraform.run(c.T, "destroy", "-auto-approve")
	for _, object := range c.terraform.objects(c.T) {
		if !strings.HasSuffix(object, "theirs") {
			c.Errorf("left behind: %s", object)
		}
	}
}
