package main

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

// figureNames are what a goal can be about, besides the lifecycle states of
// instances (how many are in it).
var figureNames = []string{"waiting", "busy", "finished", "cut", "workers", "drained", "instances"}

// figuresOf are the numbers of a situation by name: of runs that wait, are under way,
// have finished or were cut short; of workers, and of those that are drained; of
// instances, in all and by state.
func figuresOf(now awstest.Situation) map[string]int {
	figures := map[string]int{
		"waiting": now.Queued, "busy": now.Running, "finished": now.Finished, "cut": now.CutShort,
		"workers": len(now.Workers), "instances": len(now.Instances),
	}
	for _, worker := range now.Workers {
		if worker.Drained {
			figures["drained"]++
		}
	}
	for _, one := range now.Instances {
		figures[one.State]++
	}
	return figures
}

// goal is what a watch waits for: all of it must hold.
type goal []comparison

type comparison struct {
	figure, operator string
	number           int
}

var comparisonForm = regexp.MustCompile(`^([A-Za-z:]+)(=|>=|<=)(\d+)$`)

// parseGoal reads comparisons between commas, such as "waiting=0,InService>=2".
func parseGoal(text string) (goal, error) {
	var wanted goal
	for part := range strings.SplitSeq(text, ",") {
		found := comparisonForm.FindStringSubmatch(part)
		if found == nil {
			return nil, fmt.Errorf("reading %q: want comparisons such as waiting=0,InService>=2", text)
		}
		if !slices.Contains(figureNames, found[1]) && !slices.Contains(types.LifecycleState("").Values(), types.LifecycleState(found[1])) {
			return nil, fmt.Errorf("reading %q: %s is neither one of %s nor a lifecycle state", text, found[1], strings.Join(figureNames, ", "))
		}
		number, err := strconv.Atoi(found[3])
		if err != nil {
			return nil, fmt.Errorf("reading %q: %w", text, err)
		}
		wanted = append(wanted, comparison{found[1], found[2], number})
	}
	return wanted, nil
}

// met says whether all of it holds.
func (g goal) met(figures map[string]int) bool {
	for _, one := range g {
		has := figures[one.figure]
		var holds bool
		switch one.operator {
		case ">=":
			holds = has >= one.number
		case "<=":
			holds = has <= one.number
		default:
			holds = has == one.number
		}
		if !holds {
			return false
		}
	}
	return true
}

// never is a goal that nothing meets.
var never = goal{{figure: "workers", operator: ">=", number: math.MaxInt}}
