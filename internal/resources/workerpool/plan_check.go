package workerpool

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// check refuses what the validation of the configuration could not see: what
// depends on defaults, on the provider, on the state and on what AWS has.
// Unknown values are left to the apply.
func (r *workerPool) check(ctx context.Context, config, plan model, state *model, defaultTags map[string]string) diag.Diagnostics {
	spec := expand(plan, defaultTags)
	var prior *stack.Spec
	if state != nil {
		before := expand(*state, defaultTags)
		prior = &before
	}
	diags := warnOfReplacements(plan, state)
	diags.Append(checkNames(plan)...)
	diags.Append(checkTags(spec.Tags)...)
	diags.Append(checkLaunchTags(spec)...)
	diags.Append(checkVersions(plan, state)...)
	diags.Append(checkLogGroups(plan, state)...)
	diags.Append(r.checkWorkers(plan)...)
	diags.Append(problems(stack.CheckBootScript(spec, plan.Region.ValueString()))...)
	diags.Append(problems(stack.CheckRolePolicy(spec, plan.Region.ValueString()))...)
	diags.Append(problems(stack.CheckFunctions(spec, plan.Region.ValueString()))...)
	diags.Append(r.checkExistingParameter(plan)...)
	diags.Append(checkAlarmActions(plan)...)
	diags.Append(problems(stack.CheckSchedules(spec, prior, time.Now()))...)
	diags.Append(r.checkRegion(config, state)...)
	if diags.HasError() || r.data == nil || r.data.Factory == nil || notYet(plan.Region) {
		return diags
	}
	clients := r.data.Factory.In(plan.Region.ValueString())
	if config.AMIID.IsNull() && !stack.PublishesImages(clients.Partition) {
		return append(diags, missingImage(clients))
	}
	for _, problem := range stack.Check(ctx, clients, spec, prior) {
		if problem.Attribute == "base_name" {
			if r.data.knows(plan) {
				continue // the pool in the way is the one that this plan replaces
			}
			problem.Detail += "\n\nIf this plan is to replace that very pool, let it refresh first: plan without -refresh=false."
		}
		diags.Append(problems([]stack.Problem{problem})...)
	}
	return diags
}

// checkRegion refuses the region of a new pool that does not exist: no call to it
// would ever be answered.
func (r *workerPool) checkRegion(config model, state *model) diag.Diagnostics {
	if state != nil || !given(config.Region) || r.data == nil || r.data.CheckRegion == nil {
		return nil
	}
	if err := r.data.CheckRegion(config.Region.ValueString()); err != nil {
		return diag.Diagnostics{invalid(path.Root("region"), fmt.Sprintf("is %q, which is not the name of an AWS region such as \"eu-west-1\"", config.Region.ValueString()),
			"Correct it. If the region is newer than this provider, set skip_region_validation = true in the provider's configuration.\n\nError: "+err.Error())}
	}
	return nil
}

func missingImage(clients *awsapi.Clients) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("ami_id"), "Missing ami_id",
		fmt.Sprintf("ami_id is not set, and Spacelift publishes no worker image in partition %s, where region %s is. Build one from "+
			"https://github.com/spacelift-io/spacelift-worker-image and set its id.", clients.Partition, clients.Region))
}

func checkNames(plan model) diag.Diagnostics {
	if notYet(plan.BaseName) || notYet(plan.Region) {
		return nil
	}
	name, longest := plan.BaseName.ValueString(), stack.MaxBaseName(plan.Region.ValueString())
	if len(name) <= longest {
		return nil
	}
	return diag.Diagnostics{invalid(path.Root("base_name"), fmt.Sprintf("is %q, %d characters, but the names of the IAM role and profile add -%s and "+
		"AWS takes 64 in all", name, len(name), plan.Region.ValueString()), fmt.Sprintf("Choose a name of at most %d characters.", longest))}
}

func checkTags(tags map[string]string) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, problem := range tagSetProblems(keysOf(mapOf(tags))) {
		diags.AddAttributeError(path.Root("additional_tags"), "Invalid value of additional_tags",
			"additional_tags with the provider's default_tags "+problem)
	}
	return diags
}

// checkLaunchTags counts the tags of instances and volumes, which have those of
// the pool besides their own.
func checkLaunchTags(spec stack.Spec) diag.Diagnostics {
	var diags diag.Diagnostics
	for i, entry := range spec.LaunchTemplate.TagSpecifications {
		all := mergeTags(spec.Tags, entry.Tags)
		if (entry.ResourceType != "instance" && entry.ResourceType != "volume") || len(entry.Tags) > maxTags || len(spec.Tags) > maxTags || len(all) <= maxTags {
			continue
		}
		diags.Append(invalid(path.Root("tag_specifications").AtListIndex(i).AtName("tags"),
			fmt.Sprintf("makes %d tags of each %s with additional_tags and the provider's default_tags, but at most %d are possible", len(all), entry.ResourceType, maxTags),
			"Remove some."))
	}
	return diags
}

// checkVersions refuses versions of the launch template that will not exist.
func checkVersions(plan model, state *model) diag.Diagnostics {
	newest := int64(1) // of a new template
	if state != nil {
		newest = state.LaunchTemplateLatestVersion.ValueInt64()
		if plan.LaunchTemplateLatestVersion.IsUnknown() {
			newest++
		}
	}
	var diags diag.Diagnostics
	refuse := func(name string, version int64) {
		if version > newest {
			diags.Append(invalid(path.Root(name), fmt.Sprintf("is %d, but the newest version of the launch template is going to be %d", version, newest),
				"Choose a version that exists, or leave it out to follow the newest."))
		}
	}
	if version, err := strconv.ParseInt(plan.LaunchTemplateVersion.ValueString(), 10, 64); err == nil {
		refuse("launch_template_version", version)
	}
	refuse("launch_template_default_version", plan.LaunchTemplateDefaultVersion.ValueInt64())
	return diags
}
