package stack_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/userdata"
)

// maxUpdateCalls is what one changed argument may cost, reads included.
const maxUpdateCalls = 6

// newTemplate are the changes that a new launch setting means.
var newTemplate = []string{"CreateLaunchTemplateVersion", "UpdateAutoScalingGroup"}

func mixed() *stack.MixedInstances {
	return &stack.MixedInstances{InstanceTypes: []string{"t3.micro", "t3.small"}, OnDemandBase: 1, OnDemandPercentage: 50, SpotStrategy: "price-capacity-optimized"}
}

func TestUpdateChangesOnlyWhatDiffers(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*stack.Spec)
		want   []string // mutating calls, sorted
		many   bool     // touches many objects: no bound on the calls
	}{
		"nothing":               {change: func(*stack.Spec) {}},
		"min size":              {change: func(s *stack.Spec) { s.MinSize = 2 }, want: []string{"UpdateAutoScalingGroup"}},
		"max size":              {change: func(s *stack.Spec) { s.MaxSize = 9 }, want: []string{"UpdateAutoScalingGroup"}},
		"lifetime":              {change: func(s *stack.Spec) { s.MaxInstanceLifetime = 86400 }, want: []string{"UpdateAutoScalingGroup"}},
		"rebalancing":           {change: func(s *stack.Spec) { s.CapacityRebalance = true }, want: []string{"UpdateAutoScalingGroup"}},
		"several types":         {change: func(s *stack.Spec) { s.Mixed = mixed() }, want: []string{"UpdateAutoScalingGroup"}},
		"types and template":    {change: func(s *stack.Spec) { s.Mixed, s.Instance.Volume.Size = mixed(), 50 }, want: newTemplate},
		"schedules":             {change: func(s *stack.Spec) { s.Schedules = schedules() }, want: []string{"BatchPutScheduledUpdateGroupAction"}},
		"a subnet less":         {change: func(s *stack.Spec) { s.Subnets = s.Subnets[:1] }, want: []string{"UpdateAutoScalingGroup"}},
		"a security group less": {change: func(s *stack.Spec) { s.SecurityGroups = s.SecurityGroups[:1] }, want: newTemplate},
		"a metric more":         {change: func(s *stack.Spec) { s.EnabledMetrics = append([]string{"GroupMinSize"}, s.EnabledMetrics...) }, want: []string{"EnableMetricsCollection"}},
		"a metric less":         {change: func(s *stack.Spec) { s.EnabledMetrics = s.EnabledMetrics[:1] }, want: []string{"DisableMetricsCollection"}},
		"no metrics":            {change: func(s *stack.Spec) { s.EnabledMetrics = nil }, want: []string{"DisableMetricsCollection"}},
		"image":                 {change: func(s *stack.Spec) { s.Instance.AMIID = awstest.ImageOtherRoot }, want: newTemplate},
		"instance type":         {change: func(s *stack.Spec) { s.Instance.Type = "c6i.large" }, want: newTemplate},
		"monitoring":            {change: func(s *stack.Spec) { s.Instance.Monitoring = false }, want: newTemplate},
		"hop limit":             {change: func(s *stack.Spec) { s.Instance.HopLimit = 2 }, want: newTemplate},
		"volume size":           {change: func(s *stack.Spec) { s.Instance.Volume.Size = 50 }, want: newTemplate},
		"volume throughput":     {change: func(s *stack.Spec) { s.Instance.Volume.Throughput = ptr[int32](250) }, want: newTemplate},
		"volume IOPS":           {change: func(s *stack.Spec) { s.Instance.Volume.IOPS = ptr[int32](4000) }, want: newTemplate},
		"volume type":           {change: func(s *stack.Spec) { s.Instance.Volume.Type = "gp2" }, want: newTemplate},
		"volume encryption":     {change: func(s *stack.Spec) { s.Instance.Volume.Encrypted = true }, want: newTemplate},
		"spot":                  {change: func(s *stack.Spec) { s.Instance.Market = &stack.Market{Type: "spot", MaxPrice: "0.1"} }, want: newTemplate},
		"tag specification": {change: func(s *stack.Spec) {
			s.LaunchTemplate.TagSpecifications = []stack.TagSpecification{{ResourceType: "network-interface", Tags: map[string]string{"a": "b"}}}
		}, want: newTemplate},
		"configuration":        {change: func(s *stack.Spec) { s.Boot.Configuration = "export B=2" }, want: newTemplate},
		"domain":               {change: func(s *stack.Spec) { s.Boot.DomainName = "eu.spacelift.io" }, want: newTemplate},
		"poweroff delay":       {change: func(s *stack.Spec) { s.Boot.PoweroffDelay = 0 }, want: newTemplate},
		"boot hooks":           {change: func(s *stack.Spec) { s.Boot.PreHook, s.Boot.PostHook = "true", "true" }, want: newTemplate},
		"agent":                {change: func(s *stack.Spec) { s.Boot.DisableCloudWatchAgent = true }, want: append([]string{"CreateLaunchTemplateVersion", "DetachRolePolicy"}, "UpdateAutoScalingGroup"), many: true},
		"self-hosted":          {change: func(s *stack.Spec) { s.Boot.SelfHosted = &userdata.SelfHosted{S3URI: "s3://bucket/launcher"} }, want: []string{"CreateLaunchTemplateVersion", "PutRolePolicy", "UpdateAutoScalingGroup"}, many: true},
		"default version":      {change: func(s *stack.Spec) { s.LaunchTemplate.UpdateDefaultVersion = true; s.Instance.Type = "c6i.large" }, want: []string{"CreateLaunchTemplateVersion", "ModifyLaunchTemplate", "UpdateAutoScalingGroup"}},
		"template version":     {change: func(s *stack.Spec) { s.LaunchTemplate.Version = "$Latest" }, want: []string{"UpdateAutoScalingGroup"}},
		"secret value":         {change: func(s *stack.Spec) { s.Secret.Values = map[string]string{"SPACELIFT_TOKEN": "other"} }, want: []string{"PutSecretValue"}},
		"permissions boundary": {change: func(s *stack.Spec) { s.Role.PermissionsBoundary = "arn:aws:iam::aws:policy/PowerUserAccess" }, want: []string{"PutRolePermissionsBoundary"}},
		"extra statements": {change: func(s *stack.Spec) {
			s.Role.ExtraStatements = []string{`{"Sid":"Extra","Effect":"Allow","Action":"s3:*","Resource":"*"}`}
		}, want: []string{"PutRolePolicy"}},
		"retention": {change: func(s *stack.Spec) { s.LogGroups.Retention = 30 }, want: []string{"PutRetentionPolicy", "PutRetentionPolicy"}},
		"log groups let go": {
			change: func(s *stack.Spec) { s.LogGroups.Managed = false },
			want:   []string{"DeleteLogGroup", "DeleteLogGroup", "UntagResource", "UntagResource"},
		},
		"brought secret": {change: func(s *stack.Spec) {
			s.Secret = stack.Secret{Existing: &stack.ExistingSecret{
				Name: "mine", ARN: "arn:aws:secretsmanager:us-east-1:111122223333:secret:mine-AbCdEf", Keys: []string{"SPACELIFT_TOKEN"},
			}}
		}, want: []string{"CreateLaunchTemplateVersion", "DeleteSecret", "PutRolePolicy", "UpdateAutoScalingGroup"}, many: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			account := awstest.Start(t)
			made := create(t, account, workerPool(account))
			spec := made.Spec
			test.change(&spec)
			account.ResetCalls()
			updated := update(t, account, spec, made)
			calls := account.Calls()
			if diff := cmp.Diff(test.want, mutations(calls)); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
			if len(calls) > maxUpdateCalls && !test.many {
				t.Errorf("%d calls, at most %d: %v", len(calls), maxUpdateCalls, calls)
			}
			same(t, "update", updated, refresh(t, account, updated))
		})
	}
}

func ptr[T any](v T) *T { return &v }
