package workerpool

import (
	"fmt"
	"strings"
	"testing"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
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
		"another boot script": {
			refresh.with(object{"drift": object{"launch_template": "user data (the boot script) differs"}}),
			object{},
			[]string{"will be replaced", "gets a new version with the boot script of this version of the provider (user data (the boot script) differs)"},
		},
		"another boot script without one": {object{"drift": object{"launch_template": "user data (the boot script) differs"}}, object{}, nil},
		"a value yet to come":             {refresh, object{"configuration": notKnown{}}, []string{"may be replaced", "configuration"}},
		"the default version":             {refresh.with(object{"launch_template_version": "$Default", "launch_template_default_version": 1}), object{"launch_template_default_version": 2}, []string{"launch_template_default_version changes"}},

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
			for _, word := range append(test.words, "drain_timeout (14400 s)", "cut short", "Auto Scaling group name") {
				if test.words != nil && !strings.Contains(text, word) {
					t.Errorf("%q is missing in: %s", word, text)
				}
			}
		})
	}
}

func TestPlanNamesTheInstancesThatAreReplaced(t *testing.T) {
	t.Parallel()
	three := stack.RefreshOutlook{Instances: []string{"i-1", "i-2", "i-3"}}
	held := stack.RefreshOutlook{Instances: three.Instances, Protected: []string{"i-1"}, Standby: []string{"i-2"}}
	ignoring := component.RefreshSettings{ScaleInProtected: "Ignore", Standby: "Ignore"}
	many := stack.RefreshOutlook{}
	for i := range 1000 {
		many.Instances = append(many.Instances, fmt.Sprintf("i-%03d", i))
	}
	for name, test := range map[string]struct {
		outlook  stack.RefreshOutlook
		settings component.RefreshSettings
		want     string
	}{
		"none":     {stack.RefreshOutlook{}, ignoring, "The group has no instances right now."},
		"one":      {stack.RefreshOutlook{Instances: []string{"i-1"}}, ignoring, "It replaces the group's only instance, i-1."},
		"all":      {three, ignoring, "It replaces all of the group's 3 instances: i-1, i-2, i-3."},
		"many":     {many, ignoring, "It replaces all of the group's 1000 instances: i-000, i-001, i-002, i-003, i-004, i-005, i-006, i-007, i-008, i-009 and 990 more."},
		"matching": {three, component.RefreshSettings{SkipMatching: true}, "It replaces those of the group's instances that do not match already, out of i-1, i-2, i-3."},
		"in part": {
			three,
			component.RefreshSettings{CheckpointPercentages: []int32{20, 50}},
			"It replaces all of the group's 3 instances: i-1, i-2, i-3. It ends when 50 percent of them are replaced, at the last of checkpoint_percentages.",
		},
		"in steps": {three, component.RefreshSettings{CheckpointPercentages: []int32{20, 100}}, "It replaces all of the group's 3 instances: i-1, i-2, i-3."},
		"but held ones": {
			held, ignoring, "It replaces 1 of the group's 3 instances: i-3. The others stay: they are protected from scale in, in standby, or on their way out.",
		},
		"held ones too": {held, component.RefreshSettings{ScaleInProtected: "Refresh", Standby: "Wait"}, "It replaces all of the group's 3 instances: i-1, i-2, i-3."},
		"held ones alone": {
			stack.RefreshOutlook{Instances: []string{"i-1"}, Leaving: []string{"i-1"}},
			ignoring,
			"It replaces none of the group's instances (i-1): they are protected from scale in, in standby, or on their way out.",
		},
		"after ours": {
			stack.RefreshOutlook{Instances: []string{"i-1"}, Running: "R", Percent: 20, Ours: true},
			ignoring,
			"It replaces the group's only instance, i-1. Instance refresh R is under way at 20 %: the apply cancels it, and the new one takes its place.",
		},
		"after somebody's": {
			stack.RefreshOutlook{Instances: []string{"i-1"}, Running: "R", Percent: 20},
			ignoring,
			"It replaces the group's only instance, i-1. Instance refresh R is under way at 20 %, which this resource did not start: the apply waits for its end first.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := outlookOf(test.outlook, &stack.InstanceRefresh{RefreshSettings: test.settings}); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestPlanSaysWhichFunctionsAreUpdated(t *testing.T) {
	t.Parallel()
	const code = "its memory is 256 MiB, not 128 MiB; its code is not that of this version of the provider"
	zip := object{"s3_package": object{"bucket": "my-bucket", "key": "a.zip"}}
	for name, test := range map[string]struct {
		pool  object
		drift object
		want  string // of the warning; "": there is none
	}{
		"both":             {scaled(nil), object{"autoscaler_function": code, "lifecycle_function": code}, "the Lambda functions pool-autoscaler and pool-lifecycle, which have other code"},
		"one":              {scaled(nil), object{"lifecycle_function": code}, "Lambda function pool-lifecycle, which"},
		"of something":     {scaled(nil), object{"lifecycle_function": "its memory is 256 MiB, not 128 MiB"}, ""},
		"no more":          {withKey(nil), object{"autoscaler_function": code}, ""},
		"from a bucket":    {scaled(zip), object{"autoscaler_function": code}, ""},
		"one not from one": {scaled(zip), object{"autoscaler_function": code, "lifecycle_function": code}, "Lambda function pool-lifecycle, which"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := right().with(object{"region": "eu-west-1"}).with(test.pool)
			state := existing(t, config)
			components := state["components"].(object).with(object{"autoscaler_function": "pool-autoscaler", "lifecycle_function": "pool-lifecycle"})
			text := describe(planned(t, offline(), config, state.with(object{"drift": test.drift, "components": components})).Diagnostics)
			if strings.Contains(text, "Functions will be updated") != (test.want != "") || !strings.Contains(text, test.want) {
				t.Errorf("want %q in: %s", test.want, text)
			}
		})
	}
}

func TestPlanSaysThatRunsAreProtectedNoMore(t *testing.T) {
	t.Parallel()
	keyed, bare := right().with(object{"region": "eu-west-1"}).with(withKey(nil)), right().with(object{"region": "eu-west-1"})
	for name, test := range map[string]struct {
		before, after object
		want          bool
	}{"removed": {keyed, bare, true}, "kept": {keyed, keyed.with(object{"max_size": 9}), false}, "added": {bare, keyed, false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := describe(planned(t, offline(), test.after, existing(t, test.before)).Diagnostics)
			if strings.Contains(text, "Runs will be protected no more") != test.want {
				t.Errorf("a warning: %t wanted; %s", test.want, text)
			}
		})
	}
}

func TestWhatBecomesOfRuns(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change object
		want   string
	}{
		"ended":  {object{"drain_timeout": 90}, "for up to drain_timeout (90 s). A run that takes longer is cut short."},
		"kept":   {object{"drain_timeout": 90, "on_drain_timeout": "retain"}, "for up to drain_timeout (90 s). An instance whose run takes longer is retained"},
		"shares": {mixed(object{"on_demand_percentage_above_base_capacity": 50}), "(14400 s). A run that takes longer is cut short."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := right().with(object{"region": "eu-west-1"}).with(replaced(nil)).with(mixed(nil))
			text := describe(planned(t, tagged(nil), before.with(object{"volume_size": 50}).with(test.change), existing(t, before)).Diagnostics)
			if !strings.Contains(text, test.want) {
				t.Errorf("want %q in: %s", test.want, text)
			}
		})
	}
}
