package stack

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
)

// How much of what others say goes into an error: enough to see what a boot
// script failed with, and no more than a person reads.
const (
	maxFailures      = 3
	consoleLines     = 25
	consoleLineWidth = 300 // bytes
)

// findings are what is known about workers that did not come.
type findings struct {
	group       string
	awaited     int32 // workers
	desired     int32 // instances; unknown when the group could not be read
	read        bool  // whether it could
	staff       staff
	suspensions []component.Suspension
	failures    []component.Failure
	instance    string   // whose console was read, "" for none
	console     string   // what that says
	unknown     []string // what could not be looked up, and why
}

// diagnose finds out why workers did not come. Each lookup may fail without
// hiding the others.
func (s *Stack) diagnose(ctx context.Context, group *component.AutoScalingGroup, seen staff) string {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), diagnosisTimeout)
	defer cancel()
	f := findings{group: firstNonEmpty(group.ID(), group.GroupName), awaited: s.spec.WaitForWorkers, staff: seen}
	note := func(err error) {
		if err != nil {
			f.unknown = append(f.unknown, err.Error())
		}
	}
	if status, err := group.Read(ctx); err != nil {
		note(err)
	} else if status.State != component.Absent {
		f.read, f.desired, f.suspensions, f.staff.instances = true, group.Desired(), group.Suspensions(), group.Instances()
	}
	var err error
	f.failures, err = group.Failures(ctx)
	note(err)
	if f.instance = f.suspect(); f.instance != "" {
		f.console, err = component.Console(ctx, s.clients.EC2, f.instance)
		note(err)
	}
	return f.report(newMask(append(slices.Collect(maps.Values(s.spec.Secret.Values)), s.secrets...)))
}

// suspect is an instance that is running and has no worker, "" for none.
func (f findings) suspect() string {
	for _, instance := range f.staff.unregistered() {
		if instance.State == "InService" {
			return instance.ID
		}
	}
	for _, instance := range f.staff.unregistered() {
		if !instance.Leaving() {
			return instance.ID
		}
	}
	return ""
}

// report says it in words. Texts of others pass the mask.
func (f findings) report(m mask) string {
	var b strings.Builder
	b.WriteString(f.size())
	if f.staff.strangers > 0 {
		fmt.Fprintf(&b, "\nThe worker pool has %s besides that, of other groups or with metadata that do not tell its instance.", counted(f.staff.strangers, "worker"))
	}
	for _, s := range f.suspensions {
		fmt.Fprintf(&b, "\nProcess %s of the group is suspended: %s.", s.Process, m.of(s.Reason))
	}
	for i, failure := range f.failures {
		if i == maxFailures {
			fmt.Fprintf(&b, "\n(%d more scaling activities failed.)", len(f.failures)-i)
			break
		}
		fmt.Fprintf(&b, "\nA scaling activity failed at %s: %s", failure.At.UTC().Format(time.RFC3339), m.of(firstNonEmpty(failure.Reason, failure.Description)))
	}
	for _, unknown := range f.unknown {
		b.WriteString("\nNot known: " + m.of(unknown))
	}
	if text := tail(m.of(f.console)); text != "" {
		fmt.Fprintf(&b, "\n\nThe console of instance %s, which has no worker, ends with:\n%s", f.instance, text)
	}
	return b.String()
}

// size is what the group has and wants, and whether that can be enough.
func (f findings) size() string {
	has := fmt.Sprintf("%d%s", len(f.staff.instances), states(f.staff.instances))
	if !f.read {
		return fmt.Sprintf("Group %s had %s when it was last seen.", f.group, has)
	}
	text := fmt.Sprintf("Group %s wants %s and has %s.", f.group, counted(f.desired, "instance"), has)
	if f.desired < f.awaited {
		text += fmt.Sprintf(" That is the reason: %s cannot come from fewer instances. Raise min_size, let something scale the group, or lower wait_for_workers.",
			counted(f.awaited, "worker"))
	}
	return text
}

// states counts instances by lifecycle state and health.
func states(instances []component.Instance) string {
	count := map[string]int{}
	for _, instance := range instances {
		count[instance.State+", "+strings.ToLower(instance.Health)]++
	}
	var texts []string
	for _, state := range slices.Sorted(maps.Keys(count)) {
		texts = append(texts, fmt.Sprintf("%d %s", count[state], state))
	}
	if len(texts) == 0 {
		return ""
	}
	return " (" + strings.Join(texts, "; ") + ")"
}

// escapes are the control sequences of a terminal (ECMA-48).
var escapes = regexp.MustCompile(`\x1b\[[0-?]*[ -/]*[@-~]`)

// tail is the end of a console's text, without what only moves a cursor.
func tail(text string) string {
	text = escapes.ReplaceAllString(text, "")
	text = strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsPrint(r) {
			return r
		}
		return -1
	}, text)
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, " \n"); line != "" {
			lines = append(lines, "  | "+strings.ToValidUTF8(line[:min(len(line), consoleLineWidth)], ""))
		}
	}
	return strings.Join(lines[max(0, len(lines)-consoleLines):], "\n")
}

func firstNonEmpty(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
