package workerpool

import (
	"fmt"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// validateMixed checks the types of a pool with several, and that it is told
// once how instances are bought.
func validateMixed(m model) diag.Diagnostics {
	if !given(m.MixedInstances) {
		return nil
	}
	var diags diag.Diagnostics
	if given(m.InstanceMarketOptions) {
		// https://docs.aws.amazon.com/autoscaling/ec2/userguide/mixed-instances-groups-set-up-overview.html
		diags.Append(invalid(path.Root("mixed_instances"), "is set beside instance_market_options, but AWS takes no launch template that asks for spot "+
			"instances in a group of several types", "Remove instance_market_options; on_demand_percentage_above_base_capacity = 0 in mixed_instances makes "+
			"all instances spot instances."))
	}
	seen := map[string]int{}
	for i, element := range member[types.List](m.MixedInstances, "instance_types").Elements() {
		kind, ok := element.(types.String)
		if !ok || kind.IsUnknown() {
			continue
		}
		p := path.Root("mixed_instances").AtName("instance_types").AtListIndex(i)
		first, again := seen[kind.ValueString()]
		switch {
		case kind.IsNull():
			diags.Append(invalid(p, "is null", "Give it a value or leave it out, with compact() for example."))
		case again:
			diags.Append(invalid(p, "is "+strconv.Quote(kind.ValueString())+", which entry "+strconv.Itoa(first)+" is too", "Name each type once."))
		}
		seen[kind.ValueString()] = i
	}
	return diags
}

// validateLifetime refuses what lies between no limit and the least one.
func validateLifetime(m model) diag.Diagnostics {
	if tooShort := (interval{1, minLifetime - 1}); !tooShort.has(m.MaxInstanceLifetime) {
		return nil
	}
	return diag.Diagnostics{invalid(path.Root("max_instance_lifetime"), fmt.Sprintf("is %d s, but AWS takes no less than a day", m.MaxInstanceLifetime.ValueInt32()),
		fmt.Sprintf("Set %d or more, or 0 for no limit.", minLifetime))}
}
