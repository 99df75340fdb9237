package provider

import (
	basediag "github.com/hashicorp/aws-sdk-go-base/v2/diag"
	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// fromBase translates the diagnostics of aws-sdk-go-base. Those that are bare
// errors get title and next, which says what was attempted and what to do.
func fromBase(in basediag.Diagnostics, title, next string) (out diag.Diagnostics) {
	for _, d := range in {
		summary, detail := d.Summary(), d.Detail()
		if detail == "" {
			summary, detail = title, next+"\n\nError: "+d.Summary()
		}
		if d.Severity() == basediag.SeverityWarning {
			out.AddWarning(summary, detail)
		} else {
			out.AddError(summary, detail)
		}
	}
	return out
}
