package component

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

// ahead is the component called key as a Read of the pool uses it: with what it
// shares with others, and asked before it is read. Components that can do none of
// that are as they are.
func (w *world) ahead(t *testing.T, key string) Component {
	t.Helper()
	probe := w.fresh(t, key)
	if _, err := probe.Read(w.ctx); err != nil {
		t.Fatal(err)
	}
	c := w.fresh(t, key)
	arn := w.restore(c, probe)
	switch c := c.(type) {
	case *SharedLogGroup:
		c.List = NewLogGroupList(w.ctx, c.API, []string{c.GroupName, "/aws/lambda/other"})
	case *FunctionLogGroup:
		c.List = NewLogGroupList(w.ctx, c.API, []string{c.GroupName, "other"})
	case *InvocationRule:
		c.List = NewRuleList(w.ctx, c.API, c.RuleName[:3])
	case *Alarm:
		c.List = NewAlarmList(w.ctx, c.API, []string{"other", c.AlarmName})
	}
	if index := w.index; index != nil && arn != "" {
		index.Fill(w.ctx, w.Clients().Tagging, []string{"arn:aws:sqs:us-east-1:" + w.ID() + ":other", arn})
	}
	if asker, ok := c.(Asker); ok {
		asker.Ask(w.ctx, func(call func()) { call() })
	}
	return c
}

// restore tells c what a state would know of it, and returns its ARN.
func (w *world) restore(c, read Component) (arn string) {
	switch c := c.(type) {
	case *LaunchTemplate:
		arn = "arn:aws:ec2:us-east-1:" + w.ID() + ":launch-template/" + c.Known
		c.Restore(0, arn)
	case *Parameter:
		arn = "arn:aws:ssm:us-east-1:" + w.ID() + ":parameter" + parameterName
		c.Restore(arn)
	case interface {
		Indexed
		Restore(arn string)
	}:
		arn = read.(Indexed).IndexedARN()
		c.Restore(arn)
	}
	return arn
}

// What was asked ahead is what Read finds, and Read asks nothing again.
func TestReadTakesWhatWasAskedAhead(t *testing.T) {
	each(t, own, func(t *testing.T, w *world, key string, _ contract) {
		w.index = &TagIndex{}
		w.ensure(t, w.behind(t, key))
		asked := w.ahead(t, key)
		if _, ok := asked.(Asker); !ok {
			return // it shares what others ask
		}
		w.ResetCalls()
		w.Inject(awstest.FailAction("", "", "AccessDenied", 0))
		w.reads(t, asked, InSync)
		if calls := w.Calls(); len(calls) != 0 {
			t.Errorf("called %v", calls)
		}
	})
}

func TestAnswerAskedAheadServesOnce(t *testing.T) {
	t.Parallel()
	calls := 0
	count := func(context.Context) (int, error) { calls++; return calls, nil }
	var a asked[int]
	a.ask(t.Context(), func(call func()) { go call() }, count)
	for want := 1; want <= 3; want++ {
		if got, err := a.take(t.Context(), count); err != nil || got != want {
			t.Errorf("got %d, %v, want %d", got, err, want)
		}
	}
}

// A refusal is not taken for absence either when it comes ahead.
func TestRefusalAheadIsNoAbsence(t *testing.T) {
	each(t, own, func(t *testing.T, w *world, key string, _ contract) {
		made := w.behind(t, key)
		w.ensure(t, made)
		reader := w.fresh(t, key)
		w.restore(reader, made)
		asker, ok := reader.(Asker)
		if !ok {
			return
		}
		w.Inject(awstest.FailAction("", "", "AccessDenied", 0))
		asker.Ask(w.ctx, func(call func()) { call() })
		w.ClearFaults()
		if status, err := reader.Read(w.ctx); err == nil || reader.ID() != made.ID() {
			t.Errorf("%v, %v, id %q, want %q", status, err, reader.ID(), made.ID())
		}
	})
}

// What was deleted outside is absent, whoever was asked and when.
func TestAbsenceIsSeenAhead(t *testing.T) {
	each(t, func(c contract) bool { return own(c) && c.vanishing == "" }, func(t *testing.T, w *world, key string, _ contract) {
		w.index = &TagIndex{}
		w.ensure(t, w.behind(t, key))
		probe := w.fresh(t, key)
		w.reads(t, probe, InSync)
		w.remove(t, key)
		gone := w.fresh(t, key)
		w.restore(gone, probe)
		if rule, ok := gone.(*InvocationRule); ok {
			rule.List = NewRuleList(w.ctx, rule.API, rule.RuleName[:3])
		}
		if asker, ok := gone.(Asker); ok {
			asker.Ask(w.ctx, func(call func()) { call() })
		}
		w.reads(t, gone, Absent)
	})
}

// The tags of one object among many, told wrong or not at all.
func TestTagIndexIsBelievedOnlyWhereAllIsRight(t *testing.T) {
	t.Parallel()
	right := map[string]string{TagWorkerPoolID: poolID, TagManagedBy: ManagedBy, "Team": "blue"}
	for name, test := range map[string]struct {
		index map[string]string // what it says; nil: nothing of the object
		own   map[string]string // what the service says
		asks  bool
	}{
		"all is right":              {index: right, own: right},
		"the index is behind":       {index: map[string]string{"Team": "red"}, own: right, asks: true},
		"the index does not know":   {own: right, asks: true},
		"a tag is wrong":            {index: map[string]string{"Team": "red"}, own: map[string]string{"Team": "red"}, asks: true},
		"a tag is left over":        {index: with(right, "Stale"), own: with(right, "Stale"), asks: true},
		"tags of others are no sin": {index: with(right, "Cost"), own: with(right, "Cost")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			index := &TagIndex{share(t.Context(), func(context.Context) (map[string]map[string]string, error) {
				if test.index == nil {
					return map[string]map[string]string{"another": right}, nil
				}
				return map[string]map[string]string{"arn": test.index}, nil
			})}
			asked := false
			got, err := (Tags{Want: right, Remove: []string{"Stale"}, Index: index}).read(t.Context(), "arn", func(context.Context) (map[string]string, error) {
				asked = true
				return test.own, nil
			})
			if diff := cmp.Diff(test.own, got); err != nil || diff != "" || asked != test.asks {
				t.Errorf("%v, asked the service: %t\n%s", err, asked, diff)
			}
		})
	}
}

func with(tags map[string]string, key string) map[string]string {
	all := map[string]string{key: "x"}
	for k, v := range tags {
		all[k] = v
	}
	return all
}

// Whoever may not use the index reads as without it.
func TestTagIndexThatIsDenied(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.index = &TagIndex{}
	w.ensure(t, w.behind(t, keyQueue))
	w.Inject(awstest.FailAction("tagging", "GetResources", "AccessDeniedException", 0))
	w.reads(t, w.ahead(t, keyQueue), InSync)
}

// So do log groups whose list cannot be had, or does not have them.
func TestLogGroupsWithoutTheirList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ensure(t, w.behind(t, keyFnLog))
	group := w.fresh(t, keyFnLog).(*FunctionLogGroup)
	group.List = NewLogGroupList(w.ctx, w.Clients().Logs, []string{"other"})
	w.reads(t, group, InSync)
	group = w.fresh(t, keyFnLog).(*FunctionLogGroup)
	group.List = NewLogGroupList(w.ctx, w.Clients().Logs, []string{"other", fnLogName})
	w.Inject(awstest.FailAction("logs", "DescribeLogGroups", "ResourceNotFoundException", 1)) // because of the other
	w.reads(t, group, InSync)
}

// A role whose attachments nobody looks at goes with them.
func TestRoleGoesWithWhatOthersAttached(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	role := w.fresh(t, keyFnRole)
	w.ensure(t, role)
	_, err := w.Direct().IAM.AttachRolePolicy(w.ctx, &iam.AttachRolePolicyInput{RoleName: aws.String(fnRoleName), PolicyArn: aws.String(readOnly)})
	done(t, role, err)
	w.reads(t, role, InSync)
	if err := role.Delete(w.ctx); err != nil || w.holds(t, "iam:role/"+fnRoleName) {
		t.Errorf("%v", err)
	}
}
