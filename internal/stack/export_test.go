package stack

import (
	"bytes"
	"io"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

// The race detector goes through each archive byte by byte, again and again: here they
// have a few. Those of the provider are deployed in the tests of Terraform.
func init() {
	content := func(function, arch string) []byte { return awstest.Package(function + " for " + arch) }
	openArchive = func(function, arch string) (*io.SectionReader, error) {
		archive := content(function, arch)
		return io.NewSectionReader(bytes.NewReader(archive), 0, int64(len(archive))), nil
	}
	archiveHash = func(function, arch string) (string, error) { return awstest.CodeSHA256(content(function, arch)), nil }
}

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
