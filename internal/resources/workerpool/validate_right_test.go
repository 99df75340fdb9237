package workerpool

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestRightConfigurationPasses(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]object{
		"as little as possible": {},
		"everything unknown": {
			"worker_pool_id": notKnown{}, "base_name": notKnown{}, "region": notKnown{}, "vpc_subnets": notKnown{}, "security_groups": notKnown{},
			"min_size": notKnown{}, "max_size": notKnown{}, "secure_env_vars": notKnown{}, "byo_secretsmanager": notKnown{}, "configuration": notKnown{},
			"create_iam_role": notKnown{}, "custom_iam_role_name": notKnown{}, "extra_iam_statements": notKnown{}, "tag_specifications": notKnown{},
			"volume_type": notKnown{}, "volume_iops": notKnown{}, "selfhosted_configuration": notKnown{}, "instance_market_options": notKnown{},
		},
		"elements unknown": {
			"vpc_subnets": []any{notKnown{}}, "security_groups": []any{notKnown{}, "sg-01234567"}, "secure_env_vars": object{"A": notKnown{}},
			"additional_tags": object{"a": notKnown{}}, "extra_iam_statements": []any{notKnown{}, allow("A")},
			"tag_specifications": []any{object{"resource_type": notKnown{}, "tags": object{"a": notKnown{}}}},
		},
		"min size unknown":                {"min_size": notKnown{}, "max_size": 0},
		"max size unknown":                {"min_size": 50, "max_size": notKnown{}},
		"secret may come":                 {"secure_env_vars": notKnown{}, "byo_secretsmanager": nil},
		"write-only secret":               writeOnlyPool(object{"secure_env_vars_kms_key_id": "alias/mine"}),
		"write-only secret may come":      writeOnlyPool(object{"secure_env_vars_wo": notKnown{}}),
		"write-only value may come":       writeOnlyPool(object{"secure_env_vars_wo": object{"A": notKnown{}}}),
		"write-only version may come":     writeOnlyPool(object{"secure_env_vars_wo_version": notKnown{}}),
		"write-only or not":               {"secure_env_vars": notKnown{}, "secure_env_vars_wo": notKnown{}, "secure_env_vars_wo_version": notKnown{}},
		"brought secret may come":         {"secure_env_vars": nil, "byo_secretsmanager": notKnown{}},
		"configuration may come":          {"secure_env_vars": nil, "configuration": notKnown{}},
		"secret may come for a key":       {"secure_env_vars": notKnown{}, "secure_env_vars_kms_key_id": "alias/mine"},
		"role may be custom":              {"create_iam_role": notKnown{}, "custom_iam_role_name": "mine", "iam_permissions_boundary": "arn:aws:iam::aws:policy/X"},
		"custom role may come":            {"create_iam_role": false, "custom_iam_role_name": notKnown{}},
		"custom role may stay away":       {"custom_iam_role_name": notKnown{}},
		"volume type unknown":             {"volume_type": notKnown{}, "volume_iops": 200000, "volume_throughput": 2000},
		"volume size unknown":             {"volume_iops": 80000, "volume_size": notKnown{}},
		"iops unknown":                    {"volume_throughput": 2000, "volume_iops": notKnown{}},
		"encryption may come":             {"volume_encryption": notKnown{}, "volume_encryption_kms_key_id": "alias/mine"},
		"market may come":                 {"instance_market_options": notKnown{}, "tag_specifications": []any{object{"resource_type": "spot-instances-request", "tags": object{"a": "b"}}}},
		"architecture unknown":            hosted(nil).with(object{"ami_architecture": notKnown{}}),
		"parts of a brought secret":       brought(object{"name": notKnown{}, "keys": []any{notKnown{}}}),
		"ARN of a brought secret unknown": brought(object{"arn": notKnown{}}),
		"brought secret with a suffix of its own": brought(object{
			"name": "my-secret", "arn": "arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:my-secret-AbCdEf",
		}),
		"configuration alone":            {"secure_env_vars": nil, "configuration": "export A=1"},
		"default version may be updated": {"launch_template_default_version": 1, "launch_template_update_default_version": notKnown{}},
		"custom role":                    {"create_iam_role": false, "custom_iam_role_name": "team_role+1=,.@-"},
		"spot": {"instance_market_options": object{"market_type": "spot", "spot_options": object{
			"max_price": "0.05", "spot_instance_type": "one-time", "instance_interruption_behavior": "terminate", "block_duration_minutes": 60,
		}}, "tag_specifications": []any{object{"resource_type": "spot-instances-request", "tags": object{"a": "b"}}}},
		"mixed": mixed(object{
			"on_demand_base_capacity": 2, "on_demand_percentage_above_base_capacity": 0, "spot_allocation_strategy": "capacity-optimized-prioritized",
		}).with(object{"capacity_rebalance": false, "max_instance_lifetime": 31536000}),
		"mixed, parts unknown": mixed(object{
			"instance_types": []any{"t3.large", notKnown{}, notKnown{}}, "on_demand_base_capacity": notKnown{}, "on_demand_percentage_above_base_capacity": notKnown{},
		}).with(object{"instance_market_options": notKnown{}, "capacity_rebalance": notKnown{}, "max_instance_lifetime": notKnown{}}),
		"mixed may come":                        {"mixed_instances": notKnown{}, "instance_market_options": object{}},
		"workers awaited":                       {"wait_for_workers": 2, "min_size": 2, "force_destroy": true},
		"workers not known":                     {"wait_for_workers": notKnown{}, "max_size": notKnown{}, "force_destroy": notKnown{}},
		"workers below a max that is not known": {"wait_for_workers": 40, "min_size": notKnown{}, "max_size": notKnown{}},
		"schedules": {"max_size": 10, "schedules": []any{
			schedule(object{"time_zone": "Europe/Berlin", "min_size": 12}), object{"name": "Evening_2.x", "recurrence": "30 18 * * MON-FRI", "max_size": 12},
		}},
		"schedules unknown": {"schedules": notKnown{}},
		"parts of schedules unknown": {"schedules": []any{schedule(object{"min_size": 50}), object{
			"name": notKnown{}, "recurrence": notKnown{}, "time_zone": notKnown{}, "min_size": notKnown{}, "max_size": notKnown{},
		}}},
		"scheduled sizes may come": scheduled(object{"min_size": 50}).with(object{"max_size": notKnown{}}),
		"no lifetime":              {"max_instance_lifetime": 0},
		"gp3 at its limits":        {"volume_size": 160, "volume_iops": 80000, "volume_throughput": 2000},
		"io2":                      {"volume_type": "io2", "volume_size": 4, "volume_iops": 4000},
		"keys in every form": {
			"secure_env_vars_kms_key_id": "12345678-1234-1234-1234-123456789012", "volume_encryption": true,
			"volume_encryption_kms_key_id": "arn:aws:kms:eu-west-1:123456789012:alias/mine",
			"cloudwatch_kms_key_id":        "arn:aws-cn:kms:cn-north-1:123456789012:key/mrk-0123456789abcdef0123456789abcdef",
		},
		"statements": {"extra_iam_statements": []any{
			allow("A"), `{"Version":"2012-10-17","Statement":[` + allow("B") + `,` + allow("C") + `]}`, `{"Statement":{"Sid":"D","Effect":"Deny","NotAction":["s3:*"],"NotResource":["arn:aws:s3:::x"],"Condition":{}}}`,
		}},
		"regions with longer names": {"region": "us-gov-west-1"},
		"sovereign region":          {"region": "eusc-de-east-1"},
		"self-hosted": hosted(object{
			"http_proxy_config": "http://proxy.example.com:3128", "https_proxy_config": "https://proxy:3128", "no_proxy_config": "169.254.169.254,.internal",
			"ca_certificates": []any{testCertificate}, "run_launcher_as_spacelift_user": false, "power_off_on_error": false,
		}),
		"no metrics, logs for ever": {"enabled_metrics": []any{}, "cloudwatch_log_group_retention": 0, "cloudwatch_log_group_class": "INFREQUENT_ACCESS"},
		"many tags":                 {"additional_tags": manyTags(40)},
		"null tag value":            {"additional_tags": object{"a": nil}},
		"timeouts":                  {"timeouts": object{"create": "1h", "read": "1m", "update": "90s", "delete": "4h"}},
		"token mentioned":           {"configuration": "# SPACELIFT_TOKEN=… is in the secret\necho $SPACELIFT_TOKEN | wc -c"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diagnostics := validated(t, right().with(change)); len(diagnostics) > 0 {
				t.Error(describe(diagnostics))
			}
			if diagnostics := planned(t, &ProviderData{Unknown: true}, right().with(change), nil).Diagnostics; len(diagnostics) > 0 {
				t.Errorf("plan: %s", describe(diagnostics))
			}
		})
	}
}

func TestWhiteSpaceOfStatementsCountsNothing(t *testing.T) {
	t.Parallel()
	text, err := json.MarshalIndent(map[string]any{"Sid": "A", "Effect": "Allow", "Action": "s3:*", "Resource": []string{"arn:a"}}, "", strings.Repeat(" ", 4000))
	if err != nil {
		t.Fatal(err)
	}
	if diagnostics := validated(t, right().with(object{"extra_iam_statements": []any{string(text)}})); len(diagnostics) > 0 {
		t.Error(describe(diagnostics))
	}
}
