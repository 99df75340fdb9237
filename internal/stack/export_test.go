package stack

import (
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

// Quickly makes the stack look at workers every few milliseconds, and wait for
// instances that boot as long as grace.
func (s *Stack) Quickly(grace time.Duration) *Stack {
	s.pace = pace{first: 2 * time.Millisecond, most: 5 * time.Millisecond, grace: grace}
	return s
}

// DrainMark is the mark of a destroy at a time.
var DrainMark = drainMark

// DependenciesOf are those of each component of a pool, by their names.
func DependenciesOf(spec Spec) map[string][]string {
	edges := map[string][]string{}
	for _, m := range build(&awsapi.Clients{Region: "us-east-1", Partition: "aws"}, spec, Observed{}).members {
		edges[m.Name()] = []string{}
		for _, dep := range m.Deps() {
			edges[m.Name()] = append(edges[m.Name()], dep.Name())
		}
	}
	return edges
}

// Golden is golden.
var Golden = golden
