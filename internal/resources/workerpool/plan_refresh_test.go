package workerpool

import (
	"strings"
	"testing"
)

func TestPlanSaysWhyInstancesAreReplaced(t *testing.T) {
	t.Parallel()
	refresh := replaced(nil)
	for name, test := range map[string]struct {
		before, after object
		words         []string // of the warning; none: there is none
	}{
		"a launch setting":       {refresh, object{"volume_size": 50, "poweroff_delay": 20}, []string{"will be replaced", "another poweroff_delay, volume_size"}},
		"tags":                   {refresh, object{"additional_tags": object{"Team": "b"}}, []string{"will be replaced", "another additional_tags"}},
		"several types":          {refresh, mixed(nil), []string{"will be replaced", "mixed_instances changes"}},
		"another version":        {refresh.with(object{"launch_template_version": "1"}), object{"launch_template_version": nil}, []string{"launch_template_version changes"}},
		"a trigger":              {triggers("max_size"), object{"max_size": 20}, []string{"will be replaced", "max_size changes, which is one of triggers"}},
		"a trigger by its alias": {triggers("tag").with(object{"launch_template_version": "1"}), object{"additional_tags": object{"Team": "b"}}, []string{"additional_tags changes, which is one of triggers"}},
		"a secret as a trigger":  {triggers("secure_env_vars"), object{"secure_env_vars": object{"A": "top-secret"}}, []string{"secure_env_vars changes"}},
		"an unfinished one":      {refresh.with(object{"drift": object{"instance_refresh": "instance refresh X ended as Failed"}}), object{}, []string{"will be replaced", "X ended as Failed"}},
		"drift of the template":  {refresh.with(object{"drift": object{"launch_template": "version 3 is not ours"}}), object{}, []string{"may be replaced", "put right (version 3 is not ours)"}},
		"a value yet to come":    {refresh, object{"configuration": notKnown{}}, []string{"may be replaced", "configuration"}},
		"the default version":    {refresh.with(object{"launch_template_version": "$Default", "launch_template_default_version": 1}), object{"launch_template_default_version": 2}, []string{"launch_template_default_version changes"}},

		"the size":           {refresh, object{"max_size": 20}, nil},
		"the logs":           {refresh, object{"cloudwatch_log_group_retention": 30}, nil},
		"a secret's value":   {refresh, object{"secure_env_vars": object{"A": "top-secret"}}, nil},
		"a pinned version":   {refresh.with(object{"launch_template_version": "1"}), object{"volume_size": 50}, nil},
		"not the default":    {refresh.with(object{"launch_template_version": "$Default"}), object{"volume_size": 50}, nil},
		"how to refresh":     {refresh, replaced(object{"min_healthy_percentage": 50}), nil},
		"that there is one":  {object{}, refresh, nil},
		"that there is none": {refresh, object{"instance_refresh": nil}, nil},
		"without one":        {object{}, object{"volume_size": 50}, nil},
		"drift of something": {refresh.with(object{"drift": object{"secret": "deleted outside Terraform"}}), object{}, nil},
		"a group that is to be made": {
			refresh.with(object{"components": object{"autoscaling_group": nil}}), object{"volume_size": 50}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := right().with(object{"region": "eu-west-1"}).with(test.before)
			drift, components := before["drift"], before["components"]
			delete(before, "drift")
			delete(before, "components")
			state := existing(t, before)
			if drift != nil {
				state["drift"] = drift
			}
			if components != nil {
				have := object{}
				for name, id := range state["components"].(object) {
					have[name] = id
				}
				delete(have, "autoscaling_group")
				state["components"] = have
			}
			text := describe(planned(t, &ProviderData{Unknown: true, DefaultTags: map[string]string{}}, before.with(test.after), state).Diagnostics)
			if strings.Contains(text, "replaced") != (test.words != nil) || strings.Contains(text, "top-secret") {
				t.Fatalf("got: %s", text)
			}
			for _, word := range append(test.words, "cut short", "Auto Scaling group name") {
				if test.words != nil && !strings.Contains(text, word) {
					t.Errorf("%q is missing in: %s", word, text)
				}
			}
		})
	}
}
