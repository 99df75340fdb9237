package workerpool

import (
	"strings"
	"testing"
)

// What the configuration writes in another way is no change; what it means
// otherwise is one.
func TestPlanKeepsTheMeaning(t *testing.T) {
	t.Parallel()
	statement := func(sid string) string {
		return `{"Sid":"` + sid + `","Effect":"Allow","Action":"s3:*","Resource":"*"}`
	}
	key := "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	hosted := func(certificate, noProxy string) object {
		return object{
			"s3_uri": "s3://a/b", "run_launcher_as_spacelift_user": true, "power_off_on_error": true, "no_proxy_config": noProxy, "ca_certificates": []any{certificate},
		}
	}
	spot := func(price string) object {
		return object{"market_type": "spot", "spot_options": object{"max_price": price}}
	}
	tags := func(kinds ...string) []any {
		var list []any
		for _, kind := range kinds {
			list = append(list, object{"resource_type": kind, "tags": object{"A": "1"}})
		}
		return list
	}
	schedules := func(names ...string) []any {
		var list []any
		for _, name := range names {
			list = append(list, object{"name": name, "recurrence": "0 " + map[string]string{"a": "1", "b": "2"}[name] + " * * *", "time_zone": "UTC", "min_size": 1, "max_size": nil})
		}
		return list
	}
	spaced := func(recurrence string) []any {
		return []any{object{"name": "a", "recurrence": recurrence, "time_zone": "UTC", "min_size": 1, "max_size": nil}}
	}
	sized := func(low, high any) []any {
		return []any{object{"name": "a", "recurrence": "0 1 * * *", "time_zone": "UTC", "min_size": low, "max_size": high}}
	}
	for name, test := range map[string]struct {
		attribute     string
		state, config any
		same          bool
	}{
		"text with a newline":      {"configuration", "a\n", "a", true},
		"text without":             {"configuration", "a", "a\n", true},
		"another text":             {"configuration", "a\n", "b", false},
		"one newline more":         {"configuration", "a\n", "a\n\n", false},
		"unknown text":             {"configuration", "a\n", notKnown{}, false},
		"no text":                  {"configuration", nil, "a", false},
		"hooks":                    {"boot_hooks", object{"pre": "a\n", "post": "b\n"}, object{"pre": "a", "post": "b\n"}, true},
		"other hooks":              {"boot_hooks", object{"pre": "a\n", "post": "b\n"}, object{"pre": "b", "post": "a"}, false},
		"statements in a document": {"extra_iam_statements", []any{statement("A"), statement("B")}, []any{`{"Version":"2012-10-17","Statement":[` + statement("B") + `, ` + statement("A") + `]}`}, true},
		"statements otherwise":     {"extra_iam_statements", []any{statement("A"), statement("B")}, []any{statement("A")}, false},
		"statements of another":    {"extra_iam_statements", []any{statement("A")}, []any{statement("B")}, false},
		"statements twice":         {"extra_iam_statements", []any{statement("A")}, []any{statement("A"), notKnown{}}, false},
		"key by id":                {"secure_env_vars_kms_key_id", key, "1234abcd-12ab-34cd-56ef-1234567890ab", true},
		"another key by id":        {"secure_env_vars_kms_key_id", key, "9999abcd-12ab-34cd-56ef-1234567890ab", false},
		"key by alias":             {"secure_env_vars_kms_key_id", key, "alias/a", false},
		"replica of a key":         {"secure_env_vars_kms_key_id", key, strings.Replace(key, "eu-west-1", "us-east-1", 1), false},
		"price":                    {"instance_market_options", spot("0.050000"), spot("0.05"), true},
		"another price":            {"instance_market_options", spot("0.050000"), spot("0.06"), false},
		"order of specifications":  {"tag_specifications", tags("instance", "volume"), tags("volume", "instance"), true},
		"other specifications":     {"tag_specifications", tags("instance", "volume"), tags("volume"), false},
		"order of schedules":       {"schedules", schedules("a", "b"), schedules("b", "a"), true},
		"other schedules":          {"schedules", schedules("a", "b"), schedules("a"), false},
		"blanks of a schedule":     {"schedules", spaced("0 1 * * *"), spaced("0  1 * * *"), true},
		"a schedule's minimum":     {"schedules", sized(1, 4), sized(0, 4), false},
		"a schedule's maximum":     {"schedules", sized(1, 4), sized(1, 5), false},
		"no minimum any more":      {"schedules", sized(1, 4), sized(nil, 4), false},
		"a maximum at last":        {"schedules", sized(1, nil), sized(1, 4), false},
		"certificate":              {"selfhosted_configuration", hosted(testCertificate, "x"), hosted(strings.TrimSpace(testCertificate), "x"), true},
		"another proxy":            {"selfhosted_configuration", hosted(testCertificate, "x"), hosted(testCertificate, "y"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := right().with(object{"region": "eu-west-1"})
			state := existing(t, config.with(object{test.attribute: test.state})).with(object{test.attribute: test.state})
			resp := planned(t, offline(), config.with(object{test.attribute: test.config}), state)
			if found := errorsIn(resp.Diagnostics); len(found) > 0 {
				t.Fatal(describe(found))
			}
			if changed := differences(t, state, resp); (len(changed) == 0) != test.same {
				t.Errorf("plans to change %v", changed)
			}
		})
	}
}
