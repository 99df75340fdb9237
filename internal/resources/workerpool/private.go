package workerpool

import (
	"context"
	"encoding/json"

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

// defaultTags are the provider's, or those that the pool has while the provider's
// are not known.
func (r *workerPool) defaultTags(ctx context.Context, private privateReader) (map[string]string, diag.Diagnostics) {
	if r.data == nil || (r.data.Unknown && r.data.DefaultTags == nil) {
		return appliedDefaultTags(ctx, private)
	}
	return r.data.DefaultTags, nil
}

// appliedDefaultTags are the default tags that the pool's objects have.
func appliedDefaultTags(ctx context.Context, private privateReader) (map[string]string, diag.Diagnostics) {
	text, diags := private.GetKey(ctx, defaultTagsKey)
	if diags.HasError() || text == nil {
		return nil, diags
	}
	var tags map[string]string
	if err := json.Unmarshal(text, &tags); err != nil {
		diags.AddError("Unreadable private state", "Reading the default tags that the pool's objects have failed. Refresh or import the pool again.\n\nError: "+err.Error())
	}
	return tags, diags
}

func saveDefaultTags(ctx context.Context, private privateWriter, tags map[string]string) diag.Diagnostics {
	text, err := json.Marshal(tags)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unwritable private state", "Saving the default tags failed. This is a bug of the provider.\n\nError: "+err.Error())}
	}
	return private.SetKey(ctx, defaultTagsKey, text)
}
