package stack

import (
	"context"
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

// Operation is what an error is about; it decides what the user can do next.
type Operation string

// The operations of Terraform.
const (
	Planning   Operation = "plan"
	Creating   Operation = "create"
	Reading    Operation = "read"
	Updating   Operation = "update"
	Destroying Operation = "delete"
	Importing  Operation = "import"
)

// again is the next step once the cause of a failure is gone.
func (o Operation) again() string {
	switch o {
	case Planning, Reading:
		return "Plan again"
	case Importing:
		return "Import again"
	case Destroying:
		return "Run terraform destroy again, which goes on where it stopped,"
	default:
		return "Apply again"
	}
}

// takeBack is how an operation that was interrupted is undone, where that takes a
// word.
func (o Operation) takeBack() string {
	if o != Destroying {
		return ""
	}
	return " Or run terraform apply, which takes the deletion back. Until then the group may not scale, and its workers may take no runs."
}

// Explain turns an error of this package into words for the user. It returns
// one Problem for each component that failed.
func Explain(err error, during Operation) []Problem {
	if err == nil {
		return nil
	}
	suffix := ""
	var create *CreateError
	if errors.As(err, &create) {
		suffix = "\n\n" + create.aftermath()
	}
	if errors.Is(err, context.Canceled) {
		return []Problem{{Summary: "Interrupted", Detail: fmt.Sprintf("The %s was interrupted before its end. %s when you want it finished.", during, during.again()) + during.takeBack() + suffix}}
	}
	var failed *graph.Error
	if !errors.As(err, &failed) {
		return []Problem{explain("", err, during, suffix)}
	}
	problems := make([]Problem, 0, len(failed.Failures))
	for i, f := range failed.Failures {
		if i > 0 {
			suffix = ""
		}
		problems = append(problems, explain(f.Node, f.Err, during, suffix))
	}
	return problems
}

func (e *CreateError) aftermath() string {
	if e.Rollback == nil {
		return "What this apply had made (" + strings.Join(e.Made, ", ") + ") has been removed again."
	}
	return "Removing what this apply had made failed as well: " + e.Rollback.Error() +
		"\n\nWhat is left stays in the state as a tainted resource: apply again, or destroy it, once the cause is fixed."
}

// explain words one error. name is the component's, "" for none.
func explain(name string, err error, during Operation, suffix string) Problem {
	var (
		foreign *component.ForeignError
		large   *userdata.TooLargeError
		refresh *component.RefreshError
		find    *FindError
		p       Problem
	)
	switch {
	case errors.As(err, &find):
		p = Problem{Summary: find.Summary, Detail: find.Detail}
	case errors.As(err, &foreign) && foreign.Ours:
		p = explainExists(foreign)
	case errors.As(err, &foreign) && foreign.Kind == component.KindSchedule:
		p = Problem{
			Attribute: "schedules",
			Summary:   "Schedule in use by something else",
			Detail: fmt.Sprintf("The group has a scheduled action %q that this pool did not make, so it is left alone. Choose another name, "+
				"or delete the scheduled action if nobody needs it.", foreign.Name),
		}
	case errors.As(err, &foreign):
		p = explainForeign(foreign)
	case errors.As(err, &refresh):
		p = explainRefresh(refresh, during)
	case errors.As(err, &large):
		p = Problem{Attribute: "configuration", Summary: "Boot script too large", Detail: err.Error()}
	default:
		p = explainOther(err, during)
	}
	if name != "" {
		p.Summary = name + ": " + p.Summary
	}
	p.Detail += suffix
	return p
}

// explainOther words an error that none of the components' own types tells of.
func explainOther(err error, during Operation) Problem {
	if p, ok := explainWorkers(err, during); ok {
		return p
	}
	if component.NoPackage(err) {
		return Problem{
			Attribute: "autoscaling_configuration.s3_package", Summary: "No such package",
			Detail: "Lambda cannot read the package of the autoscaler from S3. Correct bucket, key and object_version: the bucket has to be in the region of the " +
				"pool, and to let the provider's credentials read the object. " + during.again() + " after that.\n\nError: " + err.Error(),
		}
	}
	p := Problem{Summary: "Step failed", Detail: nextStep(err, during) + "\n\nError: " + err.Error()}
	if operation := awserr.Operation(err); operation != "" {
		p.Summary = operation + " failed"
	}
	return p
}

func explainForeign(e *component.ForeignError) Problem {
	return Problem{
		Attribute: "base_name",
		Summary:   "Name in use by something else",
		Detail: fmt.Sprintf("The %s %q exists and does not carry this worker pool's tags, so it is left alone. "+
			"Choose another base_name, or delete or rename the object if nobody needs it. If it is of the pool that this very resource replaces, remove "+
			"create_before_destroy from its lifecycle block: the old pool has to go first. If it is part of this worker pool, such as one that the "+
			"Terraform module made, import the pool by its id instead: terraform import spacelift_ec2_workerpool.NAME WORKER_POOL_ID",
			e.Kind, e.Name),
	}
}

func explainExists(e *component.ForeignError) Problem {
	p := Problem{Attribute: "base_name", Summary: "Worker pool already exists"}
	if e.Deleting {
		p.Detail = fmt.Sprintf("The pool %q is being deleted by another configuration, or a deletion of it was interrupted. "+
			"Finish it where it was begun (terraform destroy), or choose another base_name. If no state has it any more, import it to the address of this "+
			"resource; the apply after that takes the deletion back:\n\n  terraform import spacelift_ec2_workerpool.NAME %s@%s", e.Name, e.Name, e.Region)
		return p
	}
	p.Detail = fmt.Sprintf("The pool %q exists in this account and region already: another configuration, workspace or resource has made it, or is making it "+
		"right now. Taking it over would leave it with two owners. Set base_name to make a second group for the same worker pool, or go on with "+
		"the configuration that has this one in its state. If no state has it any more, import it to the address of this resource:\n\n"+
		"  terraform import spacelift_ec2_workerpool.NAME %s@%s\n\nIf it is the pool that this very resource replaces, remove create_before_destroy "+
		"from its lifecycle block: the names are unique, so the old pool has to go first.", e.Name, e.Name, e.Region)
	return p
}

// nextStep says what to do next, by kind of error.
func nextStep(err error, during Operation) string {
	switch {
	case awserr.AccessDenied(err):
		return "The provider's credentials lack the permission for this call. Grant it. " + during.again() + " after that."
	case awserr.Throttled(err):
		return "AWS asked to slow down until all retries were used up. " + during.again() + " later, or raise max_retries in the provider."
	case awserr.LimitExceeded(err):
		return "A quota of the account is reached. Raise it in Service Quotas or remove what is not needed. " + during.again() + " after that."
	case awserr.Code(err) == "TooManyTagsException":
		return "AWS takes 50 tags of an object. The log groups that all pools of a region share have one of each pool, besides the tags that the first gave them: " +
			"set manage_log_groups = false in this pool, and let the others look after them. " + during.again() + " after that."
	case awserr.Conflict(err):
		return "Something else is changing or still using this object. " + during.again() + " once it is done."
	}
	return during.again() + " once the cause is fixed."
}
