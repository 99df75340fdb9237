package workerpool

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// refusal is a change of the right configuration that must be refused.

type refusal struct {
	change    object
	attribute string   // at which the error points
	words     []string // which the error holds, besides the attribute's name
}

func (r refusal) check(t *testing.T, diagnostics []*tfprotov6.Diagnostic) {
	t.Helper()
	errors := errorsIn(diagnostics)
	if len(errors) != 1 {
		t.Fatalf("want one error, got:\n%s", describe(diagnostics))
	}
	if got := attributeOf(errors[0].Attribute); got != r.attribute {
		t.Errorf("the error points at %q, not %q", got, r.attribute)
	}
	text := errors[0].Summary + "\n" + errors[0].Detail
	name, _, _ := strings.Cut(r.attribute, "[")
	for _, word := range append(r.words, name[strings.LastIndex(name, ".")+1:]) {
		if !strings.Contains(text, word) {
			t.Errorf("%q is missing in: %s", word, text)
		}
	}
	if strings.Contains(text, "top-secret") {
		t.Errorf("a secret is in: %s", text)
	}
}

func allow(sid string) string {
	return fmt.Sprintf(`{"Sid":%q,"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}`, sid)
}

func spot(options object) object {
	return object{"instance_market_options": object{"spot_options": options}}
}

func mixed(changes object) object {
	return object{"mixed_instances": object{"instance_types": []any{"t3.large", "t3a.large"}}.with(changes)}
}

func hosted(changes object) object {
	return object{"selfhosted_configuration": object{"s3_uri": "s3://bucket/launcher"}.with(changes)}
}

func brought(changes object) object {
	return object{"secure_env_vars": nil, "byo_secretsmanager": object{
		"name": "mine", "arn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:mine-AbCdEf", "keys": []any{"SPACELIFT_TOKEN"},
	}.with(changes)}
}

func writeOnlyPool(changes object) object {
	return object{"secure_env_vars": nil, "secure_env_vars_wo": object{"SPACELIFT_TOKEN": "top-secret"}, "secure_env_vars_wo_version": 1}.with(changes)
}

func schedule(changes object) object {
	return object{"name": "morning", "recurrence": "0 8 * * 1-5", "min_size": 2}.with(changes)
}

func scheduled(changes object) object { return object{"schedules": []any{schedule(changes)}} }

func manyTypes(n int) (all []any) {
	for i := range n {
		all = append(all, fmt.Sprintf("c%d.large", i))
	}
	return all
}

func manyTags(n int) object {
	tags := object{}
	for i := range n {
		tags[fmt.Sprintf("tag%d", i)] = "x"
	}
	return tags
}

// wrongConfigurations are those that are refused.
func wrongConfigurations() map[string]refusal {
	return map[string]refusal{
		"pool id in lower case":          {object{"worker_pool_id": strings.ToLower(testPoolID)}, "worker_pool_id", []string{"ULID", "Copy the id"}},
		"pool id with a letter it lacks": {object{"worker_pool_id": "01HZXK3J5T9V2QWERTY012345U"}, "worker_pool_id", []string{"other than I, L, O and U"}},
		"pool id too short":              {object{"worker_pool_id": "01HZXK"}, "worker_pool_id", []string{`"01HZXK"`, "26"}},
		"base name with a space":         {object{"base_name": "my pool"}, "base_name", []string{`"my pool"`, "letters, digits"}},
		"base name too short":            {object{"base_name": "ab"}, "base_name", []string{"3 to 54"}},
		"base name too long":             {object{"base_name": strings.Repeat("a", 55)}, "base_name", []string{"3 to 54", "Choose another name"}},
		"no region":                      {object{"region": "Ireland"}, "region", []string{`"Ireland"`, "eu-west-1"}},
		"no subnets":                     {object{"vpc_subnets": []any{}}, "vpc_subnets", []string{"at least 1"}},
		"no subnet id":                   {object{"vpc_subnets": []any{"private-a"}}, "vpc_subnets", []string{`"private-a"`, "subnet-0123456789abcdef0"}},
		"a null for a subnet":            {object{"vpc_subnets": []any{nil}}, "vpc_subnets", []string{"null"}},
		"no security groups":             {object{"security_groups": []any{}}, "security_groups", []string{"at least 1"}},
		"name of a security group":       {object{"security_groups": []any{"default"}}, "security_groups", []string{`"default"`, "not the group's name"}},
		"negative min size":              {object{"min_size": -1}, "min_size", []string{"at least 0", "-1"}},
		"negative max size":              {object{"max_size": -1}, "max_size", []string{"at least 0"}},
		"sizes out of order":             {object{"min_size": 5, "max_size": 2}, "min_size", []string{"is 5", "max_size is 2", "Lower min_size"}},
		"min size above default max":     {object{"min_size": 11}, "min_size", []string{"is 11", "max_size is 10"}},
		"negative number of workers":     {object{"wait_for_workers": -1}, "wait_for_workers", []string{"at least 0"}},
		"more workers than instances":    {object{"wait_for_workers": 4, "max_size": 3}, "wait_for_workers", []string{"is 4", "max_size is 3", "raise max_size"}},
		"workers above default max":      {object{"wait_for_workers": 11}, "wait_for_workers", []string{"is 11", "max_size is 10"}},
		"unknown metric":                 {object{"enabled_metrics": []any{"GroupSize"}}, "enabled_metrics", []string{"GroupSize", "GroupMinSize"}},

		"image by name":                   {object{"ami_id": "amazon-linux"}, "ami_id", []string{`"amazon-linux"`, "ami-0123456789abcdef0"}},
		"amd64 for x86_64":                {object{"ami_architecture": "amd64"}, "ami_architecture", []string{"x86_64", "arm64", "amd64"}},
		"instance type without size":      {object{"ec2_instance_type": "t3"}, "ec2_instance_type", []string{`"t3"`, "t3.micro"}},
		"market that does not exist":      {object{"instance_market_options": object{"market_type": "on-demand"}}, "instance_market_options.market_type", []string{"spot", "on-demand"}},
		"schedule by a name with a comma": {scheduled(object{"name": "a,b"}), "schedules[0].name", []string{`"a,b"`, "letters, digits"}},
		"schedule every six fields":       {scheduled(object{"recurrence": "0 0 8 * * *"}), "schedules[0].recurrence", []string{"6 fields", "five"}},
		"schedule that never comes":       {scheduled(object{"recurrence": "0 0 30 2 *"}), "schedules[0].recurrence", []string{"never"}},
		"schedule in no time zone":        {scheduled(object{"time_zone": "Berlin"}), "schedules[0].time_zone", []string{`"Berlin"`, "Europe/Berlin"}},
		"schedule without a size":         {scheduled(object{"min_size": nil}), "schedules[0]", []string{"sets no size", "max_size"}},
		"schedule of a negative size":     {scheduled(object{"min_size": -1}), "schedules[0].min_size", []string{"at least 0"}},
		"scheduled sizes out of order":    {scheduled(object{"max_size": 1}), "schedules[0].min_size", []string{"is 2", "max_size is 1"}},
		"scheduled min above any max":     {scheduled(object{"min_size": 11}), "schedules[0].min_size", []string{"is 11", "never above 10"}},
		"scheduled max below any min":     {scheduled(object{"min_size": nil, "max_size": 1}).with(object{"min_size": 2}), "schedules[0].max_size", []string{"is 1", "never below 2"}},
		"schedules of one name":           {object{"schedules": []any{schedule(nil), schedule(object{"recurrence": "0 9 * * *"})}}, "schedules[1].name", []string{`"morning"`, "entry 0"}},
		"no types":                        {mixed(object{"instance_types": []any{}}), "mixed_instances.instance_types", []string{"at least 1"}},
		"41 types":                        {mixed(object{"instance_types": manyTypes(41)}), "mixed_instances.instance_types", []string{"at most 40"}},
		"type without size":               {mixed(object{"instance_types": []any{"t3.large", "t3"}}), "mixed_instances.instance_types[1]", []string{`"t3"`, "t3.micro"}},
		"type twice":                      {mixed(object{"instance_types": []any{"t3.large", "c5.large", "t3.large"}}), "mixed_instances.instance_types[2]", []string{`"t3.large"`, "entry 0", "once"}},
		"null for a type":                 {mixed(object{"instance_types": []any{nil}}), "mixed_instances.instance_types[0]", []string{"null", "compact"}},
		"negative base":                   {mixed(object{"on_demand_base_capacity": -1}), "mixed_instances.on_demand_base_capacity", []string{"at least 0"}},
		"percentage above 100":            {mixed(object{"on_demand_percentage_above_base_capacity": 101}), "mixed_instances.on_demand_percentage_above_base_capacity", []string{"between 0 and 100"}},
		"strategy AWS lacks":              {mixed(object{"spot_allocation_strategy": "cheapest"}), "mixed_instances.spot_allocation_strategy", []string{"cheapest", "price-capacity-optimized"}},
		"mixed and market options":        {mixed(nil).with(object{"instance_market_options": object{}}), "mixed_instances", []string{"instance_market_options", "= 0"}},
		"lifetime below a day":            {object{"max_instance_lifetime": 3600}, "max_instance_lifetime", []string{"86400", "3600"}},
		"lifetime above a year":           {object{"max_instance_lifetime": 31536001}, "max_instance_lifetime", []string{"31536000"}},
		"price in words":                  {spot(object{"max_price": "cheap"}), "instance_market_options.spot_options.max_price", []string{`"cheap"`, "0.05"}},
		"price too low":                   {spot(object{"max_price": "0.001"}), "instance_market_options.spot_options.max_price", []string{"above 0.001"}},
		"persistent spot":                 {spot(object{"spot_instance_type": "persistent"}), "instance_market_options.spot_options.spot_instance_type", []string{`"persistent"`, "one-time"}},
		"spot that hibernates":            {spot(object{"instance_interruption_behavior": "hibernate"}), "instance_market_options.spot_options.instance_interruption_behavior", []string{"terminate", "persistent"}},
		"block of 90 minutes":             {spot(object{"block_duration_minutes": 90}), "instance_market_options.spot_options.block_duration_minutes", []string{"90", "60"}},
		"block of 420 minutes":            {spot(object{"block_duration_minutes": 420}), "instance_market_options.spot_options.block_duration_minutes", []string{"420", "360"}},
		"volume type that cannot boot":    {object{"volume_type": "st1"}, "volume_type", []string{"st1", "gp3"}},
		"volume without size":             {object{"volume_size": 0}, "volume_size", []string{"between 1", "got: 0"}},
		"volume too large for gp2":        {object{"volume_type": "gp2", "volume_size": 20000}, "volume_size", []string{"is 20000 GiB", "16384"}},
		"throughput too small":            {object{"volume_throughput": 100}, "volume_throughput", []string{"125", "2000"}},
		"throughput of gp2":               {object{"volume_type": "gp2", "volume_throughput": 200}, "volume_throughput", []string{"gp3 only", `"gp2"`}},
		"throughput beyond iops":          {object{"volume_throughput": 1000}, "volume_throughput", []string{"at most 750", "raise volume_iops"}},
		"iops too few for gp3":            {object{"volume_iops": 2000}, "volume_iops", []string{"is 2000", "3000"}},
		"iops of gp2":                     {object{"volume_type": "gp2", "volume_iops": 3000}, "volume_iops", []string{"gp2", "Remove it"}},
		"iops missing for io2":            {object{"volume_type": "io2"}, "volume_iops", []string{"is missing", "io2"}},
		"iops beyond size":                {object{"volume_iops": 30000, "volume_size": 20}, "volume_iops", []string{"500 for each GiB", "raise volume_size"}},
		"volume key of what":              {object{"volume_encryption": true, "volume_encryption_kms_key_id": "my key"}, "volume_encryption_kms_key_id", []string{`"my key"`, "alias/"}},
		"volume key, not encrypted":       {object{"volume_encryption_kms_key_id": "alias/mine"}, "volume_encryption_kms_key_id", []string{"not encrypted", "volume_encryption = true"}},

		"template version in words":    {object{"launch_template_version": "latest"}, "launch_template_version", []string{`"latest"`, "$Latest"}},
		"template version zero":        {object{"launch_template_version": "0"}, "launch_template_version", []string{"positive number"}},
		"default version zero":         {object{"launch_template_default_version": 0}, "launch_template_default_version", []string{"at least 1"}},
		"two default versions":         {object{"launch_template_default_version": 1, "launch_template_update_default_version": true}, "launch_template_default_version", []string{"launch_template_update_default_version", "one of the two"}},
		"tags of what is not launched": {object{"tag_specifications": []any{object{"resource_type": "image", "tags": object{"a": "b"}}}}, "tag_specifications[0].resource_type", []string{"image", "network-interface"}},
		"tags of one kind twice": {object{"tag_specifications": []any{
			object{"resource_type": "volume", "tags": object{"a": "b"}}, object{"resource_type": "volume", "tags": object{"c": "d"}},
		}}, "tag_specifications[1].resource_type", []string{"entry 0", "Merge"}},
		"tags of a spot request of on-demand": {object{"tag_specifications": []any{object{"resource_type": "spot-instances-request", "tags": object{"a": "b"}}}}, "tag_specifications[0].resource_type", []string{"on-demand", "instance_market_options"}},
		"tag of AWS in a specification":       {object{"tag_specifications": []any{object{"resource_type": "volume", "tags": object{"aws:x": "b"}}}}, "tag_specifications[0].tags", []string{"aws:x", "Rename"}},
		"tag of AWS":                          {object{"additional_tags": object{"AWS:x": "y"}}, "additional_tags", []string{"AWS:x", "Rename"}},
		"tag of ours":                         {object{"additional_tags": object{"workerpoolid": "y"}}, "additional_tags", []string{"workerpoolid", "provider sets itself"}},
		"tag key too long":                    {object{"additional_tags": object{strings.Repeat("k", 129): "y"}}, "additional_tags", []string{"129", "128", "Shorten"}},
		"tag value too long":                  {object{"additional_tags": object{"k": strings.Repeat("v", 257)}}, "additional_tags", []string{"257", "256"}},
		"tag without key":                     {object{"additional_tags": object{"": "v"}}, "additional_tags", []string{"empty key"}},
		"tag with odd characters":             {object{"additional_tags": object{"k": "a;b"}}, "additional_tags", []string{`"a;b"`, "IAM"}},
		"tags that IAM takes for the same":    {object{"additional_tags": object{"team": "a", "Team": "b"}}, "additional_tags", []string{"team", "Team", "same"}},
		"too many tags":                       {object{"additional_tags": manyTags(41)}, "additional_tags", []string{"41", "at most 40", "Remove"}},

		"nothing to authenticate with": {object{"secure_env_vars": nil}, "secure_env_vars", []string{"byo_secretsmanager", "configuration", "SPACELIFT_TOKEN"}},
		"all of it empty":              {object{"secure_env_vars": object{}, "configuration": ""}, "secure_env_vars", []string{"no worker could join"}},
		"secret value twice":           {brought(nil).with(object{"secure_env_vars": object{"A": "top-secret"}}), "byo_secretsmanager", []string{"secure_env_vars", "one of the two"}},
		"both ways to pass values":     {writeOnlyPool(nil).with(object{"secure_env_vars": object{"A": "top-secret"}}), "secure_env_vars_wo", []string{"so is secure_env_vars", "one of the two"}},
		"brought beside write-only":    {writeOnlyPool(nil).with(brought(nil)), "byo_secretsmanager", []string{"so is secure_env_vars_wo", "one of the two"}},
		"write-only without version":   {writeOnlyPool(object{"secure_env_vars_wo_version": nil}), "secure_env_vars_wo_version", []string{"is not set", "= 1"}},
		"version without values":       {object{"secure_env_vars_wo_version": 1}, "secure_env_vars_wo", []string{"is not set", "deleted", "remove the version"}},
		"write-only without a key":     {writeOnlyPool(object{"secure_env_vars_wo": object{}}), "secure_env_vars_wo", []string{"is empty"}},
		"write-only key of no shell":   {writeOnlyPool(object{"secure_env_vars_wo": object{"my-token": "top-secret"}}), "secure_env_vars_wo", []string{"my-token", "Rename"}},
		"write-only key without value": {writeOnlyPool(object{"secure_env_vars_wo": object{"A": nil}}), "secure_env_vars_wo", []string{`"A"`, "null"}},
		"secret key no shell takes":    {object{"secure_env_vars": object{"my-token": "top-secret"}}, "secure_env_vars", []string{"my-token", "Rename"}},
		"secret key that is a number":  {object{"secure_env_vars": object{"1A": "top-secret"}}, "secure_env_vars", []string{`"1A"`}},
		"secret without value":         {object{"secure_env_vars": object{"A": nil}}, "secure_env_vars", []string{`"A"`, "null"}},
		"secret too large":             {object{"secure_env_vars": object{"A": strings.Repeat("top-secret", 7000)}}, "secure_env_vars", []string{"65536", "configuration"}},
		"secret key of what":           {object{"secure_env_vars_kms_key_id": "key 1"}, "secure_env_vars_kms_key_id", []string{`"key 1"`}},
		"key without a secret":         {object{"secure_env_vars": nil, "configuration": "export A=1", "secure_env_vars_kms_key_id": "alias/mine"}, "secure_env_vars_kms_key_id", []string{"no secret", "Set secure_env_vars"}},
		"brought secret without keys":  {brought(object{"keys": []any{}}), "byo_secretsmanager.keys", []string{"at least 1"}},
		"brought key no shell takes":   {brought(object{"keys": []any{"A B"}}), "byo_secretsmanager.keys", []string{`"A B"`, "shell"}},
		"ARN of something else":        {brought(object{"arn": "arn:aws:ssm:eu-west-1:123456789012:parameter/mine"}), "byo_secretsmanager.arn", []string{"ARN of a secret", "secretsmanager"}},
		"ARN of another secret":        {brought(object{"name": "other"}), "byo_secretsmanager.arn", []string{"mine-AbCdEf", `"other"`, "same secret"}},
		"ARN without the suffix":       {brought(object{"arn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:mine"}), "byo_secretsmanager.arn", []string{"six random characters", "-AbCdEf"}},
		"ARN of a name like a suffix":  {brought(object{"name": "my-secret", "arn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:my-secret"}), "byo_secretsmanager.arn", []string{"six random characters", "Copy the whole ARN"}},
		"ARN of a longer name":         {brought(object{"arn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:mine-more-AbCdEf"}), "byo_secretsmanager.arn", []string{"mine-more-AbCdEf", "same secret"}},
		"name no secret has":           {brought(object{"name": "my secret"}), "byo_secretsmanager.name", []string{`"my secret"`}},

		"two roles":                   {object{"custom_iam_role_name": "mine"}, "custom_iam_role_name", []string{`"mine"`, "create_iam_role = false"}},
		"two roles, said outright":    {object{"custom_iam_role_name": "mine", "create_iam_role": true}, "custom_iam_role_name", []string{"create_iam_role is true"}},
		"no role":                     {object{"create_iam_role": false}, "create_iam_role", []string{"custom_iam_role_name", "no role"}},
		"ARN for a role's name":       {object{"create_iam_role": false, "custom_iam_role_name": "arn:aws:iam::123456789012:role/mine"}, "custom_iam_role_name", []string{"name alone"}},
		"boundary that is no policy":  {object{"iam_permissions_boundary": "AdministratorAccess"}, "iam_permissions_boundary", []string{"ARN", "arn:aws:iam::"}},
		"boundary of a custom role":   {object{"create_iam_role": false, "custom_iam_role_name": "mine", "iam_permissions_boundary": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, "iam_permissions_boundary", []string{"custom role"}},
		"statements of a custom role": {object{"create_iam_role": false, "custom_iam_role_name": "mine", "extra_iam_statements": []any{allow("A")}}, "extra_iam_statements", []string{"custom role"}},
		"statement that is no JSON":   {object{"extra_iam_statements": []any{"allow s3"}}, "extra_iam_statements[0]", []string{"JSON", "jsonencode"}},
		"statements in a list":        {object{"extra_iam_statements": []any{"[" + allow("A") + "]"}}, "extra_iam_statements[0]", []string{"JSON object"}},
		"statement without Sid":       {object{"extra_iam_statements": []any{allow("A"), `{"Effect":"Allow","Action":"s3:*","Resource":"*"}`}}, "extra_iam_statements[1]", []string{"without a Sid"}},
		"Sid with a dash":             {object{"extra_iam_statements": []any{allow("read-s3")}}, "extra_iam_statements[0]", []string{"read-s3", "letters and digits"}},
		"Sid twice":                   {object{"extra_iam_statements": []any{allow("A"), allow("A")}}, "extra_iam_statements[1]", []string{`"A"`, "entry 0", "Sid of its own"}},
		"Sid of ours":                 {object{"extra_iam_statements": []any{allow("ReadSecret")}}, "extra_iam_statements[0]", []string{"ReadSecret", "provider"}},
		"statement without Effect":    {object{"extra_iam_statements": []any{`{"Sid":"A","Action":"s3:*","Resource":"*"}`}}, "extra_iam_statements[0]", []string{"Effect"}},
		"statement without Action":    {object{"extra_iam_statements": []any{`{"Sid":"A","Effect":"Allow","Resource":"*"}`}}, "extra_iam_statements[0]", []string{"Action"}},
		"statement without Resource":  {object{"extra_iam_statements": []any{`{"Version":"2012-10-17","Statement":{"Sid":"A","Effect":"Deny","Action":"s3:*"}}`}}, "extra_iam_statements[0]", []string{"Resource"}},
		"statement with a Principal":  {object{"extra_iam_statements": []any{`{"Sid":"A","Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}`}}, "extra_iam_statements[0]", []string{"Principal"}},
		"Resource by name":            {object{"extra_iam_statements": []any{`{"Sid":"A","Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::a","b"]}`}}, "extra_iam_statements[0]", []string{"neither an ARN"}},
		"document of nothing":         {object{"extra_iam_statements": []any{`{"Version":"2012-10-17","Statement":[]}`}}, "extra_iam_statements[0]", []string{"empty"}},
		"statements too long":         {object{"extra_iam_statements": []any{fmt.Sprintf(`{"Sid":"A","Effect":"Allow","Action":"s3:*","Resource":%q}`, "arn:"+strings.Repeat("x", 10240))}}, "extra_iam_statements", []string{"10240", "Shorten"}},

		"NUL in a script":            {object{"configuration": "a\x00b"}, "configuration", []string{"NUL"}},
		"NUL in a hook":              {object{"boot_hooks": object{"post": "a\x00b"}}, "boot_hooks.post", []string{"NUL"}},
		"URL for a domain":           {object{"domain_name": "https://spacelift.io"}, "domain_name", []string{"without https://"}},
		"negative delay":             {object{"poweroff_delay": -1}, "poweroff_delay", []string{"between 0", "-1"}},
		"launcher by https":          {hosted(object{"s3_uri": "https://bucket.s3.amazonaws.com/launcher"}), "selfhosted_configuration.s3_uri", []string{"s3://<bucket>/<key>"}},
		"launcher without key":       {hosted(object{"s3_uri": "s3://bucket/"}), "selfhosted_configuration.s3_uri", []string{"s3://my-bucket/"}},
		"proxy without scheme":       {hosted(object{"http_proxy_config": "proxy:3128"}), "selfhosted_configuration.http_proxy_config", []string{"does not start with http://"}},
		"https proxy without host":   {hosted(object{"https_proxy_config": "https://:3128"}), "selfhosted_configuration.https_proxy_config", []string{"no host"}},
		"no-proxy list with a space": {hosted(object{"no_proxy_config": "a.com, b.com"}), "selfhosted_configuration.no_proxy_config", []string{"commas alone"}},
		"certificate by file name":   {hosted(object{"ca_certificates": []any{"ca.pem"}}), "selfhosted_configuration.ca_certificates[0]", []string{"PEM", "BEGIN CERTIFICATE"}},
		"key for a certificate":      {hosted(object{"ca_certificates": []any{"-----BEGIN RSA PRIVATE KEY-----\nMAo=\n-----END RSA PRIVATE KEY-----\n"}}), "selfhosted_configuration.ca_certificates[0]", []string{"RSA PRIVATE KEY"}},
		"broken certificate":         {hosted(object{"ca_certificates": []any{"-----BEGIN CERTIFICATE-----\nMAo=\n-----END CERTIFICATE-----\n"}}), "selfhosted_configuration.ca_certificates[0]", []string{"does not parse"}},
		"self-hosted on arm64":       {hosted(nil).with(object{"ami_architecture": "arm64"}), "ami_architecture", []string{"x86_64 only", "Set ami_architecture"}},

		"retention AWS lacks":         {object{"cloudwatch_log_group_retention": 10}, "cloudwatch_log_group_retention", []string{"10", "14"}},
		"log key by alias":            {object{"cloudwatch_kms_key_id": "alias/mine"}, "cloudwatch_kms_key_id", []string{"neither ids nor aliases", "arn:aws:kms"}},
		"log class AWS lacks":         {object{"cloudwatch_log_group_class": "CHEAP"}, "cloudwatch_log_group_class", []string{"CHEAP", "INFREQUENT_ACCESS"}},
		"log class for Lambda":        {object{"cloudwatch_log_group_class": "DELIVERY"}, "cloudwatch_log_group_class", []string{"retention", "42657", "leave it out"}},
		"timeout that is no duration": {object{"timeouts": object{"create": "soon"}}, "timeouts.create", []string{"soon", "1h30m"}},
		"timeout that is over":        {object{"timeouts": object{"delete": "-1h"}}, "timeouts.delete", []string{"over at once"}},
		"iops out of all bounds":      {object{"volume_iops": 10}, "volume_iops", []string{"between 100"}},
	}
}

func TestWrongConfigurationIsRefused(t *testing.T) {
	t.Parallel()
	for name, test := range wrongConfigurations() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.check(t, validated(t, right().with(test.change)))
		})
	}
}

func TestCredentialInPlainTextIsWarnedOf(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change    object
		attribute string
	}{
		"token":         {object{"configuration": "set -x\n  export SPACELIFT_TOKEN=top-secret"}, "configuration"},
		"key":           {object{"configuration": "declare -x SPACELIFT_POOL_PRIVATE_KEY='top-secret'"}, "configuration"},
		"pre hook":      {object{"boot_hooks": object{"pre": "SPACELIFT_TOKEN=top-secret; export SPACELIFT_TOKEN"}}, "boot_hooks.pre"},
		"post hook":     {object{"boot_hooks": object{"post": "export SPACELIFT_TOKEN=top-secret"}}, "boot_hooks.post"},
		"proxy":         {hosted(object{"http_proxy_config": "http://user:top-secret@proxy:3128"}), "selfhosted_configuration.http_proxy_config"},
		"https proxy":   {hosted(object{"https_proxy_config": "https://top-secret@proxy"}), "selfhosted_configuration.https_proxy_config"},
		"once for both": {object{"configuration": "export SPACELIFT_TOKEN=a\nexport SPACELIFT_POOL_PRIVATE_KEY=b"}, "configuration"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diagnostics := validated(t, right().with(test.change))
			if len(diagnostics) != 1 || diagnostics[0].Severity != tfprotov6.DiagnosticSeverityWarning || attributeOf(diagnostics[0].Attribute) != test.attribute {
				t.Fatalf("want one warning at %s, got:\n%s", test.attribute, describe(diagnostics))
			}
			if text := diagnostics[0].Detail; strings.Contains(text, "top-secret") || !strings.Contains(text, "readable in the launch template") {
				t.Errorf("warning: %s", text)
			}
		})
	}
}

// Sizes are as IAM counts them: without white space.
