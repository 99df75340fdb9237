package component

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/google/go-cmp/cmp"
)

// pool makes the component of another pool in the same account.
func (w *world) pool(name string, change func(*SharedLogGroup)) *SharedLogGroup {
	return (&SharedLogGroup{
		Object: Object{Key: name}, API: w.Clients().Logs, GroupName: logName, Pool: name,
		Settings: LogGroupSettings{Retention: 7, KMSKeyID: secretKey},
		Tags:     Tags{Want: map[string]string{TagWorkerPoolID: "01" + name, TagManagedBy: ManagedBy, "Pool": name}},
	}).with(change)
}

func (g *SharedLogGroup) with(change func(*SharedLogGroup)) *SharedLogGroup {
	if change != nil {
		change(g)
	}
	return g
}

// group is the log group as it is, and its tags; nil when there is none.
func (w *world) group(t *testing.T) (*types.LogGroup, map[string]string) {
	t.Helper()
	found, err := w.Direct().Logs.DescribeLogGroups(w.ctx, &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String(logName)})
	done(t, found, err)
	for i := range found.LogGroups {
		if aws.ToString(found.LogGroups[i].LogGroupName) == logName {
			tags, err := w.Direct().Logs.ListTagsForResource(w.ctx, &cloudwatchlogs.ListTagsForResourceInput{ResourceArn: aws.String(w.logARN())})
			done(t, tags, err)
			return &found.LogGroups[i], tags.Tags
		}
	}
	return nil, nil
}

func (w *world) delete(t *testing.T, c Component) {
	t.Helper()
	if err := c.Delete(w.ctx); err != nil {
		t.Fatalf("deleting %s: %v", c.Name(), err)
	}
}

func TestLogGroupOfSomebodyElseIsUsedOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	theirs := map[string]string{"Owner": "them", "Pool": "theirs"}
	out, err := w.Direct().Logs.CreateLogGroup(w.ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String(logName), Tags: theirs})
	done(t, out, err)
	a := w.pool("a", nil)
	w.ensure(t, a)
	if a.Created() || a.ID() != logName || a.ARN() != w.logARN() {
		t.Errorf("created %t, id %q, ARN %q", a.Created(), a.ID(), a.ARN())
	}
	if a.Rules() {
		t.Error("it is taken for ours")
	}
	w.reads(t, a, InSync)
	group, tags := w.group(t)
	if group.RetentionInDays != nil || group.KmsKeyId != nil {
		t.Errorf("its settings were changed: %v", group)
	}
	want := map[string]string{"Owner": "them", "Pool": "theirs", markPrefix + "a": "01a"}
	if diff := cmp.Diff(tags, want); diff != "" {
		t.Errorf("tags (-got +want):\n%s", diff)
	}
	w.delete(t, a)
	if group, tags := w.group(t); group == nil || cmp.Diff(tags, theirs) != "" {
		t.Errorf("after Delete: %v, tags %v", group, tags)
	}
	if got := w.mutations(); !slices.Equal(got, []string{"logs/CreateLogGroup", "logs/TagResource", "logs/UntagResource"}) {
		t.Errorf("called %q", got)
	}
}

func TestLastPoolDeletesTheLogGroup(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		skip map[string]bool // pools with SkipDestroy
		kept bool
	}{
		"both let it go":     {nil, false},
		"the first keeps it": {map[string]bool{"a": true}, false},
		"the last keeps it":  {map[string]bool{"b": true}, true},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			a := w.pool("a", func(g *SharedLogGroup) { g.Settings.SkipDestroy = test.skip["a"] })
			b := w.pool("b", func(g *SharedLogGroup) { g.Settings.SkipDestroy = test.skip["b"] })
			w.ensure(t, a)
			w.ensure(t, b)
			if !a.Created() || b.Created() {
				t.Errorf("created: a %t, b %t", a.Created(), b.Created())
			}
			w.reads(t, a, InSync) // they do not fight over the tag Pool
			w.reads(t, b, InSync)
			_, tags := w.group(t)
			want := map[string]string{TagManagedBy: ManagedBy, "Pool": "a", markPrefix + "a": "01a", markPrefix + "b": "01b"}
			if diff := cmp.Diff(tags, want); diff != "" {
				t.Errorf("tags (-got +want):\n%s", diff)
			}
			w.delete(t, a)
			if group, tags := w.group(t); group == nil || tags[markPrefix+"a"] != "" || tags[markPrefix+"b"] == "" {
				t.Fatalf("after the first went: %v, tags %v", group, tags)
			}
			w.delete(t, b)
			group, tags := w.group(t)
			if (group != nil) != test.kept {
				t.Errorf("after the last went: %v", group)
			}
			if tags[markPrefix+"b"] != "" {
				t.Errorf("the mark of the last is left: %v", tags)
			}
		})
	}
}

func TestAbandonTakesBackOnlyOwnMark(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b, late := w.pool("a", nil), w.pool("b", nil), w.pool("b", nil)
	w.ensure(t, a)
	w.ensure(t, b)
	late.Known = logName
	w.ensure(t, late) // b marked it in an earlier run
	if err := late.Abandon(w.ctx); err != nil {
		t.Fatal(err)
	}
	if _, tags := w.group(t); tags[markPrefix+"b"] == "" {
		t.Error("a mark of an earlier run was taken back")
	}
	if err := b.Abandon(w.ctx); err != nil {
		t.Fatal(err)
	}
	if group, tags := w.group(t); group == nil || tags[markPrefix+"b"] != "" || tags[markPrefix+"a"] == "" || b.ID() != "" {
		t.Errorf("after Abandon: %v, tags %v, id %q", group, tags, b.ID())
	}
	w.delete(t, a)
	if err := b.Abandon(w.ctx); err != nil {
		t.Errorf("abandoning what is gone: %v", err)
	}
}

func TestLogGroupNeverExpires(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.change = func(kit map[string]Component) {
		kit[keyLog].(*SharedLogGroup).Settings = LogGroupSettings{Class: "INFREQUENT_ACCESS"}
	}
	made := w.fresh(t, keyLog)
	w.ensure(t, made)
	group, _ := w.group(t)
	if group.RetentionInDays != nil || group.KmsKeyId != nil || group.LogGroupClass != "INFREQUENT_ACCESS" {
		t.Errorf("made %+v", group)
	}
	w.repairs(t, keyLog, drift{fields: []string{"Retention"}, says: "retention is 14 days, not forever", change: logDrifts[0].change})
	w.repairs(t, keyLog, drift{fields: []string{"KMSKeyID"}, says: `its KMS key is "` + otherKey + `", not ""`, change: logDrifts[2].change})
}

func TestLogGroupWhoseNameIsAPrefix(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	out, err := w.Direct().Logs.CreateLogGroup(w.ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String(logName + ".1")})
	done(t, out, err)
	made := w.fresh(t, keyLog)
	w.reads(t, made, Absent)
	w.ensure(t, made)
	w.delete(t, made)
	if !w.holds(t, "logs:log-group/"+logName+".1") {
		t.Error("another log group was deleted")
	}
}

func TestRestoredARNSavesALookup(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.change = func(kit map[string]Component) { kit[keyLog].(*SharedLogGroup).Restore(w.logARN()) }
	w.ensure(t, w.fresh(t, keyLog))
	for _, call := range w.Calls() {
		if call.Action == "DescribeLogGroups" {
			t.Error("the ARN was looked up")
		}
	}
}
