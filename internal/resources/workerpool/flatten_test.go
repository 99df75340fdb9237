package workerpool

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

var defaultTags = map[string]string{"CostCenter": "42", "Team": "platform"}

// generator makes models that a validated plan can have.

// maybe is null, empty or one of texts.

// What is read back into a model, whatever the model was before, says the same as

// what was written.

func TestFlattenIsTheReverseOfExpand(t *testing.T) {
	t.Parallel()
	for seed := range uint64(500) {
		g := generator{rand.New(rand.NewPCG(seed, 1))}
		want := expand(g.model(), defaultTags)
		for name, before := range map[string]model{"another": g.model(), "none": {}} {
			flatten(&before, stack.Observed{Spec: want}, defaultTags)
			got := expand(before, defaultTags)
			got.Secret.Values = want.Secret.Values // is never read back
			if got.APICredentials != nil && want.APICredentials != nil {
				got.APICredentials.Secret, got.APICredentials.Version = want.APICredentials.Secret, want.APICredentials.Version // likewise
			}
			got.Tags, want.Tags = merged(got.Tags), merged(want.Tags)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("seed %d, before: %s (-written +read):\n%s", seed, name, diff)
			}
		}
	}
}

// merged is tags as if the provider's default tags were on every object: that one

// is missing is no argument of the resource.

func merged(tags map[string]string) map[string]string { return mergeTags(defaultTags, tags) }

// What means the same stays as the user wrote it.

func TestFlattenKeepsWhatIsUnchanged(t *testing.T) {
	t.Parallel()
	for seed := range uint64(500) {
		g := generator{rand.New(rand.NewPCG(seed, 2))}
		want := g.model()
		got := want
		flattenArguments(&got, expand(want, defaultTags), defaultTags)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("seed %d (-before +after):\n%s", seed, diff)
		}
	}
}

func TestOutputsComeBack(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]stack.Observed{
		"nothing": {},
		"everything": {
			Outputs: stack.Outputs{
				LatestAMIID: "ami-1", AutoScalingGroupARN: "arn:g", AutoScalingGroupName: "g", LaunchTemplateID: "lt-1", LaunchTemplateLatestVersion: 7,
				InstancesRoleARN: "arn:r", InstancesRoleName: "r", InstanceProfileARN: "arn:p", SecretARN: "arn:s", LogGroupARNs: map[string]string{"a": "arn:a"},
				APIKeyParameterName: "/p", AutoscalerFunctionARN: "arn:f", AutoscalerLogGroupName: "/aws/lambda/f", LifecycleFunctionARN: "arn:l",
				LifecycleQueueURL: "https://q", DashboardURL: "https://d",
			},
			Components: stack.Inventory{"autoscaling_group": "g"}, Drift: map[string]string{"launch_template": "deleted outside Terraform"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var m model
			flattenOutputs(&m, want)
			got := observe(m, nil)
			got.Spec = stack.Spec{}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-written +read):\n%s", diff)
			}
		})
	}
}

func TestArgumentsAreRefreshed(t *testing.T) {
	t.Parallel()
	text := func(s string) types.List {
		return types.ListValueMust(types.StringType, []attr.Value{types.StringValue(s)})
	}
	for name, test := range map[string]struct {
		before, want func(*model)
		drift        func(*stack.Spec)
	}{
		"a changed size": {func(m *model) { m.MinSize = types.Int32Value(1) }, func(m *model) { m.MinSize = types.Int32Value(4) }, func(s *stack.Spec) { s.MinSize = 4 }},
		"a missing option": {
			func(m *model) { m.IAMPermissionsBoundary = types.StringValue("arn:x") }, func(m *model) { m.IAMPermissionsBoundary = types.StringNull() },
			func(s *stack.Spec) { s.Role.PermissionsBoundary = "" },
		},
		"JSON in another form": {
			func(m *model) { m.ExtraIAMStatements = text(`{ "Sid": "A",  "Effect": "Allow" }`) }, func(*model) {},
			func(s *stack.Spec) { s.Role.ExtraStatements = []string{`{"Effect":"Allow","Sid":"A"}`} },
		},
		"JSON of another meaning": {
			func(m *model) { m.ExtraIAMStatements = text(`{"Sid":"A"}`) }, func(m *model) { m.ExtraIAMStatements = text(`{"Sid":"B"}`) },
			func(s *stack.Spec) { s.Role.ExtraStatements = []string{`{"Sid":"B"}`} },
		},
		"a set in another order": {func(*model) {}, func(*model) {}, func(s *stack.Spec) { s.Subnets = []string{"subnet-b", "subnet-a"} }},
		"a subnet more": {
			func(*model) {}, func(m *model) {
				m.VPCSubnets = types.SetValueMust(types.StringType, stringValues([]string{"subnet-a", "subnet-b", "subnet-c"}))
			},
			func(s *stack.Spec) { s.Subnets = []string{"subnet-c", "subnet-b", "subnet-a"} },
		},
		"a hop more": {func(*model) {}, func(m *model) { m.DisableContainerCredentials = types.BoolValue(false) }, func(s *stack.Spec) { s.Instance.HopLimit = 2 }},
		"a tag changed": {
			func(m *model) { m.AdditionalTags = mapOf(map[string]string{"App": "a"}) },
			func(m *model) { m.AdditionalTags = mapOf(map[string]string{"App": "b"}) },
			func(s *stack.Spec) { s.Tags = map[string]string{"App": "b", "CostCenter": "42", "Team": "platform"} },
		},
		"a default tag changed": {
			func(*model) {}, func(m *model) { m.AdditionalTags = mapOf(map[string]string{"Team": "other"}) },
			func(s *stack.Spec) { s.Tags = map[string]string{"CostCenter": "42", "Team": "other"} },
		},
		"a secret never read": {
			func(m *model) { m.SecureEnvVars = mapOf(map[string]string{"A": "x"}) }, func(*model) {}, func(s *stack.Spec) { s.Secret.Values = nil },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := generator{rand.New(rand.NewPCG(1, 3))}.model()
			m.DisableContainerCredentials, m.AdditionalTags = types.BoolValue(true), types.MapNull(types.StringType)
			m.VPCSubnets = types.SetValueMust(types.StringType, stringValues([]string{"subnet-a", "subnet-b"}))
			test.before(&m)
			want := m
			test.want(&want)
			spec := expand(m, defaultTags)
			test.drift(&spec)
			flattenArguments(&m, spec, defaultTags)
			if diff := cmp.Diff(want, m); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
