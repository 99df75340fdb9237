package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

// Who says something.
const (
	autoscaler = "autoscaler"
	lifecycle  = "lifecycle"
)

// saying is what a function has logged of one look.
type saying struct {
	who    string
	text   string
	acted  bool // it has changed something
	failed bool
}

// logLine holds what the functions log: the autoscaler of a poll, the lifecycle
// manager of a sweep.
type logLine struct {
	Level   string
	Message string
	Error   string

	Wanted                              *int // of a poll that could decide
	ScaledOut, ScaledIn, ReplacedStrays float64

	WaitingInstances *float64          // of a sweep
	Steps            map[string]string // by instance
}

// sayingsOf are what an invocation has logged, in the functions' own words. A sweep
// that saw nothing leave says nothing.
func sayingsOf(one awstest.Invocation) (all []saying) {
	who := lifecycle
	if strings.Contains(one.Function, autoscaler) {
		who = autoscaler
	}
	failed := false
	for _, text := range one.Logs {
		var line logLine
		if json.Unmarshal([]byte(text), &line) != nil {
			continue
		}
		said := saying{who: who, text: line.Message, failed: line.Level == "ERROR"}
		if line.Error != "" {
			said.text += ": " + line.Error
		}
		switch {
		case line.Wanted != nil:
			said.acted = line.ScaledOut+line.ScaledIn+line.ReplacedStrays > 0
		case line.WaitingInstances != nil && len(line.Steps) > 0:
			said.text += stepsOf(line.Steps)
			said.acted = strings.Contains(said.text, "continue")
		case !said.failed:
			continue
		}
		failed = failed || said.failed
		all = append(all, said)
	}
	if one.Failure != "" && !failed {
		all = append(all, saying{who: who, text: one.Failure, failed: true})
	}
	return all
}

// stepsOf counts what a sweep has done.
func stepsOf(steps map[string]string) (text string) {
	count := map[string]int{}
	for _, step := range steps {
		count[cmp.Or(step, "look again")]++
	}
	for _, step := range slices.Sorted(maps.Keys(count)) {
		text += fmt.Sprintf("; %d %s", count[step], step)
	}
	return text
}
