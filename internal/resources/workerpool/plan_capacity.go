package workerpool

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// planRebalance decides on capacity_rebalance where the configuration does not.
func planRebalance(config model, plan *model) {
	percentage := member[types.Int32](plan.MixedInstances, "on_demand_percentage_above_base_capacity")
	switch {
	case !config.CapacityRebalance.IsNull():
		plan.CapacityRebalance = config.CapacityRebalance
	case unknown(plan.InstanceMarketOptions, plan.MixedInstances, percentage):
		plan.CapacityRebalance = types.BoolUnknown()
	default:
		plan.CapacityRebalance = types.BoolValue(given(plan.InstanceMarketOptions) || (given(plan.MixedInstances) && percentage.ValueInt32() < defaultOnDemandPercentage))
	}
}

// purchase is which of the instances are on-demand.
type purchase struct{ base, percentage int32 }

func (p purchase) String() string {
	switch {
	case p.percentage == defaultOnDemandPercentage:
		return "on-demand instances only"
	case p == purchase{}:
		return "spot instances only"
	}
	return fmt.Sprintf("%d on-demand instances, of those above them %d percent on-demand", p.base, p.percentage)
}

func purchaseOf(m model) purchase {
	switch {
	case given(m.MixedInstances):
		mixed := expandMixed(m.MixedInstances)
		if mixed.OnDemandPercentage == defaultOnDemandPercentage {
			return purchase{percentage: defaultOnDemandPercentage} // whatever the base is
		}
		return purchase{mixed.OnDemandBase, mixed.OnDemandPercentage}
	case given(m.InstanceMarketOptions):
		return purchase{}
	}
	return purchase{percentage: defaultOnDemandPercentage}
}

// warnOfReplacements says that other shares of on-demand and spot instances are
// brought about by replacing instances:
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html
func warnOfReplacements(plan model, state *model) diag.Diagnostics {
	mixed := plan.MixedInstances
	notKnown := unknown(member[types.Int32](mixed, "on_demand_base_capacity"), member[types.Int32](mixed, "on_demand_percentage_above_base_capacity"))
	if state == nil || !given(mixed) || notKnown || purchaseOf(plan) == purchaseOf(*state) {
		return nil
	}
	runs := "Runs on the instances that it ends are cut short unless something drains them first, as the pool does with spacelift_api_credentials."
	if !plan.APICredentials.IsNull() {
		runs = drained(expandLifecycle(plan))
	}
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("mixed_instances"), "Instances will be replaced",
		fmt.Sprintf("mixed_instances asks for %s, so far it is %s. Auto Scaling replaces instances one after the other until the shares are right, "+
			"and starts each new one before it ends an old one. %s", purchaseOf(plan), purchaseOf(*state), runs))}
}
