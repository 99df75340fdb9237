package scenario

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/autoscaling"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/draining"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/scaling"
)

const hookName = "DrainWorkerLifecycleHook"

// world is a worker pool with all that it needs, on the clock of a bubble.
type world struct {
	*testing.T

	settings settings
	ctx      context.Context //nolint:containedctx // ends with the bubble
	groups   *autoscaling.Groups
	fleet    *autoscaling.Fleet
	account  *spacelift.Service
	pool     string
	sites    []*site
	log      *journal
	running  sync.WaitGroup

	mu       sync.Mutex
	faults   []fault // each is asked before each call
	events   []autoscaling.Event
	mail     func(deliver func(event string), event string) // how hook messages come
	persons  map[string]bool                                // workers that a person drained
	serial   int                                            // numbers processes
	mayCut   int                                            // runs that this story cuts short on purpose
	timedOut int                                            // invocations that Lambda ended
	failed   int                                            // invocations that ended with an error
}

// site is one group of the pool with its functions.
type site struct {
	name      string
	scaler    *function
	lifecycle *function
}

// play tells a story in a bubble and judges it.
func play(t *testing.T, change func(*settings), story func(*world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		t.Helper()
		ctx, cancel := context.WithCancel(t.Context())
		s := defaults()
		change(&s)
		w := newWorld(ctx, t, s)
		defer w.running.Wait()
		defer cancel()
		story(w)
		w.judge()
	})
}

func newWorld(ctx context.Context, t *testing.T, s settings) *world {
	t.Helper()
	w := &world{
		T: t, settings: s, ctx: ctx, log: &journal{}, persons: map[string]bool{},
		mail: func(deliver func(string), event string) { deliver(event) },
	}
	w.groups, w.fleet = autoscaling.NewLocal(autoscaling.Place{Partition: "aws", Region: "us-east-1", AccountID: "000000000001"}, time.Now)
	w.groups.Behave(func(b *autoscaling.Behavior) { b.BootTime, b.TerminateTime = s.boot, 30*time.Second })
	w.groups.Subscribe(w.note)
	w.fleet.AddSubnet("subnet-a", "us-east-1a")
	w.template("ami-1")
	w.account = spacelift.New(time.Now)
	w.account.Behave(func(b *spacelift.Behavior) { b.RegisterTime, b.MissTime = s.register, time.Minute })
	w.account.Follow(w.groups)
	w.pool = w.account.AddPool("")
	w.fleet.OnMessage(w.post)
	w.start(func() { w.groups.Run(ctx) })
	w.start(func() { w.account.Run(ctx) })
	for _, name := range s.groups {
		w.sites = append(w.sites, &site{name: name})
	}
	for _, one := range w.sites {
		w.found(one)
	}
	return w
}

// start runs something for as long as the world lasts.
func (w *world) start(do func()) { w.running.Go(do) }

// template adds a version of the launch template.
func (w *world) template(image string) {
	w.fleet.AddTemplate(autoscaling.Template{ID: "lt-1", Name: "template", Image: image, InstanceType: "t3.micro", Spot: w.settings.spot})
}

// found makes a group as the provider does, with its functions.
func (w *world) found(one *site) {
	w.Helper()
	s, name := w.settings, one.name
	w.employ(one)
	_, err := w.groups.CreateAutoScalingGroup(&sdk.CreateAutoScalingGroupInput{
		AutoScalingGroupName: &name, MinSize: &s.min, MaxSize: &s.max, DesiredCapacity: aws.Int32(max(s.min, s.desired)),
		VPCZoneIdentifier: aws.String("subnet-a"), CapacityRebalance: &s.spot,
		LaunchTemplate: &types.LaunchTemplateSpecification{LaunchTemplateId: aws.String("lt-1"), Version: aws.String("$Latest")},
		Tags:           []types.Tag{{Key: aws.String("WorkerPoolID"), Value: &w.pool}},
		LifecycleHookSpecificationList: []types.LifecycleHookSpecification{{
			LifecycleHookName: aws.String(hookName), LifecycleTransition: aws.String("autoscaling:EC2_INSTANCE_TERMINATING"),
			HeartbeatTimeout: &s.heartbeat, DefaultResult: aws.String("ABANDON"),
			NotificationTargetARN: aws.String("arn:aws:sqs:us-east-1:000000000001:" + name), RoleARN: aws.String("arn:aws:iam::000000000001:role/hook"),
		}},
		InstanceLifecyclePolicy: &types.InstanceLifecyclePolicy{RetentionTriggers: &types.RetentionTriggers{TerminateHookAbandon: types.RetentionActionRetain}},
	})
	if err != nil {
		w.Fatal(err)
	}
	w.start(func() { one.scaler.schedule(0) })
	w.start(func() { one.lifecycle.schedule(20 * time.Second) })
}

// employ makes the functions of a group.
func (w *world) employ(one *site) {
	s, name := w.settings, one.name
	log := slog.New(slog.NewJSONHandler(w.log, nil))
	one.scaler = &function{world: w, handle: func(ctx context.Context, p *process, _ json.RawMessage) error {
		scaler := scaling.Scaler{Pool: p.pool, Fleet: p.fleet(name), PoolID: w.pool, Limits: s.scaling, Interval: s.interval, Log: log}
		return scaler.Run(ctx)
	}}
	one.lifecycle = &function{world: w, handle: func(ctx context.Context, p *process, event json.RawMessage) error {
		manager := draining.Manager{Pool: p.pool, Fleet: p.fleet(name), PoolID: w.pool, Hook: hookName, Limits: s.draining, Interval: s.interval, Log: log}
		return manager.Handle(ctx, event)
	}}
}

// note keeps what happens to instances.
func (w *world) note(e autoscaling.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events = append(w.events, e)
}

// nextSkew is how much the clock of the next process is off.
func (w *world) nextSkew() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.settings.skews) == 0 {
		return 0
	}
	w.serial++
	return w.settings.skews[w.serial%len(w.settings.skews)]
}

// journal keeps the errors among the functions' log lines.
type journal struct {
	mu     sync.Mutex
	errors []string
}

// Write implements io.Writer.
func (j *journal) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte(`"level":"ERROR"`)) {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.errors = append(j.errors, string(line))
	}
	return len(line), nil
}
