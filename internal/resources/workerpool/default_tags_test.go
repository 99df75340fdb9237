package workerpool

import (
	"encoding/json"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// tagged is a provider out of reach of AWS that knows its default_tags.
func tagged(tags map[string]string) *ProviderData {
	return &ProviderData{Unknown: true, DefaultTags: tags}
}

// private is the private state of a pool whose objects have tags.
func private(t *testing.T, tags map[string]string) []byte {
	t.Helper()
	value, err := json.Marshal(tags)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(map[string][]byte{defaultTagsKey: value})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// The provider's default_tags are no argument of the pool: whether they are known,
// and whether the pool has them yet, shows in no other value of the plan.
func TestPlanFollowsDefaultTags(t *testing.T) {
	t.Parallel()
	type tags = map[string]string
	for name, test := range map[string]struct {
		data       *ProviderData
		config     object
		applied    tags // nil: not on record
		update     bool // whether an update is planned
		newVersion bool // whether it may make a version of the launch template
	}{
		"the same":                            {tagged(tags{"A": "1"}), nil, tags{"A": "1"}, false, false},
		"the same, another change":            {tagged(tags{"A": "1"}), object{"max_size": 3}, tags{"A": "1"}, true, false},
		"none":                                {tagged(tags{}), object{"max_size": 3}, tags{}, true, false},
		"changed, not refreshed":              {tagged(tags{"A": "2"}), nil, tags{"A": "1"}, true, true},
		"changed, another change":             {tagged(tags{"A": "2"}), object{"max_size": 3}, tags{"A": "1"}, true, true},
		"first ones":                          {tagged(tags{"A": "2"}), nil, tags{}, true, true},
		"removed":                             {tagged(tags{}), nil, tags{"A": "1"}, true, true},
		"changed under a tag of the pool":     {tagged(tags{"Own": "2"}), nil, tags{"Own": "1"}, false, false},
		"unknown":                             {offline(), nil, tags{"A": "1"}, false, false},
		"unknown, another change":             {offline(), object{"max_size": 3}, tags{"A": "1"}, true, true},
		"not on record":                       {tagged(tags{"A": "1"}), nil, nil, false, false},
		"not on record, and another change":   {tagged(tags{"A": "1"}), object{"max_size": 3}, nil, true, true},
		"not on record, none, another change": {tagged(tags{}), object{"max_size": 3}, nil, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := right().with(object{"region": "eu-west-1", "additional_tags": object{"Own": "x"}})
			state, config := existing(t, start), start.with(test.config)
			var record []byte
			if test.applied != nil {
				record = private(t, test.applied)
			}
			typ := objectType(t.Context())
			resp, err := server(t, test.data).PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
				TypeName: resourceType, Config: dynamic(t, value(t, typ, config)), PriorPrivate: record,
				PriorState: dynamic(t, value(t, typ, state)), ProposedNewState: dynamic(t, value(t, typ, proposedState(t, config, state))),
			})
			if err != nil || len(resp.Diagnostics) > 0 {
				t.Fatal(err, describe(resp.Diagnostics))
			}
			if changes := differences(t, state, resp); (len(changes) > 0) != test.update {
				t.Errorf("plans to change %v", changes)
			}
			if newVersion := !decode(t, resp.PlannedState)["launch_template_latest_version"].IsKnown(); newVersion != test.newVersion {
				t.Errorf("a new version: %v, want %v", newVersion, test.newVersion)
			}
		})
	}
}
