package workerpool

import "testing"

// replaced is a pool with instance_refresh, whose preferences these are.
func replaced(preferences object) object {
	refresh := object{}
	if preferences != nil {
		refresh["preferences"] = preferences
	}
	return withKey(object{"instance_refresh": refresh})
}

func triggers(names ...any) object {
	return withKey(object{"instance_refresh": object{"triggers": names}})
}

// wrongRefreshes are configurations of an instance refresh that are refused.
func wrongRefreshes() map[string]refusal {
	const at = "instance_refresh.preferences."
	return map[string]refusal{
		"strategy":                   {withKey(object{"instance_refresh": object{"strategy": "AllAtOnce"}}), "instance_refresh.strategy", []string{"Rolling"}},
		"minimum above 100":          {replaced(object{"min_healthy_percentage": 101}), at + "min_healthy_percentage", []string{"between 0 and 100"}},
		"maximum below 100":          {replaced(object{"max_healthy_percentage": 99}), at + "max_healthy_percentage", []string{"between 100 and 200"}},
		"maximum above 200":          {replaced(object{"max_healthy_percentage": 201}), at + "max_healthy_percentage", []string{"between 100 and 200"}},
		"far from the default":       {replaced(object{"max_healthy_percentage": 191}), at + "max_healthy_percentage", []string{"191", "100 above", "90"}},
		"far from the minimum":       {replaced(object{"min_healthy_percentage": 50, "max_healthy_percentage": 151}), at + "max_healthy_percentage", []string{"151", "50"}},
		"negative warm-up":           {replaced(object{"instance_warmup": -1}), at + "instance_warmup", []string{"at least 0"}},
		"no checkpoints":             {replaced(object{"checkpoint_percentages": []any{}}), at + "checkpoint_percentages", []string{"at least 1"}},
		"checkpoint above 100":       {replaced(object{"checkpoint_percentages": []any{101}}), at + "checkpoint_percentages[0]", []string{"between 1 and 100"}},
		"descending checkpoints":     {replaced(object{"checkpoint_percentages": []any{20, 50, 30}}), at + "checkpoint_percentages[2]", []string{"30 after 50", "ascending"}},
		"a checkpoint twice":         {replaced(object{"checkpoint_percentages": []any{20, 20}}), at + "checkpoint_percentages[1]", []string{"20 after 20"}},
		"delay without checkpoints":  {replaced(object{"checkpoint_delay": 60}), at + "checkpoint_delay", []string{"no checkpoints", "checkpoint_percentages"}},
		"delay of more than 2 days":  {replaced(object{"checkpoint_percentages": []any{20}, "checkpoint_delay": 172801}), at + "checkpoint_delay", []string{"172800"}},
		"choice for protected":       {replaced(object{"scale_in_protected_instances": "Terminate"}), at + "scale_in_protected_instances", []string{"Refresh", "Ignore", "Wait"}},
		"choice for standby":         {replaced(object{"standby_instances": "Refresh"}), at + "standby_instances", []string{"Terminate", "Ignore", "Wait"}},
		"no alarms":                  {replaced(object{"alarms": []any{}}), at + "alarms", []string{"at least 1"}},
		"eleven alarms":              {replaced(object{"alarms": []any{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"}}), at + "alarms", []string{"at most 10"}},
		"bake time beyond 2 days":    {replaced(object{"bake_time": 172801}), at + "bake_time", []string{"172800"}},
		"rollback to the latest":     {replaced(object{"auto_rollback": true}).with(object{"launch_template_version": "$Latest"}), at + "auto_rollback", []string{"$Latest", "numbered"}},
		"rollback to the default":    {replaced(object{"auto_rollback": true}).with(object{"launch_template_version": "$Default"}), at + "auto_rollback", []string{"$Default", "launch_template_version"}},
		"trigger that is none":       {triggers("launch_template"), "instance_refresh.triggers", []string{"no argument", "secure_env_vars"}},
		"output as a trigger":        {triggers("launch_template_id"), "instance_refresh.triggers", []string{"no argument"}},
		"trigger that replaces":      {triggers("base_name"), "instance_refresh.triggers", []string{"max_size"}},
		"trigger nobody can compare": {triggers("secure_env_vars_wo"), "instance_refresh.triggers", []string{"secure_env_vars_wo_version"}},
	}
}

func TestWrongRefreshIsRefused(t *testing.T) {
	t.Parallel()
	for name, test := range wrongRefreshes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.check(t, validated(t, right().with(test.change)))
		})
	}
}

func TestRightRefreshPasses(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]object{
		"as little as possible": replaced(nil),
		"defaults":              replaced(object{}),
		"unknown":               {"instance_refresh": notKnown{}},
		"triggers":              triggers("tag", "additional_tags", "secure_env_vars", "secure_env_vars_wo_version", "mixed_instances", "max_size", notKnown{}),
		"triggers unknown":      withKey(object{"instance_refresh": object{"triggers": notKnown{}}}),
		"preferences unknown":   withKey(object{"instance_refresh": object{"preferences": notKnown{}}}),
		"100 apart":             replaced(object{"max_healthy_percentage": 190}),
		"minimum unknown":       replaced(object{"min_healthy_percentage": notKnown{}, "max_healthy_percentage": 200}),
		"partial":               replaced(object{"checkpoint_percentages": []any{1, 20}, "checkpoint_delay": 0}),
		"checkpoint unknown":    replaced(object{"checkpoint_percentages": []any{50, notKnown{}, 20}}),
		"checkpoints may come":  replaced(object{"checkpoint_percentages": notKnown{}, "checkpoint_delay": 60}),
		"rollback":              replaced(object{"auto_rollback": true}),
		"rollback to a number":  replaced(object{"auto_rollback": true}).with(object{"launch_template_version": "1"}),
		"rollback to what is not known": replaced(object{"auto_rollback": true}).
			with(object{"launch_template_version": notKnown{}}),
		"rollback may come": replaced(object{"auto_rollback": notKnown{}}).with(object{"launch_template_version": "$Latest"}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if found := validated(t, right().with(change)); len(found) > 0 {
				t.Error(describe(found))
			}
		})
	}
}
