package stack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
)

// OwnSids are the Sids of the statements in the role's policy that are ours; a
// policy takes each Sid once.
var OwnSids = []string{"ReadAutoScaling", "ReadSecret", "UseSecretKey", "ReadLauncher"}

// checkTimeout bounds what a plan waits for AWS. Each check is a few requests that
// take less than a second; a host that does not answer is retried for minutes:
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
const checkTimeout = 30 * time.Second

// check asks AWS about some arguments. An error means that AWS did not tell.
type check func(context.Context, *awsapi.Clients, Spec) ([]Problem, error)

// Check asks AWS whether what spec names exists and fits together. It looks only
// at what changed since prior; all of it when prior is nil, for a pool yet to be
// made. Empty values, which a plan does not know yet, pass. So does whatever AWS
// does not tell, for want of a permission or otherwise: the apply will see.
func Check(ctx context.Context, clients *awsapi.Clients, spec Spec, prior *Spec) []Problem {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	checks := dueChecks(spec, prior)
	found := make([][]Problem, len(checks))
	var group errgroup.Group
	for i, check := range checks {
		group.Go(func() error {
			problems, err := check(ctx, clients, spec)
			if err == nil {
				found[i] = problems
			}
			return nil
		})
	}
	_ = group.Wait() // no check returns an error
	return slices.Concat(found...)
}

// dueChecks are the checks whose inputs are new.
func dueChecks(spec Spec, prior *Spec) []check {
	var checks []check
	create := prior == nil
	if create {
		prior = &Spec{}
	}
	if workerNetwork(spec).key() != workerNetwork(*prior).key() {
		checks = append(checks, checkNetwork)
	}
	if functionNetwork(spec).key() != functionNetwork(*prior).key() {
		checks = append(checks, checkFunctionNetwork)
	}
	if name := existingParameter(spec); name != "" && name != existingParameter(*prior) {
		checks = append(checks, checkParameter)
	}
	if !slices.Equal(typesOf(spec), typesOf(*prior)) || spec.Instance.Architecture != prior.Instance.Architecture {
		checks = append(checks, checkInstanceTypes)
	}
	// A volume that grows stays larger than the image it is made of.
	if spec.Instance.AMIID != "" && (spec.Instance.AMIID != prior.Instance.AMIID ||
		spec.Instance.Architecture != prior.Instance.Architecture || spec.Instance.Volume.Size < prior.Instance.Volume.Size) {
		checks = append(checks, checkImage)
	}
	if spec.Role.CustomName != prior.Role.CustomName {
		checks = append(checks, checkRole)
	}
	for _, key := range dueKeys(spec, *prior) {
		checks = append(checks, key.check)
	}
	if create && spec.BaseName != "" {
		checks = append(checks, checkGroup)
	}
	return checks
}

// checkGroup refuses a name under which a group exists that this pool must not
// take over. What an interrupted create of the same pool left behind is no problem.
func checkGroup(ctx context.Context, clients *awsapi.Clients, spec Spec) ([]Problem, error) {
	_, err := build(clients, spec, Observed{}).group.Claim(ctx)
	var foreign *component.ForeignError
	if errors.As(err, &foreign) {
		return Explain(err, Planning), nil
	}
	return nil, err
}

// missing is the problem of an object that does not exist.
func missing(attribute, kind, name, region, fix string) Problem {
	return Problem{
		Attribute: attribute,
		Summary:   "No such " + kind,
		Detail:    fmt.Sprintf("%s names the %s %s, which does not exist in %s. %s", attribute, kind, name, region, fix),
	}
}

// unlessAbsent turns the error of a read into the problem that the object does
// not exist, if that is what it says.
func unlessAbsent(err error, absent Problem) ([]Problem, error) {
	if awserr.NotFound(err) {
		return []Problem{absent}, nil
	}
	return nil, err
}
