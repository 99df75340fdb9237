package e2e

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	scaling "github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/autoscaling"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/lambda"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas"
)

// Names of the pool that Terraform makes.
const (
	livePool       = "01HZXK3J5T9V2QWERTY0123456"
	liveName       = "sp5ft-" + livePool
	liveAutoscaler = liveName + "-ec2-autoscaler"
	liveLifecycle  = liveName + "-lifecycle-manager"
	liveParameter  = "/" + liveName + "/api-secret-" + livePool
)

// newLiveWorld is the world of a pool that Terraform makes, functions included, in
// the account of a workspace. What the provider deploys is at work as soon as it is
// there.
func newLiveWorld(t *testing.T, of *workspace) *poolWorld {
	t.Helper()
	runsFunctions(t)
	account := of.account
	w := &poolWorld{
		T: t, account: account, begun: time.Now(),
		api: autoscaling.NewFromConfig(account.DirectConfig()), ec2: ec2.NewFromConfig(account.DirectConfig()),
		workers: account.Spacelift(), pool: account.Spacelift().AddPool(livePool), name: liveName,
		deploys: map[string]string{lambdas.Autoscaler: liveAutoscaler, lambdas.Lifecycle: liveLifecycle},
	}
	account.Lambda().Adjust(func(f *lambda.Function) { quicken(t, f) })
	account.Lambda().Start(minute)
	account.Scaling().Behave(func(b *scaling.Behavior) { b.BootTime, b.TerminateTime = time.Second, 500*time.Millisecond })
	w.workers.Behave(func(b *spacelift.Behavior) { b.RegisterTime, b.MissTime = 300*time.Millisecond, 500*time.Millisecond })
	return w
}

// quicken shortens what no argument does, and lets a function for a processor that
// this machine lacks run on the one that it has, if the provider carries it for both.
func quicken(t *testing.T, f *lambda.Function) {
	t.Helper()
	f.Timeout = min(f.Timeout, minute)
	f.Extra = append(f.Extra, "LIFECYCLE_POLLING_INTERVAL="+interval.String())
	for _, function := range []string{lambdas.Autoscaler, lambdas.Lifecycle} {
		foreign, err := lambdas.Zip(function, lambdas.ARM64)
		if err != nil {
			t.Error(err)
			return
		}
		if f.Arch != lambdas.ARM64 || !bytes.Equal(f.Zip, foreign) {
			continue
		}
		if f.Zip, err = lambdas.Zip(function, lambdas.AMD64); err != nil {
			t.Error(err)
		}
		f.Arch = "" // whatever the code was built for
		return
	}
}

// load queues runs again and again, of one to three seconds, until stop.
func (w *poolWorld) load(every time.Duration) (stop func()) {
	ctx, cancel := context.WithCancel(w.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(every)
		defer tick.Stop()
		for n := 0; ; n++ {
			w.queue(1, time.Duration(1+n%3)*time.Second)
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	}()
	return func() {
		cancel()
		<-done
	}
}

// refreshed waits until an instance refresh is through that is not one of those that
// were there before.
func (w *poolWorld) refreshed(before int) {
	w.Helper()
	w.eventually(2*patience+bootless, "the refresh is through", func() bool {
		all := w.refreshes()
		if len(all) > before && strings.Contains(string(all[0].Status), "Fail") {
			w.Fatalf("the refresh has failed: %+v", all[0])
		}
		return len(all) > before && all[0].Status == types.InstanceRefreshStatusSuccessful
	})
}

// refreshes are the group's, the newest first.
func (w *poolWorld) refreshes() []types.InstanceRefresh {
	w.Helper()
	out, err := w.api.DescribeInstanceRefreshes(w.Context(), &autoscaling.DescribeInstanceRefreshesInput{AutoScalingGroupName: &w.name})
	if err != nil {
		w.Fatal(err)
	}
	return out.InstanceRefreshes
}

// serving are the instances in service, as EC2 tells of them.
func (w *poolWorld) serving() (instances []ec2types.Instance) {
	w.Helper()
	var ids []string
	for id, state := range w.states() {
		if state == string(types.LifecycleStateInService) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	out, err := w.ec2.DescribeInstances(w.Context(), &ec2.DescribeInstancesInput{InstanceIds: ids})
	if err != nil {
		w.Fatal(err)
	}
	for _, reservation := range out.Reservations {
		instances = append(instances, reservation.Instances...)
	}
	return instances
}
