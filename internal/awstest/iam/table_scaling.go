package iam

import (
	"maps"
	"slices"
)

// scalingTable is after
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2autoscaling.html
// and, for what other services are asked for,
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-api-permissions.html
var scalingTable = map[string]entry{
	"autoscaling:BatchDeleteScheduledAction":         {on: group},
	"autoscaling:BatchPutScheduledUpdateGroupAction": {on: group},
	"autoscaling:CancelInstanceRefresh":              {on: group},
	"autoscaling:CompleteLifecycleAction":            {on: group},
	"autoscaling:CreateAutoScalingGroup": {on: group, tags: "Tags", also: []extra{
		tagging("autoscaling:CreateOrUpdateTags", group, "Tags"), launching, linkedRole, passing("autoscaling.amazonaws.com", hookRoles),
	}},
	"autoscaling:CreateOrUpdateTags":                  {on: taggedGroups, tags: "Tags"},
	"autoscaling:DeleteAutoScalingGroup":              {on: group},
	"autoscaling:DeleteLifecycleHook":                 {on: group},
	"autoscaling:DeleteTags":                          {on: taggedGroups, tags: "Tags"},
	"autoscaling:DescribeAutoScalingGroups":           {},
	"autoscaling:DescribeInstanceRefreshes":           {},
	"autoscaling:DescribeLifecycleHooks":              {},
	"autoscaling:DescribeScalingActivities":           {},
	"autoscaling:DescribeScheduledActions":            {},
	"autoscaling:DetachInstances":                     {on: group},
	"autoscaling:DisableMetricsCollection":            {on: group},
	"autoscaling:EnableMetricsCollection":             {on: group},
	"autoscaling:PutLifecycleHook":                    {on: group, also: []extra{passing("autoscaling.amazonaws.com", given("RoleARN"))}},
	"autoscaling:RecordLifecycleActionHeartbeat":      {on: group},
	"autoscaling:ResumeProcesses":                     {on: group},
	"autoscaling:SetDesiredCapacity":                  {on: group},
	"autoscaling:StartInstanceRefresh":                {on: group, also: []extra{launching}},
	"autoscaling:SuspendProcesses":                    {on: group},
	"autoscaling:TerminateInstanceInAutoScalingGroup": {on: groupOfInstance},
	"autoscaling:UpdateAutoScalingGroup":              {on: group, also: []extra{launching}},
}

// groupARN is the ARN of a group. The id in it nobody can know before the group is
// there, so policies leave it open.
func (c *Call) groupARN(name string) string {
	return c.ARN("autoscaling", "autoScalingGroup:00000000-0000-4000-8000-000000000000:autoScalingGroupName/"+name)
}

func group(c *Call) []string { return []string{c.groupARN(c.text("AutoScalingGroupName"))} }

func taggedGroups(c *Call) []string {
	groups := map[string]bool{}
	for _, tag := range c.items("Tags") {
		if name, ok := at(tag, "ResourceId").(string); ok {
			groups[c.groupARN(name)] = true
		}
	}
	return slices.Sorted(maps.Keys(groups))
}

func groupOfInstance(c *Call) []string {
	if name := c.World.GroupOf(c.text("InstanceId")); name != "" {
		return []string{c.groupARN(name)}
	}
	return nil
}

func hookRoles(c *Call) (arns []string) {
	for _, hook := range c.items("LifecycleHookSpecificationList") {
		if arn, ok := at(hook, "RoleARN").(string); ok {
			arns = append(arns, arn)
		}
	}
	return arns
}

// launching demands what a group with a launch template makes its caller need: to
// launch, to tag what is launched, and to hand over the role of the instance profile.
func launching(c *Call) []Demand {
	template := ""
	for _, in := range [][]string{nil, {"DesiredConfiguration"}} {
		template += c.text(append(in[:len(in):len(in)], "LaunchTemplate", "LaunchTemplateId")...)
		template += c.text(append(in[:len(in):len(in)], "MixedInstancesPolicy", "LaunchTemplate", "LaunchTemplateSpecification", "LaunchTemplateId")...)
	}
	if template == "" {
		return nil
	}
	launched, templateARN := c.ARN("ec2", "instance/i-00000000000000000"), c.ARN("ec2", "launch-template/"+template)
	demands := []Demand{
		{Action: "ec2:RunInstances", Resources: []string{launched, templateARN}, Keys: map[string][]string{"ec2:LaunchTemplate": {templateARN}}},
		{Action: "ec2:CreateTags", Resources: []string{launched}, Keys: map[string][]string{"ec2:CreateAction": {"RunInstances"}}},
	}
	if roles := c.World.ProfileRoles(template); len(roles) > 0 {
		demands = append(demands, Demand{Action: "iam:PassRole", Resources: roles, Keys: map[string][]string{"iam:PassedToService": {"ec2.amazonaws.com"}}})
	}
	return demands
}

// linkedRole demands the right to make the role in which Auto Scaling acts, which the
// first group of an account takes. The emulator's accounts are new.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/autoscaling-service-linked-role.html
func linkedRole(c *Call) []Demand {
	return []Demand{{
		Action:    "iam:CreateServiceLinkedRole",
		Resources: []string{c.global("iam", "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling")},
		Keys:      map[string][]string{"iam:AWSServiceName": {"autoscaling.amazonaws.com"}},
	}}
}
