package workerpool

import (
	"context"
	"encoding/json"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// defaultTagsKey is where the private state keeps the provider's default_tags
// that the pool's objects have. They are no argument of the resource; without
// them nobody could tell which tags to remove when the provider's change.
const defaultTagsKey = "default_tags"

type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// tagging are the default tags of a plan.
type tagging struct {
	applied map[string]string // which the pool's objects have
	wanted  map[string]string // the provider's; applied while these are not known
	saved   bool              // applied is on record
	known   bool              // wanted is known
}

// tagging are the provider's default tags, beside those that the pool has.
func (r *workerPool) tagging(ctx context.Context, private privateReader) (tagging, diag.Diagnostics) {
	applied, diags := appliedDefaultTags(ctx, private)
	if r.data == nil || (r.data.Unknown && r.data.DefaultTags == nil) {
		return tagging{applied: applied, wanted: applied, saved: applied != nil}, diags
	}
	return tagging{applied: applied, wanted: r.data.DefaultTags, saved: applied != nil, known: true}, diags
}

// outdated tells whether the objects of a pool are known to have other tags than
// the provider wants. A refresh reports that as drift; a plan without one has
// nothing else to see it by.
func (t tagging) outdated(m model) bool {
	own := textMap(m.AdditionalTags)
	return t.known && t.saved && !maps.Equal(mergeTags(t.applied, own), mergeTags(t.wanted, own))
}

// appliedDefaultTags are the default tags that the pool's objects have, nil when
// they are not on record.
func appliedDefaultTags(ctx context.Context, private privateReader) (map[string]string, diag.Diagnostics) {
	text, diags := private.GetKey(ctx, defaultTagsKey)
	if diags.HasError() || text == nil {
		return nil, diags
	}
	tags := map[string]string{}
	if err := json.Unmarshal(text, &tags); err != nil {
		diags.AddError("Unreadable private state", "Reading the default tags that the pool's objects have failed. Refresh or import the pool again.\n\nError: "+err.Error())
	}
	return tags, diags
}

func saveDefaultTags(ctx context.Context, private privateWriter, tags map[string]string) diag.Diagnostics {
	if tags == nil {
		tags = map[string]string{} // on record as none
	}
	text, err := json.Marshal(tags)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unwritable private state", "Saving the default tags failed. This is a bug of the provider.\n\nError: "+err.Error())}
	}
	return private.SetKey(ctx, defaultTagsKey, text)
}
