package workerpool

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// diagnostics is what collects diagnostics.
type diagnostics interface {
	Append(...diag.Diagnostic)
}

// problems are the stack's problems as diagnostics of the arguments they name.
func problems(found []stack.Problem) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, p := range found {
		switch {
		case p.Attribute == "" && p.Warning:
			diags.AddWarning(p.Summary, p.Detail)
		case p.Attribute == "":
			diags.AddError(p.Summary, p.Detail)
		case p.Warning:
			diags.AddAttributeWarning(attributePath(p.Attribute), p.Summary, p.Detail)
		default:
			diags.AddAttributeError(attributePath(p.Attribute), p.Summary, p.Detail)
		}
	}
	return diags
}

// attributePath reads a dotted path; a number is an index of a list.
func attributePath(dotted string) path.Path {
	names := strings.Split(dotted, ".")
	p := path.Root(names[0])
	for _, name := range names[1:] {
		if index, err := strconv.Atoi(name); err == nil {
			p = p.AtListIndex(index)
		} else {
			p = p.AtName(name)
		}
	}
	return p
}

// explain words an error of the stack, and says so when it ran out of time.
func explain(ctx context.Context, err error, operation string, timeout time.Duration) diag.Diagnostics {
	diags := problems(stack.Explain(err))
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		diags.AddAttributeError(path.Root("timeouts").AtName(operation), "Out of time",
			fmt.Sprintf("The %s was stopped after %s. Raise timeouts.%s if it only takes long, then apply again: what is done already stays.",
				operation, timeout, operation))
	}
	return diags
}
