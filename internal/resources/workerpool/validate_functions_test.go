package workerpool

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// withKey is a pool with an API key, whose secret is in a parameter of the user's.
func withKey(changes object) object {
	return object{
		"spacelift_api_credentials": object{"api_key_id": "01K0K00000000000000000000A", "api_key_endpoint": "https://acme.app.spacelift.io"},
		"byo_ssm":                   object{"name": "/spacelift/api-secret", "arn": "arn:aws:ssm:eu-west-1:123456789012:parameter/spacelift/api-secret"},
	}.with(changes)
}

// credentials are withKey with these changes of spacelift_api_credentials and no
// parameter of the user's.
func credentials(changes object) object {
	pool := withKey(object{"byo_ssm": nil})
	pool["spacelift_api_credentials"] = pool["spacelift_api_credentials"].(object).with(changes)
	return pool
}

// writeOnlyKey is a pool with an API key whose secret is not in the state.
func writeOnlyKey(changes object) object {
	return credentials(object{"api_key_secret_wo": "top-secret", "api_key_secret_wo_version": 1}.with(changes))
}

func scaled(changes object) object {
	return withKey(object{"autoscaling_configuration": object{}.with(changes)})
}

func existingParameter(changes object) object {
	pool := withKey(nil)
	pool["byo_ssm"] = pool["byo_ssm"].(object).with(changes)
	return pool
}

func variables(extra object) object { return scaled(nil).with(object{"autoscaler_extra_env": extra}) }

func manySubnets(n int) (ids []any) {
	for i := range n {
		ids = append(ids, fmt.Sprintf("subnet-%08x", i))
	}
	return ids
}

func monitored(actions ...any) object {
	return withKey(object{"monitoring": object{"alarm_actions": actions}})
}

// wrongFunctions are configurations that are refused.
func wrongFunctions() map[string]refusal {
	const scaling, key = "autoscaling_configuration.", "spacelift_api_credentials."
	schedule := func(expression string) object { return scaled(object{"schedule_expression": expression}) }
	zip := func(changes object) object {
		return scaled(object{"s3_package": object{"bucket": "my-bucket", "key": "autoscaler.zip"}.with(changes)})
	}
	return map[string]refusal{
		"autoscaler without a key":    {object{"autoscaling_configuration": object{}}, "autoscaling_configuration", []string{"spacelift_api_credentials is not", "see the queue", "Set spacelift_api_credentials"}},
		"refresh without a key":       {object{"instance_refresh": object{}}, "instance_refresh", []string{"spacelift_api_credentials is not", "drains", "or remove instance_refresh"}},
		"processor by another name":   {scaled(object{"architecture": "x86_64"}), scaling + "architecture", []string{"x86_64", "amd64", "arm64"}},
		"nothing to add":              {scaled(object{"max_create": 0}), scaling + "max_create", []string{"between 1 and 100000"}},
		"nothing to end":              {scaled(object{"max_terminate": 0}), scaling + "max_terminate", []string{"between 1 and 100000"}},
		"function of 16 minutes":      {scaled(object{"timeout": 901}), scaling + "timeout", []string{"between 1 and 900"}},
		"function without memory":     {scaled(object{"memory_size": 64}), scaling + "memory_size", []string{"between 128 and 10240"}},
		"delay beyond a week":         {scaled(object{"scale_down_delay": 10081}), scaling + "scale_down_delay", []string{"between 0 and 10080"}},
		"looks without a pause":       {scaled(object{"polling_interval": 0}), scaling + "polling_interval", []string{"between 1 and 900"}},
		"looks after the end":         {scaled(object{"polling_interval": 90}), scaling + "polling_interval", []string{"is 90 s", "after 60 s", "raise timeout"}},
		"looks after an earlier end":  {scaled(object{"timeout": 5}), scaling + "polling_interval", []string{"is 10 s", "after 5 s", "once a call"}},
		"negative number of idle":     {scaled(object{"min_idle_workers": -1}), scaling + "min_idle_workers", []string{"between 0"}},
		"more idle than workers":      {scaled(object{"min_idle_workers": 4}).with(object{"max_size": 3}), scaling + "min_idle_workers", []string{"is 4", "max_size is 3", "raise max_size"}},
		"more idle than by default":   {scaled(object{"min_idle_workers": 11}), scaling + "min_idle_workers", []string{"max_size is 10"}},
		"utilization of nothing":      {scaled(object{"target_utilization": 0}), scaling + "target_utilization", []string{"between 1 and 100"}},
		"utilization above all":       {scaled(object{"target_utilization": 101}), scaling + "target_utilization", []string{"between 1 and 100"}},
		"negative pause after more":   {scaled(object{"scale_out_cooldown": -1}), scaling + "scale_out_cooldown", []string{"between 0 and 604800"}},
		"negative pause after less":   {scaled(object{"scale_in_cooldown": -1}), scaling + "scale_in_cooldown", []string{"between 0 and 604800"}},
		"no time to boot":             {scaled(object{"boot_timeout": 0}), scaling + "boot_timeout", []string{"between 1 and 604800"}},
		"loud log":                    {scaled(object{"log_level": "loud"}), scaling + "log_level", []string{"loud", "debug"}},
		"schedule in words":           {schedule("every minute"), scaling + "schedule_expression", []string{`"every minute"`, "rate(1 minute)"}},
		"rate of one in the plural":   {schedule("rate(1 minutes)"), scaling + "schedule_expression", []string{"singular"}},
		"rate of five in singular":    {schedule("rate(5 minute)"), scaling + "schedule_expression", []string{"plural"}},
		"rate of none":                {schedule("rate(0 minutes)"), scaling + "schedule_expression", []string{"1 or more"}},
		"rate in seconds":             {schedule("rate(30 seconds)"), scaling + "schedule_expression", []string{"minutes, hours or days"}},
		"schedule of five fields":     {schedule("cron(0 8 * * ?)"), scaling + "schedule_expression", []string{"5 fields", "six"}},
		"schedule by both days":       {schedule("cron(0 8 * * * *)"), scaling + "schedule_expression", []string{"'?'", "only one"}},
		"schedule by neither day":     {schedule("cron(0 8 ? * ? *)"), scaling + "schedule_expression", []string{"'?'"}},
		"schedule at minute 60":       {schedule("cron(60 8 ? * * *)"), scaling + "schedule_expression", []string{"minutes", `"60"`}},
		"schedule on day 8":           {schedule("cron(0 8 ? * MON-8 *)"), scaling + "schedule_expression", []string{"day of the week"}},
		"schedule back in a week":     {schedule("cron(0 8 ? * FRI-MON *)"), scaling + "schedule_expression", []string{"FRI-MON"}},
		"schedule by no step":         {schedule("cron(0/0 8 ? * * *)"), scaling + "schedule_expression", []string{"0/0"}},
		"schedule in a past age":      {schedule("cron(0 8 ? * * 1969)"), scaling + "schedule_expression", []string{"year"}},
		"package in a URL":            {zip(object{"bucket": "s3://my-bucket"}), scaling + "s3_package.bucket", []string{"without s3://"}},
		"package without key":         {zip(object{"key": ""}), scaling + "s3_package.key", []string{"between 1 and 1024"}},
		"package of an empty version": {zip(object{"object_version": ""}), scaling + "s3_package.object_version", []string{"between 1 and 1024"}},

		"variable Lambda reserves":  {variables(object{"AWS_REGION": "x"}), "autoscaler_extra_env", []string{"AWS_REGION", "Lambda sets itself", "Remove"}},
		"variable no Lambda takes":  {variables(object{"MY-VAR": "x"}), "autoscaler_extra_env", []string{"MY-VAR", "Rename"}},
		"variable without value":    {variables(object{"MY_VAR": nil}), "autoscaler_extra_env", []string{"MY_VAR", "null"}},
		"subnets without groups":    {withKey(object{"autoscaling_vpc_subnets": []any{"subnet-01234567"}}), "autoscaling_vpc_sg_ids", []string{"is not set", "both or none"}},
		"groups without subnets":    {withKey(object{"autoscaling_vpc_sg_ids": []any{"sg-01234567"}}), "autoscaling_vpc_subnets", []string{"is not set", "both or none"}},
		"no function subnets":       {withKey(object{"autoscaling_vpc_subnets": []any{}, "autoscaling_vpc_sg_ids": []any{"sg-01234567"}}), "autoscaling_vpc_subnets", []string{"at least 1"}},
		"function subnet by name":   {withKey(object{"autoscaling_vpc_subnets": []any{"private"}, "autoscaling_vpc_sg_ids": []any{"sg-01234567"}}), "autoscaling_vpc_subnets", []string{`"private"`}},
		"function group by name":    {withKey(object{"autoscaling_vpc_subnets": []any{"subnet-01234567"}, "autoscaling_vpc_sg_ids": []any{"default"}}), "autoscaling_vpc_sg_ids", []string{`"default"`}},
		"tracing that AWS lacks":    {withKey(object{"autoscaling_tracing_mode": "Off"}), "autoscaling_tracing_mode", []string{"Off", "PassThrough"}},
		"17 subnets":                {scaled(nil).with(object{"autoscaling_vpc_subnets": manySubnets(17), "autoscaling_vpc_sg_ids": []any{"sg-01234567"}}), "autoscaling_vpc_subnets", []string{"at most 16"}},
		"6 groups":                  {scaled(nil).with(object{"autoscaling_vpc_subnets": manySubnets(1), "autoscaling_vpc_sg_ids": []any{"sg-01234560", "sg-01234561", "sg-01234562", "sg-01234563", "sg-01234564", "sg-01234565"}}), "autoscaling_vpc_sg_ids", []string{"at most 5"}},
		"alarm calls a queue":       {monitored("arn:aws:sqs:eu-west-1:123456789012:alerts"), "monitoring.alarm_actions", []string{"arn:aws:sqs", "SNS topic"}},
		"bundle by file name":       {withKey(object{"ca_bundle": "ca.pem"}), "ca_bundle", []string{"PEM", "BEGIN CERTIFICATE"}},
		"heartbeat below a minute":  {withKey(object{"lifecycle_hook_timeout": 30}), "lifecycle_hook_timeout", []string{"between 180 and 7200"}},
		"heartbeat beyond 2 hours":  {withKey(object{"lifecycle_hook_timeout": 7201}), "lifecycle_hook_timeout", []string{"between 180 and 7200"}},
		"negative protection":       {withKey(object{"drain_timeout": -1}), "drain_timeout", []string{"between 0 and 172680"}},
		"protection beyond 2 days":  {withKey(object{"drain_timeout": 172681}), "drain_timeout", []string{"between 0 and 172680"}},
		"protection AWS ends":       {withKey(object{"drain_timeout": 29881}), "drain_timeout", []string{"is 29881 s", "30000 s", "Lower it to 29880 or less", "lifecycle_hook_timeout to 301"}},
		"protection AWS ends early": {withKey(object{"drain_timeout": 20000, "lifecycle_hook_timeout": 180}), "drain_timeout", []string{"18000 s", "to 202 or more"}},
		"fate of its own":           {withKey(object{"on_drain_timeout": "wait"}), "on_drain_timeout", []string{"wait", "terminate", "retain"}},
		"no alarm actions":          {monitored(), "monitoring.alarm_actions", []string{"at least 1"}},
		"too many alarm actions":    {monitored("arn:aws:sns:a:1:1", "arn:aws:sns:a:1:2", "arn:aws:sns:a:1:3", "arn:aws:sns:a:1:4", "arn:aws:sns:a:1:5", "arn:aws:sns:a:1:6"), "monitoring.alarm_actions", []string{"at most 5"}},
		"topic by name":             {monitored("alerts"), "monitoring.alarm_actions", []string{`"alerts"`, "arn:aws:sns"}},

		"key of two words":           {writeOnlyKey(object{"api_key_id": "my key"}), key + "api_key_id", []string{`"my key"`, "Copy"}},
		"account without a scheme":   {writeOnlyKey(object{"api_key_endpoint": "acme.app.spacelift.io"}), key + "api_key_endpoint", []string{"https", "host"}},
		"account by http":            {writeOnlyKey(object{"api_key_endpoint": "http://acme.app.spacelift.io"}), key + "api_key_endpoint", []string{"does not start with https://"}},
		"account with the API":       {writeOnlyKey(object{"api_key_endpoint": "https://acme.app.spacelift.io/graphql"}), key + "api_key_endpoint", []string{"/graphql"}},
		"account with a query":       {writeOnlyKey(object{"api_key_endpoint": "https://acme.app.spacelift.io?a=b"}), key + "api_key_endpoint", []string{"more than a host"}},
		"no secret":                  {credentials(nil), key + "api_key_secret", []string{"is not set", "sign in", "byo_ssm"}},
		"empty secret":               {credentials(object{"api_key_secret": ""}), key + "api_key_secret", []string{"is empty"}},
		"secret of two words":        {credentials(object{"api_key_secret": "top-secret top-secret"}), key + "api_key_secret", []string{"white space"}},
		"secret with its line end":   {writeOnlyKey(object{"api_key_secret_wo": "top-secret\n"}), key + "api_key_secret_wo", []string{"white space"}},
		"secret too long":            {writeOnlyKey(object{"api_key_secret_wo": strings.Repeat("top-secret", 410)}), key + "api_key_secret_wo", []string{"4096"}},
		"secret both ways":           {writeOnlyKey(object{"api_key_secret": "top-secret"}), key + "api_key_secret_wo", []string{"so is spacelift_api_credentials.api_key_secret", "one of the two"}},
		"secret beside a parameter":  {credentials(object{"api_key_secret": "top-secret"}).with(object{"byo_ssm": withKey(nil)["byo_ssm"]}), "byo_ssm", []string{"api_key_secret", "one of the two"}},
		"write-only and a parameter": {writeOnlyKey(nil).with(object{"byo_ssm": withKey(nil)["byo_ssm"]}), "byo_ssm", []string{"api_key_secret_wo", "one of the two"}},
		"write-only without version": {writeOnlyKey(object{"api_key_secret_wo_version": nil}), key + "api_key_secret_wo_version", []string{"is not set", "= 1"}},
		"version without a secret":   {writeOnlyKey(object{"api_key_secret_wo": nil}), key + "api_key_secret_wo", []string{"is not set", "remove the version"}},
		"version beside a parameter": {withKey(nil).with(object{"spacelift_api_credentials": object{"api_key_id": "A", "api_key_endpoint": "https://a.b", "api_key_secret_wo_version": 1}}), key + "api_key_secret_wo", []string{"is not set"}},
		"parameter without a key":    {object{"byo_ssm": withKey(nil)["byo_ssm"]}, "byo_ssm", []string{"spacelift_api_credentials is not", "or remove byo_ssm"}},
		"parameter by its ARN":       {existingParameter(object{"name": "arn:aws:ssm:eu-west-1:123456789012:parameter/a"}), "byo_ssm.name", []string{"not the ARN"}},
		"parameter of another kind":  {existingParameter(object{"arn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a"}), "byo_ssm.arn", []string{"SSM parameter"}},
		"ARN of another parameter":   {existingParameter(object{"name": "/other"}), "byo_ssm.arn", []string{`"spacelift/api-secret"`, `"/other"`, "same parameter"}},
	}
}

func TestWrongFunctionsAreRefused(t *testing.T) {
	t.Parallel()
	for name, test := range wrongFunctions() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.check(t, validated(t, right().with(test.change)))
		})
	}
}

func TestRightFunctionsPass(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]object{
		"a key alone":           withKey(nil),
		"autoscaler by default": scaled(nil),
		"all of it": scaled(object{
			"architecture": "amd64", "schedule_expression": "rate(5 minutes)", "max_create": 5, "max_terminate": 5, "timeout": 900, "scale_down_delay": 3, "memory_size": 256,
			"polling_interval": 900, "min_idle_workers": 2, "target_utilization": 80, "scale_out_cooldown": 30, "scale_in_cooldown": 60, "boot_timeout": 300, "log_level": "debug", "dry_run": true,
		}).with(object{
			"autoscaler_extra_env": object{"AUTOSCALING_MAX_CREATE": "7", "MY_OWN": "x", "SPACELIFT_API_KEY_SECRET_NAME": "/other"}, "autoscaling_tracing_mode": "PassThrough",
			"autoscaling_vpc_subnets": []any{"subnet-01234567"}, "autoscaling_vpc_sg_ids": []any{"sg-01234567"}, "ca_bundle": testCertificate,
			"lifecycle_hook_timeout": 1728, "drain_timeout": 172680, "on_drain_timeout": "retain",
			"monitoring": object{"dashboard": true, "alarm_actions": []any{"arn:aws:sns:eu-west-1:123456789012:alerts"}},
		}),
		"heartbeat that suffices":   withKey(object{"lifecycle_hook_timeout": 180, "drain_timeout": 17880}),
		"bounds unknown":            withKey(object{"lifecycle_hook_timeout": notKnown{}, "drain_timeout": 172680}),
		"weekdays by name":          scaled(object{"schedule_expression": "cron(0/5 8-18 ? * mon-FRI *)"}),
		"last weekday of a month":   scaled(object{"schedule_expression": "cron(15,45 */2 LW JAN,6-12/2 ? 2026-2199)"}),
		"second Tuesday":            scaled(object{"schedule_expression": "cron(0 0 ? * 3#2 *)"}),
		"one hour":                  scaled(object{"schedule_expression": "rate(1 hour)"}),
		"cheap logs, unwatched":     withKey(object{"cloudwatch_log_group_class": "INFREQUENT_ACCESS", "monitoring": object{"dashboard": false}}),
		"write-only secret":         writeOnlyKey(nil),
		"write-only may come":       writeOnlyKey(object{"api_key_secret_wo": notKnown{}}),
		"write-only number":         writeOnlyKey(object{"api_key_secret_wo_version": notKnown{}}),
		"secret or not":             credentials(object{"api_key_secret": notKnown{}}),
		"parameter may come":        withKey(object{"byo_ssm": notKnown{}}),
		"parameter that is unknown": existingParameter(object{"name": notKnown{}, "arn": notKnown{}}),
		"parameter without a slash": existingParameter(object{"name": "mine", "arn": "arn:aws-us-gov:ssm:us-gov-west-1:123456789012:parameter/mine"}),
		"server on this machine":    writeOnlyKey(object{"api_key_endpoint": "http://127.0.0.1:8080/"}),
		"self-hosted account":       writeOnlyKey(object{"api_key_endpoint": "https://spacelift.example.com:8443/base"}),
		"key may come":              {"spacelift_api_credentials": notKnown{}, "byo_ssm": withKey(nil)["byo_ssm"], "autoscaling_configuration": object{}, "instance_refresh": object{}},
		"everything unknown": {
			"spacelift_api_credentials": notKnown{}, "byo_ssm": notKnown{}, "autoscaling_configuration": notKnown{}, "autoscaler_extra_env": notKnown{},
			"autoscaling_vpc_subnets": notKnown{}, "autoscaling_vpc_sg_ids": notKnown{}, "autoscaling_tracing_mode": notKnown{}, "ca_bundle": notKnown{},
			"lifecycle_hook_timeout": notKnown{}, "drain_timeout": notKnown{}, "on_drain_timeout": notKnown{}, "monitoring": notKnown{},
		},
		"parts unknown": scaled(object{"timeout": notKnown{}, "polling_interval": 700, "schedule_expression": notKnown{}, "min_idle_workers": 50, "s3_package": notKnown{}}).
			with(object{"max_size": notKnown{}, "autoscaler_extra_env": object{"AUTOSCALING_MAX_CREATE": notKnown{}}, "monitoring": object{"alarm_actions": []any{notKnown{}}}}),
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

// warnedFunctions are configurations that are taken with one warning.
func warnedFunctions() map[string]refusal {
	return map[string]refusal{
		"secret in the state":          {credentials(object{"api_key_secret": "top-secret"}), "spacelift_api_credentials.api_key_secret", []string{"Terraform state", "api_key_secret_wo", "byo_ssm"}},
		"package that bypasses":        {scaled(object{"s3_package": object{"bucket": "my-bucket", "key": "a.zip"}}), "autoscaling_configuration.s3_package", []string{"bypass the termination hook", "detach", "Leave s3_package out"}},
		"variable that is a secret":    {variables(object{"API_TOKEN": "top-secret"}), "autoscaler_extra_env", []string{"API_TOKEN", "readable"}},
		"variables of no autoscaler":   {withKey(object{"autoscaler_extra_env": object{"MY_OWN": "x"}}), "autoscaler_extra_env", []string{"no effect", "autoscaling_configuration"}},
		"heartbeat of no hook":         {object{"lifecycle_hook_timeout": 300}, "lifecycle_hook_timeout", []string{"no effect", "spacelift_api_credentials"}},
		"protection by nothing":        {object{"drain_timeout": 300}, "drain_timeout", []string{"no effect", "spacelift_api_credentials"}},
		"fate of nobody":               {object{"on_drain_timeout": "retain"}, "on_drain_timeout", []string{"no effect"}},
		"bundle of no function":        {object{"ca_bundle": testCertificate}, "ca_bundle", []string{"no effect"}},
		"traces of no function":        {object{"autoscaling_tracing_mode": "Active"}, "autoscaling_tracing_mode", []string{"no effect"}},
		"graphs without their metrics": {withKey(object{"cloudwatch_log_group_class": "INFREQUENT_ACCESS", "monitoring": object{"dashboard": true}}), "cloudwatch_log_group_class", []string{"STANDARD", "never go off"}},
		"alarms without their metrics": {object{"monitoring": object{"alarm_actions": []any{"arn:aws:sns:eu-west-1:123456789012:alerts"}}}, "monitoring.alarm_actions", []string{"no effect"}},
	}
}

func TestFunctionsAreWarnedOf(t *testing.T) {
	t.Parallel()
	for name, test := range warnedFunctions() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diagnostics := validated(t, right().with(test.change))
			if len(diagnostics) != 1 || diagnostics[0].Severity != tfprotov6.DiagnosticSeverityWarning || attributeOf(diagnostics[0].Attribute) != test.attribute {
				t.Fatalf("want one warning at %s, got:\n%s", test.attribute, describe(diagnostics))
			}
			for _, word := range test.words {
				if text := diagnostics[0].Detail; strings.Contains(text, "top-secret") || !strings.Contains(text, word) {
					t.Errorf("want %q in the warning: %s", word, text)
				}
			}
		})
	}
}
