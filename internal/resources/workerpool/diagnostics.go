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
func explain(ctx context.Context, err error, operation stack.Operation, timeout time.Duration) diag.Diagnostics {
	diags := problems(stack.Explain(err, operation))
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		next := "Raise it if this only takes long."
		if operation == stack.Destroying {
			next = "Destroy again: it goes on where it stopped, with the same time, which is that of the last apply."
		}
		diags.AddAttributeError(path.Root("timeouts").AtName(string(operation)), "Out of time",
			fmt.Sprintf("The %s was stopped after %s, which is timeouts.%s. %s", operation, timeout, operation, next))
	}
	return diags
}
