package workerpool

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func keyed() *ProviderData {
	data := nowhere()
	data.Spacelift = &SpaceliftCredentials{Endpoint: "https://acme.app.spacelift.io", KeyID: "01KEY", KeySecret: "top-secret"}
	return data
}

// destroyed plans the destroy of a pool.
func destroyed(t *testing.T, data *ProviderData, state object) *tfprotov6.PlanResourceChangeResponse {
	t.Helper()
	typ := objectType(t.Context())
	none := dynamic(t, tftypes.NewValue(typ, nil))
	resp, err := server(t, data).PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: resourceType, Config: none, ProposedNewState: none, PriorState: dynamic(t, value(t, typ, state)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

func TestPlanOfADestroyWarnsOfRuns(t *testing.T) {
	t.Parallel()
	state := existing(t, right().with(object{"region": "eu-west-1"}))
	for name, test := range map[string]struct {
		data  *ProviderData
		state object
		warns bool
	}{
		"without a key":     {nowhere(), state, true},
		"with a key":        {keyed(), state, false},
		"by force":          {nowhere(), state.with(object{"force_destroy": true}), false},
		"key not known yet": {offline(), state, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := destroyed(t, test.data, test.state).Diagnostics
			text := describe(found)
			if len(found) > 1 || (len(found) == 1) != test.warns || len(errorsIn(found)) > 0 {
				t.Fatalf("got: %s", text)
			}
			if test.warns && (!strings.Contains(text, "not drained") || !strings.Contains(text, "SPACELIFT_API_KEY_") || !strings.Contains(text, "force_destroy")) {
				t.Errorf("the warning does not say what to do: %s", text)
			}
		})
	}
}

// A replacement destroys the pool as well.
func TestPlanOfAReplacementWarnsOfRuns(t *testing.T) {
	t.Parallel()
	state := existing(t, right().with(object{"region": "eu-west-1"}))
	state["base_name"], state["id"] = "mine", "mine"
	for name, change := range map[string]object{
		"base name": {"base_name": "another"},
		"pool":      {"base_name": "mine", "worker_pool_id": "01HZZZZZZZZZZZZZZZZZZZZZZZ"},
	} {
		resp := planned(t, nowhere(), right().with(object{"region": "eu-west-1"}).with(change), state)
		if text := describe(resp.Diagnostics); !strings.Contains(text, "Workers are not drained") || len(resp.Diagnostics) != 1 || len(resp.RequiresReplace) != 1 {
			t.Errorf("%s: got %v: %s", name, resp.RequiresReplace, text)
		}
	}
}

func TestWorkersCannotBeAwaitedWithoutAKey(t *testing.T) {
	t.Parallel()
	config := right().with(object{"wait_for_workers": 1, "min_size": 1, "configuration": noise()}) // an error that ends the checks before AWS is asked
	refusals := func(data *ProviderData) string { return describe(planned(t, data, config, nil).Diagnostics) }
	if text := refusals(nowhere()); !strings.Contains(text, "wait_for_workers is set, but the provider has no Spacelift API key") {
		t.Errorf("without a key: %s", text)
	}
	for name, data := range map[string]*ProviderData{"with a key": keyed(), "not known yet": offline()} {
		if text := refusals(data); strings.Contains(text, "wait_for_workers") {
			t.Errorf("%s: %s", name, text)
		}
	}
}

func TestMoreWorkersThanInstancesIsAWarning(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change object
		warns  bool
	}{
		"as many": {object{"wait_for_workers": 2, "min_size": 2}, false},
		"more":    {object{"wait_for_workers": 2, "min_size": 1}, true},
		"unknown": {object{"wait_for_workers": 2, "min_size": notKnown{}}, false},
		"none":    {object{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := planned(t, offline(), right().with(test.change), nil).Diagnostics
			if text := describe(found); (len(found) > 0) != test.warns || test.warns && !strings.Contains(text, "wait_for_workers is larger than min_size") {
				t.Errorf("got: %s", text)
			}
		})
	}
}
