package workerpool

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// identityAttributes say which pool this is, where it lives and how its objects
// are named and tagged. ModifyPlan fills in base_name and region, and replaces
// the pool when one of the three changes.
func identityAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"worker_pool_id": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "Id of the worker pool at Spacelift, a [ULID](https://github.com/ulid/spec) of 26 characters such as " +
				"`01HXYZABCDEFGHJKMNPQRSTVWX`. Another id replaces the whole pool.",
			Validators: []validator.String{ulid},
		},
		"base_name": schema.StringAttribute{
			Optional: true,
			Computed: true,
			MarkdownDescription: "What the names of all objects start with: letters, digits, `.`, `_` and `-`, at least 3 characters, and short " +
				"enough for the IAM role `<base_name>-<region>` to fit into " +
				"[64 characters](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html). Another name replaces the " +
				"whole pool. Default: `sp5ft-<worker_pool_id>`.",
			Validators: []validator.String{baseName},
		},
		"region": schema.StringAttribute{
			Optional: true,
			Computed: true,
			MarkdownDescription: "AWS region of the pool, such as `eu-west-1`; the credentials are the provider's. Another region replaces the " +
				"whole pool. Default: the provider's region.",
			Validators: []validator.String{regionName},
		},
		"additional_tags": schema.MapAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Tags for every object of the pool, its instances and volumes included. They win over the provider's " +
				"`default_tags`. At most 40 together; `WorkerPoolID`, `ManagedBy`, `WorkerPoolState`, `WorkerPoolSuspended`, `WorkerPoolRefresh` and keys that start with `aws:` are taken " +
				"([limits](https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html#id_tags_naming_best_practices)). " +
				"Default: none.",
			Validators: []validator.Map{userTags},
		},
	}
}
