package e2e

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas"
)

// lively is a pool of Spot Instances with all that the provider has to scale it,
// drain it and watch it. A minute takes three seconds, see newLiveWorld.
const lively = huntedVariables + `
resource "spacelift_ec2_workerpool" "this" {
  provider        = spacelift-ec2
  worker_pool_id  = "` + livePool + `"
  security_groups = var.security_groups
  vpc_subnets     = var.vpc_subnets
  max_size        = 10
  additional_tags = { Round = var.round }
  %[1]s

  instance_market_options = {}
  instance_refresh        = { preferences = { instance_warmup = 0, min_healthy_percentage = 50 } }

  spacelift_api_credentials = {
    api_key_endpoint          = var.api_key_endpoint
    api_key_id                = var.api_key_id
    api_key_secret_wo         = var.api_key_secret
    api_key_secret_wo_version = 1
  }
  autoscaling_configuration = {
    architecture  = "amd64"
    max_create    = 10
    max_terminate = 10
    timeout          = 3
    polling_interval = 1
    log_level     = "debug"
  }
  autoscaler_extra_env = { AUTOSCALING_POLLING_INTERVAL = "500ms" }
  monitoring           = { dashboard = true, alarm_actions = ["arn:aws:sns:us-east-1:123456789012:alarms"] }
}
`

// life is that of one pool, from its first plan to its end, by nothing but Terraform,
// the functions that it deploys and what happens to a pool.
type life struct {
	*hunt
	world *poolWorld
}

// TestLife takes a pool through its life: no run is cut short, nothing is left, and
// no secret is where it does not belong.
func TestLife(t *testing.T) {
	t.Parallel()
	way := ways["write-only"]
	h := newHuntOf(t, fmt.Sprintf(lively, way.argument, way.variables), way)
	l := &life{h, newLiveWorld(t, h.workspace)}
	l.account.HideImages(awstest.ImageNewerX86)
	l.create(t)
	l.scale(t)
	l.replace(t)
	l.rebalance(t)
	l.world.judge()
	l.examineFunctions(t)
	l.examineTemplate(t, 2)
	l.destroy(t)
	l.examineFiles(t, "create.tfplan", "image.tfplan")
	l.examineLogs(t)
	l.examineCalls(t, map[string]int{"PutSecretValue": 1, "PutParameter": 1})
	l.nothingLeft(t)
}

// stage logs how long a part of a life takes.
func (l *life) stage(t *testing.T, name string) (done func()) {
	t.Helper()
	begun := time.Now()
	return func() { t.Logf("%-10s %4.1f s", name, time.Since(begun).Seconds()) }
}

func (l *life) create(t *testing.T) {
	t.Helper()
	defer l.stage(t, "create")()
	l.run(t, true, "plan", "-out=create.tfplan")
	l.run(t, true, "apply", "create.tfplan")
	l.run(t, true, "plan", "-detailed-exitcode") // nothing is left to do
}

// scale lets thirty runs bring ten instances, which then go.
func (l *life) scale(t *testing.T) {
	t.Helper()
	defer l.stage(t, "scale")()
	l.world.queue(30, 2*time.Second)
	l.world.eventually(patience, "the pool is as big as it may be", func() bool { return len(l.world.busy()) == 10 })
	l.world.served(patience, 0)
	if launched := l.world.launched(); launched != 10 {
		t.Errorf("%d instances have been launched for thirty runs", launched)
	}
}

// replace brings a new image to a pool at work.
func (l *life) replace(t *testing.T) {
	t.Helper()
	defer l.stage(t, "replace")()
	stop := l.world.load(600 * time.Millisecond)
	defer stop()
	l.world.eventually(patience, "three are busy", func() bool { return len(l.world.busy()) >= 3 })
	l.account.HideImages()
	said := strings.Join(strings.Fields(l.run(t, true, "plan", "-out=image.tfplan")), " ")
	for _, wanted := range []string{awstest.ImageOlderX86, awstest.ImageNewerX86, "Instances will be replaced", "the launch template gets a new version with another ami_id"} {
		if !strings.Contains(said, wanted) {
			t.Errorf("the plan does not say %q: %s", wanted, said)
		}
	}
	l.run(t, true, "apply", "image.tfplan")
	l.world.refreshed(0)
	for _, instance := range l.world.serving() {
		if *instance.ImageId != awstest.ImageNewerX86 {
			t.Errorf("after the refresh there is %s of image %s", *instance.InstanceId, *instance.ImageId)
		}
	}
	l.run(t, true, "plan", "-detailed-exitcode")
}

// rebalance announces the end of two busy Spot Instances, of one as a
// recommendation and of one as a certainty.
func (l *life) rebalance(t *testing.T) {
	t.Helper()
	defer l.stage(t, "rebalance")()
	l.world.served(patience, 0)
	l.world.queue(4, 5*time.Second)
	l.world.eventually(patience, "four are busy", func() bool { return len(l.world.busy()) == 4 })
	leaving := l.world.busy()[:2]
	l.account.Scaling().RecommendRebalance(leaving[0])
	l.account.Scaling().Reclaim(leaving[1])
	l.world.eventually(patience, "both have left the group", func() bool {
		states := l.world.states()
		return states[leaving[0]] == "" && states[leaving[1]] == ""
	})
	for _, run := range l.world.workers.Runs() {
		if slices.Contains(leaving, run.InstanceID) && run.State != spacelift.Finished {
			t.Errorf("the run of a Spot Instance is %+v", run)
		}
	}
	l.world.served(patience, 0)
}

// destroy takes away a pool with two runs, which end only after it has waited.
func (l *life) destroy(t *testing.T) {
	t.Helper()
	defer l.stage(t, "destroy")()
	l.world.queue(2, time.Hour)
	l.world.eventually(patience, "two are busy", func() bool { return len(l.world.busy()) == 2 })
	l.finishLate()
	l.run(t, true, "destroy", "-auto-approve")
	figures := l.world.workers.Figures()
	if len(figures.CutShort) > 0 || figures.Queued+figures.Running > 0 {
		t.Errorf("runs that did not finish: %+v", figures)
	}
	runs := l.world.workers.Runs()
	last := runs[len(runs)-1]
	for _, call := range l.account.Calls() {
		if call.Action == "DeleteAutoScalingGroup" && call.Start.Before(last.EndedAt) {
			t.Errorf("the group was to go before the last run ended: %+v", last)
		}
	}
}

// finishLate ends all runs some looks after the pool's workers were drained.
func (l *life) finishLate() {
	const looks = 5
	var seen atomic.Int32
	l.world.workers.Behave(func(b *spacelift.Behavior) {
		b.Before = func(operation string) {
			open := slices.ContainsFunc(l.world.workers.Workers(), func(one spacelift.Worker) bool { return !one.Drained })
			if operation == "workerPool" && !open && seen.Add(1) == looks {
				l.world.workers.Finish()
			}
		}
	})
}

// examineFunctions looks into all that Lambda tells of the functions.
func (l *life) examineFunctions(t *testing.T) {
	t.Helper()
	client := awslambda.NewFromConfig(l.account.DirectConfig())
	for _, name := range l.world.deploys {
		out, err := client.GetFunction(t.Context(), &awslambda.GetFunctionInput{FunctionName: aws.String(name)})
		if err != nil {
			t.Fatal(err)
		}
		if out.Configuration.Environment.Variables["SPACELIFT_API_KEY_SECRET_NAME"] != liveParameter {
			t.Errorf("the environment of %s is %v", name, out.Configuration.Environment.Variables)
		}
		text, err := json.Marshal(out)
		if err != nil {
			t.Fatal(err)
		}
		l.examine(t, "the configuration of "+name, text)
	}
}

// examineLogs looks into what the functions have said, and answered.
func (l *life) examineLogs(t *testing.T) {
	t.Helper()
	for _, function := range []string{lambdas.Autoscaler, lambdas.Lifecycle} {
		lines := 0
		for _, result := range l.world.results(function) {
			lines += len(result.Logs)
			l.examine(t, "the log of "+function, []byte(strings.Join(append(result.Logs, string(result.Payload), string(result.Event)), "\n")))
		}
		if lines == 0 {
			t.Errorf("%s has logged nothing", function)
		}
	}
}
