package workerpool

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func TestCapacityRebalanceFollowsThePoolsKind(t *testing.T) {
	t.Parallel()
	const share = "on_demand_percentage_above_base_capacity"
	yes, no, later := tftypes.NewValue(tftypes.Bool, true), tftypes.NewValue(tftypes.Bool, false), tftypes.NewValue(tftypes.Bool, tftypes.UnknownValue)
	for name, test := range map[string]struct {
		config object
		want   tftypes.Value
	}{
		"on-demand":            {object{}, no},
		"spot":                 {spot(nil), yes},
		"mixed, on-demand":     {mixed(object{"on_demand_base_capacity": 1}), no},
		"mixed, a spot share":  {mixed(object{share: 99}), yes},
		"set":                  {object{"capacity_rebalance": true}, yes},
		"set against spot":     {spot(nil).with(object{"capacity_rebalance": false}), no},
		"unknown":              {object{"capacity_rebalance": notKnown{}}, later},
		"market unknown":       {object{"instance_market_options": notKnown{}}, later},
		"mixed unknown":        {object{"mixed_instances": notKnown{}}, later},
		"share unknown":        {mixed(object{share: notKnown{}}), later},
		"types unknown":        {mixed(object{share: 0, "instance_types": notKnown{}}), yes},
		"set, the rest is not": {mixed(object{share: notKnown{}}).with(object{"capacity_rebalance": false}), no},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := right().with(object{"region": "eu-west-1"})
			for which, state := range map[string]object{"create": nil, "update": existing(t, config.with(spot(nil)))} {
				resp := planned(t, offline(), config.with(test.config), state)
				if got := decode(t, resp.PlannedState)["capacity_rebalance"]; !got.Equal(test.want) || len(errorsIn(resp.Diagnostics)) > 0 {
					t.Errorf("%s: %s, want %s\n%s", which, got, test.want, describe(resp.Diagnostics))
				}
			}
		})
	}
}

func TestNewSharesOfSpotInstancesAreWarnedOf(t *testing.T) {
	t.Parallel()
	half := mixed(object{"on_demand_base_capacity": 1, "on_demand_percentage_above_base_capacity": 50})
	spotOnly := mixed(object{"on_demand_percentage_above_base_capacity": 0})
	for name, test := range map[string]struct {
		before, after object
		words         []string // of the warning; none: there is none
	}{
		"a new pool":               {nil, half, nil},
		"on-demand to mixed":       {object{}, half, []string{"1 on-demand instances", "50 percent", "on-demand instances only"}},
		"on-demand to more types":  {object{}, mixed(nil), nil},
		"spot to more types":       {spot(nil), spotOnly, nil},
		"spot to mixed":            {spot(nil), half, []string{"spot instances only"}},
		"another share":            {half, mixed(object{"on_demand_base_capacity": 1, "on_demand_percentage_above_base_capacity": 20}), []string{"20 percent", "50 percent"}},
		"another base":             {half, mixed(object{"on_demand_base_capacity": 2, "on_demand_percentage_above_base_capacity": 50}), []string{"2 on-demand"}},
		"a base that changes none": {mixed(nil), mixed(object{"on_demand_base_capacity": 7}), nil},
		"other types":              {half, mixed(object{"on_demand_base_capacity": 1, "on_demand_percentage_above_base_capacity": 50, "instance_types": []any{"c5.large"}}), nil},
		"mixed no more":            {half, object{}, nil},
		"a share to come":          {object{}, mixed(object{"on_demand_percentage_above_base_capacity": notKnown{}}), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := right().with(object{"region": "eu-west-1"})
			var state object
			if test.before != nil {
				state = existing(t, config.with(test.before))
			}
			resp := planned(t, offline(), config.with(test.after), state)
			if (len(test.words) > 0) != (len(resp.Diagnostics) == 1) || len(errorsIn(resp.Diagnostics)) > 0 {
				t.Fatalf("want a warning: %t, got:\n%s", len(test.words) > 0, describe(resp.Diagnostics))
			}
			for _, word := range test.words {
				if !strings.Contains(resp.Diagnostics[0].Detail, word) {
					t.Errorf("%q is missing in: %s", word, resp.Diagnostics[0].Detail)
				}
			}
		})
	}
}
