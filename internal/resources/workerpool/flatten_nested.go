package workerpool

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/userdata"
)

// flattenTags refreshes additional_tags from all tags of the pool, of which those
// that equal a default tag of the provider are not the pool's own.
func flattenTags(argument *types.Map, tags, defaults map[string]string) {
	own := textMap(*argument)
	if !argument.IsUnknown() && maps.Equal(mergeTags(defaults, own), tags) {
		return
	}
	found := map[string]string{}
	for key, value := range tags {
		_, wasOwn := own[key]
		if standard, isDefault := defaults[key]; wasOwn || !isDefault || standard != value {
			found[key] = value
		}
	}
	*argument = types.MapNull(types.StringType)
	if len(found) > 0 {
		*argument = mapOf(found)
	}
}

func flattenMarket(argument *types.Object, market *stack.Market) {
	if !argument.IsUnknown() && reflect.DeepEqual(expandMarket(*argument), market) {
		return
	}
	if market == nil {
		*argument = types.ObjectNull(marketTypes)
		return
	}
	spot := types.ObjectNull(spotTypes)
	if *market != (stack.Market{Type: market.Type}) {
		spot = types.ObjectValueMust(spotTypes, map[string]attr.Value{
			"max_price":                      textOrNull(market.MaxPrice),
			"spot_instance_type":             textOrNull(market.SpotInstanceType),
			"instance_interruption_behavior": textOrNull(market.InterruptionBehavior),
			"block_duration_minutes":         types.Int32PointerValue(market.BlockDurationMinutes),
		})
	}
	*argument = types.ObjectValueMust(marketTypes, map[string]attr.Value{
		"market_type":  types.StringValue(market.Type),
		"spot_options": spot,
	})
}

func flattenMixed(argument *types.Object, mixed *stack.MixedInstances) {
	if !argument.IsUnknown() && reflect.DeepEqual(expandMixed(*argument), mixed) {
		return
	}
	if mixed == nil {
		*argument = types.ObjectNull(mixedTypes)
		return
	}
	*argument = types.ObjectValueMust(mixedTypes, map[string]attr.Value{
		"instance_types":                           types.ListValueMust(types.StringType, stringValues(mixed.InstanceTypes)),
		"on_demand_base_capacity":                  types.Int32Value(mixed.OnDemandBase),
		"on_demand_percentage_above_base_capacity": types.Int32Value(mixed.OnDemandPercentage),
		"spot_allocation_strategy":                 types.StringValue(mixed.SpotStrategy),
	})
}

func flattenSchedules(argument *types.List, schedules []stack.Schedule) {
	if !argument.IsUnknown() && reflect.DeepEqual(expandSchedules(*argument), schedules) {
		return
	}
	elementType := types.ObjectType{AttrTypes: scheduleTypes}
	*argument = types.ListNull(elementType)
	if len(schedules) == 0 {
		return
	}
	var elements []attr.Value
	for _, schedule := range schedules {
		elements = append(elements, types.ObjectValueMust(scheduleTypes, map[string]attr.Value{
			"name":       types.StringValue(schedule.Name),
			"recurrence": types.StringValue(schedule.Recurrence),
			"time_zone":  types.StringValue(schedule.TimeZone),
			"min_size":   types.Int32PointerValue(schedule.MinSize),
			"max_size":   types.Int32PointerValue(schedule.MaxSize),
		}))
	}
	*argument = types.ListValueMust(elementType, elements)
}

func flattenTagSpecifications(argument *types.List, specifications []stack.TagSpecification) {
	if !argument.IsUnknown() && reflect.DeepEqual(expandTagSpecifications(*argument), specifications) {
		return
	}
	elementType := types.ObjectType{AttrTypes: tagSpecificationTypes}
	*argument = types.ListNull(elementType)
	if len(specifications) == 0 {
		return
	}
	var elements []attr.Value
	for _, specification := range specifications {
		elements = append(elements, types.ObjectValueMust(tagSpecificationTypes, map[string]attr.Value{
			"resource_type": types.StringValue(specification.ResourceType),
			"tags":          mapOf(specification.Tags),
		}))
	}
	*argument = types.ListValueMust(elementType, elements)
}

func flattenExistingSecret(argument *types.Object, secret *stack.ExistingSecret) {
	if !argument.IsUnknown() && reflect.DeepEqual(expandExistingSecret(*argument), secret) {
		return
	}
	if secret == nil {
		*argument = types.ObjectNull(byoSecretTypes)
		return
	}
	*argument = types.ObjectValueMust(byoSecretTypes, map[string]attr.Value{
		"name": types.StringValue(secret.Name),
		"arn":  types.StringValue(secret.ARN),
		"keys": types.SetValueMust(types.StringType, stringValues(secret.Keys)),
	})
}

func flattenBootHooks(argument *types.Object, pre, post string) {
	if !argument.IsUnknown() &&
		member[types.String](*argument, "pre").ValueString() == pre && member[types.String](*argument, "post").ValueString() == post {
		return
	}
	*argument = types.ObjectNull(bootHookTypes)
	if pre != "" || post != "" {
		*argument = types.ObjectValueMust(bootHookTypes, map[string]attr.Value{"pre": textOrNull(pre), "post": textOrNull(post)})
	}
}

func flattenSelfHosted(argument *types.Object, configuration *userdata.SelfHosted) {
	if !argument.IsUnknown() && reflect.DeepEqual(expandSelfHosted(*argument), configuration) {
		return
	}
	if configuration == nil {
		*argument = types.ObjectNull(selfHostedTypes)
		return
	}
	certificates := types.ListNull(types.StringType)
	if len(configuration.CACertificates) > 0 {
		certificates = types.ListValueMust(types.StringType, stringValues(configuration.CACertificates))
	}
	*argument = types.ObjectValueMust(selfHostedTypes, map[string]attr.Value{
		"s3_uri":                         types.StringValue(configuration.S3URI),
		"run_launcher_as_spacelift_user": types.BoolValue(configuration.RunAsSpaceliftUser),
		"http_proxy_config":              textOrNull(configuration.HTTPProxy),
		"https_proxy_config":             textOrNull(configuration.HTTPSProxy),
		"no_proxy_config":                textOrNull(configuration.NoProxy),
		"ca_certificates":                certificates,
		"power_off_on_error":             types.BoolValue(configuration.PowerOffOnError),
	})
}

// flattenStatements refreshes the statements unless they mean the same as those
// that the user wrote: AWS gives JSON back in its own order and spacing.
func flattenStatements(argument *types.List, statements []string) {
	known := texts(argument.Elements())
	if !argument.IsUnknown() && slices.EqualFunc(known, statements, sameJSON) {
		return
	}
	*argument = types.ListNull(types.StringType)
	if len(statements) > 0 {
		*argument = types.ListValueMust(types.StringType, stringValues(statements))
	}
}

func sameJSON(a, b string) bool {
	if a == b {
		return true
	}
	var left, right any
	if json.Unmarshal([]byte(a), &left) != nil || json.Unmarshal([]byte(b), &right) != nil {
		return false
	}
	return reflect.DeepEqual(left, right)
}
