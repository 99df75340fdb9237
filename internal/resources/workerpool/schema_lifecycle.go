package workerpool

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int32validator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int32default"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// lifecycleAttributes are about what an apply waits for.
func lifecycleAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"wait_for_workers": schema.Int32Attribute{
			Optional: true,
			Computed: true,
			Default:  int32default.StaticInt32(0),
			MarkdownDescription: "Number of workers, from 0 to `max_size`, that have to be registered with Spacelift, and take runs, before a create or an " +
				"update returns. Every apply that changes the pool waits, within `timeouts`. Not reaching the number is an error that says why as far as AWS " +
				"and Spacelift tell; the pool is kept. A create whose worker pool or API key Spacelift does not know makes nothing. It takes the provider's " +
				"`spacelift` API key. A pool starts with `min_size` instances, so a larger number takes something that scales the group. Default: `0`, nothing is waited for.",
			Validators: []validator.Int32{int32validator.AtLeast(0)},
		},
		"force_destroy": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			Default:  booldefault.StaticBool(false),
			MarkdownDescription: "Whether a destroy removes the pool without draining its workers and waiting for their runs, which are cut off. A destroy reads " +
				"it from the state: apply it first. Default: `false`, with the provider's `spacelift` API key the workers are drained; without it they cannot be, " +
				"and the plan warns of that.",
		},
	}
}
