package iam

import "strings"

// computeTable is after
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
var computeTable = map[string]entry{
	"ec2:CreateLaunchTemplate": {on: newTemplate, keys: func(c *Call) map[string][]string { return tagKeys(ofTemplate(c), nil) }, also: []extra{templateTags}},
	"ec2:CreateLaunchTemplateVersion": {on: func(c *Call) []string {
		return []string{c.ARN("ec2", "launch-template/"+c.text("LaunchTemplateId"))}
	}},
	"ec2:CreateTags": {on: taggedThings, tags: "Tag"},
	"ec2:DeleteLaunchTemplate": {on: func(c *Call) []string {
		return []string{c.ARN("ec2", "launch-template/"+c.text("LaunchTemplateId"))}
	}},
	"ec2:DeleteTags":                     {on: taggedThings, tags: "Tag"},
	"ec2:DescribeImages":                 {},
	"ec2:DescribeInstanceTypes":          {},
	"ec2:DescribeInstances":              {},
	"ec2:DescribeLaunchTemplateVersions": {},
	"ec2:DescribeNetworkInterfaces":      {},
	"ec2:DescribeSecurityGroups":         {},
	"ec2:DescribeSubnets":                {},
	"ec2:DescribeTags":                   {},
	"ec2:GetConsoleOutput":               {on: func(c *Call) []string { return []string{c.ARN("ec2", "instance/"+c.text("InstanceId"))} }},
	"ec2:ModifyLaunchTemplate": {on: func(c *Call) []string {
		return []string{c.ARN("ec2", "launch-template/"+c.text("LaunchTemplateId"))}
	}},
	"ec2:TerminateInstances": {on: func(c *Call) (arns []string) {
		for _, id := range c.texts("InstanceId") {
			arns = append(arns, c.ARN("ec2", "instance/"+id))
		}
		return arns
	}},
}

func newTemplate(c *Call) []string {
	return []string{c.ARN("ec2", "launch-template/lt-00000000000000000")}
}

// ofTemplate are the tags that a launch template gets when it is made.
func ofTemplate(c *Call) map[string]string {
	for _, spec := range c.items("TagSpecification") {
		if kind, _ := at(spec, "ResourceType").(string); kind == "launch-template" {
			return tags(at(spec, "Tag"))
		}
	}
	return nil
}

// templateTags demands ec2:CreateTags for them.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
func templateTags(c *Call) []Demand {
	keys := tagKeys(ofTemplate(c), nil)
	if len(keys) == 0 {
		return nil
	}
	keys["ec2:CreateAction"] = []string{"CreateLaunchTemplate"}
	return []Demand{{Action: "ec2:CreateTags", Resources: newTemplate(c), Keys: keys}}
}

// kinds are the sorts of resource that an id tells of by how it begins.
var kinds = map[string]string{"i": "instance", "lt": "launch-template", "vol": "volume", "eni": "network-interface"}

func taggedThings(c *Call) (arns []string) {
	for _, id := range c.texts("ResourceId") {
		prefix, _, _ := strings.Cut(id, "-")
		kind := kinds[prefix]
		if kind == "" {
			kind = "unknown" // which no policy covers
		}
		arns = append(arns, c.ARN("ec2", kind+"/"+id))
	}
	return arns
}
