package stack_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

func TestDestroyWaitsForRuns(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made, c := manned(t, account, 3)
	c.workers["w0"].Busy = true
	c.workers["w2"].Busy, c.workers["w2"].Drained = true, true // by a person
	c.hire("other", "i-of-another-group", "another-group")
	c.hire("namesake", "i-of-another-region", made.AutoScalingGroupName)
	c.hire("moved", c.workers["w1"].Metadata.InstanceID, "another-group") // its instance is in this one now
	c.workers["w0"].Metadata.GroupName = ""                               // a boot script that does not tell it
	c.atLook = func(n int, c *crew) {
		if n < 5 {
			return
		}
		seen := seenGroup(t, account)
		if seen == nil || len(seen.instances) != 3 {
			t.Errorf("look %d, while workers are busy: the group is %+v", n, seen)
			return
		}
		if diff := cmp.Diff([]string{"AlarmNotification", "Launch", "ScheduledActions", "Terminate"}, seen.suspended); diff != "" {
			t.Error(diff)
		}
		marked := drainMarks(t, account)
		if len(marked) != 2 || marked[c.workers["w2"].Metadata.InstanceID] != "" {
			t.Errorf("marks: %v", marked)
		}
		switch n {
		case 5:
			c.finish("w0")
		case 7:
			c.finish("w2")
		}
	}
	if _, err := stack.New(account.Clients(), made.Spec, made).With(c).Quickly(0).Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
	nothingLeft(t, account)
	if c.looks < 7 {
		t.Errorf("it looked %d times and did not wait for all runs", c.looks)
	}
	slices.Sort(c.calls)
	if diff := cmp.Diff([]string{"drain moved", "drain w0", "drain w1"}, c.calls); diff != "" {
		t.Errorf("wanted (-), done (+):\n%s", diff)
	}
}

// outlast destroys a pool whose worker w1 comes late: it is drained, and some looks pass
// before nothing is left.
func outlast(t *testing.T, a *awstest.Account, made stack.Observed, c *crew, grace time.Duration, looks int) {
	t.Helper()
	if _, err := stack.New(a.Clients(), made.Spec, made).With(c).Quickly(grace).Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
	nothingLeft(t, a)
	if c.looks < looks || !slices.Contains(c.calls, "drain w1") {
		t.Errorf("%d looks, %v", c.looks, c.calls)
	}
}

// A run that comes between the look and the drain, and a worker that comes after
// both, are waited for like all others.
func TestDestroyWaitsForWhatComesLate(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made, c := manned(t, account, 2)
	register := c.late("w1")
	c.atLook = func(n int, c *crew) {
		switch n {
		case 3:
			c.workers["w0"].Busy = true // the look before did not show it
		case 4:
			register()
		case 6:
			c.finish("w0")
		case 8:
			c.finish("w1")
		}
	}
	outlast(t, account, made, c, time.Minute, 8)
}

// A drain that answers busy is a run that was scheduled meanwhile.
func TestDestroyWaitsWhenADrainComesTooLate(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made, c := manned(t, account, 1)
	c.fail = func(call string) error {
		if call == "drain w0" {
			c.workers["w0"].Busy = true
		}
		return nil
	}
	c.atLook = func(n int, c *crew) {
		if n == 5 {
			c.finish("w0")
		}
	}
	if _, err := stack.New(account.Clients(), made.Spec, made).With(c).Quickly(0).Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c.looks < 5 {
		t.Errorf("%d looks: the run was cut off", c.looks)
	}
}

// A worker that took longer to boot than a destroy waits for may have come while other
// components were removed.
func TestDestroyLooksAgainBeforeTheGroupGoes(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made, c := manned(t, account, 2)
	register := c.late("w1")
	c.atLook = func(n int, c *crew) {
		switch n {
		case 3: // the one after that by which nothing was left to wait for
			register()
		case 6:
			if seen := seenGroup(t, account); seen == nil || len(seen.instances) != 2 {
				t.Errorf("while a worker is busy the group is %+v", seen)
			}
			c.finish("w1")
		}
	}
	outlast(t, account, made, c, 0, 6)
}

// A destroy that gives up at the last look says what it has removed.
func TestDestroyThatGivesUpLate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		refuse error
		says   []string
	}{
		"busy":    {nil, []string{"Workers are still busy", "worker w0 on instance", "The functions of the pool have been removed and not its instances, and no run was cut off"}},
		"refused": {&spacelift.KeyError{}, []string{"Workers cannot be drained", "The functions of the pool have been removed and not its instances"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			account := awstest.Start(t)
			made, c := manned(t, account, 1)
			c.atLook = func(n int, c *crew) {
				if n == 3 {
					c.workers["w0"].Busy = true
				}
			}
			c.fail = func(string) error {
				if c.looks < 3 {
					return nil
				}
				return test.refuse
			}
			problem := stack.Explain(abandon(t, account, made, c), stack.Destroying)[0]
			for _, words := range test.says {
				if !strings.Contains(problem.Summary+"\n"+problem.Detail, words) {
					t.Errorf("%q is missing in: %s\n%s", words, problem.Summary, problem.Detail)
				}
			}
			c.fail, c.atLook = nil, nil
			c.finish("w0")
			again := refresh(t, account, made)
			if _, err := stack.New(account.Clients(), again.Spec, again).With(c).Quickly(0).Destroy(t.Context()); err != nil {
				t.Fatal(err)
			}
			nothingLeft(t, account)
		})
	}
}

// A create that fails late takes a pool back whose first workers have runs already.
func TestRollbackLetsRunsEnd(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*stack.Spec)
		fail   error
		waits  bool
	}{
		"busy":            {func(*stack.Spec) {}, nil, true},
		"boots":           {func(*stack.Spec) {}, nil, false},
		"by force":        {func(s *stack.Spec) { s.ForceDestroy = true }, nil, false},
		"does not answer": {func(*stack.Spec) {}, &spacelift.KeyError{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			account := awstest.Start(t)
			spec := workerPool(account)
			spec.MinSize = 1
			test.change(&spec)
			account.Inject(awstest.FailAction("autoscaling", "CreateOrUpdateTags", "AccessDenied", 0)) // the last step
			c := newCrew()
			c.fail = func(string) error { return test.fail }
			c.atLook = func(n int, c *crew) {
				seen := seenGroup(t, account)
				if seen == nil || len(seen.instances) != 1 {
					t.Errorf("look %d: the group is %+v", n, seen)
					return
				}
				if !test.waits {
					return
				}
				switch n {
				case 1:
					c.workers["w0"] = &spacelift.Worker{ID: "w0", Busy: true, Metadata: spacelift.Metadata{InstanceID: seen.instances[0], GroupName: spec.BaseName}}
				case 4:
					c.finish("w0")
				}
			}
			left, err := stack.New(account.Clients(), spec, stack.Observed{}).With(c).Quickly(time.Minute).Create(t.Context())
			var failure *stack.CreateError
			if !errors.As(err, &failure) || failure.Rollback != nil || len(left.Components) > 0 {
				t.Fatalf("left %v, error %v", left.Components, err)
			}
			nothingLeft(t, account)
			if waited := c.looks >= 4; waited != test.waits {
				t.Errorf("%d looks", c.looks)
			}
		})
	}
}

func TestDestroyThatGivesUpLosesNothing(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made, c := manned(t, account, 3)
	_, err := account.Direct().AutoScaling.SuspendProcesses(t.Context(), &autoscaling.SuspendProcessesInput{
		AutoScalingGroupName: &made.AutoScalingGroupName, ScalingProcesses: []string{"AZRebalance", "AlarmNotification"},
	})
	if err != nil {
		t.Fatal(err)
	}
	c.workers["w0"].Busy = true
	c.workers["w2"].Drained = true // by a person
	before, group := objects(t, account), seenGroup(t, account)
	problem := stack.Explain(abandon(t, account, made, c), stack.Destroying)[0]
	for _, word := range []string{"worker w0 on instance " + c.workers["w0"].Metadata.InstanceID, "busy; takes no further run since", "Nothing has been removed", "terraform destroy again", "terraform apply", "force_destroy = true"} {
		if !strings.Contains(problem.Detail, word) {
			t.Errorf("%q is missing in: %s", word, problem.Detail)
		}
	}
	if strings.Contains(problem.Detail, "worker w1") || problem.Attribute != "timeouts.delete" {
		t.Errorf("the problem: %+v", problem)
	}
	if diff := cmp.Diff(before, objects(t, account)); diff != "" {
		t.Errorf("it lost (-), it made (+):\n%s", diff)
	}
	halted := seenGroup(t, account)
	if halted.tags[marks.PoolState] != marks.Deleting || halted.tags[component.TagSuspended] != "Launch,Terminate,ScheduledActions" {
		t.Errorf("tags are %v", halted.tags)
	}

	// Again: nothing of the first is forgotten.
	_ = abandon(t, account, made, c)
	if again := seenGroup(t, account); again.tags[component.TagSuspended] != halted.tags[component.TagSuspended] {
		t.Errorf("noted %q, then %q", halted.tags[component.TagSuspended], again.tags[component.TagSuspended])
	}
	seen := refresh(t, account, made)
	if !strings.Contains(seen.Drift[stack.ComponentGroup], "deletion was begun") {
		t.Errorf("drift is %v", seen.Drift)
	}
	updated := resume(t, account, seen, c)
	same(t, "resume", updated, refresh(t, account, updated))
	if diff := cmp.Diff(group, seenGroup(t, account), cmp.AllowUnexported(*group)); diff != "" {
		t.Errorf("the group before the destroy (-) and after the resume (+):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"w2"}, c.drained()); diff != "" || len(drainMarks(t, account)) > 0 {
		t.Errorf("marks %v; the drained workers:\n%s", drainMarks(t, account), diff)
	}
	c.finish("w0")
	if _, err := stack.New(account.Clients(), updated.Spec, updated).With(c).Quickly(0).Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
	nothingLeft(t, account)
}

// Whoever interrupts a destroy hears what it has left, wherever it was.
func TestInterruptedDestroySaysWhatItLeaves(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made, c := manned(t, account, 2)
	c.workers["w0"].Busy = true
	for look, words := range map[int][]string{
		2: {"while it drained the workers"}, // the first look of the drain
		4: {"These are not done", "worker w0 on instance " + c.workers["w0"].Metadata.InstanceID + ": busy; takes no further run since", "the group does not scale"},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		c.looks, c.atLook = 0, func(n int, _ *crew) {
			if n == look {
				cancel()
			}
		}
		_, err := stack.New(account.Clients(), made.Spec, made).With(c).Quickly(0).Destroy(ctx)
		problems := stack.Explain(err, stack.Destroying)
		if len(problems) != 1 || problems[0].Summary != "Interrupted" || strings.Contains(problems[0].Detail, "worker w1") {
			t.Fatalf("look %d: %+v", look, problems)
		}
		for _, word := range append(words, "Nothing has been removed", "terraform destroy again", "terraform apply, which resumes the pool") {
			if !strings.Contains(problems[0].Detail, word) {
				t.Errorf("look %d: %q is missing in: %s", look, word, problems[0].Detail)
			}
		}
		c.atLook = nil
		made = resume(t, account, refresh(t, account, made), c)
	}
	c.finish("w0")
	if _, err := stack.New(account.Clients(), made.Spec, made).With(c).Quickly(0).Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
	nothingLeft(t, account)
}

// Where there is nothing to wait for, Spacelift is not asked.
func TestDestroyWithoutDraining(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*stack.Spec){
		"by force":     func(s *stack.Spec) { s.MinSize, s.ForceDestroy = 1, true },
		"no instances": func(s *stack.Spec) { s.MinSize = 0 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			account := awstest.Start(t)
			spec := workerPool(account)
			change(&spec)
			made := create(t, account, spec)
			c := newCrew()
			c.fail = func(call string) error { return errors.New("asked to " + call) }
			if _, err := stack.New(account.Clients(), made.Spec, made).With(c).Destroy(t.Context()); err != nil {
				t.Fatal(err)
			}
			nothingLeft(t, account)
		})
	}
}
