package provider

import (
	"context"
	"fmt"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

var _ validator.String = rule{}

// rule says what a string argument has to be.
type rule struct {
	wants string              // completes "must be …"
	ok    func(string) bool   // whether a value is that
	show  func(string) string // how an error quotes a value; nil quotes all of it
}

func (r rule) Description(context.Context) string         { return "must be " + r.wants }
func (r rule) MarkdownDescription(context.Context) string { return "must be " + r.wants }

func (r rule) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || r.ok(req.ConfigValue.ValueString()) {
		return
	}
	resp.Diagnostics.Append(r.violation(req.Path, req.Path.String(), req.ConfigValue.ValueString()))
}

// violation is the error for value, which was set at source: an argument or an
// environment variable.
func (r rule) violation(at path.Path, source, value string) diag.Diagnostic {
	show := r.show
	if show == nil {
		show = strconv.Quote
	}
	return diag.NewAttributeErrorDiagnostic(at, "Invalid value of "+source,
		fmt.Sprintf("%s is %s, but must be %s.", source, show(value), r.wants))
}
