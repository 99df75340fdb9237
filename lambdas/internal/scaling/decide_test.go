package scaling_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/fleet"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/scaling"
)

var now = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

// limits are those of the tables, which change what they are about.
func limits(change ...func(*scaling.Limits)) scaling.Limits {
	l := scaling.Limits{
		MaxCreate: 100, MaxTerminate: 100, TargetUtilization: 100, BootTimeout: 10 * time.Minute, Invocation: time.Minute,
	}
	for _, one := range change {
		one(&l)
	}
	return l
}

// member is an instance with its worker.
type member struct {
	fleet.Instance

	worker *spacelift.Worker
}

type trait func(*member)

// an instance that was launched an hour ago and is in service, with these traits.
func an(id string, traits ...trait) member {
	m := member{Instance: fleet.Instance{ID: id, State: "InService", Launched: now.Add(-time.Hour)}}
	for _, one := range traits {
		one(&m)
	}
	return m
}

func state(name string) trait { return func(m *member) { m.State = name } }

func age(d time.Duration) trait { return func(m *member) { m.Launched = now.Add(-d) } }

func unknown(m *member) { m.Launched = time.Time{} }

func protected(m *member) { m.Protected = true }

func marked(reason marks.Reason, ago time.Duration) trait {
	return func(m *member) { m.Mark = &marks.Mark{At: now.Add(-ago), Reason: reason} }
}

func missed(ago time.Duration) trait {
	return func(m *member) { m.Missed = now.Add(-ago) }
}

func (m *member) hired() *spacelift.Worker {
	if m.worker == nil {
		since := now.Add(-30 * time.Minute)
		m.worker = &spacelift.Worker{ID: "w-" + m.ID, CreatedAt: now.Add(-50 * time.Minute), AvailableAt: &since}
	}
	return m.worker
}

func idle(m *member) { m.hired() }

func busy(m *member) { m.hired().Busy, m.hired().AvailableAt = true, nil }

func drained(m *member) { m.hired().Drained = true }

func idleFor(d time.Duration) trait {
	return func(m *member) { since := now.Add(-d); m.hired().AvailableAt = &since }
}

// older is a worker of an installation that does not tell since when it is idle.
func older(registered time.Duration) trait {
	return func(m *member) { m.hired().AvailableAt, m.hired().CreatedAt = nil, now.Add(-registered) }
}

// many are instances i1, i2 … that are alike, but for their age: the first is the
// oldest.
func many(n int, traits ...trait) (all []member) {
	for i := range n {
		m := an(fmt.Sprintf("i%d", i+1), traits...)
		m.Launched = m.Launched.Add(time.Duration(i) * time.Second)
		all = append(all, m)
	}
	return all
}

// view is a snapshot of a group of 0 to 10 that desires what it has.
func view(pending int, members []member, change ...func(*scaling.Snapshot)) scaling.Snapshot {
	s := scaling.Snapshot{Pending: pending, Group: fleet.Group{Max: 10}, Crew: fleet.Crew{Of: map[string]*spacelift.Worker{}}}
	for _, m := range members {
		s.Group.Instances = append(s.Group.Instances, m.Instance)
		if m.InService() || m.Pending() {
			s.Group.Desired++
		}
		if m.worker != nil {
			s.Workers++
			s.Crew.Of[m.ID] = m.worker
		}
	}
	for _, one := range change {
		one(&s)
	}
	return s
}

func bounds(low, desired, high int) func(*scaling.Snapshot) {
	return func(s *scaling.Snapshot) { s.Group.Min, s.Group.Desired, s.Group.Max = low, desired, high }
}

// stranger is a worker of the pool on an instance elsewhere.
func stranger(s *scaling.Snapshot) { s.Workers++ }

// summary is a decision in a form that a table can hold: the capacity asked for,
// and the actions in their order.
func summary(d scaling.Decision) string {
	parts := []string{fmt.Sprint(d.Desired)}
	for _, action := range d.Actions {
		parts = append(parts, string(action.Verb)+" "+action.Instance)
	}
	return strings.Join(parts, ", ")
}

type decideCase struct {
	limits func(*scaling.Limits)
	see    scaling.Snapshot
	want   string
}

func (c decideCase) test(t *testing.T) {
	t.Parallel()
	l := limits()
	if c.limits != nil {
		c.limits(&l)
	}
	d := scaling.Decide(c.see, l, now)
	if diff := cmp.Diff(c.want, summary(d)); diff != "" {
		t.Errorf("Decide (-want +got):\n%s\nbecause %s", diff, strings.Join(d.Why, "; "))
	}
}

func runDecide(t *testing.T, cases map[string]decideCase) {
	t.Parallel()
	for name, c := range cases {
		t.Run(name, c.test)
	}
}

func TestScaleOut(t *testing.T) {
	runDecide(t, map[string]decideCase{
		"nothing to do":                      {see: view(0, nil), want: "0"},
		"a burst is answered at once":        {see: view(7, nil), want: "7"},
		"not beyond max size":                {see: view(50, nil), want: "10"},
		"at max size, nothing":               {see: view(5, many(10, busy)), want: "10"},
		"max create bounds one poll":         {limits: func(l *scaling.Limits) { l.MaxCreate = 3 }, see: view(7, nil), want: "3"},
		"busy workers do not help":           {see: view(2, many(3, busy)), want: "5"},
		"idle workers do":                    {see: view(2, append(many(1, busy), an("x", idle))), want: "3"},
		"booting instances are coming":       {see: view(3, many(2, state("Pending"), age(time.Minute))), want: "3"},
		"so are those in service for a bit":  {see: view(3, many(2, age(9*time.Minute))), want: "3"},
		"so are those that EC2 does not see": {see: view(2, []member{an("x", unknown), an("y", unknown)}), want: "2"},
		"and those yet to be launched":       {see: view(3, many(1, state("Pending"), age(time.Minute)), bounds(0, 3, 10)), want: "3"},
		"a stray is not":                     {see: view(1, []member{an("x", age(10*time.Minute))}, stranger), want: "2, suspect x"},
		"nor one that is forever pending":    {see: view(1, []member{an("x", state("Pending:Wait"), age(11*time.Minute))}, stranger), want: "2, suspect x"},
		"nor a worker drained by a person":   {see: view(1, []member{an("x", idle, drained)}), want: "2"},
		"nor one that is leaving":            {see: view(1, []member{an("x", idle, state("Terminating:Wait"))}), want: "1"},
		"nor one on standby":                 {see: view(1, []member{an("x", idle, state("Standby"))}), want: "1"},
		"up to min size":                     {see: view(0, nil, bounds(2, 0, 10)), want: "2"},
		"min idle workers beside busy ones":  {limits: func(l *scaling.Limits) { l.MinIdle = 2 }, see: view(0, many(3, busy)), want: "5"},
		"utilization leaves room":            {limits: func(l *scaling.Limits) { l.TargetUtilization = 75 }, see: view(0, many(3, busy)), want: "4"},
		"utilization rounds up":              {limits: func(l *scaling.Limits) { l.TargetUtilization = 75 }, see: view(1, many(3, busy)), want: "6"},
		"a fraction of a worker is one":      {limits: func(l *scaling.Limits) { l.TargetUtilization = 33 }, see: view(0, many(1, busy)), want: "4"},
		"max size bounds those that drain":   {see: view(5, append(many(9, busy), an("x", idle, drained))), want: "10"},
		"during its cooldown, nothing": {
			limits: func(l *scaling.Limits) { l.ScaleOutCooldown = time.Minute },
			see:    view(1, nil, func(s *scaling.Snapshot) { s.Group.ScaledOut = now.Add(-59 * time.Second) }), want: "0",
		},
		"after its cooldown": {
			limits: func(l *scaling.Limits) { l.ScaleOutCooldown = time.Minute },
			see:    view(1, nil, func(s *scaling.Snapshot) { s.Group.ScaledOut = now.Add(-time.Minute) }), want: "1",
		},
		"without a cooldown, whatever the tag": {see: view(1, nil, func(s *scaling.Snapshot) { s.Group.ScaledOut = now.Add(time.Minute) }), want: "1"},
		"not while the pool is being deleted":  {see: view(5, many(1, idle, marked(marks.ScaleIn, time.Hour)), func(s *scaling.Snapshot) { s.Group.Deleting = true }), want: "1"},
	})
}

func TestScaleIn(t *testing.T) {
	runDecide(t, map[string]decideCase{
		"all idle workers":                  {see: view(0, many(2, idle)), want: "2, remove i1, remove i2"},
		"never busy ones":                   {see: view(0, many(2, busy)), want: "2"},
		"the oldest first":                  {limits: func(l *scaling.Limits) { l.MaxTerminate = 1 }, see: view(0, []member{an("new", idle), an("old", idle, age(2*time.Hour))}), want: "2, remove old"},
		"max terminate bounds one poll":     {limits: func(l *scaling.Limits) { l.MaxTerminate = 2 }, see: view(0, many(3, idle)), want: "3, remove i1, remove i2"},
		"not below min size":                {see: view(0, many(3, idle), bounds(2, 3, 10)), want: "3, remove i1"},
		"not below min idle workers":        {limits: func(l *scaling.Limits) { l.MinIdle = 1 }, see: view(0, append(many(2, idle), an("b", busy))), want: "3, remove i1"},
		"not while runs wait":               {see: view(1, many(3, idle)), want: "3"},
		"not while others boot":             {see: view(0, append(many(2, idle), an("p", state("Pending"), age(time.Minute)))), want: "3"},
		"idle for less than the delay":      {limits: func(l *scaling.Limits) { l.ScaleDownDelay = 5 * time.Minute }, see: view(0, many(1, idleFor(299*time.Second))), want: "1"},
		"idle for the delay":                {limits: func(l *scaling.Limits) { l.ScaleDownDelay = 5 * time.Minute }, see: view(0, many(1, idleFor(5*time.Minute))), want: "1, remove i1"},
		"registered for less than it":       {limits: func(l *scaling.Limits) { l.ScaleDownDelay = 5 * time.Minute }, see: view(0, many(1, older(time.Minute))), want: "1"},
		"registered for longer":             {limits: func(l *scaling.Limits) { l.ScaleDownDelay = 5 * time.Minute }, see: view(0, many(1, older(6*time.Minute))), want: "1, remove i1"},
		"not those who are protected":       {see: view(0, []member{an("x", idle, protected), an("y", idle)}), want: "2, remove y"},
		"not one that waits for its launch": {see: view(0, []member{an("x", idle, state("Pending:Wait"))}), want: "1"},
		"nor another in its place":          {limits: func(l *scaling.Limits) { l.MinIdle = 1 }, see: view(0, []member{an("x", idle, marked(marks.ScaleIn, time.Second)), an("y", idle)}), want: "2"},
		"not one that is being removed":     {see: view(0, []member{an("x", idle, marked(marks.ScaleIn, time.Second))}), want: "1"},
		"not what a person has drained":     {see: view(0, []member{an("x", idle, drained)}), want: "1"},
		"not more than is desired":          {see: view(0, many(3, idle), bounds(0, 2, 10)), want: "2, remove i1, remove i2"},
		"inflated capacity, drained":        {see: view(0, many(10, idle), bounds(1, 10, 10)), want: "10, " + removals(9)},
		"during its cooldown, nothing": {
			limits: func(l *scaling.Limits) { l.ScaleInCooldown = time.Minute },
			see:    view(0, many(1, idle), func(s *scaling.Snapshot) { s.Group.ScaledIn = now.Add(-59 * time.Second) }), want: "1",
		},
		"after its cooldown": {
			limits: func(l *scaling.Limits) { l.ScaleInCooldown = time.Minute },
			see:    view(0, many(1, idle), func(s *scaling.Snapshot) { s.Group.ScaledIn = now.Add(-time.Minute) }), want: "1, remove i1",
		},
	})
}

func removals(n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf("remove i%d", i+1))
	}
	return strings.Join(all, ", ")
}

func TestCallOff(t *testing.T) {
	runDecide(t, map[string]decideCase{
		"ten that never came":              {see: view(0, nil, bounds(0, 10, 20)), want: "0"},
		"what is wanted stays":             {see: view(0, many(2, busy), bounds(0, 14, 20)), want: "2"},
		"min size stays":                   {see: view(0, nil, bounds(3, 13, 20)), want: "3"},
		"idle workers that are wanted too": {limits: func(l *scaling.Limits) { l.MinIdle = 3 }, see: view(0, nil, bounds(0, 13, 20)), want: "3"},
		"nine may be on their way":         {see: view(0, nil, bounds(0, 9, 20)), want: "9"},
		"not while runs wait":              {see: view(1, nil, bounds(0, 15, 20)), want: "15"},
		"those that are idle are drained":  {see: view(0, many(12, idle), bounds(0, 12, 20)), want: "12, " + removals(12)},
		"also beside what never came":      {see: view(0, many(2, idle), bounds(0, 13, 20)), want: "2, " + removals(2)},
		"those that are there are not":     {see: view(0, many(4, busy), bounds(0, 15, 20)), want: "4"},
	})
}

func TestStrays(t *testing.T) {
	stray := func(id string, traits ...trait) member { return an(id, append([]trait{age(time.Hour)}, traits...)...) }
	lost := missed(2 * time.Minute)
	runDecide(t, map[string]decideCase{
		"is suspected first":                          {see: view(0, []member{stray("x")}, stranger), want: "1, suspect x"},
		"whatever else it was marked for":             {see: view(0, []member{stray("x", marked(marks.ScaleIn, time.Hour))}, stranger), want: "1, suspect x"},
		"gets two minutes":                            {see: view(0, []member{stray("x", missed(119*time.Second))}, stranger), want: "1"},
		"goes when nobody needs it":                   {see: view(0, []member{stray("x", lost)}, stranger), want: "1, discard x"},
		"is replaced when it is needed":               {see: view(1, []member{stray("x", lost)}, stranger), want: "1, replace x"},
		"is replaced at min size":                     {see: view(0, []member{stray("x", lost)}, stranger, bounds(1, 1, 10)), want: "1, replace x"},
		"counts as coming once replaced":              {see: view(2, []member{stray("x", lost)}, stranger), want: "2, replace x"},
		"a pending one is tried, and not counted on":  {see: view(1, []member{stray("x", lost, state("Pending:Wait"))}, stranger), want: "2, discard x"},
		"nor at max size":                             {see: view(1, []member{stray("x", lost, state("Pending:Wait"))}, stranger, bounds(0, 1, 1)), want: "1, discard x"},
		"nor at min size":                             {see: view(1, []member{stray("x", lost, state("Pending"))}, stranger, bounds(1, 1, 10)), want: "2, replace x"},
		"stays when somebody protects it":             {see: view(0, []member{stray("x", lost, protected)}, stranger), want: "1"},
		"max terminate at a time":                     {limits: func(l *scaling.Limits) { l.MaxTerminate = 1 }, see: view(0, []member{stray("x", lost), stray("y", lost)}, stranger), want: "2, discard x"},
		"max replacements at a time":                  {limits: func(l *scaling.Limits) { l.MaxTerminate = 1 }, see: view(2, []member{stray("x", lost), stray("y", lost)}, stranger), want: "3, replace x"},
		"at min size beside an extra one":             {see: view(0, []member{stray("x", lost), an("y", idle), an("z", idle)}, bounds(2, 2, 10)), want: "2, replace x"},
		"one goes, one is replaced, down to min size": {see: view(0, []member{stray("x", lost), stray("y", lost), an("z", idle)}, bounds(1, 2, 10)), want: "2, discard x, replace y"},
		"in an outage one stays":                      {see: view(0, []member{stray("x", lost)}), want: "1"},
		"all but one worker may go beside one":        {see: view(0, append([]member{stray("x", missed(time.Second)), an("b", busy)}, many(2, idle)...)), want: "4, remove i1, remove i2"},
		"in an outage all stay":                       {see: view(0, []member{stray("x", lost), stray("y")}), want: "2"},
		"a drained one that is back, too":             {see: view(0, []member{stray("x", idle, drained, lost)}), want: "1, found x"},
		"of one that leaves it is the manager's":      {see: view(0, []member{stray("x", busy, lost, state("Terminating:Wait"))}), want: "0"},
		"a worker that is back clears it":             {see: view(0, []member{stray("x", busy, lost)}), want: "1, found x"},
		"a young one is none":                         {see: view(0, []member{stray("x", age(599*time.Second), lost)}, stranger), want: "1"},
		"a retained instance is none":                 {see: view(0, []member{stray("x", state("Terminating:Retained"), lost)}, stranger), want: "0"},
		"an instance that leaves is none":             {see: view(0, []member{stray("x", state("Terminating:Proceed"), lost)}, stranger), want: "0"},
		"the last worker waits for it":                {see: view(0, []member{stray("x", missed(time.Second)), an("y", idle)}), want: "2"},
		"the last but one does not":                   {see: view(0, []member{stray("x", missed(time.Second)), an("y", idle), an("z", idle)}), want: "3, remove y"},
		"does not hold others up":                     {see: view(2, []member{stray("x", missed(time.Second)), an("y", busy)}), want: "4"},
		"both bounds hold at the same time":           {see: view(0, []member{stray("x", lost), an("y", idle)}, bounds(1, 2, 10)), want: "2, discard x"},
	})
}

func TestHalfDrained(t *testing.T) {
	left := marked(marks.ScaleIn, 121*time.Second) // a minute of invocation, a minute of clock skew
	runDecide(t, map[string]decideCase{
		"is finished with":                            {see: view(0, []member{an("x", idle, drained, left)}), want: "1, finish x"},
		"is released when it is needed":               {see: view(1, []member{an("x", idle, drained, left)}), want: "1, release x"},
		"is released at min size":                     {see: view(0, []member{an("x", idle, drained, left), an("y", idle)}, bounds(2, 2, 10)), want: "2, release x"},
		"is released if it is protected":              {see: view(0, []member{an("x", idle, drained, left, protected)}), want: "1, release x"},
		"is released when it has a run":               {see: view(0, []member{an("x", busy, drained, left)}), want: "1, release x"},
		"is another's for two minutes":                {see: view(0, []member{an("x", idle, drained, marked(marks.ScaleIn, 2*time.Minute))}), want: "1"},
		"only as many as are needed":                  {see: view(1, []member{an("x", idle, drained, left), an("y", idle, drained, left)}), want: "2, release x, finish y"},
		"is released at min size beside an extra one": {see: view(0, []member{an("x", idle, drained, left), an("y", idle), an("z", idle)}, bounds(2, 2, 10)), want: "2, release x"},
		"one goes, one is released, down to min size": {see: view(0, []member{an("x", idle, drained, left), an("y", idle, drained, left), an("z", idle)}, bounds(1, 2, 10)), want: "2, finish x, release y"},
		"its run is load":                             {see: view(1, []member{an("x", busy, drained, left)}), want: "2, release x"},
		"a person's is not ours":                      {see: view(1, []member{an("x", idle, drained)}), want: "2"},
		"a destroy's is not ours":                     {see: view(0, []member{an("x", idle, drained, marked(marks.Deletion, time.Hour))}), want: "1"},
		"a mark without a drain is stale":             {see: view(0, []member{an("x", busy, left)}), want: "1, clear x"},
		"and cleared before a removal":                {see: view(0, []member{an("x", idle, left)}), want: "1, clear x"},
		"a fresh one is not stale":                    {see: view(0, []member{an("x", busy, marked(marks.ScaleIn, time.Second))}), want: "1"},
	})
}

// What a decision says of itself is what an operator reads.
func TestWhy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		see    scaling.Snapshot
		outage bool
		want   []string
	}{
		"scale out": {view(3, many(1, busy), bounds(0, 1, 3)), false, []string{
			"3 waiting and 1 busy want 3 workers; there are 1, 0 of them booting or yet to launch", "2 more are wanted: 2 are added",
		}},
		"at max size": {view(5, append(many(9, busy), an("x", idle, drained))), false, []string{
			"5 waiting and 9 busy want 10 workers; there are 9, 0 of them booting or yet to launch", "1 more are wanted, but max size is 10",
		}},
		"nothing to do": {view(0, nil), false, []string{"0 waiting and 0 busy want 0 workers; there are 0, 0 of them booting or yet to launch"}},
		"scale in":      {view(0, many(2, idle)), false, []string{"0 waiting and 0 busy want 0 workers; there are 2, 0 of them booting or yet to launch", "2 are not wanted: 2 are removed"}},
		"outage": {view(0, many(2)), true, []string{
			"0 waiting and 0 busy want 0 workers; there are 0, 0 of them booting or yet to launch",
			"the pool has not one worker, though 2 instances run: Spacelift or the pool's token may be at fault, so none is replaced",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := scaling.Decide(c.see, limits(), now)
			if diff := cmp.Diff(c.want, d.Why); diff != "" || d.Outage != c.outage {
				t.Errorf("Outage = %t, Why (-want +got):\n%s", d.Outage, diff)
			}
		})
	}
}

// Every instance is of one class, and each class is counted.
func TestCounts(t *testing.T) {
	t.Parallel()
	d := scaling.Decide(view(0, []member{
		an("a", state("Pending"), age(time.Minute)), an("b", idle), an("c", busy), an("d", busy, drained), an("e"),
		an("f", idle, drained, marked(marks.ScaleIn, time.Hour)), an("g", busy, state("Terminating:Retained")), an("h", state("Terminating:Wait")),
	}), limits(), now)
	want := map[scaling.Class]int{
		scaling.Booting: 1, scaling.Idle: 1, scaling.Busy: 1, scaling.Draining: 2, scaling.Stray: 1, scaling.HalfDrained: 1, scaling.Retained: 1,
	}
	if diff := cmp.Diff(want, d.Counts); diff != "" {
		t.Errorf("Counts (-want +got):\n%s", diff)
	}
}
