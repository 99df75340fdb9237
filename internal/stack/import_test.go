package stack_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/userdata"
)

// found imports what key means.
func found(t *testing.T, a *awstest.Account, key string) stack.Observed {
	t.Helper()
	got, warnings, err := stack.Import(t.Context(), a.Clients(), key, standard())
	if err != nil || len(warnings) > 0 {
		t.Fatalf("importing: %v, warnings %v", err, warnings)
	}
	return got
}

// standard are the defaults of arguments that AWS does not tell.
func standard() stack.Spec {
	return stack.Spec{
		LogGroups: stack.LogGroups{Managed: true, Retention: 60}, Boot: stack.Boot{DomainName: "spacelift.io", PoweroffDelay: 15},
		Instance: stack.Instance{Architecture: "x86_64", HopLimit: 1},
	}
}

// imported is what an import should make of a pool that was made from spec.
func imported(made stack.Observed) stack.Observed {
	if made.Spec.Secret.Stored() {
		made.Spec.Secret.Values, made.Spec.Secret.Version, made.Spec.Secret.Unread = nil, nil, true
	}
	if c := made.Spec.APICredentials; c != nil && c.Existing == nil {
		made.Spec.APICredentials = &stack.APICredentials{KeyID: c.KeyID, Endpoint: c.Endpoint, Unread: true}
	}
	for _, text := range []*string{&made.Spec.Boot.Configuration, &made.Spec.Boot.PreHook, &made.Spec.Boot.PostHook} {
		if *text != "" && !strings.HasSuffix(*text, "\n") {
			*text += "\n"
		}
	}
	return made
}

// Whatever a pool was made of comes back, by its id, its base name or its group.
func TestFind(t *testing.T) {
	t.Parallel()
	statement := `{"Sid":"Mine","Effect":"Allow","Action":["s3:*"],"Resource":["*"]}`
	for name, test := range map[string]struct {
		change func(t *testing.T, a *awstest.Account, spec *stack.Spec)
		key    string
	}{
		"minimal": {func(_ *testing.T, _ *awstest.Account, spec *stack.Spec) {
			spec.Tags, spec.Boot.Configuration, spec.MinSize, spec.MaxSize, spec.EnabledMetrics = nil, "", 0, 1, nil
			spec.LogGroups.Managed, spec.Instance.Monitoring = false, false
		}, poolID},
		"everything": {func(_ *testing.T, _ *awstest.Account, spec *stack.Spec) {
			spec.BaseName, spec.Instance.HopLimit, spec.Instance.Architecture, spec.Instance.Type = "mine", 2, "arm64", "t4g.small"
			spec.Instance.Volume = stack.Volume{Type: "io2", Size: 60, IOPS: aws.Int32(5000), Encrypted: true, KMSKeyID: "alias/volumes"}
			spec.Instance.Market = &stack.Market{Type: "spot", MaxPrice: "0.050000"}
			spec.Boot = stack.Boot{Configuration: "export A=1\n", PreHook: "a\n", PostHook: "b\n", DomainName: "x.example", PoweroffDelay: 7, DisableCloudWatchAgent: true}
			spec.Role = stack.Role{PermissionsBoundary: "arn:aws:iam::aws:policy/PowerUserAccess", ExtraStatements: []string{statement}}
			spec.LaunchTemplate = stack.LaunchTemplate{Version: "$Latest", TagSpecifications: []stack.TagSpecification{
				{ResourceType: "instance", Tags: map[string]string{"A": "1"}}, {ResourceType: "volume", Tags: map[string]string{"Team": "x"}},
			}}
			spec.Secret.KMSKeyID, spec.LogGroups.Retention = "alias/secrets", 30
		}, "mine"},
		"self-hosted, brought role and secret": {func(t *testing.T, a *awstest.Account, spec *stack.Spec) {
			_, err := a.Direct().IAM.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String("theirs"), AssumeRolePolicyDocument: aws.String("{}")})
			if err != nil {
				t.Fatal(err)
			}
			spec.Role.CustomName = "theirs"
			spec.Secret = stack.Secret{Existing: &stack.ExistingSecret{Name: "their-secret", ARN: "arn:aws:secretsmanager:us-east-1:123456789012:secret:their-secret-AbCdEf", Keys: []string{"A", "B"}}}
			spec.Mixed = &stack.MixedInstances{InstanceTypes: []string{"t3.small", "t3.micro"}, OnDemandBase: 1, OnDemandPercentage: 50, SpotStrategy: "lowest-price"}
			spec.CapacityRebalance, spec.MaxInstanceLifetime = true, 86400
			spec.Schedules = []stack.Schedule{
				{Name: "day", Recurrence: "0 8 * * 1-5", TimeZone: "Europe/Zurich", MinSize: aws.Int32(1)},
				{Name: "night", Recurrence: "0 18 * * *", TimeZone: "UTC", MaxSize: aws.Int32(2)},
			}
			spec.Boot.SelfHosted = &userdata.SelfHosted{S3URI: "s3://bucket/key", HTTPProxy: "http://proxy", RunAsSpaceliftUser: true}
		}, "sp5ft-" + poolID},
		"a lifecycle manager alone": {func(_ *testing.T, a *awstest.Account, spec *stack.Spec) {
			functions := scalingPool(a)
			spec.APICredentials, spec.Lifecycle, spec.Functions, spec.LogGroups.Managed, spec.LogGroups.Retention = functions.APICredentials, functions.Lifecycle, functions.Functions, false, 7
		}, poolID},
		"an autoscaler by default": {func(_ *testing.T, a *awstest.Account, spec *stack.Spec) { *spec = scalingPool(a) }, poolID},
		"an autoscaler with everything": {func(_ *testing.T, a *awstest.Account, spec *stack.Spec) {
			*spec = scalingPool(a)
			spec.APICredentials.Existing = &stack.ExistingParameter{Name: "theirs", ARN: "arn:aws:ssm:us-east-1:" + a.ID() + ":parameter/theirs"}
			spec.APICredentials.Secret = ""
			*spec.Autoscaling = stack.Autoscaling{
				Architecture: "amd64", ScheduleExpression: "rate(5 minutes)", Timeout: 120, MemorySize: 256, ExtraEnv: map[string]string{"MY_OWN": "x"},
				MaxCreate: 3, MaxTerminate: 2, ScaleDownDelay: 4, PollingInterval: 20, MinIdleWorkers: 1, TargetUtilization: 80, ScaleOutCooldown: 30, ScaleInCooldown: 60,
				BootTimeout: 300, LogLevel: "debug", DryRun: true,
			}
			spec.Lifecycle = stack.Lifecycle{HookTimeout: 600, DrainTimeout: 7200, OnDrainTimeout: "retain"}
			spec.Functions = stack.Functions{TracingMode: "PassThrough", CABundle: testBundle, VPC: &stack.FunctionVPC{Subnets: spec.Subnets, SecurityGroups: spec.SecurityGroups}}
			spec.Monitoring = stack.Monitoring{Dashboard: true, AlarmActions: []string{"arn:aws:sns:us-east-1:111122223333:alerts"}}
		}, poolID},
		"a dashboard alone": {func(_ *testing.T, _ *awstest.Account, spec *stack.Spec) { spec.Monitoring.Dashboard = true }, poolID},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := awstest.Start(t)
			spec := workerPool(a)
			test.change(t, a, &spec)
			made := create(t, a, spec)
			a.ResetCalls()
			got := found(t, a, test.key)
			if diff := cmp.Diff(imported(made), got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(stack.Observed{}, "Outlook")); diff != "" {
				t.Errorf("made (-) and imported (+):\n%s", diff)
			}
			if changes := mutations(a.Calls()); len(changes) > 0 {
				t.Errorf("the import changed something: %v", changes)
			}
		})
	}
}

// tagGroup sets a tag of the group.
func tagGroup(t *testing.T, a *awstest.Account, group, key, value string) {
	t.Helper()
	_, err := a.Direct().AutoScaling.CreateOrUpdateTags(t.Context(), &autoscaling.CreateOrUpdateTagsInput{Tags: []types.Tag{{
		Key: &key, Value: &value, ResourceId: &group, ResourceType: aws.String("auto-scaling-group"), PropagateAtLaunch: aws.Bool(false),
	}}})
	if err != nil {
		t.Fatal(err)
	}
}

func untagGroup(t *testing.T, a *awstest.Account, group, key string) {
	t.Helper()
	_, err := a.Direct().AutoScaling.DeleteTags(t.Context(), &autoscaling.DeleteTagsInput{Tags: []types.Tag{{
		Key: &key, ResourceId: &group, ResourceType: aws.String("auto-scaling-group"),
	}}})
	if err != nil {
		t.Fatal(err)
	}
}

func TestImportRefuses(t *testing.T) {
	t.Parallel()
	a := awstest.Start(t)
	names := stack.NamesOf("theirs", a.Region())
	if err := somebodyElses["Auto Scaling group"](t, a, names); err != nil {
		t.Fatal(err)
	}
	first, second := workerPool(a), workerPool(a)
	second.BaseName, second.LogGroups.Managed = "second", false
	create(t, a, first)
	create(t, a, second)
	other := workerPool(a)
	other.BaseName, other.WorkerPoolID, other.LogGroups.Managed = "third", "01HZXK3J5T9V2QWERTY0123457", false
	create(t, a, other)
	refused := func(key string, texts ...string) {
		t.Helper()
		_, _, err := stack.Import(t.Context(), a.Clients(), key, standard())
		var find *stack.FindError
		if !errors.As(err, &find) {
			t.Fatalf("%s: %v", key, err)
		}
		problem := stack.Explain(err, stack.Importing)[0]
		for _, text := range texts {
			if !strings.Contains(problem.Summary+" "+problem.Detail, text) {
				t.Errorf("%s: %s\n%s\nlacks %q", key, problem.Summary, problem.Detail, text)
			}
		}
	}
	refused("nothing", "not found", "nothing@eu-west-1", "region us-east-1", "aws autoscaling describe-auto-scaling-groups")
	refused(poolID, "Several", "second@us-east-1", "sp5ft-"+poolID+"@us-east-1")
	refused("theirs", "Not a worker pool", "no tag WorkerPoolID")
	untagGroup(t, a, "third", "WorkerPoolState")
	refused("third", "not finished", "Apply the configuration")
	// Whoever only looks at it finds it.
	seen, err := stack.Find(t.Context(), a.Clients(), "third", stack.Spec{})
	if err != nil || seen.Spec.WorkerPoolID != other.WorkerPoolID || seen.LaunchTemplateID == "" {
		t.Errorf("found %+v, %v", seen.Outputs, err)
	}
}

// What is gone is missing from what an import finds, and the next update makes it.
func TestFindAPoolOfWhichPartsAreGone(t *testing.T) {
	t.Parallel()
	a := awstest.Start(t)
	made := create(t, a, workerPool(a))
	group, names, clients := made.AutoScalingGroupName, stack.NamesOf(made.Spec.BaseName, a.Region()), a.Direct()
	for name, remove := range map[string]func() error{
		"secret": func() error {
			_, err := clients.SecretsManager.DeleteSecret(t.Context(), &secretsmanager.DeleteSecretInput{SecretId: &made.SecretARN, ForceDeleteWithoutRecovery: aws.Bool(true)})
			return err
		},
		"template": func() error {
			_, err := clients.EC2.DeleteLaunchTemplate(t.Context(), &ec2.DeleteLaunchTemplateInput{LaunchTemplateId: &made.LaunchTemplateID})
			return err
		},
		"profile": func() error {
			_, err := clients.IAM.RemoveRoleFromInstanceProfile(t.Context(), &iam.RemoveRoleFromInstanceProfileInput{InstanceProfileName: &names.Profile, RoleName: &names.Role})
			if err != nil {
				return err
			}
			_, err = clients.IAM.DeleteInstanceProfile(t.Context(), &iam.DeleteInstanceProfileInput{InstanceProfileName: &names.Profile})
			return err
		},
	} {
		if err := remove(); err != nil {
			t.Fatalf("%s: %s", name, err)
		}
	}
	got := found(t, a, poolID)
	for _, gone := range []string{stack.ComponentLaunchTemplate, stack.ComponentProfile, stack.ComponentSecret} {
		if id := got.Components[gone]; id != "" {
			t.Errorf("%s is %s", gone, id)
		}
	}
	if got.AutoScalingGroupName != group || got.Components[stack.ComponentRole] != names.Role {
		t.Errorf("found %v", got.Components)
	}
	want := made.Spec
	repaired := update(t, a, want, got)
	same(t, "update", repaired, refresh(t, a, repaired))
	destroy(t, a, repaired)
}
