package workerpool_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

const baseName = "sp5ft-" + poolID

// meddling is what somebody does to a pool outside Terraform.
type meddling func(context.Context, *awsapi.Clients) error

// meddle is a step before which somebody changes things.
func (c *cloud) meddle(t *testing.T, step resource.TestStep, changes ...meddling) resource.TestStep {
	t.Helper()
	step.PreConfig = func() {
		for i, change := range changes {
			if err := change(context.WithoutCancel(t.Context()), c.Direct()); err != nil {
				t.Fatalf("change %d: %s", i, err)
			}
		}
	}
	return step
}

// drift is one thing that somebody changes outside Terraform, and how the next
// plan says so: in a sentence, or as the change of an argument.
type drift struct {
	of       string // the setting, such as "GroupSettings.MaxSize", or what of a component
	change   meddling
	group    func(*autoscaling.UpdateAutoScalingGroupInput) // part of one update
	template func(*types.RequestLaunchTemplateData)         // part of one version that somebody makes

	component string // named by `drift`
	says      string // in the sentence
	argument  string // or this, dotted, changes
	from, to  string // as fmt.Sprint writes the values
}

// drifting is a step before which all of this happens, and whose plan shows
// exactly that. Its apply repairs it.
func (c *cloud) drifting(t *testing.T, config string, drifts []drift, more ...any) resource.TestStep {
	t.Helper()
	var changes []meddling
	var group []func(*autoscaling.UpdateAutoScalingGroupInput)
	var template []func(*types.RequestLaunchTemplateData)
	for _, d := range drifts {
		if d.change != nil {
			changes = append(changes, d.change)
		}
		if d.group != nil {
			group = append(group, d.group)
		}
		if d.template != nil {
			template = append(template, d.template)
		}
	}
	if len(template) > 0 {
		changes = append(changes, otherVersion(template))
	}
	if len(group) > 0 {
		changes = append(changes, otherGroup(group))
	}
	return c.meddle(t, apply(config, append(more, action(plancheck.ResourceActionUpdate), shows(drifts))...), changes...)
}

// otherGroup updates the group once.
func otherGroup(changes []func(*autoscaling.UpdateAutoScalingGroupInput)) meddling {
	return func(ctx context.Context, clients *awsapi.Clients) error {
		in := &autoscaling.UpdateAutoScalingGroupInput{AutoScalingGroupName: ptr(baseName)}
		for _, change := range changes {
			change(in)
		}
		_, err := clients.AutoScaling.UpdateAutoScalingGroup(ctx, in)
		return err
	}
}

// otherVersion makes a version of the launch template from the newest one, under
// the description that ours have.
func otherVersion(changes []func(*types.RequestLaunchTemplateData)) meddling {
	return func(ctx context.Context, clients *awsapi.Clients) error {
		out, err := clients.EC2.DescribeLaunchTemplateVersions(ctx, &ec2.DescribeLaunchTemplateVersionsInput{
			LaunchTemplateName: ptr(baseName), Versions: []string{"$Latest"},
		})
		if err != nil {
			return err
		}
		newest := out.LaunchTemplateVersions[0]
		text, err := json.Marshal(newest.LaunchTemplateData)
		if err != nil {
			return err
		}
		data := &types.RequestLaunchTemplateData{}
		if err := json.Unmarshal(text, data); err != nil {
			return err
		}
		for _, change := range changes {
			change(data)
		}
		_, err = clients.EC2.CreateLaunchTemplateVersion(ctx, &ec2.CreateLaunchTemplateVersionInput{
			LaunchTemplateName: ptr(baseName), LaunchTemplateData: data, VersionDescription: newest.VersionDescription,
		})
		return err
	}
}

// shows checks that a plan shows these drifts and nothing else.
type shows []drift

// CheckPlan implements plancheck.PlanCheck.
func (s shows) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, change := range req.Plan.ResourceChanges {
		before, ok := change.Change.Before.(map[string]any)
		after, planned := change.Change.After.(map[string]any)
		if change.Address == pool && ok && planned {
			resp.Error = s.compare(before, after)
			return
		}
	}
	resp.Error = fmt.Errorf("no change of %s is planned", pool)
}

func (s shows) compare(before, after map[string]any) error {
	var problems []string
	sentences, _ := before["drift"].(map[string]any)
	components, changed := map[string]bool{}, map[string]bool{}
	for _, d := range s {
		components[d.component], changed[strings.Split(d.argument, ".")[0]] = true, true
		if sentence := fmt.Sprint(sentences[d.component]); d.component != "" && !strings.Contains(sentence, d.says) {
			problems = append(problems, fmt.Sprintf("%s: the drift of %s is %q, want %q", d.of, d.component, sentence, d.says))
		}
		if from, to := dig(before, d.argument), dig(after, d.argument); d.argument != "" && (from != d.from || to != d.to) {
			problems = append(problems, fmt.Sprintf("%s: %s is planned from %q to %q, want from %q to %q", d.of, d.argument, from, to, d.from, d.to))
		}
	}
	for _, component := range slices.Sorted(maps.Keys(sentences)) {
		if !components[component] {
			problems = append(problems, fmt.Sprintf("%s has a drift that nobody made: %s", component, sentences[component]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if !changed[name] && !slices.Contains(outputs, name) && fmt.Sprint(before[name]) != fmt.Sprint(after[name]) {
			problems = append(problems, fmt.Sprintf("%s is planned from %v to %v, and nobody changed it", name, before[name], after[name]))
		}
	}
	if len(problems) > 0 {
		return fmt.Errorf("%s", strings.Join(problems, "\n"))
	}
	return nil
}

// dig writes the value at a dotted path.
func dig(values map[string]any, path string) string {
	name, rest, nested := strings.Cut(path, ".")
	if inner, ok := values[name].(map[string]any); ok && nested {
		return dig(inner, rest)
	}
	return fmt.Sprint(values[name])
}

// everything is a pool whose every setting has a value of its own.
func (c *cloud) everything(key, logKey thing) arguments {
	return c.minimal().with(arguments{
		"additional_tags": `{ Team = "a" }`, "max_size": "5", "ami_id": quoted(awstest.ImageOlderX86),
		"volume_iops": "4000", "volume_throughput": "200", "volume_encryption": "true", "volume_encryption_kms_key_id": quoted(key.arn),
		"instance_market_options":         `{ spot_options = { max_price = "0.05", spot_instance_type = "one-time", instance_interruption_behavior = "terminate" } }`,
		"tag_specifications":              `[{ resource_type = "network-interface", tags = { Kind = "a" } }]`,
		"launch_template_default_version": "1", "max_instance_lifetime": "86400",
		"schedules":                `[{ name = "morning", recurrence = "0 8 * * 1-5", time_zone = "Europe/Berlin", min_size = 0, max_size = 5 }, { name = "evening", recurrence = "0 18 * * *", min_size = 0 }]`,
		"iam_permissions_boundary": `"arn:aws:iam::aws:policy/PowerUserAccess"`, "secure_env_vars_kms_key_id": quoted(key.arn), "cloudwatch_kms_key_id": quoted(logKey.arn),
	})
}

// Whatever somebody changes or deletes, the plan says it, the apply repairs it, and
// the next plan is empty.
func TestDriftIsShownAndRepaired(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	key, logKey, other := c.key(t), c.key(t), c.key(t)
	c.role(t, "other")
	config := c.config(c.everything(key, logKey))
	steps := []resource.TestStep{apply(config)}
	for _, drifts := range c.drifts(key, logKey, other) {
		steps = append(steps, c.drifting(t, config, drifts))
	}
	c.run(t, append(steps, c.meddle(t, apply(config, action(plancheck.ResourceActionCreate)),
		deleteGroup, deleteTemplate, deleteSecret, emptyProfile, deleteProfile, detachPolicies, deleteInlinePolicies, deleteRole,
		deleteLogGroup("spacelift-info.log"), deleteLogGroup("spacelift-errors.log")))...)
}

func TestDriftOfMixedInstances(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	config := c.config(c.minimal().with(arguments{
		"launch_template_version": `"$Latest"`, "mixed_instances": `{ instance_types = ["t3.medium", "t3a.medium"], on_demand_percentage_above_base_capacity = 20 }`,
	}))
	steps := []resource.TestStep{apply(config)}
	for _, drifts := range mixedDrifts() {
		steps = append(steps, c.drifting(t, config, drifts))
	}
	c.run(t, steps...)
}
