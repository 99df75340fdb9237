package stack

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/graph"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/userdata"
)

// Problem is an error or a warning in words for the user.
type Problem struct {
	Attribute string // dotted path of the argument, such as "selfhosted_configuration.s3_uri"; empty when it is none
	Summary   string // short title
	Detail    string // what was attempted, what to do next, the original error
	Warning   bool
}

// CreateError is a create that failed after it had made something.
type CreateError struct {
	Cause    error
	Made     []string // components that it had made
	Rollback error    // nil when all of them were removed again
}

func (e *CreateError) Error() string { return e.Cause.Error() }

// Unwrap gives access to the cause.
func (e *CreateError) Unwrap() error { return e.Cause }

// Explain turns an error of this package into words for the user. It returns
// one Problem for each component that failed.
func Explain(err error) []Problem {
	if err == nil {
		return nil
	}
	suffix := ""
	var create *CreateError
	if errors.As(err, &create) {
		suffix = "\n\n" + create.aftermath()
	}
	var failed *graph.Error
	if !errors.As(err, &failed) {
		return []Problem{explain("", err, suffix)}
	}
	problems := make([]Problem, 0, len(failed.Failures))
	for i, f := range failed.Failures {
		if i > 0 {
			suffix = ""
		}
		problems = append(problems, explain(f.Node, f.Err, suffix))
	}
	return problems
}

func (e *CreateError) aftermath() string {
	if e.Rollback == nil {
		return "What this apply had made (" + strings.Join(e.Made, ", ") + ") has been removed again. Fix the cause and apply again."
	}
	return "Removing what this apply had made failed as well: " + e.Rollback.Error() +
		"\n\nWhat is left stays in the state as a tainted resource: apply again, or destroy it, once the cause is fixed."
}

// explain words one error. name is the component's, "" for none.
func explain(name string, err error, suffix string) Problem {
	var (
		foreign *component.ForeignError
		large   *userdata.TooLargeError
		p       Problem
	)
	switch {
	case errors.As(err, &foreign) && foreign.Ours:
		p = explainExists(foreign)
	case errors.As(err, &foreign):
		p = Problem{
			Attribute: "base_name",
			Summary:   "Name in use by something else",
			Detail: fmt.Sprintf("The %s %q exists and does not carry this worker pool's tags, so it is left alone. "+
				"Choose another base_name, or delete or rename the object if nobody needs it.", foreign.Kind, foreign.Name),
		}
	case errors.As(err, &large):
		p = Problem{Attribute: "configuration", Summary: "Boot script too large", Detail: err.Error()}
	default:
		p = Problem{Summary: "Step failed", Detail: nextStep(err) + "\n\nError: " + err.Error()}
		if operation := awserr.Operation(err); operation != "" {
			p.Summary = operation + " failed"
		}
	}
	if name != "" {
		p.Summary = name + ": " + p.Summary
	}
	p.Detail += suffix
	return p
}

func explainExists(e *component.ForeignError) Problem {
	p := Problem{Attribute: "base_name", Summary: "Worker pool already exists"}
	if e.Deleting {
		p.Detail = fmt.Sprintf("The pool %q is being deleted by another configuration, or a deletion of it was interrupted. "+
			"Finish it where it was begun (terraform destroy), or choose another base_name.", e.Name)
		return p
	}
	p.Detail = fmt.Sprintf("The pool %q exists in this account and region already: another configuration, workspace or resource has made it, or is making it "+
		"right now. Taking it over would leave it with two owners. Set base_name to make a second group for the same worker pool, or go on with "+
		"the configuration that has this one in its state. If it is the pool that this very resource replaces, remove create_before_destroy "+
		"from its lifecycle block: the names are unique, so the old pool has to go first.", e.Name)
	return p
}

// nextStep says what to do next, by kind of error.
func nextStep(err error) string {
	switch {
	case awserr.AccessDenied(err):
		return "The provider's credentials lack the permission for this operation. Grant it and apply again."
	case awserr.Throttled(err):
		return "AWS asked to slow down until all retries were used up. Apply again later, or raise max_retries in the provider."
	case awserr.LimitExceeded(err):
		return "A quota of the account is reached. Raise it in Service Quotas or remove what is not needed, then apply again."
	case awserr.Conflict(err):
		return "Something else is changing or still using this object. Apply again once it is done."
	}
	return "Apply again once the cause is fixed: what is already right is left as it is."
}
