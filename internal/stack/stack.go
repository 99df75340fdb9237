package stack

import (
	"context"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

// Stack is one worker pool and the AWS objects it consists of.
type Stack struct {
	clients *awsapi.Clients
	spec    Spec
	prior   Observed
}

// New makes the stack of spec in the account and region of clients. prior is
// what is known to exist (the state); it is empty for a pool not made yet.
func New(clients *awsapi.Clients, spec Spec, prior Observed) *Stack {
	return &Stack{clients: clients, spec: spec, prior: prior}
}

// Create makes the pool, all or nothing. With an error, Observed holds what
// could not be removed again.
func (s *Stack) Create(ctx context.Context) (Observed, error) { return Observed{}, nil }

// Read asks AWS what there is.
func (s *Stack) Read(ctx context.Context) (Observed, error) { return Observed{}, nil }

// Update brings what differs from prior to spec. With an error, Observed says
// what really is.
func (s *Stack) Update(ctx context.Context) (Observed, error) { return Observed{}, nil }

// Destroy removes everything. With an error, Observed says what is left.
func (s *Stack) Destroy(ctx context.Context) (Observed, error) { return Observed{}, nil }

// Components returns the names of the components that spec wants, as they
// appear in Observed.Components.
func (spec Spec) Components() []string { return nil }

// Problem is an error or a warning in words for the user.
type Problem struct {
	Attribute string // dotted path of the argument, such as "selfhosted_configuration.s3_uri"; empty when it is none
	Summary   string // short title
	Detail    string // what was attempted, what to do next, the original error
}

// Explain turns an error of this package into words for the user.
func Explain(err error) []Problem { return nil }
