package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	scaling "github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/autoscaling"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/lambda"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/lambdaenv"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas"
)

const (
	// minute is how long a minute takes here: from one invocation to the next, and
	// what an invocation may take.
	minute   = 3 * time.Second
	interval = 500 * time.Millisecond // between two looks of an invocation
	// heartbeat of the hook, in seconds, is the least that AWS takes. It is not scaled.
	heartbeat = 30
	hookName  = "DrainWorkerLifecycleHook"
	groupName = "workers"
)

// poolWorld is a group in an AWS account, with its workers in Spacelift and the two
// functions as the provider carries them, on the clock of the wall.
type poolWorld struct {
	*testing.T

	account *awstest.Account
	api     *autoscaling.Client
	ec2     *ec2.Client
	workers *spacelift.Service
	pool    string
	name    string            // of the group
	deploys map[string]string // names of the functions, by what the provider carries
	env     lambdaenv.Autoscaler
	begun   time.Time
}

// poolSize is of the group: its size, and what the autoscaler does in one poll.
type poolSize struct {
	desired, max int32
	idle, step   int
	cooldown     time.Duration // after a scaling of either kind
}

// newPoolWorld makes a pool and sets its functions going.
func newPoolWorld(t *testing.T, size poolSize) *poolWorld {
	t.Helper()
	runsFunctions(t)
	account := awstest.Start(t)
	w := &poolWorld{
		T: t, account: account, begun: time.Now(),
		api: autoscaling.NewFromConfig(account.DirectConfig()), ec2: ec2.NewFromConfig(account.DirectConfig()),
		workers: account.Spacelift(), pool: account.Spacelift().AddPool(""), name: groupName,
		deploys: map[string]string{lambdas.Autoscaler: lambdas.Autoscaler, lambdas.Lifecycle: lambdas.Lifecycle},
	}
	account.Lambda().Adjust(func(f *lambda.Function) { f.Timeout = minute })
	account.Scaling().Behave(func(b *scaling.Behavior) { b.BootTime, b.TerminateTime = 2*time.Second, 500*time.Millisecond })
	w.workers.Behave(func(b *spacelift.Behavior) { b.RegisterTime, b.MissTime = 500*time.Millisecond, time.Second })
	queue := w.makeQueue()
	w.template(awstest.ImageOlderX86)
	w.makeGroup(queue, size)
	key := w.workers.Key()
	w.env = lambdaenv.Autoscaler{
		Common: lambdaenv.Common{
			GroupARN: *w.group().AutoScalingGroupARN, Region: account.Region(), WorkerPoolID: w.pool, BootTimeout: time.Minute,
			APIKeyID: key.ID, APIKeySecretName: w.keepSecret(key.Secret), APIKeyEndpoint: account.SpaceliftURL(),
		},
		MaxCreate: size.step, MaxKill: size.step, MinIdleWorkers: size.idle, TargetUtilization: 100, PollingInterval: interval, Timeout: minute,
		ScaleOutCooldown: size.cooldown, ScaleInCooldown: size.cooldown,
	}
	w.deploy(queue)
	return w
}

// begin sets the functions going, once the workers that the group begins with are
// there.
func (w *poolWorld) begin() {
	w.Helper()
	w.eventually(patience, "the first workers have registered", func() bool { return len(w.workers.Workers()) == len(w.states()) })
	w.account.Lambda().Start(minute)
}

// template makes the launch template of an image, or its next version.
func (w *poolWorld) template(image string) {
	w.Helper()
	data := &ec2types.RequestLaunchTemplateData{ImageId: &image, InstanceType: ec2types.InstanceTypeT3Micro}
	_, err := w.ec2.CreateLaunchTemplateVersion(w.Context(), &ec2.CreateLaunchTemplateVersionInput{LaunchTemplateName: aws.String(groupName), LaunchTemplateData: data})
	if err != nil {
		_, err = w.ec2.CreateLaunchTemplate(w.Context(), &ec2.CreateLaunchTemplateInput{LaunchTemplateName: aws.String(groupName), LaunchTemplateData: data})
	}
	if err != nil {
		w.Fatal(err)
	}
}

func (w *poolWorld) makeGroup(queue string, size poolSize) {
	w.Helper()
	_, err := w.api.CreateAutoScalingGroup(w.Context(), &autoscaling.CreateAutoScalingGroupInput{
		AutoScalingGroupName: aws.String(groupName), MinSize: aws.Int32(0), MaxSize: &size.max, DesiredCapacity: &size.desired,
		VPCZoneIdentifier: &w.account.Network().SubnetIDs[0], Tags: []types.Tag{{Key: aws.String("WorkerPoolID"), Value: &w.pool}},
		LaunchTemplate: &types.LaunchTemplateSpecification{LaunchTemplateName: aws.String(groupName), Version: aws.String("$Latest")},
		LifecycleHookSpecificationList: []types.LifecycleHookSpecification{{
			LifecycleHookName: aws.String(hookName), LifecycleTransition: aws.String("autoscaling:EC2_INSTANCE_TERMINATING"),
			HeartbeatTimeout: aws.Int32(heartbeat), DefaultResult: aws.String("ABANDON"),
			NotificationTargetARN: &queue, RoleARN: aws.String(w.makeRole(hookRole, "autoscaling")),
		}},
		InstanceLifecyclePolicy: &types.InstanceLifecyclePolicy{RetentionTriggers: &types.RetentionTriggers{TerminateHookAbandon: types.RetentionActionRetain}},
	})
	if err != nil {
		w.Fatal(err)
	}
}

func (w *poolWorld) group() types.AutoScalingGroup {
	w.Helper()
	found, err := w.api.DescribeAutoScalingGroups(context.WithoutCancel(w.Context()), &autoscaling.DescribeAutoScalingGroupsInput{})
	if err != nil || len(found.AutoScalingGroups) != 1 {
		w.Fatalf("reading the group: %v", err)
	}
	return found.AutoScalingGroups[0]
}

// states are the lifecycle states of the group's instances, by id.
func (w *poolWorld) states() map[string]string {
	states := map[string]string{}
	for _, one := range w.group().Instances {
		states[*one.InstanceId] = string(one.LifecycleState)
	}
	return states
}

// busy are the instances with a run; idle are those in service without one.
func (w *poolWorld) busy() []string { return w.instances(true) }

func (w *poolWorld) idle() []string { return w.instances(false) }

func (w *poolWorld) instances(busy bool) (ids []string) {
	states := w.states()
	for _, one := range w.workers.Workers() {
		if states[one.InstanceID] == "InService" && (one.RunID != "") == busy {
			ids = append(ids, one.InstanceID)
		}
	}
	return ids
}

// queue adds runs that take a time each.
func (w *poolWorld) queue(runs int, d time.Duration) {
	for range runs {
		w.workers.Queue(w.pool, d)
	}
}

// end lets the group end an instance and replace it, unless it is on its way already:
// an autoscaler whose call has no answer takes it for lost, and its worker back.
func (w *poolWorld) end(id string) {
	w.Helper()
	_, err := w.api.TerminateInstanceInAutoScalingGroup(w.Context(), &autoscaling.TerminateInstanceInAutoScalingGroupInput{
		InstanceId: &id, ShouldDecrementDesiredCapacity: aws.Bool(false),
	})
	var leaving *types.ScalingActivityInProgressFault
	if err != nil && !errors.As(err, &leaving) {
		w.Fatal(err)
	}
}

// launched is how many instances the group has ever launched.
func (w *poolWorld) launched() int {
	w.Helper()
	launched := 0
	pages := autoscaling.NewDescribeScalingActivitiesPaginator(w.api, &autoscaling.DescribeScalingActivitiesInput{AutoScalingGroupName: &w.name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(w.Context())
		if err != nil {
			w.Fatal(err)
		}
		for _, activity := range page.Activities {
			if strings.HasPrefix(*activity.Description, "Launching a new EC2 instance") {
				launched++
			}
		}
	}
	return launched
}

// lookEvery spares the emulator, which the tests share with the functions.
const lookEvery = 300 * time.Millisecond

// eventually waits until something is so.
func (w *poolWorld) eventually(limit time.Duration, what string, so func() bool) {
	w.Helper()
	for end := time.Now().Add(limit); !so(); <-time.After(lookEvery) {
		if time.Now().After(end) {
			w.Fatalf("after %s not yet so: %s: group %v, workers %+v\n%s\n%s", limit, what, w.states(), w.workers.Workers(), w.lastErrors(), w.lastLines())
		}
	}
}

// lastLines are what the lifecycle manager has said last.
func (w *poolWorld) lastLines() string {
	results := w.results(lambdas.Lifecycle)
	var lines []string
	for _, result := range results[max(0, len(results)-5):] {
		lines = append(lines, result.Logs...)
	}
	return strings.Join(lines, "\n")
}

// markLife is how long a mark stands for that a poll has left which this machine was
// too slow for: an invocation, and a minute that clocks may differ by, which is not
// scaled.
const markLife = minute + time.Minute

// bootless is for how long the lifecycle manager waits for the worker of an instance that
// is to end before it has one, such as one that a refresh ends as it boots. It is not
// scaled either.
const bootless = 3 * time.Minute

// served waits until no run waits or runs, and until so many workers are left.
func (w *poolWorld) served(limit time.Duration, left int) {
	w.Helper()
	w.eventually(limit+markLife+bootless, fmt.Sprintf("all runs are done, %d workers are left", left), func() bool {
		f := w.workers.Figures()
		return f.Queued+f.Running == 0 && len(w.states()) == left && len(w.idle()) == left && int(*w.group().DesiredCapacity) == left
	})
}

// judge checks what must hold whatever has happened, and prints figures.
func (w *poolWorld) judge() {
	w.Helper()
	f := w.workers.Figures()
	waits := slices.Sorted(slices.Values(f.Waits))
	last := len(waits) - 1
	w.Logf("%d runs waited p50 %s, p95 %s; idle for %s, busy for %s; took %s; invocations: %d and %d",
		len(waits), waits[last/2].Round(interval/5), waits[last*95/100].Round(interval/5), f.Idle.Round(time.Second), f.Busy.Round(time.Second),
		time.Since(w.begun).Round(time.Second), len(w.results(lambdas.Autoscaler)), len(w.results(lambdas.Lifecycle)))
	if len(f.CutShort) > 0 {
		w.Errorf("runs cut short: %+v", f.CutShort)
	}
	states := w.states()
	for _, one := range w.workers.Workers() {
		if one.Drained && states[one.InstanceID] == "InService" {
			w.Errorf("worker %s of instance %s is left drained", one.ID, one.InstanceID)
		}
	}
	found, err := w.ec2.DescribeInstances(w.Context(), &ec2.DescribeInstancesInput{
		Filters: []ec2types.Filter{{Name: aws.String("instance-state-name"), Values: []string{"running"}}},
	})
	if err != nil {
		w.Fatal(err)
	}
	for _, reservation := range found.Reservations {
		for i := range reservation.Instances {
			if id := *reservation.Instances[i].InstanceId; states[id] == "" {
				w.Errorf("instance %s runs, and is in no group", id)
			}
		}
	}
}

func (w *poolWorld) results(function string) []lambda.Result {
	return w.account.Lambda().Runner().Results(w.deploys[function])
}

// lastErrors are what the functions have logged of errors, the last few.
func (w *poolWorld) lastErrors() []string {
	var lines []string
	for _, function := range []string{lambdas.Autoscaler, lambdas.Lifecycle} {
		for _, result := range w.results(function) {
			for _, line := range result.Logs {
				var fields struct{ Level string }
				if json.Unmarshal([]byte(line), &fields) != nil || fields.Level == "ERROR" {
					lines = append(lines, function+": "+line)
				}
			}
		}
	}
	return lines[max(0, len(lines)-6):]
}
