package stack_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

const poolID = "01HZXK3J5T9V2QWERTY0123456"

// workerPool is a Spec that wants every component, in the account's network.
func workerPool(a *awstest.Account) stack.Spec {
	network := a.Network()
	return stack.Spec{
		WorkerPoolID: poolID, BaseName: "sp5ft-" + poolID,
		Tags:           map[string]string{"Team": "platform"},
		SecurityGroups: slices.Sorted(slices.Values(network.SecurityGroupIDs)),
		Subnets:        slices.Sorted(slices.Values(network.SubnetIDs)),
		MinSize:        1, MaxSize: 5,
		EnabledMetrics: []string{"GroupDesiredCapacity", "GroupInServiceInstances"},
		Instance: stack.Instance{
			Architecture: "x86_64", Type: "t3.micro", Monitoring: true, HopLimit: 1,
			Volume: stack.Volume{Type: "gp3", Size: 40},
		},
		Secret:    stack.Secret{Values: map[string]string{"SPACELIFT_TOKEN": "token-value", "SPACELIFT_POOL_PRIVATE_KEY": "key-value"}},
		LogGroups: stack.LogGroups{Managed: true, Retention: 60},
		Boot:      stack.Boot{Configuration: "export A=1", DomainName: "spacelift.io", PoweroffDelay: 15},
	}
}

// create makes the pool of spec.
func create(t *testing.T, a *awstest.Account, spec stack.Spec) stack.Observed {
	t.Helper()
	made, err := stack.New(a.Clients(), spec, stack.Observed{}).Create(t.Context())
	if err != nil {
		t.Fatalf("creating: %s", err)
	}
	return made
}

// refresh reads the pool that state knows.
func refresh(t *testing.T, a *awstest.Account, state stack.Observed) stack.Observed {
	t.Helper()
	seen, err := stack.New(a.Clients(), state.Spec, state).Read(t.Context())
	if err != nil {
		t.Fatalf("reading: %s", err)
	}
	return seen
}

// update brings the pool that state knows to spec.
func update(t *testing.T, a *awstest.Account, spec stack.Spec, state stack.Observed) stack.Observed {
	t.Helper()
	updated, err := stack.New(a.Clients(), spec, state).Update(t.Context())
	if err != nil {
		t.Fatalf("updating: %s", err)
	}
	return updated
}

// destroy removes the pool that state knows and makes sure that nothing is left.
func destroy(t *testing.T, a *awstest.Account, state stack.Observed) {
	t.Helper()
	if _, err := stack.New(a.Clients(), state.Spec, state).Destroy(t.Context()); err != nil {
		t.Fatalf("destroying: %s", err)
	}
	nothingLeft(t, a)
}

func nothingLeft(t *testing.T, a *awstest.Account) {
	t.Helper()
	objects, err := a.Objects(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	if len(objects) > 0 {
		t.Errorf("left behind: %s", strings.Join(objects, ", "))
	}
}

// same compares what an operation says with what a read right after it says.
func same(t *testing.T, after string, want, got stack.Observed) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(stack.Observed{}, "Outlook")); diff != "" {
		t.Errorf("the read after %s differs (-%s +read):\n%s", after, after, diff)
	}
}

func TestLifeOfAPool(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made := create(t, account, workerPool(account))
	if want := made.Spec.Components(); len(made.Components) != len(want) {
		t.Errorf("made %v, want %v", made.Components, want)
	}
	seen := refresh(t, account, made)
	same(t, "create", made, seen)

	changed := seen.Spec
	changed.MaxSize = 7
	updated := update(t, account, changed, seen)
	same(t, "update", updated, refresh(t, account, updated))
	destroy(t, account, updated)
}

func TestReadOfAPoolThatIsGoneFindsNothing(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made := create(t, account, workerPool(account))
	destroy(t, account, made)
	seen := refresh(t, account, made)
	if len(seen.Components) > 0 {
		t.Errorf("components: %v", seen.Components)
	}
}

func TestDestroyTwice(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made := create(t, account, workerPool(account))
	destroy(t, account, made)
	destroy(t, account, made)
}

// mutations lists the calls that change something, sorted.
func mutations(calls []awstest.Call) (actions []string) {
	for _, c := range calls {
		reads := slices.ContainsFunc([]string{"Describe", "Get", "List", "GET "}, func(how string) bool { return strings.HasPrefix(c.Action, how) })
		if !reads {
			actions = append(actions, c.Action)
		}
	}
	slices.Sort(actions)
	return actions
}
