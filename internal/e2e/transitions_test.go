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

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

// arguments of a pool, as HCL, by name; "" is none.
type arguments map[string]string

// transition is a change of a pool at work.
type transition struct {
	name         string
	change       arguments
	adds, leaves []string         // components that come, and that go
	then         func(*changling) // what else is to be so afterwards; may be nil
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
			"min_size":        "2", "max_size": "8",
			"secure_env_vars":           `{ SPACELIFT_TOKEN = "token" }`,
			"spacelift_api_credentials": fmt.Sprintf("{ api_key_endpoint = %q, api_key_id = %q, api_key_secret = %q }", of.account.SpaceliftURL(), key.ID, key.Secret),
		},
	}
	of.set(t, of.account.SpaceliftEnv())
	maps.Copy(c.arguments, with)
	c.apply()
	c.inventory = slices.Sorted(maps.Keys(c.components()))
	c.objects[fmt.Sprint(c.inventory)] = c.lasting()
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
}

// take makes a transition, and looks at what is to be so after each.
func (c *changling) take(step transition) {
	c.Helper()
	begun, calls := time.Now(), len(c.account.Calls())
	maps.Copy(c.arguments, step.change)
	c.apply()
	applied := time.Since(begun)
	c.inventory = slices.DeleteFunc(slices.Concat(c.inventory, step.adds), func(name string) bool { return slices.Contains(step.leaves, name) })
	slices.Sort(c.inventory)
	if diff := cmp.Diff(c.inventory, slices.Sorted(maps.Keys(c.components()))); diff != "" {
		c.Errorf("components (-want +got):\n%s", diff)
	}
	works := c.exercise()
	c.terraform.run(c.T, "plan", "-detailed-exitcode") // fails unless the plan is empty
	if step.then != nil {
		step.then(c)
	}
	works()
	c.compareObjects()
	if cut := c.workers.Figures().CutShort; len(cut) > 0 {
		c.Errorf("runs cut short: %+v", cut)
	}
	c.Logf("apply %.1f s, all %.1f s, %d calls", applied.Seconds(), time.Since(begun).Seconds(), len(c.account.Calls())-calls)
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

// exercise gives the functions something to do: an instance with a run is to go, and
// more runs wait than there are workers. What it returns waits until both are done.
func (c *changling) exercise() (done func()) {
	c.Helper()
	var leaving string
	c.eventually(patience, "a worker is busy", func() bool {
		if busy := c.busy(); len(busy) > 0 {
			leaving = busy[0]
		}
		return leaving != ""
	})
	since := time.Now()
	c.end(leaving)
	scaled := slices.Contains(c.inventory, "autoscaler_function")
	if scaled {
		c.queue(len(c.states())+2, 2*time.Second)
	}
	return func() {
		c.Helper()
		c.eventually(2*patience, "the lifecycle manager lets the instance go that was to", func() bool {
			return c.states()[leaving] == "" && c.called("lifecycle_role", "CompleteLifecycleAction", since)
		})
		if scaled {
			c.eventually(patience, "the autoscaler adds instances", func() bool { return c.called("autoscaler_role", "SetDesiredCapacity", since) })
		}
	}
}

// called tells whether a function, by its role, has made a call since a moment.
func (c *changling) called(role, action string, since time.Time) bool {
	return slices.ContainsFunc(c.account.Calls(), func(call awstest.Call) bool {
		return call.Action == action && strings.HasSuffix(call.Role, "/"+c.components()[role]) && call.Start.After(since) && call.ErrorCode == ""
	})
}

// finish ends the load and the pool.
func (c *changling) finish() {
	c.Helper()
	c.served(patience, 2)
	c.judge()
	c.terraform.run(c.T, "destroy", "-auto-approve")
}
