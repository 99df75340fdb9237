package stack_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

const poolID = "01HZXK3J5T9V2QWERTY0123456"

// workerPool is a complete Spec in the account's network.
func workerPool(a *awstest.Account) stack.Spec {
	network := a.Network()
	return stack.Spec{
		WorkerPoolID: poolID, BaseName: "sp5ft-" + poolID,
		Tags:           map[string]string{"Team": "platform"},
		SecurityGroups: network.SecurityGroupIDs, Subnets: network.SubnetIDs,
		MinSize: 1, MaxSize: 5,
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

func TestLifeOfAPool(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	ctx := context.Background()
	spec := workerPool(account)

	account.ResetCalls()
	made, err := stack.New(account.Clients(), spec, stack.Observed{}).Create(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range account.Calls() {
		t.Log(c.Service, c.Action, c.Status, c.ErrorCode)
	}
	seen, err := stack.New(account.Clients(), made.Spec, made).Read(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(made, seen); diff != "" {
		t.Errorf("read after create differs (-create +read):\n%s", diff)
	}
	account.ResetCalls()
	changed := seen.Spec
	changed.MaxSize = 7
	updated, err := stack.New(account.Clients(), changed, seen).Update(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range account.Calls() {
		t.Log(c.Service, c.Action, c.Status, c.ErrorCode)
	}
	account.ResetCalls()
	left, err := stack.New(account.Clients(), updated.Spec, updated).Destroy(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range account.Calls() {
		t.Log(c.Service, c.Action, c.Status, c.ErrorCode)
	}
	t.Log(left)
	objects, err := account.Objects(ctx)
	if err != nil || len(objects) > 0 {
		t.Errorf("left behind: %v %v", objects, err)
	}
}
