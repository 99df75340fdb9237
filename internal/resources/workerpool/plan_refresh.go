package workerpool

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// drained is what becomes of the runs on instances that are replaced.
func drained(l stack.Lifecycle) string {
	text := fmt.Sprintf("The lifecycle manager drains each worker before its instance ends, and the instance waits for the worker's run, for up to drain_timeout (%d s).",
		l.DrainTimeout)
	if l.OnDrainTimeout == stack.DefaultLifecycle().OnDrainTimeout {
		return text + " A run that takes longer is cut short."
	}
	return text + " An instance whose run takes longer is retained until the run has ended."
}

// templateArguments are what goes into the launch template.
var templateArguments = []string{
	"additional_tags", "ami_id", "boot_hooks", "byo_secretsmanager", "configuration", "custom_iam_role_name", "disable_cloudwatch_agent",
	"disable_container_credentials", "domain_name", "ec2_instance_type", "enable_monitoring", "instance_market_options", "poweroff_delay",
	"security_groups", "selfhosted_configuration", "tag_specifications", "volume_encryption", "volume_encryption_kms_key_id", "volume_iops",
	"volume_size", "volume_throughput", "volume_type",
}

// refreshReasons say why an update starts a refresh, and certain whether it is sure
// to: what the plan does not know may turn out as it was.
func (c change) refreshReasons(changed, triggers []string) (reasons []string, certain bool) {
	if c.after.InstanceRefresh == nil || c.missing(stack.ComponentGroup) {
		return nil, false
	}
	if sentence := c.drift[stack.DriftRefresh]; sentence != "" {
		reasons = append(reasons, sentence)
	}
	for _, name := range triggers {
		reasons = append(reasons, name+" changes, which is one of triggers")
	}
	version := c.after.LaunchTemplate.Version
	if c.before.LaunchTemplate.Version != version {
		reasons = append(reasons, "launch_template_version changes")
	}
	if slices.Contains(changed, "mixed_instances") {
		reasons = append(reasons, "mixed_instances changes")
	}
	if version == "$Default" && slices.Contains(changed, "launch_template_default_version") {
		reasons = append(reasons, "launch_template_default_version changes")
	}
	certain = len(reasons) > 0
	follows := version == "" || version == "$Latest" || version == "$Default" && c.after.LaunchTemplate.UpdateDefaultVersion
	if !follows || !c.newTemplateVersion() {
		return reasons, certain
	}
	reason, sure := c.templateReason(changed)
	return append(reasons, reason), certain || sure
}

// templateReason says why the launch template gets a new version, and sure whether it
// does: what the plan does not know may turn out as it was.
func (c change) templateReason(changed []string) (reason string, sure bool) {
	var arguments []string
	for _, name := range changed {
		if slices.Contains(templateArguments, name) {
			arguments = append(arguments, name)
		}
	}
	if c.before.Secret.Stored() != c.after.Secret.Stored() {
		arguments = append(arguments, "secure_env_vars")
	}
	drift := c.drift[stack.ComponentLaunchTemplate]
	switch {
	case len(arguments) > 0:
		return "the launch template gets a new version with another " + strings.Join(arguments, ", "), c.known
	case strings.Contains(drift, stack.BootScriptDiffers):
		return "the launch template gets a new version with the boot script of this version of the provider (" + drift + ")", c.known
	case drift != "":
		return "the launch template is put right (" + drift + ")", false
	}
	return "the launch template may get a new version", false
}

// warnOfRefresh says in the plan which instances an update replaces, and why.
func (r *workerPool) warnOfRefresh(plan, state model, c change, after, before tftypes.Value) diag.Diagnostics {
	reasons, certain := c.refreshReasons(changedArguments(after, before), triggered(plan.InstanceRefresh, after, before))
	if len(reasons) == 0 {
		return nil
	}
	title, verb := "Instances will be replaced", "starts"
	if !certain {
		title, verb = "Instances may be replaced", "may start"
	}
	detail := fmt.Sprintf("The apply %s an instance refresh of Auto Scaling group %s, because %s.", verb, state.AutoScalingGroupName.ValueString(), strings.Join(reasons, "; "))
	if r.data != nil {
		if outlook := r.data.outlook(state); outlook != nil {
			detail += " " + outlookOf(*outlook, c.after.InstanceRefresh)
			if len(outlook.Replaced(c.after.InstanceRefresh.RefreshSettings)) == 0 {
				return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("instance_refresh"), title, detail)}
			}
		}
	}
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("instance_refresh"), title, detail+"\n\n"+drained(c.after.Lifecycle))}
}

func outlookOf(outlook stack.RefreshOutlook, refresh *stack.InstanceRefresh) string {
	text := whatGoes(outlook, refresh)
	if outlook.Running == "" {
		return text
	}
	text += fmt.Sprintf(" Instance refresh %s is under way at %d %%", outlook.Running, outlook.Percent)
	if outlook.Ours {
		return text + ": the apply cancels it, and the new one takes its place."
	}
	return text + ", which this resource did not start: the apply waits for its end first."
}

// whatGoes names the instances that a refresh replaces.
func whatGoes(outlook stack.RefreshOutlook, refresh *stack.InstanceRefresh) string {
	all, replaced := len(outlook.Instances), outlook.Replaced(refresh.RefreshSettings)
	text := fmt.Sprintf("It replaces all of the group's %d instances: %s.", all, listed(replaced))
	switch {
	case all == 0:
		return "The group has no instances right now."
	case len(replaced) == 0:
		return fmt.Sprintf("It replaces none of the group's instances (%s): %s.", listed(outlook.Instances), whatStays)
	case refresh.SkipMatching:
		text = fmt.Sprintf("It replaces those of the group's instances that do not match already, out of %s.", listed(replaced))
	case all == 1:
		text = fmt.Sprintf("It replaces the group's only instance, %s.", replaced[0])
	case len(replaced) < all:
		text = fmt.Sprintf("It replaces %d of the group's %d instances: %s. The others stay: %s.", len(replaced), all, listed(replaced), whatStays)
	}
	if points := refresh.CheckpointPercentages; len(points) > 0 && points[len(points)-1] < 100 {
		text += fmt.Sprintf(" It ends when %d percent of them are replaced, at the last of checkpoint_percentages.", points[len(points)-1])
	}
	return text
}

// whatStays is why a refresh leaves instances alone.
const whatStays = "they are protected from scale in, in standby, or on their way out"

// mostListed is how many instances a warning names: enough for most pools, and not
// a page for the others.
const mostListed = 10

func listed(instances []string) string {
	if more := len(instances) - mostListed; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(instances[:mostListed], ", "), more)
	}
	return strings.Join(instances, ", ")
}
