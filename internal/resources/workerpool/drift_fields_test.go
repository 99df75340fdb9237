package workerpool_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// managed are the settings of components.
var managed = []any{
	component.GroupSettings{},
	component.MixedSettings{},
	component.LaunchTemplateSettings{},
	component.VolumeSettings{},
	component.MarketSettings{},
	component.Schedule{},
	component.RoleSettings{},
	component.LogGroupSettings{},
	component.FunctionSettings{},
	component.QueueSettings{},
	component.EventSourceSettings{},
	component.AlarmSettings{},
}

// undrifting are the settings that have no drift, and why.
var undrifting = map[string]string{
	"GroupSettings.Mixed":           "its own fields have",
	"GroupSettings.MinScheduled":    "it says what is no drift",
	"GroupSettings.MaxScheduled":    "likewise",
	"GroupSettings.Resume":          "it says what an update lets run again",
	"Schedule.Name":                 "another name is another schedule",
	"LaunchTemplateSettings.Volume": "its own fields have",
	"LaunchTemplateSettings.Market": "its own fields have",
	"LogGroupSettings.Class":        "AWS cannot change it",
	"LogGroupSettings.SkipDestroy":  "it says what a delete does",
	"RoleSettings.InlinePolicyName": "a policy of another name is drift of its own",
}

// Every setting of every component, and every component's existence, is in the
// tables of drift: whoever adds one adds a row.
func TestEverySettingHasADrift(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	rows := map[string]bool{}
	for _, drifts := range slices.Concat(c.drifts(thing{}, thing{}, thing{}), mixedDrifts(), c.functionDrifts()) {
		for _, d := range drifts {
			rows[d.of] = true
		}
	}
	for _, settings := range managed {
		typ := reflect.TypeOf(settings)
		for i := range typ.NumField() {
			name := typ.Name() + "." + typ.Field(i).Name
			if _, exempt := undrifting[name]; rows[name] == exempt {
				t.Errorf("%s: has a row %t, is exempt %t", name, rows[name], exempt)
			}
		}
	}
	autoscaling := stack.DefaultAutoscaling()
	spec := stack.Spec{
		Secret: stack.Secret{Values: map[string]string{"A": "b"}}, LogGroups: stack.LogGroups{Managed: true}, Schedules: []stack.Schedule{{}},
		APICredentials: &stack.APICredentials{Secret: "x"}, Autoscaling: &autoscaling, Monitoring: stack.Monitoring{Dashboard: true, AlarmActions: []string{"arn"}},
		Functions: stack.Functions{CABundle: strings.Repeat("x", 5000), VPC: &stack.FunctionVPC{}},
	}
	for _, name := range spec.Components() {
		if name != stack.ComponentNetwork && !rows[deletion(name)] { // of which Lambda makes the objects
			t.Errorf("no row deletes %s", name)
		}
	}
}
